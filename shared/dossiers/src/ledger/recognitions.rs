//! Recognitions in the ledger: each as the stretches that it consists of.

mod course;

use std::collections::BTreeMap;

use kernel::{EventId, PackId, RecognitionId};
use standards::{Flag, Recognition};

use crate::Entry;
use course::{Course, Decision, Step};

/// The recognitions of one person.
#[derive(Debug, Clone, Default)]
pub(super) struct Recognitions {
    granted: BTreeMap<RecognitionId, Course>,
    applications: BTreeMap<RecognitionId, Application>,
}

/// What was applied for.
#[derive(Debug, Clone)]
pub(crate) struct Application {
    /// The pack to be judged by.
    pub pack: PackId,
    /// The facts relied on.
    pub evidence: Vec<EventId>,
}

impl Recognitions {
    /// Takes in what the event `id` says of a recognition; of anything else, nothing.
    pub fn enter(&mut self, id: EventId, entry: &Entry) {
        match entry {
            Entry::Applied { recognition, pack, evidence } => {
                let application = Application { pack: *pack, evidence: evidence.clone() };
                self.applications.insert(*recognition, application);
            }
            Entry::Granted { recognition, level, on, review_due, evidence, by_own_hand } => {
                let granted = Recognition {
                    fact: id,
                    voided: None,
                    level: *level,
                    granted_on: *on,
                    review_due: *review_due,
                    revoked_on: None,
                    flags: vec![],
                    by_own_hand: *by_own_hand,
                };
                self.granted.insert(*recognition, Course::of(granted, evidence.clone()));
            }
            Entry::Reviewed { recognition, on, review_due } => {
                let (decision, review_due) = (Decision::Reviewed, Some(*review_due));
                self.decide(*recognition, Step { on: *on, by: id, decision, level: None, review_due });
            }
            Entry::Continued { recognition, on, level, review_due } => {
                // Only a review names a level.
                let decision = if level.is_some() { Decision::Reviewed } else { Decision::Reinstated };
                let (level, review_due) = (*level, *review_due);
                self.decide(*recognition, Step { on: *on, by: id, decision, level, review_due });
            }
            Entry::Revoked { recognition, on } => {
                let decision = Decision::Revoked;
                self.decide(*recognition, Step { on: *on, by: id, decision, level: None, review_due: None });
            }
            _ => {}
        }
    }

    fn decide(&mut self, recognition: RecognitionId, step: Step) {
        if let Some(course) = self.granted.get_mut(&recognition) {
            course.take_in(step);
        }
    }

    /// A fact no longer stands: whatever stood on it is flagged, for somebody to look at.
    pub fn flag(&mut self, flag: Flag) {
        self.granted.values_mut().for_each(|course| course.flag(flag));
    }

    /// A fact is told anew by another event.
    pub fn told_anew(&mut self, before: EventId, after: EventId) {
        self.granted.values_mut().for_each(|course| course.told_anew(before, after));
    }

    /// What was applied for.
    pub fn application(&self, recognition: RecognitionId) -> Option<&Application> {
        self.applications.get(&recognition)
    }

    /// Every stretch of every recognition, as the rules see them.
    pub fn facts(&self) -> impl Iterator<Item = Recognition> + '_ {
        self.granted.values().flat_map(Course::stretches)
    }
}

#[cfg(test)]
mod tests;

//! Recognitions in the ledger: each as it stands, and the stretches it consisted of before.

use std::collections::BTreeMap;

use kernel::vocabulary::Level;
use kernel::{Day, EventId, PackId, RecognitionId};
use standards::{Flag, Recognition};

use crate::Entry;

/// The recognitions of one person.
#[derive(Debug, Clone, Default)]
pub(super) struct Recognitions {
    standing: BTreeMap<RecognitionId, Recognition>,
    /// What recognitions were before they went on at another level, or again after a revocation.
    former: Vec<(RecognitionId, Recognition)>,
    applications: BTreeMap<RecognitionId, Application>,
    /// The facts that granted recognitions stand on.
    evidence: BTreeMap<RecognitionId, Vec<EventId>>,
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
                self.evidence.insert(*recognition, evidence.clone());
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
                self.standing.insert(*recognition, granted);
            }
            Entry::Reviewed { recognition, on, review_due } => match self.standing.get_mut(recognition) {
                Some(known) if *on <= known.review_due => {
                    known.review_due = *review_due;
                    // Somebody has looked at it, with what is flagged before their eyes.
                    known.flags.clear();
                }
                // It had lapsed by then: no review makes up for the days that nobody answered for.
                Some(_) => self.go_on(id, *recognition, (*on, None, Some(*review_due))),
                None => {}
            },
            Entry::Continued { recognition, on, level, review_due } => {
                self.go_on(id, *recognition, (*on, *level, *review_due));
            }
            Entry::Revoked { recognition, on } => {
                if let Some(known) = self.standing.get_mut(recognition) {
                    known.revoked_on = Some(*on);
                }
                // A day before it went on otherwise ends what it was then as well.
                let former = self.former.iter_mut().filter(|(of, _)| of == recognition);
                former.for_each(|(_, before)| end(before, *on));
            }
            _ => {}
        }
    }

    /// A recognition goes on from a day, at a level and until a day where they are others; what it was before ends then.
    fn go_on(&mut self, id: EventId, of: RecognitionId, (on, level, review_due): (Day, Option<Level>, Option<Day>)) {
        let Some(known) = self.standing.get_mut(&of) else { return };
        let next = Recognition {
            fact: id,
            level: level.unwrap_or(known.level),
            granted_on: on,
            review_due: review_due.unwrap_or(known.review_due),
            revoked_on: None,
            flags: vec![],
            ..known.clone()
        };
        let mut before = std::mem::replace(known, next);
        end(&mut before, on);
        self.former.push((of, before));
    }

    /// A fact no longer stands: whatever stood on it is flagged, for somebody to look at.
    pub fn flag(&mut self, flag: Flag) {
        let Self { standing, evidence, .. } = self;
        for (recognition, known) in standing {
            // What has been revoked needs no second look.
            let holds = known.revoked_on.is_none();
            if holds && evidence.get(recognition).is_some_and(|evidence| evidence.contains(&flag.fact)) {
                known.flags.push(flag);
            }
        }
    }

    /// The same, if one does not.
    pub fn flag_if(&mut self, flag: Option<Flag>) {
        if let Some(flag) = flag {
            self.flag(flag);
        }
    }

    /// A fact is told anew by another event.
    pub fn told_anew(&mut self, before: EventId, after: EventId) {
        for fact in self.evidence.values_mut().flatten().filter(|fact| **fact == before) {
            *fact = after;
        }
    }

    /// What was applied for.
    pub fn application(&self, recognition: RecognitionId) -> Option<&Application> {
        self.applications.get(&recognition)
    }

    /// Every stretch of every recognition, as the rules see them.
    pub fn facts(&self) -> impl Iterator<Item = &Recognition> {
        self.former.iter().map(|(_, before)| before).chain(self.standing.values())
    }
}

/// Ends a stretch on a day, unless it ended before.
fn end(stretch: &mut Recognition, on: Day) {
    stretch.revoked_on = Some(stretch.revoked_on.map_or(on, |known| known.min(on)));
}

#[cfg(test)]
mod tests {
    use kernel::CommandId;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn recognition() -> RecognitionId {
        RecognitionId::new(CommandId::derived("a recognition").uuid())
    }

    /// Level, first day and day of the end of every stretch.
    fn stretches(entries: &[Entry]) -> Vec<(Level, String, Option<String>)> {
        let mut recognitions = Recognitions::default();
        for (index, entry) in entries.iter().enumerate() {
            recognitions.enter(EventId::of(CommandId::derived("entries"), index), entry);
        }
        let stretch =
            |one: &Recognition| (one.level, one.granted_on.to_string(), one.revoked_on.map(|ended| ended.to_string()));
        recognitions.facts().map(stretch).collect()
    }

    fn granted() -> Entry {
        let (on, review_due) = (day("2023-07-01"), day("2028-06-30"));
        Entry::Granted {
            recognition: recognition(),
            level: Level::Intermediate,
            on,
            review_due,
            evidence: vec![],
            by_own_hand: false,
        }
    }

    fn revoked(on: &str) -> Entry {
        Entry::Revoked { recognition: recognition(), on: day(on) }
    }

    fn continued(on: &str, level: Option<Level>) -> Entry {
        Entry::Continued { recognition: recognition(), on: day(on), level, review_due: None }
    }

    #[test]
    fn a_reinstated_recognition_stands_but_for_the_days_between() {
        let stands = stretches(&[granted(), revoked("2024-03-01"), continued("2024-06-01", None)]);
        assert_eq!(
            stands,
            [
                (Level::Intermediate, "2023-07-01".to_owned(), Some("2024-03-01".to_owned())),
                (Level::Intermediate, "2024-06-01".to_owned(), None),
            ]
        );
    }

    #[test]
    fn a_review_in_time_extends_and_a_late_one_leaves_the_days_between_lapsed() {
        let reviewed = |on, due| Entry::Reviewed { recognition: recognition(), on: day(on), review_due: day(due) };
        let until = |entries: &[Entry]| {
            let mut recognitions = Recognitions::default();
            for (index, entry) in entries.iter().enumerate() {
                recognitions.enter(EventId::of(CommandId::derived("entries"), index), entry);
            }
            let days = |one: &Recognition| (one.granted_on.to_string(), one.review_due.to_string());
            recognitions.facts().map(days).collect::<Vec<_>>()
        };
        let stretch = |from: &str, due: &str| (from.to_owned(), due.to_owned());
        let in_time = until(&[granted(), reviewed("2028-06-30", "2033-06-29")]);
        assert_eq!(in_time, [stretch("2023-07-01", "2033-06-29")]);
        let late = until(&[granted(), reviewed("2028-09-01", "2033-08-31")]);
        assert_eq!(late, [stretch("2023-07-01", "2028-06-30"), stretch("2028-09-01", "2033-08-31")]);
    }

    #[test]
    fn what_is_revoked_from_before_it_was_lowered_is_revoked_whole() {
        let lowered = continued("2025-01-01", Some(Level::Junior));
        let stands = stretches(&[granted(), lowered.clone()]);
        assert_eq!(
            stands,
            [
                (Level::Intermediate, "2023-07-01".to_owned(), Some("2025-01-01".to_owned())),
                (Level::Junior, "2025-01-01".to_owned(), None),
            ]
        );
        let stands = stretches(&[granted(), lowered, revoked("2024-01-01")]);
        assert!(stands.iter().all(|(_, _, ended)| ended.as_deref() == Some("2024-01-01")), "{stands:?}");
    }
}

//! The course of one recognition: its grant, and what was decided on it since, in the order of the days from which it holds.

use kernel::vocabulary::Level;
use kernel::{Day, EventId};
use standards::{Flag, Recognition};

/// A recognition that was granted. Decisions are put on record late, and not in the order of their days: what it is on a
/// day follows from the days, and the order of the log tells only those of one day apart.
#[derive(Debug, Clone)]
pub(super) struct Course {
    granted: Recognition,
    /// The facts that it stands on.
    evidence: Vec<EventId>,
    /// In the order of their days.
    steps: Vec<Step>,
    /// Whether the last that was put on record of it is that it is revoked.
    revoked: bool,
    flags: Vec<Flag>,
}

/// A decision on a recognition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// The first day on which it holds.
    pub on: Day,
    /// The event that recorded it.
    pub by: EventId,
    pub decision: Decision,
    /// The level that it names.
    pub level: Option<Level>,
    /// The last valid day that it names.
    pub review_due: Option<Day>,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// It goes on, perhaps at a lower level.
    Reviewed,
    Revoked,
    Reinstated,
}

/// The level and the last valid day that count.
#[derive(Debug, Clone, Copy)]
struct Terms {
    level: Level,
    review_due: Day,
}

impl Course {
    pub fn of(granted: Recognition, evidence: Vec<EventId>) -> Self {
        Self { granted, evidence, steps: vec![], revoked: false, flags: vec![] }
    }

    /// Takes in what was put on record next.
    pub fn take_in(&mut self, step: Step) {
        match step.decision {
            Decision::Reviewed => self.look_at(step.on),
            Decision::Revoked => {
                // What put it in force again is overtaken, where that was for a later day.
                self.steps.retain(|known| known.decision != Decision::Reinstated || known.on < step.on);
                self.revoked = true;
            }
            Decision::Reinstated => {
                self.look_at(step.on);
                self.revoked = false;
            }
        }
        let at = self.steps.partition_point(|known| known.on <= step.on);
        self.steps.insert(at, step);
    }

    /// Somebody has looked at it, with what is flagged on that day before their eyes.
    fn look_at(&mut self, on: Day) {
        self.flags.retain(|flag| flag.from.is_some_and(|from| on < from));
    }

    /// A fact no longer stands: if the recognition stands on it, somebody should look at it again.
    pub fn flag(&mut self, flag: Flag) {
        // What has been revoked needs no second look.
        if !self.revoked && self.evidence.contains(&flag.fact) {
            self.flags.push(flag);
        }
    }

    /// A fact is told anew by another event.
    pub fn told_anew(&mut self, before: EventId, after: EventId) {
        for fact in self.evidence.iter_mut().filter(|fact| **fact == before) {
            *fact = after;
        }
    }

    /// The stretches it consists of, in the order of their days.
    pub fn stretches(&self) -> Vec<Recognition> {
        let mut now = Recognition { flags: self.flags.clone(), ..self.granted.clone() };
        let mut terms = Terms { level: now.level, review_due: now.review_due };
        let mut former = Vec::new();
        for step in &self.steps {
            let before = terms;
            terms = before.after(step);
            match step.decision {
                Decision::Revoked => end(&mut now, step.on),
                // It is revoked until it is reinstated, which is then on these terms.
                Decision::Reviewed if now.revoked_on.is_some() => {}
                Decision::Reviewed if before.goes_on(&terms, step.on) => now.review_due = terms.review_due,
                // It goes on at a lower level. Or it had lapsed by then: no review makes up for the days that nobody
                // answered for.
                Decision::Reviewed | Decision::Reinstated => {
                    let next = Recognition {
                        fact: step.by,
                        level: terms.level,
                        granted_on: step.on,
                        review_due: terms.review_due,
                        revoked_on: None,
                        ..now.clone()
                    };
                    let mut ended = std::mem::replace(&mut now, next);
                    end(&mut ended, step.on);
                    former.push(ended);
                }
            }
        }
        former.push(now);
        former
    }
}

impl Terms {
    /// What they are after a step. The level never rises: one that was lowered to another before stays at the lower.
    fn after(self, step: &Step) -> Self {
        let level = step.level.map_or(self.level, |level| level.min(self.level));
        Self { level, review_due: step.review_due.unwrap_or(self.review_due) }
    }

    /// Whether a review on a day that leads to other terms extends the stretch that there is.
    fn goes_on(self, next: &Self, on: Day) -> bool {
        self.level == next.level && on <= self.review_due
    }
}

/// Ends a stretch on a day, unless it ended before.
fn end(stretch: &mut Recognition, on: Day) {
    stretch.revoked_on = Some(stretch.revoked_on.map_or(on, |known| known.min(on)));
}

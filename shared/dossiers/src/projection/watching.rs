//! What those who keep or supervise a teacher are told: contradictions, kept until resolved, and changes of standing.
//!
//! A change is one as of the day on which the log took the event, which is in the log: a rebuild tells the same.

use std::collections::BTreeSet;

use kernel::vocabulary::ChangeKind;
use kernel::{Day, EventId, TeacherId};
use standards::{Contradiction, RecognitionPhase};

use super::desk::Desk;
use super::sheet::Stretch;
use crate::Mark;

/// Where a contradiction is filed: under whom, where in the log it was found, and which of those found there.
pub(super) type Place = (TeacherId, u64, i64);

/// When something happened, and by which event.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    pub position: u64,
    pub event: EventId,
    /// The day on which the log took it.
    pub day: Day,
}

/// A contradiction that was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub contradiction: Contradiction,
    /// What it is about by now, when that is something else.
    pub amended: Option<Contradiction>,
    pub by: EventId,
    pub resolved: Option<(u64, EventId)>,
}

/// A change of somebody's standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Changed {
    pub event: EventId,
    /// The day from which it is so.
    pub on: Day,
}

impl Desk {
    /// Compares the contradictions of somebody with those that are open: new ones are found, others resolved. One that
    /// is about other days by now goes on.
    pub(super) fn watch(&mut self, teacher: TeacherId, when: When, now: BTreeSet<Contradiction>) {
        let Some(sheet) = self.sheets.get_mut(&teacher) else { return };
        let mut open = std::mem::take(&mut sheet.open);
        let mut new = Vec::new();
        for contradiction in now {
            let known = open.keys().find(|known| known.key() == contradiction.key()).cloned();
            match known.and_then(|known| Some((open.remove(&known)?, known))) {
                Some((place, known)) => {
                    if known != contradiction {
                        match self.added.found.get_mut(&place) {
                            Some(found) => found.amended = Some(contradiction.clone()),
                            None => drop(self.added.amended.insert(place, contradiction.clone())),
                        }
                    }
                    sheet.open.insert(contradiction, place);
                }
                None => new.push(contradiction),
            }
        }
        for (ordinal, contradiction) in (0..).zip(&new) {
            sheet.open.insert(contradiction.clone(), (teacher, when.position, ordinal));
        }
        for place in open.into_values() {
            match self.added.found.get_mut(&place) {
                Some(found) => found.resolved = Some((when.position, when.event)),
                None => self.added.resolved.push((place, when.position, when.event)),
            }
            self.change(teacher, when, ChangeKind::ContradictionResolved, when.day);
        }
        for (ordinal, contradiction) in (0..).zip(new) {
            let found = Found { contradiction, amended: None, by: when.event, resolved: None };
            self.added.found.insert((teacher, when.position, ordinal), found);
            self.change(teacher, when, ChangeKind::ContradictionFound, when.day);
        }
    }

    /// Tells what a new drawing changes, as of the day on which the log took the event.
    pub(super) fn tell(&mut self, teacher: TeacherId, when: When, before: &[Stretch], after: &[Stretch]) {
        let (was, is) = (mark_on(before, when.day), mark_on(after, when.day));
        for kind in changes(was, is) {
            self.change(teacher, when, kind, when.day);
        }
        for (kind, level) in [
            (ChangeKind::EligibilityLapses, eligible as fn(Mark) -> i64),
            (ChangeKind::RecognitionLapses, recognised as fn(Mark) -> i64),
        ] {
            let falls = |drawn: &[Stretch]| falls_after(drawn, when.day, level);
            if let Some(day) = falls(after).filter(|day| falls(before) != Some(*day)) {
                self.change(teacher, when, kind, day);
            }
        }
        // A fact may be withdrawn from a day that is still to come.
        let flagged = |drawn: &[Stretch]| flagged_after(drawn, when.day);
        if let Some(day) = flagged(after).filter(|day| !is.flagged() && flagged(before) != Some(*day)) {
            self.change(teacher, when, ChangeKind::Flagged, day);
        }
    }

    fn change(&mut self, teacher: TeacherId, when: When, kind: ChangeKind, on: Day) {
        self.added.changes.entry((when.position, teacher, kind)).or_insert(Changed { event: when.event, on });
    }
}

/// The mark of a day; that of nobody in post where nothing is drawn.
fn mark_on(drawn: &[Stretch], day: Day) -> Mark {
    let on = |stretch: &&Stretch| stretch.from <= day && stretch.until.is_none_or(|until| day < until);
    drawn.iter().find(on).map_or_else(Mark::default, |stretch| stretch.mark)
}

fn eligible(mark: Mark) -> i64 {
    mark.stored() & Mark::ELIGIBLE_BITS
}

fn recognised(mark: Mark) -> i64 {
    mark.stored() & Mark::RECOGNISED_BITS
}

/// The first day after on which a level falls below what it is on the day.
fn falls_after(drawn: &[Stretch], day: Day, level: fn(Mark) -> i64) -> Option<Day> {
    let now = level(mark_on(drawn, day));
    let ends = drawn.iter().filter_map(|stretch| stretch.until).filter(|until| *until > day);
    let mut days: Vec<Day> = drawn.iter().map(|stretch| stretch.from).filter(|from| *from > day).chain(ends).collect();
    days.sort_unstable();
    days.into_iter().find(|later| level(mark_on(drawn, *later)) < now)
}

/// The first day after on which a recognition is flagged.
fn flagged_after(drawn: &[Stretch], day: Day) -> Option<Day> {
    drawn.iter().filter(|stretch| stretch.mark.flagged()).map(|stretch| stretch.from).find(|from| *from > day)
}

fn changes(was: Mark, is: Mark) -> Vec<ChangeKind> {
    let mut changes = Vec::new();
    let mut when = |holds: bool, kind: ChangeKind| {
        if holds {
            changes.push(kind);
        }
    };
    let phase = |mark: Mark, phase: RecognitionPhase| mark.phase() == Some(phase);
    let revoked = !phase(was, RecognitionPhase::Revoked) && phase(is, RecognitionPhase::Revoked);
    let suspended = !phase(was, RecognitionPhase::Suspended) && phase(is, RecognitionPhase::Suspended);
    when(eligible(is) > eligible(was), ChangeKind::EligibleGained);
    when(eligible(is) < eligible(was), ChangeKind::EligibleLost);
    when(recognised(is) > recognised(was), ChangeKind::Recognised);
    when(revoked, ChangeKind::Revoked);
    when(suspended, ChangeKind::Suspended);
    when(recognised(is) < recognised(was) && !revoked && !suspended, ChangeKind::NoLongerRecognised);
    when(!was.restricted() && is.restricted(), ChangeKind::Restricted);
    when(was.restricted() && !is.restricted() && is.in_post(), ChangeKind::RestrictionLifted);
    when(!was.flagged() && is.flagged(), ChangeKind::Flagged);
    when(was.flagged() && !is.flagged() && is.in_post(), ChangeKind::FlagCleared);
    changes
}

#[cfg(test)]
mod tests {
    use standards::{PostState, RecognitionState, Standing};

    use super::*;
    use crate::ProfileId;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn stretch(from: &str, until: Option<&str>, flagged: bool) -> Stretch {
        let recognition = RecognitionState {
            fact: EventId::of(kernel::CommandId::derived("watching"), 0),
            level: kernel::vocabulary::Level::Junior,
            phase: RecognitionPhase::InForce,
            until: day("2028-01-31"),
            flagged,
        };
        let standing = Standing {
            post: PostState::InPost,
            eligible: None,
            recognition: Some(recognition),
            met: vec![],
            rotation: false,
            practice: false,
            restricted: false,
        };
        Stretch { from: day(from), until: until.map(day), profile: ProfileId(7), mark: Mark::of(&standing) }
    }

    #[test]
    fn a_flag_of_a_day_to_come_is_seen_before_and_one_that_is_there_is_not_to_come() {
        let drawn = [stretch("2023-02-01", Some("2025-06-01"), false), stretch("2025-06-01", None, true)];
        assert_eq!(flagged_after(&drawn, day("2025-05-31")), Some(day("2025-06-01")));
        assert_eq!(flagged_after(&drawn, day("2025-06-01")), None);
        assert_eq!(flagged_after(&drawn[..1], day("2025-05-31")), None);
    }
}

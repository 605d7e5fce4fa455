//! Which recognition speaks for a day.

use kernel::vocabulary::Level;
use kernel::{Day, EventId};

use crate::interval_set::END;
use crate::{Recognition, RecognitionPhase, RecognitionState, ReviewRule};

/// The recognitions that were not voided.
pub struct Recognitions {
    spans: Vec<Span>,
}

/// A recognition as day numbers.
#[derive(Clone, Copy)]
struct Span {
    fact: EventId,
    level: Level,
    granted: i32,
    notice: i32,
    /// The first day on which it no longer holds.
    end: i32,
    revoked: Option<i32>,
    /// The first day on which it is flagged.
    flagged: Option<i32>,
}

impl Recognitions {
    /// Takes them in.
    pub fn of(recognitions: &[Recognition], review: ReviewRule) -> Self {
        let standing = recognitions.iter().filter(|recognition| recognition.voided.is_none());
        Self { spans: standing.map(|recognition| Span::of(recognition, review)).collect() }
    }

    /// The days on which something changes.
    pub fn edges(&self) -> impl Iterator<Item = i32> {
        let edges = self.spans.iter().flat_map(|span| {
            let revoked = span.revoked.unwrap_or(span.end);
            let flagged = span.flagged.unwrap_or(span.granted);
            [span.granted, span.notice.max(span.granted), span.end, revoked, flagged.max(span.granted)]
        });
        edges.filter(|day| (0..END).contains(day))
    }

    /// The highest in force, or else the one that ended last.
    pub fn on(&self, day: i32) -> Option<RecognitionState> {
        let known = || self.spans.iter().filter(|span| span.granted <= day);
        let in_force = known().filter(|span| day < span.end).max_by_key(|span| (span.level, span.end, span.fact));
        let speaking = in_force.or_else(|| known().max_by_key(|span| (span.end, span.level, span.fact)))?;
        Some(speaking.on(day))
    }
}

impl Span {
    fn of(recognition: &Recognition, review: ReviewRule) -> Self {
        let due = recognition.review_due;
        let revoked = recognition.revoked_on.map(Day::ordinal);
        Self {
            fact: recognition.fact,
            level: recognition.level,
            granted: recognition.granted_on.ordinal(),
            notice: due.plus_months(-i32::from(review.notice_months)).ordinal(),
            end: (due.ordinal() + 1).min(revoked.unwrap_or(END)),
            revoked,
            flagged: recognition.flags.iter().map(|flag| flag.from.map_or(0, Day::ordinal)).min(),
        }
    }

    fn on(self, day: i32) -> RecognitionState {
        let phase = if day < self.end && day < self.notice {
            RecognitionPhase::InForce
        } else if day < self.end {
            RecognitionPhase::DueForReview
        } else if self.revoked.is_some_and(|revoked| revoked <= day) {
            RecognitionPhase::Revoked
        } else {
            RecognitionPhase::Lapsed
        };
        let until = Day::from_ordinal(self.end - 1);
        let flagged = self.flagged.is_some_and(|from| from <= day);
        RecognitionState { fact: self.fact, level: self.level, phase, until, flagged }
    }
}

//! Marks: a standing in one number, as it is stored, filtered and counted.

use kernel::vocabulary::Level;
use standards::{PostState, RecognitionPhase, Standing};

/// Where somebody stands on a day, packed into the bits of one number so that a sum can group by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Mark(i64);

const ELIGIBLE: u32 = 0;
const RECOGNISED: u32 = 2;
const PHASE: u32 = 4;
const ROTATION: u32 = 7;
const PRACTICE: u32 = 8;
const RESTRICTED: u32 = 9;
const IN_POST: u32 = 10;
const FLAGGED: u32 = 11;

impl Mark {
    /// Any level is eligible.
    pub(crate) const ELIGIBLE_BITS: i64 = 3 << ELIGIBLE;
    /// Any level is recognised.
    pub(crate) const RECOGNISED_BITS: i64 = 3 << RECOGNISED;
    /// How the recognition stands.
    pub(crate) const PHASE_BITS: i64 = 7 << PHASE;
    /// The review is near.
    pub(crate) const DUE_FOR_REVIEW: i64 = 2 << PHASE;
    /// The recognition lapsed.
    pub(crate) const LAPSED: i64 = 3 << PHASE;
    /// The recognition was revoked.
    pub(crate) const REVOKED: i64 = 4 << PHASE;
    /// A fact that the recognition stood on no longer stands.
    pub(crate) const FLAGGED_BIT: i64 = 1 << FLAGGED;
    /// A breach is in force.
    pub(crate) const RESTRICTED_BIT: i64 = 1 << RESTRICTED;

    /// The mark of a standing.
    pub fn of(standing: &Standing) -> Self {
        let level = |level: Option<Level>| level.map_or(0, height);
        let phase = standing.recognition.map_or(0, |recognition| phase(recognition.phase));
        let flag = |flag: bool, bit: u32| i64::from(flag) << bit;
        Self(
            level(standing.eligible) << ELIGIBLE
                | level(standing.recognised()) << RECOGNISED
                | phase << PHASE
                | flag(standing.rotation, ROTATION)
                | flag(standing.practice, PRACTICE)
                | flag(standing.restricted, RESTRICTED)
                | flag(standing.post != PostState::NotInPost, IN_POST)
                | flag(standing.recognition.is_some_and(|recognition| recognition.flagged), FLAGGED),
        )
    }

    /// The mark that is stored as this number.
    pub fn from_stored(bits: i64) -> Self {
        Self(bits)
    }

    /// The number it is stored as.
    pub fn stored(self) -> i64 {
        self.0
    }

    /// The highest level whose rule is met.
    pub fn eligible(self) -> Option<Level> {
        of_height(self.0 >> ELIGIBLE & 3)
    }

    /// The level of the recognition in force.
    pub fn recognised(self) -> Option<Level> {
        of_height(self.0 >> RECOGNISED & 3)
    }

    /// How the recognition that speaks for the day stands.
    pub fn phase(self) -> Option<RecognitionPhase> {
        match self.0 >> PHASE & 7 {
            1 => Some(RecognitionPhase::InForce),
            2 => Some(RecognitionPhase::DueForReview),
            3 => Some(RecognitionPhase::Lapsed),
            4 => Some(RecognitionPhase::Revoked),
            5 => Some(RecognitionPhase::Suspended),
            _ => None,
        }
    }

    /// Whether the rotation criterion is met.
    pub fn rotation(self) -> bool {
        self.0 >> ROTATION & 1 == 1
    }

    /// Whether the practice criterion is met.
    pub fn practice(self) -> bool {
        self.0 >> PRACTICE & 1 == 1
    }

    /// Whether a breach is in force.
    pub fn restricted(self) -> bool {
        self.0 >> RESTRICTED & 1 == 1
    }

    /// Whether a fact that the recognition stood on no longer stands.
    pub fn flagged(self) -> bool {
        self.0 >> FLAGGED & 1 == 1
    }

    /// Whether in post, in whatever role.
    pub fn in_post(self) -> bool {
        self.0 >> IN_POST & 1 == 1
    }

    /// The one headline, as a stable code. What stops a teacher comes before what is decided, and that before what is
    /// computed; the same order as [`Standing::status`].
    pub fn status(self) -> &'static str {
        if !self.in_post() {
            return "not_in_post";
        }
        if self.restricted() {
            return "restricted";
        }
        match (self.phase(), self.eligible()) {
            (Some(RecognitionPhase::Suspended), _) => "restricted",
            (Some(RecognitionPhase::InForce), _) => "recognised",
            (Some(RecognitionPhase::DueForReview), _) => "due_for_review",
            (Some(RecognitionPhase::Lapsed), _) => "lapsed",
            (Some(RecognitionPhase::Revoked), _) => "revoked",
            (None, Some(_)) => "eligible",
            (None, None) => "not_eligible",
        }
    }
}

fn height(level: Level) -> i64 {
    match level {
        Level::Junior => 1,
        Level::Intermediate => 2,
        Level::Senior => 3,
    }
}

fn of_height(height: i64) -> Option<Level> {
    match height {
        1 => Some(Level::Junior),
        2 => Some(Level::Intermediate),
        3 => Some(Level::Senior),
        _ => None,
    }
}

fn phase(phase: RecognitionPhase) -> i64 {
    match phase {
        RecognitionPhase::InForce => 1,
        RecognitionPhase::DueForReview => 2,
        RecognitionPhase::Lapsed => 3,
        RecognitionPhase::Revoked => 4,
        RecognitionPhase::Suspended => 5,
    }
}

#[cfg(test)]
mod tests {
    use kernel::{CommandId, Day, EventId};
    use standards::RecognitionState;

    use super::*;

    fn standing() -> Standing {
        Standing {
            post: PostState::InPost,
            eligible: Some(Level::Junior),
            recognition: None,
            met: vec![],
            rotation: true,
            practice: false,
            restricted: false,
        }
    }

    #[test]
    fn a_mark_says_what_its_standing_says() {
        let recognition = RecognitionState {
            fact: EventId::of(CommandId::derived("x"), 0),
            level: Level::Senior,
            phase: RecognitionPhase::DueForReview,
            until: Day::MAX,
            flagged: true,
        };
        for recognition in [None, Some(recognition)] {
            let standing = Standing { recognition, ..standing() };
            let mark = Mark::from_stored(Mark::of(&standing).stored());
            assert_eq!(mark.eligible(), standing.eligible);
            assert_eq!(mark.recognised(), standing.recognised());
            assert_eq!(mark.flagged(), recognition.is_some());
            assert_eq!(mark.phase(), recognition.map(|recognition| recognition.phase));
            assert_eq!((mark.rotation(), mark.practice(), mark.in_post()), (true, false, true));
            let headline = serde_json::to_value(standing.status()).unwrap();
            assert_eq!(headline["status"], mark.status());
        }
    }

    #[test]
    fn a_restriction_comes_before_eligibility_and_being_out_of_post_before_both() {
        let restricted = Standing { restricted: true, ..standing() };
        assert_eq!(Mark::of(&restricted).status(), "restricted");
        let gone = Standing { post: PostState::NotInPost, ..restricted };
        assert_eq!(Mark::of(&gone).status(), "not_in_post");
    }
}

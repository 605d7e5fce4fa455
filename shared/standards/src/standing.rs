//! Where a teacher stands on a day, in the few words that are counted and shown.

use kernel::vocabulary::Level;
use kernel::{Day, EventId};
use serde::{Deserialize, Serialize};

use crate::CriterionId;

/// Everything about a day that can change from one day to the next: the value of a timeline's segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Standing {
    /// Whether the teacher is in a post that the pack is about.
    pub post: PostState,
    /// The highest level whose rule is met, while in post and while the pack is in force.
    pub eligible: Option<Level>,
    /// The recognition that speaks for the day: the highest in force, or else the one that ended last.
    pub recognition: Option<RecognitionState>,
    /// The criteria that are met, in the pack's order.
    pub met: Vec<CriterionId>,
    /// Whether the criterion is met that the pack calls the five-year rotation.
    pub rotation: bool,
    /// Whether the criterion is met that the pack calls enterprise practice.
    pub practice: bool,
    /// Whether a breach of conduct is in force.
    pub restricted: bool,
}

/// Whether a teacher is in post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostState {
    /// In no post.
    NotInPost,
    /// In post, but in no role that the pack applies to.
    OtherRole,
    /// In a post that the pack applies to.
    InPost,
}

/// A recognition as it stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecognitionState {
    /// The event that granted it.
    pub fact: EventId,
    /// The level.
    pub level: Level,
    /// Whether it holds.
    pub phase: RecognitionPhase,
    /// The last day on which it is, or was, valid.
    pub until: Day,
    /// Whether a fact it stood on does not stand on the day, so that somebody should look at it again.
    #[serde(default)]
    pub flagged: bool,
}

impl RecognitionState {
    /// The same under a breach of conduct: what would hold is suspended.
    pub(crate) fn suspended(self) -> Self {
        let phase = match self.phase {
            RecognitionPhase::InForce | RecognitionPhase::DueForReview => RecognitionPhase::Suspended,
            ended => ended,
        };
        Self { phase, ..self }
    }
}

/// Whether a recognition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecognitionPhase {
    /// It holds.
    InForce,
    /// It holds, and its review is near.
    DueForReview,
    /// It would hold, but a breach of conduct is in force.
    Suspended,
    /// Its review day passed without a review.
    Lapsed,
    /// It was revoked.
    Revoked,
}

/// The one headline of a day. Eligibility and recognition are also shown side by side, in [`Standing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// In no post.
    NotInPost,
    /// A breach of conduct is in force.
    Restricted,
    /// Recognised.
    Recognised {
        /// The level.
        level: Level,
        /// The last valid day.
        until: Day,
    },
    /// Recognised, and the review is near.
    DueForReview {
        /// The level.
        level: Level,
        /// The last valid day.
        until: Day,
    },
    /// Revoked, and nothing since.
    Revoked {
        /// The level it was at.
        level: Level,
    },
    /// Lapsed, and nothing since.
    Lapsed {
        /// The level it was at.
        level: Level,
    },
    /// Not recognised, but everything for this level is there.
    Eligible {
        /// The level.
        level: Level,
    },
    /// Neither recognised nor eligible.
    NotEligible,
}

impl Standing {
    /// Whether the teacher is in post, in whatever role.
    pub fn in_post(&self) -> bool {
        self.post != PostState::NotInPost
    }

    /// The level of the recognition in force.
    pub fn recognised(&self) -> Option<Level> {
        let in_force = |phase| matches!(phase, RecognitionPhase::InForce | RecognitionPhase::DueForReview);
        self.recognition.filter(|recognition| in_force(recognition.phase)).map(|recognition| recognition.level)
    }

    /// The headline. What stops a teacher comes before what is decided, and that before what is computed.
    pub fn status(&self) -> Status {
        if !self.in_post() {
            return Status::NotInPost;
        }
        if self.restricted {
            return Status::Restricted;
        }
        match (self.recognition, self.eligible) {
            (Some(RecognitionState { level, until, phase, .. }), _) => match phase {
                // Suspended is said of nobody without a breach, which comes first.
                RecognitionPhase::Suspended => Status::Restricted,
                RecognitionPhase::InForce => Status::Recognised { level, until },
                RecognitionPhase::DueForReview => Status::DueForReview { level, until },
                RecognitionPhase::Lapsed => Status::Lapsed { level },
                RecognitionPhase::Revoked => Status::Revoked { level },
            },
            (None, Some(level)) => Status::Eligible { level },
            (None, None) => Status::NotEligible,
        }
    }
}

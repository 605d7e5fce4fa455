//! Why the record of a recognition refuses.

use contracts::{Refused, Rejects};

/// The domain saying no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Rejection {
    /// There is no application under this id.
    #[error("there is no application under this id")]
    NotApplied,
    /// The teacher's application at this level is another one.
    #[error("another application of the teacher at this level is open; it is decided first")]
    AppliedOtherwise,
    /// It is on record with other particulars.
    #[error("this recognition of the teacher under that rule from that day is on record with other particulars")]
    RecordedOtherwise,
    /// It has been decided already.
    #[error("the application has been decided already")]
    DecidedAlready,
    /// It is not in force.
    #[error("the recognition is not in force")]
    NotInForce,
    /// The decision would lie before the application.
    #[error("the decision would lie before the application")]
    DecidedBeforeApplication,
    /// It would lie before the grant.
    #[error("it would lie before the first day on which the recognition is valid")]
    BeforeTheGrant,
    /// It would be valid again before it was revoked.
    #[error("it would be valid again before it was revoked")]
    BeforeTheRevocation,
    /// The level is higher than applied for.
    #[error("the level granted is higher than the level applied for")]
    AboveApplication,
    /// A review does not raise the level.
    #[error("a review does not raise the level: a higher one is a recognition of its own, to be applied for")]
    AboveStanding,
    /// A review that lowers the level says why.
    #[error("a review that lowers the level says why")]
    ReasonMissing,
    /// Evidence would be looked at that came after the decision.
    #[error("the cut-off is the day of the decision or one before it")]
    CutOffAfterDecision,
    /// The review would be due later than the longest period allows.
    #[error("the review must be due after the decision and within five years of it")]
    ReviewOutOfRange,
    /// What was granted under older rules would be reviewed too late.
    #[error("a recognition under older rules ends after its first day, and is reviewed by 2027-10-25 at the latest")]
    LegacyOutOfRange,
    /// There is nothing to appeal against.
    #[error("there is no refusal or revocation to appeal against")]
    NothingToAppeal,
    /// There is no open appeal.
    #[error("there is no open appeal")]
    NoOpenAppeal,
    /// No appeal against a revocation has been upheld.
    #[error("no appeal against a revocation of it has been upheld")]
    NothingToReinstate,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotApplied => Refused::Absent,
            Self::AppliedOtherwise
            | Self::RecordedOtherwise
            | Self::DecidedAlready
            | Self::NotInForce
            | Self::NothingToAppeal
            | Self::NoOpenAppeal
            | Self::NothingToReinstate => Refused::Conflict,
            Self::DecidedBeforeApplication
            | Self::BeforeTheGrant
            | Self::BeforeTheRevocation
            | Self::AboveApplication
            | Self::AboveStanding
            | Self::ReasonMissing
            | Self::CutOffAfterDecision
            | Self::ReviewOutOfRange
            | Self::LegacyOutOfRange => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::DecidedBeforeApplication | Self::BeforeTheGrant | Self::BeforeTheRevocation => "on",
            Self::AboveApplication | Self::AboveStanding => "level",
            Self::ReasonMissing => "reason",
            Self::CutOffAfterDecision => "cut_off",
            Self::ReviewOutOfRange | Self::LegacyOutOfRange => "review_due",
            _ => return None,
        };
        Some(field.to_owned())
    }
}

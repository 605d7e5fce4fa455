//! What can be asked of a recognition's record.

use kernel::vocabulary::Level;
use kernel::{Day, Document, EventId, Name, OrganisationId, PackId, Reason, TeacherId};

/// What can be asked of a recognition's record.
#[derive(Debug, Clone)]
pub enum Command {
    /// Apply.
    Apply(Application),
    /// Grant it.
    Grant(Grant),
    /// Refuse it.
    Refuse {
        /// The day.
        on: Day,
        /// The body that decides.
        authority: OrganisationId,
        /// Why.
        reason: Reason,
    },
    /// Put one on record that was granted under older rules.
    RecordLegacy(Legacy),
    /// Review it.
    Review(Review),
    /// Revoke it.
    Revoke {
        /// The first day on which it is no longer valid.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Put it in force again, after an appeal against its revocation was upheld.
    Reinstate {
        /// The first day on which it is valid again.
        on: Day,
        /// The body that decides.
        authority: OrganisationId,
        /// Why.
        reason: Reason,
    },
    /// Appeal against a refusal or revocation.
    LodgeAppeal {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Decide the appeal.
    ResolveAppeal {
        /// The day.
        on: Day,
        /// Whether it is upheld.
        upheld: bool,
        /// Why.
        reason: Reason,
    },
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The day.
    pub on: Day,
    /// Who is to be recognised.
    pub teacher: TeacherId,
    /// The level applied for.
    pub level: Level,
    /// The rule pack to be judged by.
    pub pack: PackId,
    /// The facts relied on.
    #[serde(default)]
    pub evidence: Vec<EventId>,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The first day it is valid.
    pub on: Day,
    /// The level granted.
    pub level: Level,
    /// The body that decides.
    pub authority: OrganisationId,
    /// The last day before it must have been reviewed.
    pub review_due: Day,
    /// The log position of the evidence that was seen.
    pub evidence_position: String,
    /// The last day whose evidence was looked at, where not everything up to the decision was.
    pub cut_off: Option<Day>,
    /// The decision.
    pub document: Option<Document>,
}

/// A recognition that was granted under older rules.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Legacy {
    /// The first day it is valid.
    pub on: Day,
    /// Who is recognised.
    pub teacher: TeacherId,
    /// The level it is equal to.
    pub level: Level,
    /// The body that decided then.
    pub authority: OrganisationId,
    /// The last day before it must have been reviewed.
    pub review_due: Day,
    /// The rule it was granted under, with its document number.
    pub rule: Name,
    /// The decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The day.
    pub on: Day,
    /// The last day before the next review.
    pub review_due: Day,
    /// The level from now on; as it was when there is none.
    pub level: Option<Level>,
    /// Why, where it goes on at a lower level.
    pub reason: Option<Reason>,
}

//! The stream of a recognition as double-qualified 双师型: a decision of an authorised body, never of the software.

use kernel::vocabulary::Level;
use kernel::{Day, Document, EventId, Name, OrganisationId, PackId, Reason, TeacherId};

use crate::domain_event;

/// What can happen to a recognition.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RecognitionEvent {
    /// A teacher applied, or a school applied for a teacher.
    Applied {
        /// The day.
        on: Day,
        /// Who is to be recognised.
        teacher: TeacherId,
        /// The level applied for.
        level: Level,
        /// The rule pack to be judged by.
        pack: PackId,
        /// The facts relied on.
        evidence: Vec<EventId>,
    },
    /// The recognition was granted.
    Granted {
        /// The first day it is valid.
        on: Day,
        /// The level granted.
        level: Level,
        /// The body that decided.
        authority: OrganisationId,
        /// The last day before it must have been reviewed.
        review_due: Day,
        /// The log position of the evidence it stood on.
        evidence_position: String,
        /// The last day whose evidence was taken into account, where the batch had one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cut_off: Option<Day>,
        /// The decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<Document>,
    },
    /// A recognition that was granted under older rules, before there was a pack for it, was put on record. It is never
    /// judged again by later ones.
    LegacyRecorded {
        /// The first day it is valid.
        on: Day,
        /// Who is recognised.
        teacher: TeacherId,
        /// The level it is equal to.
        level: Level,
        /// The body that decided.
        authority: OrganisationId,
        /// The last day before it must have been reviewed.
        review_due: Day,
        /// The rule it was granted under, with its document number.
        rule: Name,
        /// The decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<Document>,
    },
    /// The application was refused.
    Refused {
        /// The day.
        on: Day,
        /// The body that decided.
        authority: OrganisationId,
        /// Why.
        reason: Reason,
    },
    /// The recognition was reviewed and goes on.
    Reviewed {
        /// The day.
        on: Day,
        /// The last day before the next review.
        review_due: Day,
    },
    /// The recognition was reviewed and goes on at a lower level: it can go down as well as up (能上能下).
    Lowered {
        /// The first day at the lower level.
        on: Day,
        /// The lower level.
        level: Level,
        /// The last day before the next review.
        review_due: Day,
        /// Why.
        reason: Reason,
    },
    /// The recognition was ended by a decision.
    Revoked {
        /// The first day on which it is no longer valid.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// The recognition was put in force again after an appeal against its revocation had been upheld: a decision of its
    /// own. When its review is due stays as it was.
    Reinstated {
        /// The first day on which it is valid again; the day of the revocation where that should never have been.
        on: Day,
        /// The body that decided.
        authority: OrganisationId,
        /// Why.
        reason: Reason,
    },
    /// The teacher appealed.
    AppealLodged {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// The appeal was decided.
    AppealResolved {
        /// The day.
        on: Day,
        /// Whether the appeal was upheld; what follows from it is a decision of its own.
        upheld: bool,
        /// Why.
        reason: Reason,
    },
}

domain_event!(RecognitionEvent in "recognition", on
    Self::Applied { on, .. }
    | Self::Granted { on, .. }
    | Self::LegacyRecorded { on, .. }
    | Self::Refused { on, .. }
    | Self::Reviewed { on, .. }
    | Self::Lowered { on, .. }
    | Self::Revoked { on, .. }
    | Self::Reinstated { on, .. }
    | Self::AppealLodged { on, .. }
    | Self::AppealResolved { on, .. } => *on,
);

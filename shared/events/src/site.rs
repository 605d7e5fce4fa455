//! The stream of an approved site: a training base, practice base, practice station and the like.

use kernel::code::{Division, SiteCode, SpecialtyCode};
use kernel::vocabulary::{OrganiserKind, SiteKind};
use kernel::{Day, Document, EventId, Name, OrganisationId, Period, Reason};

use crate::domain_event;

/// What can happen to a site. An approval is named by the id of the event that gave it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SiteEvent {
    /// The site was approved for a period.
    Approved {
        /// What the site is.
        profile: SiteProfile,
        /// When the approval holds.
        period: Period,
        /// The decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<Document>,
    },
    /// The site was approved for a further period.
    Renewed {
        /// When the further approval holds.
        period: Period,
        /// The decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<Document>,
    },
    /// Approval was withdrawn before its end.
    Withdrawn {
        /// The first day on which the site is no longer approved.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// An approval was recorded in error.
    ApprovalVoided {
        /// The day of the correction.
        on: Day,
        /// The event that recorded the approval.
        approval: EventId,
        /// Why.
        reason: Reason,
    },
}

/// What a site is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteProfile {
    /// The code under which it was approved.
    pub code: SiteCode,
    /// Its name.
    pub name: Name,
    /// What it is approved as.
    pub kind: SiteKind,
    /// Where it lies.
    pub division: Division,
    /// Who organises it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organiser: Option<OrganiserKind>,
    /// The enterprise behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<OrganisationId>,
    /// The specialties it serves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specialties: Vec<SpecialtyCode>,
    /// Whether it is a demonstration station 示范性流动站.
    #[serde(default)]
    pub demonstration: bool,
}

domain_event!(SiteEvent in "site", on
    Self::Approved { period, .. } | Self::Renewed { period, .. } => period.from(),
    Self::Withdrawn { on, .. } | Self::ApprovalVoided { on, .. } => *on,
);

//! The stream of a proposal: what one person asks for and another has to approve, bound to exactly what was shown.

use kernel::{AccountId, Day, OrganisationId, Reason, TeacherId};

use crate::{Sealed, domain_event};

/// What can happen to a proposal. Whoever proposed and approved it is named here too, and not in the envelope alone: that
/// they are two people is what is decided on.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ProposalEvent {
    /// Somebody asked for it.
    Proposed(Proposed),
    /// Somebody else approved exactly this.
    Approved {
        /// The day.
        on: Day,
        /// The account that approved.
        by: AccountId,
        /// The digest of what was shown to them.
        digest: String,
    },
    /// Somebody else said no.
    Rejected {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Whoever asked took it back.
    Withdrawn {
        /// The day.
        on: Day,
    },
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Proposed {
    /// The day.
    pub on: Day,
    /// The account that asks.
    pub by: AccountId,
    /// The person behind that account, where it is a person's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<TeacherId>,
    /// The operation, by its code.
    pub operation: String,
    /// The path of the request.
    pub path: String,
    /// Whom it is about, where it is about a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<TeacherId>,
    /// The organisation that it lies with, where it lies with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// The body of the request.
    pub content: Content,
    /// The SHA-256 of operation, path, body and version, in hexadecimal.
    pub digest: String,
    /// The version of the stream that it changes: changed meanwhile, the proposal is void.
    pub version: u64,
    /// The last day on which it may be approved.
    pub last_day: Day,
}

/// The body of a proposed request.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// As it came.
    Clear(String),
    /// Sealed under the key of the person it is about.
    Sealed(Sealed),
}

domain_event!(ProposalEvent in "proposal", on
    Self::Proposed(proposed) => proposed.on,
    Self::Approved { on, .. } | Self::Rejected { on, .. } | Self::Withdrawn { on } => *on,
);

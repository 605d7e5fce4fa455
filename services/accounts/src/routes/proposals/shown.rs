//! A proposal as it is shown.

use std::collections::BTreeMap;

use access::proposal::State;
use access::{Held, Operation, ProposalRow, ProposalState};
use events::{Content, Proposed};
use host::{App, Failure, Right};
use kernel::{AccountId, CorrelationId, Day, OrganisationId, ProposalId, TeacherId};
use readings::Reading;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use vault::{Field, VaultError};

use crate::proposals;

/// How far a proposal has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalStage {
    /// It waits for a second person; after its last day it waits in vain.
    Open,
    /// A second person approved it.
    Approved,
    /// A second person refused it.
    Rejected,
    /// The proposer took it back.
    Withdrawn,
}

/// A proposal in a list.
#[derive(Serialize, ToSchema)]
pub struct ProposalSummary {
    /// The proposal.
    proposal: ProposalId,
    /// The operation that is proposed: its id in this document.
    #[schema(example = "accounts_grant")]
    operation: String,
    /// Whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<TeacherId>,
    /// The organisation that it lies with.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<OrganisationId>,
    /// The account that proposed it.
    by: AccountId,
    /// How far it has come.
    state: ProposalStage,
    /// The last day on which it may be approved.
    last_day: Day,
}

/// A proposal with all that it says.
#[derive(Serialize, ToSchema)]
pub struct ProposalBody {
    /// What it is.
    #[serde(flatten)]
    summary: ProposalSummary,
    /// The day on which it was proposed.
    on: Day,
    /// The path of the request.
    path: String,
    /// The body of the request; none for whoever may not do it, and where whom it is about has been erased.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    /// The SHA-256 of what is proposed: an approval is bound to it.
    digest: String,
    /// The version of what it changes: changed meanwhile, it can no longer be approved.
    changes_version: u64,
    /// The request that approves it, while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    approve_by: Option<Approval>,
}

/// The request that approves a proposal: the same one, by somebody else, with these headers and a fresh
/// `Idempotency-Key`.
#[derive(Serialize, ToSchema)]
pub struct Approval {
    /// Its method.
    method: String,
    /// Its path.
    path: String,
    /// Its headers.
    headers: BTreeMap<String, String>,
}

impl From<ProposalStage> for ProposalState {
    fn from(stage: ProposalStage) -> Self {
        match stage {
            ProposalStage::Open => Self::Open,
            ProposalStage::Approved => Self::Approved,
            ProposalStage::Rejected => Self::Rejected,
            ProposalStage::Withdrawn => Self::Withdrawn,
        }
    }
}

impl From<ProposalState> for ProposalStage {
    fn from(state: ProposalState) -> Self {
        match state {
            ProposalState::Open => Self::Open,
            ProposalState::Approved => Self::Approved,
            ProposalState::Rejected => Self::Rejected,
            ProposalState::Withdrawn => Self::Withdrawn,
        }
    }
}

impl ProposalSummary {
    /// The proposal as the view has it.
    pub fn of(row: ProposalRow) -> Self {
        let ProposalRow { proposal, operation, subject, organisation, by, state, last_day, .. } = row;
        Self { proposal, operation, subject, organisation, by, state: state.into(), last_day }
    }

    /// The proposal.
    pub fn proposal(&self) -> ProposalId {
        self.proposal
    }
}

impl ProposalBody {
    /// The proposal as the log has it, with the body of the request where it may be seen.
    pub fn of(proposal: ProposalId, state: &State, proposed: &Proposed, body: Option<Value>) -> Self {
        let state = match state {
            State::Absent | State::Open(_) => ProposalStage::Open,
            State::Approved { .. } => ProposalStage::Approved,
            State::Rejected(_) => ProposalStage::Rejected,
            State::Withdrawn(_) => ProposalStage::Withdrawn,
        };
        let Proposed { on, by, operation, path, subject, organisation, digest, version, last_day, .. } =
            proposed.clone();
        let approve_by = (state == ProposalStage::Open && body.is_some()).then(|| Approval {
            method: "POST".to_owned(),
            path: path.clone(),
            headers: BTreeMap::from([("Approves".to_owned(), proposal.to_string())]),
        });
        let summary = ProposalSummary { proposal, operation, subject, organisation, by, state, last_day };
        Self { summary, on, path, body, digest, changes_version: version, approve_by }
    }
}

/// The body of the proposed request, opened where it is sealed. That a person's was looked at is put on record first.
pub async fn said(
    app: &App,
    right: &Right,
    held: Option<&Held>,
    proposed: &Proposed,
) -> Result<Option<Value>, Failure> {
    let text = match (&proposed.content, proposed.subject) {
        (Content::Clear(text), _) => text.clone(),
        (Content::Sealed(sealed), Some(subject)) => {
            match app.vault().reveal_restricted_text(subject, Field::Proposal, sealed).await {
                Ok(text) => {
                    app.readings().record(reading(right, held, proposed, subject)).await?;
                    text
                }
                Err(VaultError::Erased) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
        (Content::Sealed(_), None) => return Err(Failure::internal("a sealed proposal is about nobody")),
    };
    serde_json::from_str(&text).map(Some).map_err(Failure::internal)
}

fn reading(right: &Right, held: Option<&Held>, proposed: &Proposed, subject: TeacherId) -> Reading {
    let account = right.principal().account;
    let correlation = host::current_request().map(|request| request.correlation());
    Reading {
        account,
        actor: right.principal().actor(held),
        subjects: vec![subject],
        operation: right.operation().code(),
        purpose: proposals::purpose(Operation::of_code(&proposed.operation)),
        reference: None,
        correlation: correlation.unwrap_or_else(|| CorrelationId::new(account.uuid())),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Agent;

    use super::*;

    fn proposed() -> Proposed {
        let on = Day::parse("2024-01-01").unwrap();
        Proposed {
            on,
            by: AccountId::of_agent(&Agent::parse("proposer").unwrap()),
            person: None,
            operation: "accounts_grant".to_owned(),
            path: "/api/v1/accounts/x/grants".to_owned(),
            subject: None,
            organisation: None,
            content: Content::Clear("{}".to_owned()),
            digest: "d".to_owned(),
            version: 3,
            last_day: on.plus_days(7),
        }
    }

    fn shown(state: &State, body: Option<Value>) -> Value {
        let id = ProposalId::new(proposed().by.uuid());
        serde_json::to_value(ProposalBody::of(id, state, &proposed(), body)).unwrap()
    }

    #[test]
    fn an_open_proposal_says_how_it_is_approved_and_a_decided_one_does_not() {
        let open = shown(&State::Open(proposed()), Some(serde_json::json!({})));
        assert_eq!((open["state"].as_str(), open["changes_version"].as_u64()), (Some("open"), Some(3)));
        assert_eq!(open["approve_by"]["headers"]["Approves"], open["proposal"]);
        assert_eq!(open["approve_by"]["path"], "/api/v1/accounts/x/grants");
        let rejected = shown(&State::Rejected(proposed()), Some(serde_json::json!({})));
        assert_eq!(rejected["state"], "rejected");
        assert!(rejected.get("approve_by").is_none());
    }

    #[test]
    fn whoever_may_not_do_it_is_shown_neither_what_it_says_nor_how_to_approve_it() {
        let mine = shown(&State::Open(proposed()), None);
        assert!(mine.get("body").is_none() && mine.get("approve_by").is_none());
    }

    #[test]
    fn a_stage_is_written_as_the_view_keeps_it() {
        for stage in [ProposalStage::Open, ProposalStage::Approved, ProposalStage::Rejected, ProposalStage::Withdrawn] {
            assert_eq!(serde_json::to_value(stage).unwrap(), ProposalState::from(stage).to_string());
            assert_eq!(ProposalStage::from(ProposalState::from(stage)), stage);
        }
    }
}

//! The write model of a proposal: what one person asks for and another approves, bound to exactly what was shown.

use contracts::{Refused, Rejects};
use decider::Decider;
use events::{ProposalEvent, Proposed};
use kernel::{AccountId, Day, EventId, Reason, TeacherId};
use sha2::{Digest, Sha256};

use crate::Operation;

/// So many days after it was made a proposal may still be approved: whoever approves later no longer sees what was
/// proposed, but what has become of it.
pub const LAST_DAYS: i32 = 7;

/// What can be asked of a proposal's record.
#[derive(Debug, Clone)]
pub enum Command {
    /// Propose.
    Propose(Proposed),
    /// Approve exactly what was shown.
    Approve {
        /// The day.
        on: Day,
        /// The digest of what was shown.
        digest: String,
        /// The account that approves.
        approver: AccountId,
        /// The person behind it, where it is a person's own.
        approver_person: Option<TeacherId>,
    },
    /// Say no.
    Reject {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
        /// The account that says so.
        by: AccountId,
        /// The person behind it, where it is a person's own.
        by_person: Option<TeacherId>,
    },
    /// Take it back.
    Withdraw {
        /// The day.
        on: Day,
        /// The account that says so.
        by: AccountId,
    },
}

/// The domain saying no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Rejection {
    /// There is no proposal under this id.
    #[error("there is no proposal under this id")]
    NotProposed,
    /// The proposal is on record with another content.
    #[error("the proposal is on record with another content")]
    ProposedOtherwise,
    /// It would stay open too long, or not at all.
    #[error("a proposal may be approved on the day it is made and on the seven days after")]
    LastDayOutOfRange,
    /// The proposer is whom it is about.
    #[error("nobody proposes what is about themself")]
    ProposerIsTheSubject,
    /// Whoever proposed it is no second person.
    #[error("whoever proposed it cannot decide on it; somebody else has to")]
    SamePerson,
    /// Whoever it is about does not decide on it.
    #[error("whoever it is about cannot decide on it; somebody else has to")]
    ApproverIsTheSubject,
    /// What was shown is not what was proposed.
    #[error("what was approved is not what was proposed; look at it again")]
    DigestDiffers,
    /// The last day has passed.
    #[error("the last day on which it could be approved has passed; propose it again")]
    TooLate,
    /// It has been approved, rejected or withdrawn.
    #[error("it has been decided or withdrawn already")]
    AlreadyDecided,
    /// Only the proposer takes a proposal back.
    #[error("only whoever proposed it takes it back; others reject it")]
    NotTheProposer,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotProposed => Refused::Absent,
            Self::ProposedOtherwise | Self::DigestDiffers | Self::TooLate | Self::AlreadyDecided => Refused::Conflict,
            Self::LastDayOutOfRange
            | Self::ProposerIsTheSubject
            | Self::SamePerson
            | Self::ApproverIsTheSubject
            | Self::NotTheProposer => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::DigestDiffers).then(|| "digest".to_owned())
    }
}

/// A proposal's record.
#[derive(Debug, Clone, Default)]
pub enum State {
    /// Nothing was proposed.
    #[default]
    Absent,
    /// It waits for a second person.
    Open(Proposed),
    /// A second person approved it.
    Approved {
        /// What was proposed.
        proposed: Proposed,
        /// The account that approved.
        by: AccountId,
    },
    /// A second person said no.
    Rejected(Proposed),
    /// The proposer took it back.
    Withdrawn(Proposed),
}

impl State {
    /// What was proposed.
    pub fn proposed(&self) -> Option<&Proposed> {
        match self {
            Self::Absent => None,
            Self::Open(proposed)
            | Self::Approved { proposed, .. }
            | Self::Rejected(proposed)
            | Self::Withdrawn(proposed) => Some(proposed),
        }
    }
}

/// The write model.
#[derive(Debug)]
pub struct Proposal;

impl Decider for Proposal {
    type State = State;
    type Command = Command;
    type Event = ProposalEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<ProposalEvent>, Rejection> {
        match (command, state) {
            (Command::Propose(proposed), State::Absent) => propose(proposed),
            (_, State::Absent) => Err(Rejection::NotProposed),
            (Command::Propose(proposed), state) => {
                // What is sealed has another ciphertext each time; the digest is over what was sealed.
                let content = |one: &Proposed| (one.by, one.operation.clone(), one.path.clone(), one.digest.clone());
                let same = state.proposed().is_some_and(|known| content(known) == content(proposed));
                if same { Ok(vec![]) } else { Err(Rejection::ProposedOtherwise) }
            }
            (Command::Approve { on, digest, approver, approver_person }, State::Open(proposed)) => {
                second(proposed, *approver, *approver_person)?;
                if *digest != proposed.digest {
                    return Err(Rejection::DigestDiffers);
                }
                if *on > proposed.last_day {
                    return Err(Rejection::TooLate);
                }
                Ok(vec![ProposalEvent::Approved { on: *on, by: *approver, digest: digest.clone() }])
            }
            // Approved but not carried out yet: whoever approved it asks again, and it goes on.
            (Command::Approve { digest, approver, .. }, State::Approved { proposed, by })
                if approver == by && *digest == proposed.digest =>
            {
                Ok(vec![])
            }
            (Command::Reject { on, reason, by, by_person }, State::Open(proposed)) => {
                second(proposed, *by, *by_person)?;
                Ok(vec![ProposalEvent::Rejected { on: *on, reason: reason.clone() }])
            }
            (Command::Withdraw { by, .. }, State::Open(proposed) | State::Withdrawn(proposed))
                if *by != proposed.by =>
            {
                Err(Rejection::NotTheProposer)
            }
            (Command::Withdraw { on, .. }, State::Open(_)) => Ok(vec![ProposalEvent::Withdrawn { on: *on }]),
            (Command::Reject { .. }, State::Rejected(_)) | (Command::Withdraw { .. }, State::Withdrawn(_)) => {
                Ok(vec![])
            }
            _ => Err(Rejection::AlreadyDecided),
        }
    }

    fn evolve(state: &mut State, event: &ProposalEvent, _: EventId) {
        let known = std::mem::take(state);
        *state = match (event, known) {
            (ProposalEvent::Proposed(proposed), _) => State::Open(proposed.clone()),
            (ProposalEvent::Approved { by, .. }, State::Open(proposed)) => State::Approved { proposed, by: *by },
            (ProposalEvent::Rejected { .. }, State::Open(proposed)) => State::Rejected(proposed),
            (ProposalEvent::Withdrawn { .. }, State::Open(proposed)) => State::Withdrawn(proposed),
            (_, known) => known,
        };
    }
}

fn propose(proposed: &Proposed) -> Result<Vec<ProposalEvent>, Rejection> {
    if proposed.person.is_some() && proposed.person == proposed.subject {
        return Err(Rejection::ProposerIsTheSubject);
    }
    if proposed.last_day < proposed.on || proposed.last_day > proposed.on.plus_days(LAST_DAYS) {
        return Err(Rejection::LastDayOutOfRange);
    }
    Ok(vec![ProposalEvent::Proposed(proposed.clone())])
}

/// Whether somebody is a second person: another account of another person, and not whom it is about.
fn second(proposed: &Proposed, account: AccountId, person: Option<TeacherId>) -> Result<(), Rejection> {
    if account == proposed.by || (person.is_some() && person == proposed.person) {
        return Err(Rejection::SamePerson);
    }
    if person.is_some() && person == proposed.subject {
        return Err(Rejection::ApproverIsTheSubject);
    }
    Ok(())
}

/// What an approval is bound to: the SHA-256, in hexadecimal, of an operation, the path and body of the request and the
/// version of the stream that it changes. Every part follows its length, so that no two requests are written alike.
pub fn digest(operation: Operation, path: &str, body: &[u8], version: u64) -> String {
    let mut hash = Sha256::new();
    for part in [operation.code().as_bytes(), path.as_bytes(), body, &version.to_be_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;

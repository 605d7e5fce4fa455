//! What the log refuses, as a caller sees it.

use contracts::{Code, Problem, Rejects};
use eventlog::{AppendError, Refusal, StreamId, ViewError};

use super::Failure;

const REPEAT: &str = "repeat the request with the same Idempotency-Key: it is answered correctly either way";

impl<R: Rejects> From<Refusal<R>> for Failure {
    fn from(refusal: Refusal<R>) -> Self {
        match refusal {
            Refusal::Rejected(rejection) => Self::rejected(&rejection),
            Refusal::Stale { actual } => stale(actual.0),
            Refusal::NoSuchStream { stream } => no_such(&stream),
            Refusal::KeyReused => Self::of(Code::IdempotencyKeyReused),
            Refusal::Contended | Refusal::Overloaded => Self::of(Code::Overloaded),
            Refusal::Closed => Self::of(Code::Unavailable),
            Refusal::Failure(failure) => failure.into(),
            other => Self::internal(other.to_string()),
        }
    }
}

impl From<AppendError> for Failure {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::WrongVersion { actual, .. } => stale(actual.0),
            AppendError::NoSuchStream { stream } => no_such(&stream),
            AppendError::KeyReused => Self::of(Code::IdempotencyKeyReused),
            AppendError::Overloaded => Self::of(Code::Overloaded),
            AppendError::Closed => Self::of(Code::Unavailable),
            AppendError::Failure(failure) => failure.into(),
            other => Self::internal(other),
        }
    }
}

impl From<eventlog::Failure> for Failure {
    fn from(failure: eventlog::Failure) -> Self {
        match failure {
            eventlog::Failure::Unavailable(_) => Self::caused(Code::Unavailable, failure),
            eventlog::Failure::OutcomeUnknown => {
                Self { problem: Box::new(Problem::new(Code::Unavailable).detail(REPEAT)), ..Self::internal(failure) }
            }
            other => Self::internal(other),
        }
    }
}

impl From<ViewError> for Failure {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Building { .. } => Problem::new(Code::Behind).detail("the answer is still being built").into(),
            ViewError::Failure(failure) => failure.into(),
            other => Self::internal(other),
        }
    }
}

fn stale(actual: u64) -> Failure {
    Problem::new(Code::WrongVersion).detail(format!("it is at version \"v{actual}\" now")).into()
}

/// Names the one that is missing: a request may refer to a roster of them, and an id of ours says nothing of a person.
fn no_such(stream: &StreamId) -> Failure {
    let (thing, id) = (stream.category(), stream.id());
    let problem = Problem::new(Code::Rejected).rejection(format!("no_such_{thing}"));
    problem.detail(format!("it refers to the {thing} {id}, which is not on the register")).into()
}

impl From<vault::VaultError> for Failure {
    fn from(error: vault::VaultError) -> Self {
        match error {
            vault::VaultError::SomebodyElse | vault::VaultError::Restricted => {
                Problem::new(Code::Conflict).detail(error.to_string()).into()
            }
            vault::VaultError::Erased => Problem::new(Code::NotFound).detail(error.to_string()).into(),
            vault::VaultError::Store(failure) => failure.into(),
            other => Self::internal(other),
        }
    }
}

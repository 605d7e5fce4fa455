//! What sign-in, rights and the record of readings refuse, as a caller sees it.

use std::time::Duration;

use access::AccessError;
use contracts::{Code, Fault, Place, Problem};
use readings::ReadingsError;
use signin::{OidcError, Refusal, SignInError};

use super::Failure;

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::View(error) => error.into(),
            AccessError::Behind(behind) => crate::fresh::behind(&behind),
        }
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Store(failure) => failure.into(),
            SignInError::Busy => Self::of(Code::Overloaded),
            SignInError::TokenLife => refused("token_life", "last_day", &error),
            SignInError::NoScope => refused("no_scope", "scopes", &error),
            SignInError::LinkedElsewhere => {
                Problem::new(Code::Conflict).rejection("linked_elsewhere").detail(error.to_string()).into()
            }
            other @ (SignInError::Open(_) | SignInError::Hashing) => Self::internal(other),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Wrong => Self::of(Code::NotSignedIn),
            Refusal::LockedOut { retry_after } => Self::of(Code::LockedOut).retry_after(whole_seconds(retry_after)),
            Refusal::Busy => Self::of(Code::Overloaded),
            Refusal::Store(failure) => failure.into(),
            other @ Refusal::Hashing => Self::internal(other),
        }
    }
}

impl From<OidcError> for Failure {
    fn from(error: OidcError) -> Self {
        match error {
            OidcError::NoFlow | OidcError::CodeRefused | OidcError::Token(_) => {
                tracing::info!(signin.refusal = %error, "a sign-in at the provider was refused");
                Problem::new(Code::NotSignedIn).detail(error.to_string()).into()
            }
            OidcError::Unreachable(_) | OidcError::Discovery(_) => Self::caused(Code::Unavailable, error),
            OidcError::Store(failure) => failure.into(),
            OidcError::Settings(_) => Self::internal(error),
        }
    }
}

/// What sign-in says no to, and the field it is about.
fn refused(code: &str, field: &str, error: &SignInError) -> Failure {
    let problem = Problem::new(Code::Rejected).rejection(code).detail(error.to_string());
    problem.fault(Fault::new(Place::field(field), error.to_string())).into()
}

/// Whoever comes back then is not told to wait again.
fn whole_seconds(duration: Duration) -> u32 {
    let up = u64::from(duration.subsec_nanos() > 0);
    u32::try_from(duration.as_secs().saturating_add(up)).unwrap_or(u32::MAX)
}

impl From<ReadingsError> for Failure {
    /// What cannot be put on record is not shown.
    fn from(error: ReadingsError) -> Self {
        Self::caused(Code::Unavailable, error)
    }
}

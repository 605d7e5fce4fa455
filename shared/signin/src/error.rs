//! Why nobody is signed in.

use std::time::Duration;

use eventlog::{Failure, OpenError};

/// Why the store of sign-ins did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The store failed.
    #[error("the store of sign-ins failed")]
    Store(#[from] Failure),
    /// The store cannot be opened.
    #[error("the store of sign-ins cannot be opened")]
    Open(#[from] OpenError),
    /// A password could not be hashed: a fault of the program.
    #[error("a password could not be hashed")]
    Hashing,
    /// More passwords wait to be hashed than may wait: try again later.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// A token must end, later than now and within [`crate::TOKEN_DAYS`] days.
    #[error("a token must end, within 366 days from now")]
    TokenLife,
    /// A token without a scope is good for nothing.
    #[error("a token needs a scope")]
    NoScope,
    /// The identity belongs to another account.
    #[error("the identity belongs to another account")]
    LinkedElsewhere,
}

/// Why a password was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such account, it has no password, or another one. Which of them, nobody is told.
    #[error("the account or the password is wrong")]
    Wrong,
    /// Too many failures, for the account or from the address: also the right password is refused for so long.
    #[error("too many failures: try again later")]
    LockedOut {
        /// How long, at most 15 minutes.
        retry_after: Duration,
    },
    /// More passwords wait to be checked than may wait: try again in a moment.
    #[error("too many passwords wait to be checked")]
    Busy,
    /// A stored hash makes no sense, or hashing failed: a fault of the program.
    #[error("a password could not be checked")]
    Hashing,
    /// The store failed.
    #[error("the store of sign-ins failed")]
    Store(#[from] Failure),
}

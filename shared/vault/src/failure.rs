//! Why the vault does not answer.

use eventlog::{Failure, OpenError};

use crate::cipher::Unopenable;

/// Why the vault does not answer.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The store failed.
    #[error("the store of keys failed")]
    Store(#[from] Failure),
    /// The store cannot be opened.
    #[error("the store of keys cannot be opened")]
    Open(#[from] OpenError),
    /// The store was made under another master key, or has been rotated to another one since.
    #[error("the store of keys was made under another master key than the one given")]
    OtherMasterKey,
    /// A rotation of the master key has not come to its end, and needs the old and the new one to go on.
    #[error("a rotation of the master key is under way: resume it with the old and the new key")]
    HalfRotated,
    /// The id number belongs to another entry of the register.
    #[error("the id number belongs to another entry of the register")]
    SomebodyElse,
    /// There is no key for this person: never enrolled.
    #[error("there is no key for this person")]
    NoKey,
    /// The person's data may only be stored and protected (Personal Information Protection Law, art. 47).
    #[error("the person's data is restricted to storage")]
    Restricted,
    /// The person's data has been erased, for good.
    #[error("the person's data has been erased")]
    Erased,
    /// The key or the sealed value does not open: another suite or master key, or changed bytes.
    #[error("a sealed value does not open: another suite or master key, or changed bytes")]
    Unopenable,
}

impl From<Unopenable> for VaultError {
    fn from(Unopenable: Unopenable) -> Self {
        Self::Unopenable
    }
}

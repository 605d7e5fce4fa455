//! Personal data: a key per person, sealing, and look-up by a keyed hash, all kept outside the log.
//!
//! Names and id numbers stand in the log only as ciphertext under their person's key. Destroying the key erases them
//! everywhere, while hashes and proofs of the log stay true. The store of keys is a small database of its own, so that
//! it can have backups and credentials of its own. The crate refuses to know why somebody wants to see a name.

mod cipher;
mod master;
mod person;

pub use master::{MasterKey, MasterKeyFault};
pub use person::{Identity, Vault, VaultError};

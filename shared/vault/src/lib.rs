//! Personal data: a key per person, sealing, and look-up by a keyed hash, all kept outside the log.
//!
//! Names and id numbers stand in the log only as ciphertext under their person's key. Destroying the key erases them
//! everywhere, while hashes and proofs of the log stay true. The store of keys is a small database of its own, so that
//! it can have backups and credentials of its own. The crate refuses to know why somebody wants to see a name.
//!
//! # What an erasure reaches, and what it does not
//!
//! Erasing deletes a person's key, tags and marks, and leaves a fence, so that nothing brings the person back. A store
//! in SQLite then holds none of it in any of its files; PostgreSQL shows it to no statement that begins later, and forgets
//! it once those that began before have ended. Copies that others made keep it: PostgreSQL's write-ahead log, archives, standbys and backups, and copies or snapshots of a file. The
//! keys in them are wrapped under the master key of their day. So rotate the master key regularly, and destroy the old
//! one: from then on a key in an older copy opens nothing, and an erasure is complete. That day is what to promise.
//!
//! Two things a rotation does not do. Tags and marks are keyed by the look-up key, which it wraps anew but does not
//! change: whoever has both an older copy and today's master key and store can try id numbers against an erased
//! person's tag, and learn an id that says when they were enrolled and a key that opens nothing. And a store that was restored from
//! before an erasure has lost its fence: erase everybody again whom the log says was erased, before it serves.

mod cipher;
mod failure;
mod identity;
mod invented;
mod look_up;
mod mark;
mod master;
mod names;
mod person;
mod ring;
mod rotation;
mod seal;
mod state;
#[cfg(test)]
mod trial;

pub use failure::VaultError;
pub use identity::Identity;
pub use invented::Invented;
pub use mark::{MarkCursor, MarkGroup, MarkKind};
pub use master::{MasterKey, MasterKeyFault};
pub use names::near_names;
pub use person::Vault;
pub use rotation::Rotated;
pub use seal::Field;
pub use state::{Erased, State};

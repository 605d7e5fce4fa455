//! The master keys at hand, and wrapping under the one that the store names.

use std::sync::{Arc, PoisonError, RwLock};

use eventlog::{Failure, Row, ViewTx, args};
use events::Sealed;
use kernel::Chance;

use crate::VaultError;
use crate::master::MasterKey;

/// The master keys at hand: one, and two from the start of a rotation on. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Ring(Arc<RwLock<Vec<MasterKey>>>);

impl Ring {
    pub(crate) fn of(keys: Vec<MasterKey>) -> Self {
        Self(Arc::new(RwLock::new(keys)))
    }

    pub(crate) fn add(&self, key: MasterKey) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(key);
    }

    /// The key with this fingerprint.
    pub(crate) fn named(&self, fingerprint: &str) -> Option<MasterKey> {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().find(|key| key.fingerprint() == fingerprint).cloned()
    }
}

/// A key as it is stored: wrapped, with the name of the master key that wraps it.
pub(crate) struct Wrapped {
    pub(crate) kek: String,
    pub(crate) sealed: Sealed,
}

impl Wrapped {
    /// Wraps a key for its place.
    pub(crate) fn seal(master: &MasterKey, key: &[u8; 32], place: &str, chance: &Chance) -> Result<Self, VaultError> {
        Ok(Self { kek: master.fingerprint(), sealed: master.wrapping().seal(key, place, chance)? })
    }

    /// Reads the columns `suite, kek, wrapped` from the column `first` on.
    pub(crate) fn read(row: &Row, first: usize) -> Result<Self, Failure> {
        // No suite has a larger number, and none has 0: what claims so does not open.
        let suite = u8::try_from(row.int(first)?).unwrap_or(0);
        let sealed = Sealed { suite, blob: row.text(first + 2)?.to_owned() };
        Ok(Self { kek: row.text(first + 1)?.to_owned(), sealed })
    }

    /// Unwraps the key of this place.
    pub(crate) fn open(&self, ring: &Ring, place: &str) -> Result<[u8; 32], VaultError> {
        let master = ring.named(&self.kek).ok_or(VaultError::OtherMasterKey)?;
        let bytes = master.wrapping().open(&self.sealed, place)?;
        bytes.try_into().map_err(|_| VaultError::Unopenable)
    }
}

/// Which master key the store is named for, and to which one it is being rotated.
pub(crate) struct Naming {
    pub(crate) current: String,
    pub(crate) next: Option<String>,
}

impl Naming {
    pub(crate) async fn read(tx: &mut ViewTx) -> Result<Self, VaultError> {
        let row = tx.fetch_one(include_str!("sql/naming.sql"), args![]).await?;
        Ok(Self { current: row.text(0)?.to_owned(), next: row.opt_text(1)?.map(str::to_owned) })
    }

    /// The key that wraps from now on. It is asked for where nobody can begin or end a rotation, so that nothing is
    /// ever wrapped under a key that has been retired.
    pub(crate) fn wrapping(&self, ring: &Ring) -> Result<MasterKey, VaultError> {
        ring.named(self.next.as_ref().unwrap_or(&self.current)).ok_or(VaultError::OtherMasterKey)
    }
}

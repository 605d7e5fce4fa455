//! Rotating the master key: every key of the store is wrapped anew, and the old master key opens nothing any more.

use eventlog::{LogConfig, Value, ViewTx, args};
use kernel::{Chance, TeacherId};

use crate::master::MasterKey;
use crate::person::{LOOK_UP, put_look_up};
use crate::ring::{Naming, Ring, Wrapped};
use crate::seal::Place;
use crate::{Vault, VaultError};

/// Keys that are wrapped anew in one transaction.
const BATCH: usize = 500;

/// What a rotation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// Persons' keys that it wrapped anew. One that was resumed counts from there on.
    pub keys: u64,
    /// Tags that go on leading to their persons, because the look-up key was wrapped anew too.
    pub tags: u64,
}

impl Vault {
    /// Wraps every living person's key, and the look-up key, under another master key; at the end the store is named
    /// for that one, and the old one opens nothing of it. This vault goes on answering meanwhile and afterwards. Other
    /// processes that only have the old key refuse with [`VaultError::OtherMasterKey`] until they start with the new.
    ///
    /// It may end early at any point, with this future or with the process, and loses nothing: both master keys are
    /// needed then, and [`Vault::resume_rotation`] goes on. So keep the old one until this has answered, and destroy it
    /// then.
    ///
    /// # Errors
    /// When a rotation to yet another master key is under way, or the store fails. When a key does not open, which is
    /// found out before anything is changed.
    pub async fn rotate(&self, new: MasterKey) -> Result<Rotated, VaultError> {
        self.refuse_unopenable(&new).await?;
        self.ring.add(new.clone());
        let mut keys = 0;
        if self.begin_rotation(&new).await? {
            // Whoever is enrolled from now on has a key under the new one, so one pass meets every old one.
            let mut last = None;
            while let Some((wrapped, person)) = self.rotate_batch(&new, last, BATCH).await? {
                keys += wrapped;
                last = Some(person);
            }
        }
        let tags = self.end_rotation(&new).await?;
        self.store.scrub().await?;
        Ok(Rotated { keys, tags })
    }

    /// Opens a store whose rotation ended early, and rotates it to the end; one that has not begun begins, and one that
    /// is at its end stays there.
    ///
    /// # Errors
    /// As [`Vault::open`] and [`Vault::rotate`].
    pub async fn resume_rotation(
        config: &LogConfig,
        old: MasterKey,
        new: MasterKey,
        chance: Chance,
    ) -> Result<(Self, Rotated), VaultError> {
        let fresh = old.fingerprint();
        let vault = Self::open_with(config, Ring::of(vec![old, new.clone()]), fresh, chance).await?;
        match vault.rotate(new).await {
            Ok(rotated) => Ok((vault, rotated)),
            Err(error) => {
                vault.close().await;
                Err(error)
            }
        }
    }

    /// Nothing begins that cannot end: every key must open with what is at hand.
    async fn refuse_unopenable(&self, new: &MasterKey) -> Result<(), VaultError> {
        let mut after = String::new();
        loop {
            let page = args![new.fingerprint(), &after, BATCH];
            let rows = self.store.fetch(include_str!("sql/keys_to_rotate.sql"), page).await?;
            for row in &rows {
                Wrapped::read(row, 1)?.open(&self.ring, &Place::Key.of(row.parse(0)?))?;
            }
            match rows.last() {
                Some(last) => last.text(0)?.clone_into(&mut after),
                None => return Ok(()),
            }
        }
    }

    /// Lets every key from now on be wrapped under the new master key; answers whether any may still be under another.
    async fn begin_rotation(&self, new: &MasterKey) -> Result<bool, VaultError> {
        let (ring, new) = (self.ring.clone(), new.fingerprint());
        self.store
            .alone(move |tx| {
                Box::pin(async move {
                    let naming = Naming::read(tx).await?;
                    // Another process may have rotated the store away from every key at hand.
                    ring.named(&naming.current).ok_or(VaultError::OtherMasterKey)?;
                    match naming.next {
                        None if naming.current == new => Ok(false),
                        None => {
                            tx.execute(include_str!("sql/name_next_master.sql"), args![new]).await?;
                            Ok(true)
                        }
                        Some(next) if next == new => Ok(true),
                        Some(_) => Err(VaultError::HalfRotated),
                    }
                })
            })
            .await
    }

    /// Wraps at most `most` keys anew, of the persons after `last`; answers how many, and the last person, or nothing
    /// when there is no such key left.
    pub(crate) async fn rotate_batch(
        &self,
        new: &MasterKey,
        last: Option<TeacherId>,
        most: usize,
    ) -> Result<Option<(u64, TeacherId)>, VaultError> {
        let (vault, new) = (self.clone(), new.clone());
        let after = last.map(|person| person.to_string()).unwrap_or_default();
        self.store.together(move |tx| Box::pin(async move { vault.rotate_some(tx, &new, after, most).await })).await
    }

    async fn rotate_some(
        &self,
        tx: &mut ViewTx,
        new: &MasterKey,
        after: String,
        most: usize,
    ) -> Result<Option<(u64, TeacherId)>, VaultError> {
        let found = tx.fetch(include_str!("sql/keys_to_rotate.sql"), args![new.fingerprint(), after, most]).await?;
        let mut fresh: Vec<Vec<Value>> = Vec::with_capacity(found.len());
        let mut last = None;
        for row in &found {
            let person: TeacherId = row.parse(0)?;
            let place = Place::Key.of(person);
            let key = Wrapped::read(row, 1)?.open(&self.ring, &place)?;
            let wrapped = Wrapped::seal(new, &key, &place, &self.chance)?;
            fresh.push(args![person, wrapped.sealed.suite, wrapped.kek, wrapped.sealed.blob]);
            last = Some(person);
        }
        let Some(last) = last else { return Ok(None) };
        let (before, of) = (include_str!("sql/rotate_keys.sql"), include_str!("sql/rotate_keys_of.sql"));
        Ok(Some((tx.bulk(before, 4, &fresh, of).await?, last)))
    }

    /// Names the store for the new master key; answers how many tags it has.
    async fn end_rotation(&self, new: &MasterKey) -> Result<u64, VaultError> {
        let (vault, new) = (self.clone(), new.clone());
        self.store.alone(move |tx| Box::pin(async move { vault.rename(tx, &new).await })).await
    }

    async fn rename(&self, tx: &mut ViewTx, new: &MasterKey) -> Result<u64, VaultError> {
        let naming = Naming::read(tx).await?;
        // Another process may have come to the end of the same rotation.
        if naming.current != new.fingerprint() {
            let (any, first) = (args![new.fingerprint(), "", 1], include_str!("sql/keys_to_rotate.sql"));
            if naming.next != Some(new.fingerprint()) || tx.fetch_optional(first, any).await?.is_some() {
                return Err(VaultError::HalfRotated);
            }
            let row = tx.fetch_one(include_str!("sql/look_up_key.sql"), args![]).await?;
            let look_up = Wrapped::read(&row, 0)?.open(&self.ring, LOOK_UP)?;
            put_look_up(tx, &Wrapped::seal(new, &look_up, LOOK_UP, &self.chance)?).await?;
            tx.execute(include_str!("sql/rename_master.sql"), args![new.fingerprint()]).await?;
            tx.execute(include_str!("sql/forget_next_master.sql"), args![]).await?;
        }
        Ok(tx.fetch_one(include_str!("sql/count_tags.sql"), args![]).await?.count(0)?)
    }
}

#[cfg(test)]
mod tests;

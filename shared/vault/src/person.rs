//! Persons: their keys, and the way from an id number to the person.

use std::collections::{BTreeSet, HashMap};

use eventlog::{LogConfig, SideStore, Value, ViewTx, args};
use kernel::code::CitizenId;
use kernel::{Chance, Instant, TeacherId};

use crate::VaultError;
use crate::look_up::LookUpKey;
use crate::master::MasterKey;
use crate::ring::{Naming, Ring, Wrapped};
use crate::seal::Place;
use crate::state::{self, State};

/// The store of persons' keys.
#[derive(Debug, Clone)]
pub struct Vault {
    pub(crate) store: SideStore,
    pub(crate) ring: Ring,
    pub(crate) look_up: LookUpKey,
    pub(crate) chance: Chance,
}

impl Vault {
    /// Opens the store beside the log.
    ///
    /// # Errors
    /// When the store cannot be opened, is under another master key (what one of them seals, the other could not open),
    /// or is half-way from one master key to another: then [`Vault::resume_rotation`] goes on.
    pub async fn open(config: &LogConfig, master: MasterKey, chance: Chance) -> Result<Self, VaultError> {
        let fingerprint = master.fingerprint();
        Self::open_with(config, Ring::of(vec![master]), fingerprint, chance).await
    }

    /// Opens the store with the keys at hand; a new store is named `fresh`.
    pub(crate) async fn open_with(
        config: &LogConfig,
        ring: Ring,
        fresh: String,
        chance: Chance,
    ) -> Result<Self, VaultError> {
        let store = SideStore::open(config, "vault", include_str!("sql/schema.sql")).await?;
        let (keys, source) = (ring.clone(), chance.clone());
        let look_up =
            store.alone(move |tx| Box::pin(async move { open_look_up(tx, &keys, &fresh, &source).await })).await;
        match look_up {
            Ok(look_up) => Ok(Self { store, ring, look_up, chance }),
            Err(refusal) => {
                store.close().await;
                Err(refusal)
            }
        }
    }

    /// The person with this id number, if somebody enrolled them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find(&self, number: &CitizenId) -> Result<Option<TeacherId>, VaultError> {
        let tag = self.look_up.tag(number.as_str());
        let row = self.store.fetch_optional(include_str!("sql/find_tag.sql"), args![tag]).await?;
        Ok(row.map(|row| row.parse(0)).transpose()?)
    }

    /// The persons with these id numbers, in their order, as far as somebody enrolled them. A few statements.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find_many(&self, numbers: &[CitizenId]) -> Result<Vec<Option<TeacherId>>, VaultError> {
        let tags: Vec<String> = numbers.iter().map(|number| self.look_up.tag(number.as_str())).collect();
        let distinct: BTreeSet<&str> = tags.iter().map(String::as_str).collect();
        let keys: Vec<Value> = distinct.into_iter().map(Value::from).collect();
        let mut persons: HashMap<String, TeacherId> = HashMap::with_capacity(keys.len());
        for row in self.store.fetch_in(include_str!("sql/find_tags.sql"), &keys, "").await? {
            persons.insert(row.text(0)?.to_owned(), row.parse(1)?);
        }
        Ok(tags.iter().map(|tag| persons.get(tag).copied()).collect())
    }

    /// The persons with these id numbers, in their order; those not known yet get a key and an id, which says that they
    /// were enrolled `at` an instant and nothing else about them. The same number always leads to the same person,
    /// however many ask at once; after an erasure it leads to a new one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn enrol(&self, numbers: &[CitizenId], at: Instant) -> Result<Vec<TeacherId>, VaultError> {
        let tags: Vec<String> = numbers.iter().map(|number| self.look_up.tag(number.as_str())).collect();
        // In one order, so that two who enrol the same people wait for each other and never in a circle.
        let in_order: BTreeSet<String> = tags.iter().cloned().collect();
        let vault = self.clone();
        self.store
            .together(move |tx| {
                Box::pin(async move {
                    let mut persons = HashMap::with_capacity(in_order.len());
                    for tag in in_order {
                        let person = vault.enrol_tag(tx, &tag, at).await?;
                        persons.insert(tag, person);
                    }
                    // Every tag was enrolled just now.
                    Ok(tags.iter().filter_map(|tag| persons.get(tag).copied()).collect())
                })
            })
            .await
    }

    /// A person without an id number, such as a foreign expert: a fresh id with a key.
    ///
    /// # Errors
    /// When the person has been erased, or the store fails.
    pub async fn enrol_unnumbered(&self, person: TeacherId) -> Result<(), VaultError> {
        let vault = self.clone();
        self.store.together(move |tx| Box::pin(async move { vault.add_key(tx, person).await })).await
    }

    /// Makes an id number lead to a person whose number was recorded wrongly before.
    ///
    /// # Errors
    /// When the number leads to somebody else already, the person has been erased, or the store fails.
    pub async fn assign(&self, number: &CitizenId, person: TeacherId) -> Result<(), VaultError> {
        let tag = self.look_up.tag(number.as_str());
        self.store
            .together(move |tx| {
                Box::pin(async move {
                    refuse_erased(tx, person).await?;
                    tx.execute(include_str!("sql/add_tag.sql"), args![&tag, person]).await?;
                    let row = tx.fetch_one(include_str!("sql/find_tag.sql"), args![&tag]).await?;
                    if row.parse::<TeacherId>(0)? == person { Ok(()) } else { Err(VaultError::SomebodyElse) }
                })
            })
            .await
    }

    /// Leaves a person no other id number than this one: one that was recorded wrongly is somebody else's, who is yet to
    /// come onto the register.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn leave_only(&self, number: &CitizenId, person: TeacherId) -> Result<(), VaultError> {
        let tag = self.look_up.tag(number.as_str());
        let sql = include_str!("sql/drop_other_tags.sql");
        self.store
            .together(move |tx| {
                Box::pin(async move {
                    tx.execute(sql, args![person, tag]).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Closes the store.
    pub async fn close(&self) {
        self.store.close().await;
    }

    async fn enrol_tag(&self, tx: &mut ViewTx, tag: &str, at: Instant) -> Result<TeacherId, VaultError> {
        if let Some(row) = tx.fetch_optional(include_str!("sql/find_tag.sql"), args![tag]).await? {
            return Ok(row.parse(0)?);
        }
        let person = TeacherId::new(self.chance.uuid(at));
        let added = tx.execute(include_str!("sql/add_tag.sql"), args![tag, person]).await?;
        if added == 0 {
            // Another process enrolled the number since we looked; its person is the one.
            let row = tx.fetch_one(include_str!("sql/find_tag.sql"), args![tag]).await?;
            return Ok(row.parse(0)?);
        }
        self.add_key(tx, person).await?;
        Ok(person)
    }

    async fn add_key(&self, tx: &mut ViewTx, person: TeacherId) -> Result<(), VaultError> {
        refuse_erased(tx, person).await?;
        let master = Naming::read(tx).await?.wrapping(&self.ring)?;
        let wrapped = Wrapped::seal(&master, &self.chance.bytes(), &Place::Key.of(person), &self.chance)?;
        let arguments = args![person, wrapped.sealed.suite, wrapped.kek, wrapped.sealed.blob];
        tx.execute(include_str!("sql/add_key.sql"), arguments).await?;
        Ok(())
    }
}

/// The fence: nothing is stored any more about a person who has been erased. It holds until the transaction commits,
/// because an erasure is alone.
async fn refuse_erased(tx: &mut ViewTx, person: TeacherId) -> Result<(), VaultError> {
    match state::of(tx, person).await? {
        State::Erased => Err(VaultError::Erased),
        State::Active | State::Restricted => Ok(()),
    }
}

/// What the look-up key is bound to.
pub(crate) const LOOK_UP: &str = "look-up key";

/// The look-up key, once the store is known to be under a key at hand.
async fn open_look_up(tx: &mut ViewTx, ring: &Ring, fresh: &str, chance: &Chance) -> Result<LookUpKey, VaultError> {
    let is_fresh = tx.execute(include_str!("sql/name_master.sql"), args![fresh]).await? == 1;
    let naming = Naming::read(tx).await?;
    let current = ring.named(&naming.current);
    if let Some(next) = &naming.next {
        let next = ring.named(next);
        if current.is_some() != next.is_some() {
            return Err(VaultError::HalfRotated);
        }
    }
    let current = current.ok_or(VaultError::OtherMasterKey)?;
    if let Some(row) = tx.fetch_optional(include_str!("sql/look_up_key.sql"), args![]).await? {
        return Ok(LookUpKey::new(Wrapped::read(&row, 0)?.open(ring, LOOK_UP)?));
    }
    // A store from before it had a look-up key of its own has tags under the one that its master key implies.
    let look_up = if is_fresh { LookUpKey::new(chance.bytes()) } else { current.look_up() };
    put_look_up(tx, &Wrapped::seal(&naming.wrapping(ring)?, look_up.bytes(), LOOK_UP, chance)?).await?;
    Ok(look_up)
}

/// Stores the wrapped look-up key in place of the one before.
pub(crate) async fn put_look_up(tx: &mut ViewTx, wrapped: &Wrapped) -> Result<(), VaultError> {
    let arguments = args![wrapped.sealed.suite, &wrapped.kek, &wrapped.sealed.blob];
    tx.execute(include_str!("sql/put_look_up_key.sql"), arguments).await?;
    Ok(())
}

#[cfg(test)]
mod tests;

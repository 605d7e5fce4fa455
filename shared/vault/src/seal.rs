//! Sealing and revealing: every value is bound to its person and to what it is.

use std::collections::HashMap;

use eventlog::{Failure, Row, Value, args};
use events::{Sealed, SealedIdentity};
use kernel::code::CitizenId;
use kernel::{Chance, Name, TeacherId};

use crate::cipher::{Key, Unopenable};
use crate::ring::{Ring, Wrapped};
use crate::state::State;
use crate::{Identity, Vault, VaultError};

/// A text about a person that may stand in the log only sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The number of a certificate.
    CertificateNumber,
    /// What somebody wishes to be corrected about themselves.
    Wish,
    /// What a proposal about a person says.
    Proposal,
}

/// What a sealed value is, and so, besides its person, what it is bound to. Stored for ever.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    Key,
    Name,
    CitizenId,
    Text(Field),
}

impl Place {
    pub(crate) fn of(self, person: TeacherId) -> String {
        let place = match self {
            Self::Key => "key",
            Self::Name => "name",
            Self::CitizenId => "citizen_id",
            Self::Text(Field::CertificateNumber) => "certificate_number",
            Self::Text(Field::Wish) => "wish",
            Self::Text(Field::Proposal) => "proposal",
        };
        format!("{person}|{place}")
    }
}

impl Vault {
    /// Seals an identity under the person's key.
    ///
    /// # Errors
    /// When the person is restricted, has been erased or was never enrolled, or the store fails.
    pub async fn seal(&self, person: TeacherId, identity: &Identity) -> Result<SealedIdentity, VaultError> {
        let key = self.find_key(person).await?.for_use()?.open(&self.ring)?;
        Ok(seal_identity(&key, person, identity, &self.chance)?)
    }

    /// Opens a sealed identity.
    ///
    /// # Errors
    /// When the person is restricted, has been erased or was never enrolled, the value does not open, or the store
    /// fails.
    pub async fn reveal(&self, person: TeacherId, sealed: &SealedIdentity) -> Result<Identity, VaultError> {
        identity(&self.find_key(person).await?.for_use()?.open(&self.ring)?, person, sealed)
    }

    /// Opens a sealed identity although the person may be restricted: only for a duty to store or protect, such as the
    /// person's own export.
    ///
    /// # Errors
    /// When the person has been erased or was never enrolled, the value does not open, or the store fails.
    pub async fn reveal_restricted(&self, person: TeacherId, sealed: &SealedIdentity) -> Result<Identity, VaultError> {
        identity(&self.find_key(person).await?.open(&self.ring)?, person, sealed)
    }

    /// Opens the sealed identities of a page, in its order, with a statement for 256 persons and not for each. What
    /// does not open says so in its place, and keeps nobody else's from being shown.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn reveal_many(
        &self,
        page: &[(TeacherId, &SealedIdentity)],
    ) -> Result<Vec<Result<Identity, VaultError>>, VaultError> {
        let mut asked: Vec<TeacherId> = page.iter().map(|(person, _)| *person).collect();
        asked.sort_unstable();
        asked.dedup();
        let keys = self.find_keys(&asked).await?;
        let reveal = |&(person, sealed): &(TeacherId, &SealedIdentity)| match keys.get(&person) {
            Some(Held::Key(key)) => identity(&key.for_use()?.open(&self.ring)?, person, sealed),
            Some(Held::Erased) => Err(VaultError::Erased),
            None => Err(VaultError::NoKey),
        };
        Ok(page.iter().map(reveal).collect())
    }

    /// Seals a text about a person under the person's key.
    ///
    /// # Errors
    /// When the person is restricted, has been erased or was never enrolled, or the store fails.
    pub async fn seal_text(&self, person: TeacherId, field: Field, text: &str) -> Result<Sealed, VaultError> {
        let key = self.find_key(person).await?.for_use()?.open(&self.ring)?;
        Ok(key.seal(text.as_bytes(), &Place::Text(field).of(person), &self.chance)?)
    }

    /// As [`Vault::seal_text`], although the person may be restricted: only for a duty to store or protect, such as
    /// proposing that they be erased.
    ///
    /// # Errors
    /// When the person has been erased or was never enrolled, or the store fails.
    pub async fn seal_restricted_text(
        &self,
        person: TeacherId,
        field: Field,
        text: &str,
    ) -> Result<Sealed, VaultError> {
        let key = self.find_key(person).await?.open(&self.ring)?;
        Ok(key.seal(text.as_bytes(), &Place::Text(field).of(person), &self.chance)?)
    }

    /// Opens a text that was sealed about the same person in the same field.
    ///
    /// # Errors
    /// When the person is restricted, has been erased or was never enrolled, the text does not open, or the store
    /// fails.
    pub async fn reveal_text(&self, person: TeacherId, field: Field, sealed: &Sealed) -> Result<String, VaultError> {
        text(&self.find_key(person).await?.for_use()?.open(&self.ring)?, person, Place::Text(field), sealed)
    }

    /// As [`Vault::reveal_text`], although the person may be restricted: only for a duty to store or protect.
    ///
    /// # Errors
    /// When the person has been erased or was never enrolled, the text does not open, or the store fails.
    pub async fn reveal_restricted_text(
        &self,
        person: TeacherId,
        field: Field,
        sealed: &Sealed,
    ) -> Result<String, VaultError> {
        text(&self.find_key(person).await?.open(&self.ring)?, person, Place::Text(field), sealed)
    }

    /// The stored key of a person who has not been erased.
    pub(crate) async fn find_key(&self, person: TeacherId) -> Result<StoredKey, VaultError> {
        let row = self.store.fetch_optional(include_str!("sql/find_key.sql"), args![person]).await?;
        let held = match row {
            Some(row) => Held::read(&row)?,
            None => {
                let row = self.store.fetch_optional(include_str!("sql/state.sql"), args![person]).await?;
                let state = State::read(row.as_ref().map(|row| row.text(0)).transpose()?)?;
                if state != State::Erased {
                    return Err(VaultError::NoKey);
                }
                Held::Erased
            }
        };
        match held {
            Held::Key(key) => Ok(key),
            Held::Erased => Err(VaultError::Erased),
        }
    }

    /// What is stored of these persons; of those never enrolled there is nothing.
    async fn find_keys(&self, persons: &[TeacherId]) -> Result<HashMap<TeacherId, Held>, VaultError> {
        let values: Vec<Value> = persons.iter().map(|&person| person.into()).collect();
        let mut found = HashMap::with_capacity(persons.len());
        for row in self.store.fetch_in(include_str!("sql/find_keys.sql"), &values, "").await? {
            found.insert(row.parse(0)?, Held::read(&row)?);
        }
        let rest = persons.iter().filter(|&person| !found.contains_key(person)).map(|&person| person.into());
        let rest: Vec<Value> = rest.collect();
        if !rest.is_empty() {
            for row in self.store.fetch_in(include_str!("sql/states.sql"), &rest, "").await? {
                if State::read(row.opt_text(1)?)? == State::Erased {
                    found.insert(row.parse(0)?, Held::Erased);
                }
            }
        }
        Ok(found)
    }
}

/// What is stored of a person.
enum Held {
    Key(StoredKey),
    Erased,
}

impl Held {
    fn read(row: &Row) -> Result<Self, Failure> {
        let state = State::read(row.opt_text(4)?)?;
        if state == State::Erased {
            // Whoever put a key beside the fence: it opens nothing.
            return Ok(Self::Erased);
        }
        let restricted = state == State::Restricted;
        Ok(Self::Key(StoredKey { person: row.parse(0)?, wrapped: Wrapped::read(row, 1)?, restricted }))
    }
}

/// A person's key as it is stored.
pub(crate) struct StoredKey {
    person: TeacherId,
    wrapped: Wrapped,
    pub(crate) restricted: bool,
}

impl StoredKey {
    /// Refuses everyday use of a restricted person's key.
    fn for_use(&self) -> Result<&Self, VaultError> {
        if self.restricted { Err(VaultError::Restricted) } else { Ok(self) }
    }

    fn open(&self, ring: &Ring) -> Result<Key, VaultError> {
        Ok(Key::new(self.wrapped.open(ring, &Place::Key.of(self.person))?))
    }
}

/// Seals an identity under its person's key.
pub(crate) fn seal_identity(
    key: &Key,
    person: TeacherId,
    identity: &Identity,
    chance: &Chance,
) -> Result<SealedIdentity, Unopenable> {
    let seal = |text: &str, place: Place| key.seal(text.as_bytes(), &place.of(person), chance);
    let number = identity.citizen_id.as_ref();
    Ok(SealedIdentity {
        name: seal(identity.name.as_str(), Place::Name)?,
        citizen_id: number.map(|number| seal(number.as_str(), Place::CitizenId)).transpose()?,
    })
}

fn identity(key: &Key, person: TeacherId, sealed: &SealedIdentity) -> Result<Identity, VaultError> {
    let name = text(key, person, Place::Name, &sealed.name)?;
    let number = sealed.citizen_id.as_ref().map(|number| text(key, person, Place::CitizenId, number)).transpose()?;
    let number = number.map(|number| CitizenId::parse(&number)).transpose();
    Ok(Identity {
        name: Name::parse(&name).map_err(|_| VaultError::Unopenable)?,
        citizen_id: number.map_err(|_| VaultError::Unopenable)?,
    })
}

fn text(key: &Key, person: TeacherId, place: Place, sealed: &Sealed) -> Result<String, VaultError> {
    let clear = key.open(sealed, &place.of(person))?;
    String::from_utf8(clear).map_err(|_| VaultError::Unopenable)
}

#[cfg(test)]
mod tests;

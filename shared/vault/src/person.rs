//! Persons: their keys, their sealed identities, and the way from an id number to the person.

use eventlog::{Failure, LogConfig, OpenError, SideStore, ViewTx, args};
use events::{Sealed, SealedIdentity};
use kernel::code::CitizenId;
use kernel::{Chance, Name, TeacherId};

use crate::cipher::{AES_256_GCM, Key};
use crate::master::MasterKey;

/// Who somebody is, in clear. Lives only as long as it takes to answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name.
    pub name: Name,
    /// The citizen id number; a foreign expert may have none.
    pub citizen_id: Option<CitizenId>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity")
    }
}

/// Why the vault does not answer.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The store failed.
    #[error("the store of keys failed")]
    Store(#[from] Failure),
    /// The store cannot be opened.
    #[error("the store of keys cannot be opened")]
    Open(#[from] OpenError),
    /// The store was made under another master key.
    #[error("the store of keys was made under another master key than the one given")]
    OtherMasterKey,
    /// The id number belongs to another entry of the register.
    #[error("the id number belongs to another entry of the register")]
    SomebodyElse,
    /// There is no key for this person: erased, or never enrolled.
    #[error("there is no key for this person")]
    NoKey,
    /// The key or the sealed value does not open: another master key, or changed bytes.
    #[error("a sealed value does not open: another master key, or changed bytes")]
    Unopenable,
}

/// The store of persons' keys.
#[derive(Debug, Clone)]
pub struct Vault {
    store: SideStore,
    master: MasterKey,
    chance: Chance,
}

impl Vault {
    /// Opens the store beside the log.
    ///
    /// # Errors
    /// When the store cannot be opened, or was made under another master key: what one of them seals, the other could
    /// not open.
    pub async fn open(config: &LogConfig, master: MasterKey, chance: Chance) -> Result<Self, VaultError> {
        let store = SideStore::open(config, "vault", include_str!("sql/schema.sql")).await?;
        store.execute(include_str!("sql/name_master.sql"), args![master.fingerprint()]).await?;
        let named = store.fetch_optional(include_str!("sql/master.sql"), vec![]).await?;
        match named {
            Some(row) if row.text(0)? == master.fingerprint() => Ok(Self { store, master, chance }),
            _ => Err(VaultError::OtherMasterKey),
        }
    }

    /// The person with this id number, if somebody enrolled them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find(&self, number: &CitizenId) -> Result<Option<TeacherId>, VaultError> {
        let tag = self.master.tag(number.as_str());
        let row = self.store.fetch_optional(include_str!("sql/find_tag.sql"), args![tag]).await?;
        Ok(row.map(|row| row.parse(0)).transpose()?)
    }

    /// The persons with these id numbers, in their order; those not known yet get an id, which says nothing about
    /// them, and a key. The same number always leads to the same person, however many ask at once.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn enrol(&self, numbers: &[CitizenId]) -> Result<Vec<TeacherId>, VaultError> {
        let tags: Vec<String> = numbers.iter().map(|number| self.master.tag(number.as_str())).collect();
        let vault = self.clone();
        self.store
            .transaction(move |tx| {
                Box::pin(async move {
                    let mut persons = Vec::with_capacity(tags.len());
                    for tag in tags {
                        persons.push(vault.enrol_tag(tx, tag).await?);
                    }
                    Ok(persons)
                })
            })
            .await
    }

    /// A person without an id number, such as a foreign expert: a fresh id with a key.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn enrol_unnumbered(&self, person: TeacherId) -> Result<(), VaultError> {
        let vault = self.clone();
        self.store.transaction(move |tx| Box::pin(async move { vault.add_key(tx, person).await })).await
    }

    /// Makes an id number lead to a person whose number was recorded wrongly before.
    ///
    /// # Errors
    /// When the number leads to somebody else already, or the store fails.
    pub async fn assign(&self, number: &CitizenId, person: TeacherId) -> Result<(), VaultError> {
        let tag = self.master.tag(number.as_str());
        self.store
            .transaction(move |tx| {
                Box::pin(async move {
                    tx.execute(include_str!("sql/add_tag.sql"), args![&tag, person]).await?;
                    let row = tx.fetch_one(include_str!("sql/find_tag.sql"), args![&tag]).await?;
                    if row.parse::<TeacherId>(0)? == person { Ok(()) } else { Err(VaultError::SomebodyElse) }
                })
            })
            .await
    }

    /// Seals an identity under the person's key.
    ///
    /// # Errors
    /// When the person has no key, or the store fails.
    pub async fn seal(&self, person: TeacherId, identity: &Identity) -> Result<SealedIdentity, VaultError> {
        let key = self.key(person).await?;
        let seal = |text: &str, field: Field| {
            let blob =
                key.seal(text.as_bytes(), &field.of(person), &self.chance).map_err(|_| VaultError::Unopenable)?;
            Ok::<_, VaultError>(Sealed { suite: AES_256_GCM, blob })
        };
        let name = seal(identity.name.as_str(), Field::Name)?;
        let citizen_id =
            identity.citizen_id.as_ref().map(|number| seal(number.as_str(), Field::CitizenId)).transpose()?;
        Ok(SealedIdentity { name, citizen_id })
    }

    /// Opens a sealed identity.
    ///
    /// # Errors
    /// When the person has been erased, the value does not open, or the store fails.
    pub async fn reveal(&self, person: TeacherId, sealed: &SealedIdentity) -> Result<Identity, VaultError> {
        let key = self.key(person).await?;
        let reveal = |sealed: &Sealed, field: Field| {
            let clear = key.open(&sealed.blob, &field.of(person)).map_err(|_| VaultError::Unopenable)?;
            String::from_utf8(clear).map_err(|_| VaultError::Unopenable)
        };
        let name = Name::parse(&reveal(&sealed.name, Field::Name)?).map_err(|_| VaultError::Unopenable)?;
        let citizen_id = match &sealed.citizen_id {
            Some(number) => {
                let number = reveal(number, Field::CitizenId)?;
                Some(CitizenId::parse(&number).map_err(|_| VaultError::Unopenable)?)
            }
            None => None,
        };
        Ok(Identity { name, citizen_id })
    }

    /// Closes the store.
    pub async fn close(&self) {
        self.store.close().await;
    }

    async fn enrol_tag(&self, tx: &mut ViewTx, tag: String) -> Result<TeacherId, VaultError> {
        if let Some(row) = tx.fetch_optional(include_str!("sql/find_tag.sql"), args![&tag]).await? {
            return Ok(row.parse(0)?);
        }
        let person = TeacherId::new(uuid::Builder::from_random_bytes(self.chance.bytes()).into_uuid());
        let added = tx.execute(include_str!("sql/add_tag.sql"), args![&tag, person]).await?;
        if added == 0 {
            // Another process enrolled the number since we looked; its person is the one.
            let row = tx.fetch_one(include_str!("sql/find_tag.sql"), args![&tag]).await?;
            return Ok(row.parse(0)?);
        }
        self.add_key(tx, person).await?;
        Ok(person)
    }

    async fn add_key(&self, tx: &mut ViewTx, person: TeacherId) -> Result<(), VaultError> {
        let key: [u8; 32] = self.chance.bytes();
        let wrapped = self.master.wrapping().seal(&key, &Field::Key.of(person), &self.chance);
        let wrapped = wrapped.map_err(|_| VaultError::Unopenable)?;
        let arguments = args![person, AES_256_GCM, self.master.fingerprint(), wrapped];
        tx.execute(include_str!("sql/add_key.sql"), arguments).await?;
        Ok(())
    }

    async fn key(&self, person: TeacherId) -> Result<Key, VaultError> {
        let row = self.store.fetch_optional(include_str!("sql/find_key.sql"), args![person]).await?;
        let row = row.ok_or(VaultError::NoKey)?;
        let opened = self.master.wrapping().open(row.text(2)?, &Field::Key.of(person));
        let bytes = opened.map_err(|_| VaultError::Unopenable)?;
        Ok(Key::new(bytes.try_into().map_err(|_| VaultError::Unopenable)?))
    }
}

/// What a sealed value is bound to, besides its person.
enum Field {
    Key,
    Name,
    CitizenId,
}

impl Field {
    fn of(&self, person: TeacherId) -> String {
        let field = match self {
            Self::Key => "key",
            Self::Name => "name",
            Self::CitizenId => "citizen_id",
        };
        format!("{person}|{field}")
    }
}

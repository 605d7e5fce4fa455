//! Enrolling people who do not exist: many at once, under ids that are given, and sealed to the same bytes every time.

use std::collections::{BTreeMap, HashMap};

use eventlog::{Value, ViewTx, args};
use events::SealedIdentity;
use kernel::{Chance, TeacherId};

use crate::cipher::Key;
use crate::mark::{self, Marks};
use crate::ring::{Naming, Ring, Wrapped};
use crate::seal::{self, Place};
use crate::state::State;
use crate::{Identity, Vault, VaultError};

/// Somebody who does not exist.
#[derive(Debug)]
pub struct Invented {
    /// The id.
    pub person: TeacherId,
    /// Who it is.
    pub identity: Identity,
    /// Where the key and the nonces of the sealed identity come from. A source of its own for each person: two persons
    /// with one source would have one key.
    pub chance: Chance,
}

impl Vault {
    /// Enrols people who do not exist, marks them and seals their identities, in their order, all in one transaction.
    /// Their keys come from the chance that is given, so that a register drawn again from the same seed is the same to
    /// the byte: never call it for a person who exists, for whoever knows the seed knows the key. The master key, the
    /// look-up key and the wrapping of the keys are the store's own, as ever. Asked again, it changes nothing.
    ///
    /// # Errors
    /// When a number leads to somebody else already, a person is restricted or has been erased (then nobody is
    /// enrolled), or the store fails.
    pub async fn enrol_invented(&self, people: Vec<Invented>) -> Result<Vec<SealedIdentity>, VaultError> {
        let vault = self.clone();
        self.store.together(move |tx| Box::pin(async move { vault.enrol_all(tx, &people).await })).await
    }

    async fn enrol_all(&self, tx: &mut ViewTx, people: &[Invented]) -> Result<Vec<SealedIdentity>, VaultError> {
        let drawn: Vec<[u8; 32]> = people.iter().map(|invented| invented.chance.bytes()).collect();
        self.put_tags(tx, people).await?;
        let keys = self.put_keys(tx, people, &drawn).await?;
        let marks: BTreeMap<TeacherId, Marks> =
            people.iter().map(|invented| (invented.person, Marks::of(&invented.identity, &self.look_up))).collect();
        mark::put(tx, &marks).await?;
        let sealed = |(invented, drawn): (&Invented, &[u8; 32])| {
            let key = keys.get(&invented.person).unwrap_or(drawn);
            Ok(seal::seal_identity(&Key::new(*key), invented.person, &invented.identity, &invented.chance)?)
        };
        people.iter().zip(&drawn).map(sealed).collect()
    }

    /// Makes each number lead to its person.
    async fn put_tags(&self, tx: &mut ViewTx, people: &[Invented]) -> Result<(), VaultError> {
        // In one order, so that two who enrol the same people wait for each other and never in a circle.
        let tags: BTreeMap<String, TeacherId> = people
            .iter()
            .filter_map(|invented| {
                Some((self.look_up.tag(invented.identity.citizen_id.as_ref()?.as_str()), invented.person))
            })
            .collect();
        let rows: Vec<Vec<Value>> = tags.iter().map(|(tag, person)| args![tag, *person]).collect();
        let (insert, keep) = (include_str!("sql/put_tags.sql"), include_str!("sql/keep_tag.sql"));
        let added = tx.bulk(insert, 2, &rows, keep).await?;
        if added == rows.len() as u64 {
            return Ok(());
        }
        let wanted: Vec<Value> = tags.keys().map(|tag| tag.as_str().into()).collect();
        for row in tx.fetch_in(include_str!("sql/find_tags.sql"), &wanted, "").await? {
            if tags.get(row.text(0)?) != Some(&row.parse(1)?) {
                return Err(VaultError::SomebodyElse);
            }
        }
        Ok(())
    }

    /// Gives a key to whoever has none; gives the keys that were there before.
    async fn put_keys(
        &self,
        tx: &mut ViewTx,
        people: &[Invented],
        drawn: &[[u8; 32]],
    ) -> Result<HashMap<TeacherId, [u8; 32]>, VaultError> {
        let persons: Vec<Value> = people.iter().map(|invented| invented.person.into()).collect();
        for row in tx.fetch_in(include_str!("sql/states.sql"), &persons, "").await? {
            if State::read(row.opt_text(1)?)? == State::Erased {
                return Err(VaultError::Erased);
            }
        }
        let known = known(tx, &persons, &self.ring).await?;
        let master = Naming::read(tx).await?.wrapping(&self.ring)?;
        let mut rows = Vec::new();
        for (invented, key) in people.iter().zip(drawn) {
            let person = invented.person;
            if !known.contains_key(&person) {
                let wrapped = Wrapped::seal(&master, key, &Place::Key.of(person), &self.chance)?;
                rows.push(args![person, wrapped.sealed.suite, wrapped.kek, wrapped.sealed.blob]);
            }
        }
        let (insert, keep) = (include_str!("sql/put_keys.sql"), include_str!("sql/keep_key.sql"));
        tx.bulk(insert, 4, &rows, keep).await?;
        Ok(known)
    }
}

async fn known(tx: &mut ViewTx, persons: &[Value], ring: &Ring) -> Result<HashMap<TeacherId, [u8; 32]>, VaultError> {
    let mut known = HashMap::new();
    for row in tx.fetch_in(include_str!("sql/find_keys.sql"), persons, "").await? {
        let person: TeacherId = row.parse(0)?;
        known.insert(person, Wrapped::read(&row, 1)?.open(ring, &Place::Key.of(person))?);
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{Folder, NOW, identity, numbers, stranger};

    fn people() -> Vec<Invented> {
        let person = |(index, number): (usize, kernel::code::CitizenId)| Invented {
            person: stranger(index as u128 + 1),
            identity: identity("王小明", Some(number)),
            chance: Chance::new(move |bytes| bytes.fill(u8::try_from(index).unwrap())),
        };
        numbers(5).into_iter().enumerate().map(person).collect()
    }

    #[tokio::test]
    async fn the_same_people_are_sealed_to_the_same_bytes_in_every_store() {
        let (one, other) = (Folder::new(), Folder::new());
        let vault = one.open().await;
        let first = vault.enrol_invented(people()).await.unwrap();
        assert_eq!(vault.enrol_invented(people()).await.unwrap(), first, "asked again");
        assert_eq!(other.open().await.enrol_invented(people()).await.unwrap(), first, "elsewhere");
        for (invented, sealed) in people().iter().zip(&first) {
            assert_eq!(vault.reveal(invented.person, sealed).await.unwrap(), invented.identity);
            let number = invented.identity.citizen_id.as_ref().unwrap();
            assert_eq!(vault.find(number).await.unwrap(), Some(invented.person));
        }
        assert_eq!(vault.with_mark_of(people()[0].person).await.unwrap().len(), 4, "they all have one name");
    }

    #[tokio::test]
    async fn a_number_of_somebody_else_enrols_nobody() {
        let folder = Folder::new();
        let vault = folder.open().await;
        vault.enrol(&numbers(5)[4..], NOW).await.unwrap();
        assert!(matches!(vault.enrol_invented(people()).await, Err(VaultError::SomebodyElse)));
        assert_eq!(vault.find(&numbers(5)[0]).await.unwrap(), None);
    }

    #[tokio::test]
    async fn nobody_who_was_erased_comes_back() {
        let folder = Folder::new();
        let vault = folder.open().await;
        vault.enrol_invented(people()).await.unwrap();
        vault.erase(&[people()[1].person]).await.unwrap();
        assert!(matches!(vault.enrol_invented(people()).await, Err(VaultError::Erased)));
    }
}

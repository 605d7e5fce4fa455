//! What may be done with a person's data: Personal Information Protection Law, art. 47.

use std::collections::{BTreeSet, HashSet};

use eventlog::{Failure, Value, ViewTx, args};
use kernel::TeacherId;

use crate::{Vault, VaultError};

/// What may be done with a person's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Whatever the registry is for.
    Active,
    /// Nothing but storing and protecting it, as long as a period of the law runs.
    Restricted,
    /// There is none any more, and never will be.
    Erased,
}

impl State {
    /// Reads what is stored; somebody of whom nothing is stored is active.
    pub(crate) fn read(word: Option<&str>) -> Result<Self, Failure> {
        match word {
            None => Ok(Self::Active),
            Some("restricted") => Ok(Self::Restricted),
            Some("erased") => Ok(Self::Erased),
            Some(_) => Err(Failure::unreadable("the state of a person", "no such word")),
        }
    }
}

/// What an erasure deleted: nothing, when everybody had been erased before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Persons who had not been erased before, or not to the end.
    pub persons: u64,
    /// Wrapped keys: one a person, or none when the person was never enrolled.
    pub keys: u64,
    /// Tags by which an id number was looked up.
    pub tags: u64,
    /// Marks by which duplicates were found.
    pub marks: u64,
}

impl Vault {
    /// What may be done with a person's data.
    ///
    /// # Errors
    /// When the person was never enrolled, or the store fails.
    pub async fn state(&self, person: TeacherId) -> Result<State, VaultError> {
        match self.find_key(person).await {
            Ok(key) if key.restricted => Ok(State::Restricted),
            Ok(_) => Ok(State::Active),
            Err(VaultError::Erased) => Ok(State::Erased),
            Err(error) => Err(error),
        }
    }

    /// Everybody whose data is restricted to storage, in the order of their ids.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn restricted(&self) -> Result<Vec<TeacherId>, VaultError> {
        let rows = self.store.fetch(include_str!("sql/restricted.sql"), vec![]).await?;
        Ok(rows.iter().map(|row| row.parse(0)).collect::<Result<_, Failure>>()?)
    }

    /// Restricts a person's data to storage. Again, it changes nothing.
    ///
    /// # Errors
    /// When the person has been erased or was never enrolled, or the store fails.
    pub async fn restrict(&self, person: TeacherId) -> Result<(), VaultError> {
        self.change(person, include_str!("sql/restrict.sql")).await
    }

    /// Lifts the restriction, if there is one.
    ///
    /// # Errors
    /// When the person has been erased or was never enrolled, or the store fails.
    pub async fn lift_restriction(&self, person: TeacherId) -> Result<(), VaultError> {
        self.change(person, include_str!("sql/lift_restriction.sql")).await
    }

    /// Erases persons: deletes key, tags and marks for good, and fences the ids, so that nothing brings them back.
    /// Somebody this store never knew is fenced too: after a restore, everybody is erased again whom the log says was.
    ///
    /// It takes as long as writing the store anew, for one as for a thousand, so ask for them together. Those who have
    /// been erased to the end are only looked up.
    ///
    /// # Errors
    /// When the store fails. When it does so after the erasure, or the process dies, remains may still be readable in
    /// its files: ask again, and they are gone.
    pub async fn erase(&self, persons: &[TeacherId]) -> Result<Erased, VaultError> {
        let due = self.due(persons).await?;
        if due.is_empty() {
            return Ok(Erased::default());
        }
        let then = due.clone();
        let erased = self.store.alone(move |tx| Box::pin(async move { erase(tx, &due).await })).await?;
        self.store.scrub().await?;
        let forget = include_str!("sql/forget_remains.sql");
        let forgotten =
            self.store.transaction(move |tx| Box::pin(async move { tx.execute_in(forget, &then, "").await }));
        forgotten.await?;
        Ok(erased)
    }

    /// Those of them who are not fenced, or of whom something is left; each once, however often they are named.
    async fn due(&self, persons: &[TeacherId]) -> Result<Vec<Value>, VaultError> {
        let keys: Vec<Value> = persons.iter().map(|&person| person.into()).collect();
        let mut done = HashSet::new();
        for row in self.store.fetch_in(include_str!("sql/states.sql"), &keys, "").await? {
            if State::read(row.opt_text(1)?)? == State::Erased {
                done.insert(row.text(0)?.to_owned());
            }
        }
        for left in [
            include_str!("sql/with_key.sql"),
            include_str!("sql/with_tag.sql"),
            include_str!("sql/with_mark.sql"),
            include_str!("sql/with_remains.sql"),
        ] {
            for row in self.store.fetch_in(left, &keys, "").await? {
                done.remove(row.text(0)?);
            }
        }
        let each: BTreeSet<TeacherId> = persons.iter().copied().collect();
        Ok(each.into_iter().filter(|person| !done.contains(&person.to_string())).map(Value::from).collect())
    }

    async fn change(&self, person: TeacherId, statement: &'static str) -> Result<(), VaultError> {
        self.store
            .together(move |tx| {
                Box::pin(async move {
                    if of(tx, person).await? == State::Erased {
                        return Err(VaultError::Erased);
                    }
                    let key = tx.fetch_optional(include_str!("sql/find_key.sql"), args![person]).await?;
                    key.ok_or(VaultError::NoKey)?;
                    tx.execute(statement, args![person]).await?;
                    Ok(())
                })
            })
            .await
    }
}

/// What may be done with a person's data; somebody never enrolled counts as active.
pub(crate) async fn of(tx: &mut ViewTx, person: TeacherId) -> Result<State, Failure> {
    let row = tx.fetch_optional(include_str!("sql/state.sql"), args![person]).await?;
    State::read(row.as_ref().map(|row| row.text(0)).transpose()?)
}

async fn erase(tx: &mut ViewTx, persons: &[Value]) -> Result<Erased, VaultError> {
    let remains: Vec<_> = persons.iter().map(|person| vec![person.clone()]).collect();
    let fences: Vec<_> = persons.iter().map(|person| vec![person.clone(), "erased".into()]).collect();
    let again = "on conflict (person) do update set state = excluded.state";
    tx.bulk(include_str!("sql/fence.sql"), 2, &fences, again).await?;
    tx.bulk(include_str!("sql/note_remains.sql"), 1, &remains, "on conflict (person) do nothing").await?;
    Ok(Erased {
        persons: persons.len() as u64,
        keys: tx.execute_in(include_str!("sql/erase_keys.sql"), persons, "").await?,
        tags: tx.execute_in(include_str!("sql/erase_tags.sql"), persons, "").await?,
        marks: tx.execute_in(include_str!("sql/erase_marks.sql"), persons, "").await?,
    })
}

#[cfg(test)]
mod tests;

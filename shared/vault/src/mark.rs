//! Marks: keyed hashes by which persons who may be one and the same are found, without a name or birth date in clear.

use std::collections::BTreeMap;

use eventlog::{Failure, Value, ViewTx, args};
use kernel::{Malformed, TeacherId};

use crate::look_up::LookUpKey;
use crate::names::normalised;
use crate::{Identity, State, Vault, VaultError};

/// What persons may share. In the order of how much it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// Name and birth date.
    NameBirth,
    /// The name.
    Name,
    /// The birth date, as the id number tells it; who has no id number has none.
    Birth,
}

impl MarkKind {
    fn word(self) -> &'static str {
        match self {
            Self::NameBirth => "name_birth",
            Self::Name => "name",
            Self::Birth => "birth",
        }
    }

    fn read(word: &str) -> Result<Self, Failure> {
        let known = [Self::NameBirth, Self::Name, Self::Birth].into_iter().find(|kind| kind.word() == word);
        known.ok_or_else(|| Failure::unreadable("the kind of a mark", "no such word"))
    }
}

/// Where a page of groups ends. It is a keyed hash: it says nothing without the key, but is no id to hand around.
#[derive(Clone, PartialEq, Eq)]
pub struct MarkCursor(String);

impl MarkCursor {
    /// The text to hand back for the next page.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads what [`MarkCursor::as_str`] gave.
    ///
    /// # Errors
    /// When it is anything but lower-case hexadecimal digits, at most 64.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.is_empty() || text.len() > 64 || !text.bytes().all(digit) {
            return Err(Malformed::new("cursor", "hand back what the page before ended with"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Debug for MarkCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MarkCursor")
    }
}

/// Persons who share a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkGroup {
    /// They, by id: the first 100.
    pub persons: Vec<TeacherId>,
    /// How many they are: at least 2.
    pub count: u64,
    /// Where the next page begins if this group is the last of its page.
    pub cursor: MarkCursor,
}

/// Others that one person is answered with at most: thousands share a birth date or a common name.
const MOST_OTHERS: usize = 1_000;
/// Persons of a group that are listed at most.
const MOST_MEMBERS: usize = 100;

impl Vault {
    /// Replaces a person's marks with those of this identity. To be called once the identity is on record.
    ///
    /// # Errors
    /// When the person is restricted, has been erased or was never enrolled, or the store fails.
    pub async fn mark(&self, person: TeacherId, identity: &Identity) -> Result<(), VaultError> {
        self.mark_many(&[(person, identity)]).await
    }

    /// As [`Vault::mark`], for many in one transaction. Of a person who is there twice, the last identity counts.
    ///
    /// # Errors
    /// When one of them is restricted, has been erased or was never enrolled (then nobody is marked), or the store
    /// fails.
    pub async fn mark_many(&self, identities: &[(TeacherId, &Identity)]) -> Result<(), VaultError> {
        // In the order of ids, so that two who mark the same persons wait for each other and never in a circle.
        let marks: BTreeMap<TeacherId, Marks> =
            identities.iter().map(|(person, identity)| (*person, Marks::of(identity, &self.look_up))).collect();
        self.store.together(move |tx| Box::pin(async move { put(tx, &marks).await })).await
    }

    /// Others that share a mark with this person, those that share most first, at most 1,000. Nobody restricted is
    /// found, nor finds anybody.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn with_mark_of(&self, person: TeacherId) -> Result<Vec<(TeacherId, MarkKind)>, VaultError> {
        let rows = self.store.fetch(include_str!("sql/with_mark_of.sql"), args![person, MOST_OTHERS]).await?;
        let read = |row: &eventlog::Row| Ok((row.parse(0)?, MarkKind::read(row.text(1)?)?));
        rows.iter().map(read).collect()
    }

    /// Groups of two and more who share a mark of this kind, at most `limit` and none before `after`. The order says
    /// nothing. Nobody restricted is in one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn shared_marks(
        &self,
        kind: MarkKind,
        limit: u32,
        after: Option<&MarkCursor>,
    ) -> Result<Vec<MarkGroup>, VaultError> {
        let after = after.map(MarkCursor::as_str).unwrap_or_default();
        let page = args![kind.word(), after, limit];
        let mut groups = Vec::new();
        for row in self.store.fetch(include_str!("sql/shared_marks.sql"), page).await? {
            let mark = row.text(0)?;
            let group = args![kind.word(), mark, MOST_MEMBERS];
            let persons = self.store.fetch(include_str!("sql/persons_of_mark.sql"), group).await?;
            groups.push(MarkGroup {
                persons: persons.iter().map(|row| row.parse(0)).collect::<Result<_, _>>()?,
                count: row.count(1)?,
                cursor: MarkCursor(mark.to_owned()),
            });
        }
        Ok(groups)
    }
}

/// The marks of an identity.
pub(crate) struct Marks {
    name: String,
    /// Of the birth date, and of name and birth date.
    birth: Option<[String; 2]>,
}

impl Marks {
    pub(crate) fn of(identity: &Identity, key: &LookUpKey) -> Self {
        let name = normalised(&identity.name);
        // A citizen id number has the birth date in its 7th to 14th digit.
        let birth = identity.citizen_id.as_ref().and_then(|number| number.as_str().get(6..14));
        let mark = |kind: MarkKind, text: &str| key.mark(kind.word(), text);
        Self {
            birth: birth
                .map(|birth| [mark(MarkKind::Birth, birth), mark(MarkKind::NameBirth, &format!("{name}|{birth}"))]),
            name: mark(MarkKind::Name, &name),
        }
    }
}

/// Replaces the marks of these persons.
pub(crate) async fn put(tx: &mut ViewTx, marks: &BTreeMap<TeacherId, Marks>) -> Result<(), VaultError> {
    let persons: Vec<Value> = marks.keys().map(|&person| person.into()).collect();
    refuse_unfit(tx, &persons).await?;
    let (insert, conflict) = (include_str!("sql/put_marks.sql"), include_str!("sql/replace_mark.sql"));
    // Everybody has a mark of the name. It is written first: its row is what two who mark the same person wait for.
    let row = |person: TeacherId, kind: MarkKind, mark: &str| args![person, kind.word(), mark];
    let names: Vec<_> = marks.iter().map(|(&person, marks)| row(person, MarkKind::Name, &marks.name)).collect();
    tx.bulk(insert, 3, &names, conflict).await?;
    tx.execute_in(include_str!("sql/drop_other_marks.sql"), &persons, "").await?;
    let mut births = Vec::new();
    for (&person, marks) in marks {
        if let Some([birth, name_birth]) = &marks.birth {
            births.push(row(person, MarkKind::Birth, birth));
            births.push(row(person, MarkKind::NameBirth, name_birth));
        }
    }
    tx.bulk(insert, 3, &births, conflict).await?;
    Ok(())
}

/// Refuses to store anything more about persons that are restricted, erased or unknown.
async fn refuse_unfit(tx: &mut ViewTx, persons: &[Value]) -> Result<(), VaultError> {
    let states = tx.fetch_in(include_str!("sql/states.sql"), persons, "").await?;
    for row in &states {
        if State::read(Some(row.text(1)?))? == State::Erased {
            return Err(VaultError::Erased);
        }
    }
    if !states.is_empty() {
        return Err(VaultError::Restricted);
    }
    let keys = tx.fetch_in(include_str!("sql/find_keys.sql"), persons, "").await?;
    if keys.len() < persons.len() { Err(VaultError::NoKey) } else { Ok(()) }
}

#[cfg(test)]
mod tests;

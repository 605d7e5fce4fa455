//! Who the rows of a list are about.

use std::collections::{BTreeMap, BTreeSet};

use access::{Object, Place};
use host::{App, Failure};
use kernel::code::CitizenId;
use kernel::{Day, TeacherId};

use super::AskedRow;

/// The rows of a list, and whom of the register they are about.
#[derive(Debug, Clone)]
pub struct People {
    /// The rows with whoever may be spoken of.
    pub rows: Vec<(AskedRow, Option<TeacherId>)>,
}

impl People {
    /// Looks the numbers of a list up. Whose processing is restricted, and who has been erased, is nobody; who was merged
    /// goes by the entry that stands for them.
    ///
    /// # Errors
    /// When the vault or the view of rights does not answer.
    pub async fn of(app: &App, rows: Vec<AskedRow>, today: Day) -> Result<Self, Failure> {
        let numbers: Vec<CitizenId> = rows.iter().filter_map(|row| row.number.as_ref().ok()).cloned().collect();
        let mut persons = app.vault().find_many(&numbers).await?.into_iter();
        let persons: Vec<Option<TeacherId>> =
            rows.iter().map(|row| row.number.as_ref().ok().and_then(|_| persons.next().flatten())).collect();
        let known: BTreeSet<TeacherId> = persons.iter().flatten().copied().collect();
        let open = app.access().open_to_records(&known.iter().copied().collect::<Vec<_>>()).await?;
        let mut shown: BTreeMap<TeacherId, TeacherId> = open.iter().map(|person| (*person, *person)).collect();
        for person in known.difference(&open.into_iter().collect()) {
            if let Some(Place { is_closed: false, subject, .. }) =
                app.access().place(&Object::Teacher(*person), today).await?
            {
                shown.insert(*person, subject.unwrap_or(*person));
            }
        }
        let whom = |person: Option<TeacherId>| person.and_then(|person| shown.get(&person).copied());
        Ok(Self { rows: rows.into_iter().zip(persons.into_iter().map(whom)).collect() })
    }

    /// Everybody who may be spoken of, each once.
    pub fn known(&self) -> Vec<TeacherId> {
        let known: BTreeSet<TeacherId> = self.rows.iter().filter_map(|(_, person)| *person).collect();
        known.into_iter().collect()
    }

    /// How many numbers there are that are not those of these people: whoever tries numbers out is counted as well.
    pub fn other_than(&self, own: &BTreeSet<TeacherId>) -> usize {
        let is_other = |person: &Option<TeacherId>| person.is_none_or(|person| !own.contains(&person));
        let others = self.rows.iter().filter(|(_, person)| is_other(person));
        others.filter_map(|(row, _)| row.number.as_ref().ok()).map(CitizenId::as_str).collect::<BTreeSet<_>>().len()
    }
}

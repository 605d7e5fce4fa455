//! What is on file under the ids of people, read in one statement: what one answer about one person costs is above all how
//! often the database is asked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use eventlog::{Failure, Row, ViewError};
use events::SealedIdentity;
use kernel::code::StaffNumber;
use kernel::{EventId, OrganisationId, TeacherId};

use super::Dossiers;
use super::many::keys;
use super::sight::Lying;
use crate::Entry;
use crate::projection::{Merge, parse_json};

/// A person as such: where they came onto the register, and under which identity.
#[derive(Debug)]
pub(super) struct Person {
    pub position: u64,
    /// `active`, `restricted` or `erased`.
    pub state: String,
    pub identity: Option<SealedIdentity>,
}

impl Person {
    /// The person whose state, identity and position stand in these columns.
    pub(super) fn of(row: &Row, [state, identity, position]: [usize; 3]) -> Result<Self, Failure> {
        let identity = match row.text(identity)? {
            "" => None,
            sealed => Some(parse_json(sealed)?),
        };
        Ok(Self { position: row.count(position)?, state: row.text(state)?.to_owned(), identity })
    }
}

/// What is on file under some ids, each read once. Of who is not shown to whoever asks it may be in here as well.
#[derive(Debug, Default)]
pub(super) struct OnFile {
    /// The ids that were read.
    pub read: BTreeSet<TeacherId>,
    pub persons: BTreeMap<TeacherId, Person>,
    /// Who stands for whom today, where somebody else does.
    pub keepers: BTreeMap<TeacherId, TeacherId>,
    pub places: BTreeMap<TeacherId, Vec<Lying>>,
    /// The merges that any of them had to do with.
    pub merges: BTreeMap<EventId, Merge>,
    pub employed: HashMap<TeacherId, BTreeSet<(OrganisationId, StaffNumber)>>,
    pub entries: HashMap<TeacherId, Vec<(u64, EventId, Entry)>>,
}

impl OnFile {
    fn take(&mut self, row: &Row) -> Result<(), Failure> {
        let teacher: TeacherId = row.parse(1)?;
        match row.text(0)? {
            "person" => drop(self.persons.insert(teacher, Person::of(row, [2, 3, 6])?)),
            "keeper" => drop(self.keepers.insert(teacher, row.parse(2)?)),
            "place" => self.places.entry(teacher).or_default().push(Lying::of(row, 2)?),
            "employed" => drop(self.employed.entry(teacher).or_default().insert((row.parse(2)?, row.parse(3)?))),
            "entries" => {
                // In one row: what a driver does for each takes longer than to read what is in it. And each person's by
                // themselves in the statement, so that no planner puts the entries of everybody beside them.
                if let Some(entries) = row.opt_text(2)? {
                    self.entries.insert(teacher, parse_json(&format!("[{entries}]"))?);
                }
            }
            _ => {
                let undone = row.opt_int(7)?.and_then(|position| u64::try_from(position).ok());
                let (other, event) = (row.parse(2)?, row.parse(3)?);
                self.merges.insert(event, Merge { event, position: row.count(6)?, keeper: teacher, other, undone });
            }
        }
        Ok(())
    }
}

impl Dossiers {
    /// Reads what is on file under those of these ids that have not been read.
    pub(super) async fn read_into(&self, file: &mut OnFile, teachers: &BTreeSet<TeacherId>) -> Result<(), ViewError> {
        let unread = keys(&teachers.difference(&file.read).copied().collect());
        let sql = (include_str!("../sql/on_file_in.sql"), include_str!("../sql/on_file.sql"));
        for row in self.view.fetch_in(sql.0, &unread, sql.1).await? {
            file.take(&row)?;
        }
        file.read.extend(teachers);
        Ok(())
    }
}

//! Whether whoever is on the register goes by the name that a delivery gives: a mistyped number that is somebody's would
//! credit a stranger.

use std::collections::BTreeMap;

use eventlog::StreamId;
use events::TeacherEvent;
use futures_util::{StreamExt, TryStreamExt};
use kernel::code::CitizenId;
use kernel::{Name, TeacherId};
use spreadsheet::RowFault;
use teachers::teacher::Teacher;
use vault::VaultError;

use super::Delivery;
use super::check::fault;
use crate::outcome::Trouble;
use crate::registry::Registry;

/// So many people are looked up at once.
const AT_ONCE: usize = 16;

/// The register knows the person by another name.
const OTHER_NAME: &str = "the register has another name for this id number: check both; if the name on record is wrong, correct \
                          it there";

impl Delivery {
    /// Compares the names of rows with those on record; nothing of these is told.
    pub(super) async fn check_names(&self, registry: &Registry, faults: &mut Vec<RowFault>) -> Result<(), Trouble> {
        let mut claims: BTreeMap<&CitizenId, Vec<(&str, u64, &Name)>> = BTreeMap::new();
        let people = self.teachers.iter().map(|(row, entry)| ("teachers.csv", *row, &entry.citizen_id, &entry.name));
        let rosters = self.rosters.iter().map(|(row, entry)| ("rosters.csv", *row, &entry.citizen_id, &entry.name));
        for (file, row, number, name) in people.chain(rosters) {
            claims.entry(number).or_default().push((file, row, name));
        }
        let numbers: Vec<CitizenId> = claims.keys().map(|number| (*number).clone()).collect();
        let persons = registry.app().vault().find_many(&numbers).await?;
        let known = claims.into_values().zip(persons).filter_map(|(rows, person)| Some((rows, person?)));
        let looked_up = futures_util::stream::iter(known)
            .map(|(rows, person)| async move { Ok::<_, Trouble>((rows, names_of(registry, person).await?)) });
        let looked_up: Vec<_> = looked_up.buffered(AT_ONCE).try_collect().await?;
        for (rows, names) in looked_up.into_iter().filter(|(_, names)| !names.is_empty()) {
            let others = rows.into_iter().filter(|(.., name)| !names.contains(name));
            faults.extend(others.map(|(file, row, _)| fault(file, row, "姓名", OTHER_NAME)));
        }
        Ok(())
    }
}

/// The names that a person goes by, of the entry and of the one that stands for it; none of whoever is not on the register, or
/// may not be spoken of.
async fn names_of(registry: &Registry, person: TeacherId) -> Result<Vec<Name>, Trouble> {
    let app = registry.app();
    let keeper = app.access().merged_into(person).await.map_err(Trouble::failed)?;
    let mut names = Vec::new();
    for entry in [Some(person), keeper].into_iter().flatten() {
        let (state, _) = app.log().load::<Teacher>(&StreamId::of::<TeacherEvent>(entry.uuid())).await?;
        let Some(sealed) = state.identity() else { continue };
        match app.vault().reveal(entry, sealed).await {
            Ok(identity) => names.push(identity.name),
            Err(VaultError::Restricted | VaultError::Erased | VaultError::NoKey) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(names)
}

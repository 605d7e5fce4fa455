//! The marks by which duplicates are found: written for whole batches, once the identities are on record.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use eventlog::StreamId;
use events::TeacherEvent;
use kernel::TeacherId;
use teachers::teacher::Teacher;
use vault::{Identity, VaultError};

use crate::outcome::Trouble;
use crate::registry::Registry;

/// So many people are marked by one transaction.
const BATCH: usize = 256;

/// The people of a delivery that are to be marked, with the identity where it has just been recorded. Who was on record
/// before is marked by the identity of then: an import that was killed may have left it out.
#[derive(Debug, Default)]
pub struct Marks(Mutex<BTreeMap<TeacherId, Option<Identity>>>);

impl Marks {
    /// Notes a person.
    pub fn note(&self, teacher: TeacherId, recorded: Option<Identity>) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = noted.entry(teacher).or_default();
        if recorded.is_some() {
            *known = recorded;
        }
    }

    /// Writes the marks of everybody noted.
    pub async fn write(&self, registry: &Registry) -> Result<(), Trouble> {
        let noted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut batch = Vec::with_capacity(BATCH);
        for (teacher, identity) in noted {
            let identity = match identity {
                Some(identity) => Some(identity),
                None => on_record(registry, teacher).await?,
            };
            batch.extend(identity.map(|identity| (teacher, identity)));
            if batch.len() == BATCH {
                mark(registry, &batch).await?;
                batch.clear();
            }
        }
        mark(registry, &batch).await
    }
}

/// The identity that stands on record; none of somebody whose data may not be used any more.
async fn on_record(registry: &Registry, teacher: TeacherId) -> Result<Option<Identity>, Trouble> {
    let stream = StreamId::of::<TeacherEvent>(teacher.uuid());
    let (state, _) = registry.app().log().load::<Teacher>(&stream).await?;
    let Some(sealed) = state.identity() else { return Ok(None) };
    match registry.app().vault().reveal(teacher, sealed).await {
        Ok(identity) => Ok(Some(identity)),
        Err(VaultError::Restricted | VaultError::Erased) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Marks a batch; where somebody in it has just been restricted or erased, the others one by one.
async fn mark(registry: &Registry, batch: &[(TeacherId, Identity)]) -> Result<(), Trouble> {
    let vault = registry.app().vault();
    let all: Vec<(TeacherId, &Identity)> = batch.iter().map(|(teacher, identity)| (*teacher, identity)).collect();
    match vault.mark_many(&all).await {
        Err(VaultError::Restricted | VaultError::Erased) => {}
        done => return Ok(done?),
    }
    for (teacher, identity) in batch {
        match vault.mark(*teacher, identity).await {
            Ok(()) | Err(VaultError::Restricted | VaultError::Erased) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

//! The vault follows the log: whom the log says was erased loses their keys, whose processing is restricted is opened to
//! nobody, and who is free again is opened as before, whatever happens to the process that was about to see to it.
//!
//! The event comes first and is durable; then the vault. A process that dies in between leaves keys that no answer
//! uses any more, because the views say *erased*, remains of them in the vault's files, or somebody who is restricted by
//! the log and not by the vault. Whoever asks again, and every process that starts, sees to what is left.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use dossiers::{DossierProjection, Dossiers};
use host::{App, AtLeast, Failure, Need};
use kernel::{Scope, TeacherId};
use tokio::task::JoinHandle;

use crate::person::Person;

/// How long to wait after the view was not there yet, or something failed: twice as long each time.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// The longest of these pauses.
const AGAIN_AT_LAST_AFTER: Duration = Duration::from_secs(300);

/// Has the vault follow what was recorded before the process started, beside its work.
pub struct Sweep(JoinHandle<()>);

impl Drop for Sweep {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The need of a service for the sweep at its start.
pub fn sweep() -> Need {
    Need::of(|app: App| async move {
        let sweeping = tokio::spawn(async move {
            let mut pause = AGAIN_AFTER;
            while let Err(failure) = follow_everybody(&app).await {
                failure.log();
                tracing::debug!("the vault does not follow the log yet");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(AGAIN_AT_LAST_AFTER);
            }
        });
        Ok::<_, Infallible>(Sweep(sweeping))
    })
}

/// Has the vault follow what the log says of everybody who is erased or restricted, by the log or by the vault: after a
/// process died in between, or the vault was restored from before. Answers how many erasures it finished.
///
/// # Errors
/// When a view is still being built or behind the log, or log or vault fail; then it is to be called again.
pub async fn follow_everybody(app: &App) -> Result<u64, Failure> {
    let view = app.fresh(DossierProjection::NAME, &AtLeast(Some(app.head()))).await?;
    let closed = Dossiers::new(view, Scope::everything(), app.today()).closed().await?;
    let finished = finish_erasures(app, &closed.erased).await?;
    app.rights_caught_up().await?;
    let mut restricted: BTreeSet<TeacherId> = closed.restricted.into_iter().collect();
    for entry in app.vault().restricted().await? {
        restricted.insert(app.access().merged_into(entry).await?.unwrap_or(entry));
    }
    let mut failed = None;
    for person in restricted {
        // Of one who cannot be seen to now the others need not wait.
        failed = follow(app, person).await.err().or(failed);
    }
    failed.map_or(Ok(finished), Err)
}

/// All of them together: an erasure takes as long as writing the vault's files anew.
async fn finish_erasures(app: &App, erased: &[TeacherId]) -> Result<u64, Failure> {
    let mut entries = Vec::new();
    for teacher in erased {
        entries.extend(Person::load(app, *teacher).await?.ids());
    }
    let finished = app.vault().erase(&entries).await?.persons;
    if finished > 0 {
        tracing::info!(erasure.finished = finished, "erasures that were recorded are finished");
    }
    Ok(finished)
}

/// Has the vault follow what the log says of the person now – restricted, free or erased –, all their entries the same way.
/// What was asked for is no guide: a late retry asks for what has been lifted since, and two who ask at once may come here in
/// another order than their events stand in.
///
/// # Errors
/// When log or vault fail.
pub async fn follow(app: &App, teacher: TeacherId) -> Result<(), Failure> {
    let mut person = Person::load(app, teacher).await?;
    loop {
        if person.is_erased() {
            return Ok(app.vault().erase(&person.ids()).await.map(drop)?);
        }
        let restricted = person.is_restricted();
        for entry in person.ids() {
            match restricted {
                true => app.vault().restrict(entry).await?,
                false => app.vault().lift_restriction(entry).await?,
            }
        }
        person = Person::load(app, teacher).await?;
        if !person.is_erased() && person.is_restricted() == restricted {
            return Ok(());
        }
    }
}

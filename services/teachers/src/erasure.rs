//! Erasures are finished: once the log says that somebody was erased, their keys are destroyed, whatever happens to the
//! process that was about to.
//!
//! The event comes first and is durable; then the keys go. A process that dies in between leaves keys that no answer
//! uses any more, because the views say *erased*, or remains of them in the vault's files; whoever asks for the erasure
//! again, and every process that starts, destroys them.

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

/// Destroys the keys of everybody who was erased before the process started, beside its work.
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
            while let Err(failure) = finish_erasures(&app).await {
                failure.log();
                tracing::debug!("erasures are not finished yet");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(AGAIN_AT_LAST_AFTER);
            }
        });
        Ok::<_, Infallible>(Sweep(sweeping))
    })
}

/// Destroys the keys of everybody of whom the log says that they were erased and the vault does not: after a process
/// died in between, or the vault was restored from before. Answers how many those were.
///
/// # Errors
/// When the view is still being built or behind the log, or the vault fails; then it is to be called again.
pub async fn finish_erasures(app: &App) -> Result<u64, Failure> {
    let view = app.fresh(DossierProjection::NAME, &AtLeast(Some(app.head()))).await?;
    let dossiers = Dossiers::new(view, Scope::everything(), app.today());
    let mut entries = Vec::new();
    for teacher in dossiers.erased().await? {
        entries.extend(Person::load(app, teacher).await?.ids());
    }
    let finished = destroy(app, &entries).await?;
    if finished > 0 {
        tracing::info!(erasure.finished = finished, "erasures that were recorded are finished");
    }
    Ok(finished)
}

/// Destroys the keys of these entries; answers how many had not been, or not to the end.
///
/// # Errors
/// When the vault fails.
pub async fn destroy(app: &App, entries: &[TeacherId]) -> Result<u64, Failure> {
    Ok(app.vault().erase(entries).await?.persons)
}

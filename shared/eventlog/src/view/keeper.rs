//! What watches over a process's views: lets a generation answer once it has caught up, follows what other processes
//! swapped, and throws away what has been retired for long enough.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::view::catalogue::{self, Entry};
use crate::view::generation::Generation;
use crate::view::kept::Kept;
use crate::view::place::Place;
use crate::{EventLog, ViewError, WorkerOptions};

/// While something is being built, it is looked at this often.
const BUILDING: Duration = Duration::from_millis(20);
/// How often the catalogue is looked at.
const CATALOGUE: Duration = Duration::from_secs(1);

/// The watch over a process's views.
pub(crate) struct Keeper {
    pub(crate) log: EventLog,
    pub(crate) views: Vec<Arc<Kept>>,
    pub(crate) options: WorkerOptions,
    pub(crate) stop: watch::Receiver<bool>,
}

impl Keeper {
    /// Watches until it is stopped.
    pub(crate) async fn run(mut self) {
        let mut looked = Instant::now();
        loop {
            let building = self.views.iter().any(|view| view.building().is_some());
            let pause = if building { BUILDING } else { self.options.poll };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = crate::log::closed(&mut self.stop) => break,
            }
            let look = looked.elapsed() >= CATALOGUE;
            if look {
                looked = Instant::now();
            }
            if let Err(error) = self.round(look).await {
                tracing::warn!(%error, "The views could not be looked after; it is tried again");
            }
        }
        for generation in self.views.iter().flat_map(|view| [view.live(), view.building()]).flatten() {
            generation.stop.send_replace(true);
        }
    }

    async fn round(&self, look: bool) -> Result<(), ViewError> {
        for view in &self.views {
            if let Some(built) = view.building()
                && built.is_close_to(&self.log.head())
            {
                let of_built = (built.number, view.projection.version());
                if catalogue::swap(&self.log.store().database, view.name(), of_built).await? {
                    let generation = built.number;
                    tracing::info!(view = view.name(), generation, "A view has been built and answers now");
                    view.replace(built).await;
                } else {
                    view.give_up(&built);
                }
            }
        }
        if !look {
            return Ok(());
        }
        let entries = catalogue::entries(&self.log.store().database).await?;
        for view in &self.views {
            self.follow(view, &entries).await?;
        }
        self.sweep(&entries).await
    }

    /// Joins in on a generation that another process has begun, or lets answer one that it has swapped in.
    async fn follow(&self, view: &Arc<Kept>, entries: &[Entry]) -> Result<(), ViewError> {
        let mine = |entry: &&Entry| entry.name == view.name() && entry.version == view.projection.version();
        if entries.iter().filter(mine).any(|entry| entry.outdated) {
            catalogue::is_kept(&self.log.store().database, view.name(), view.projection.version()).await?;
        }
        for entry in entries.iter().filter(mine) {
            view.join(&self.log, entry).await?;
            if entry.live
                && let Some(built) = view.building().filter(|built| built.number == entry.generation)
                && built.is_begun(&self.log.head())
            {
                view.replace(built).await;
            }
        }
        Ok(())
    }

    /// Throws away what has been retired for long enough, and retires what no process keeps any more.
    async fn sweep(&self, entries: &[Entry]) -> Result<(), ViewError> {
        let database = &self.log.store().database;
        let unkept = u64::try_from(self.options.abandoned_after.as_millis()).unwrap_or(u64::MAX);
        for view in &self.views {
            let version = view.projection.version();
            let theirs = |entry: &&Entry| entry.name == view.name() && entry.version != version;
            if entries.iter().filter(theirs).any(|entry| entry.outdated) {
                catalogue::retire_abandoned(database, view.name(), version, unkept).await?;
            }
        }
        let keep = u64::try_from(self.options.retire_after.as_millis()).unwrap_or(u64::MAX);
        for entry in catalogue::long_retired(database, keep).await? {
            let Some(view) = self.views.iter().find(|view| view.name() == entry.name) else { continue };
            if view.live().is_some_and(|live| live.number == entry.generation) {
                // This process has not seen the swap yet.
                continue;
            }
            Place::of(&self.log.store().storage, &entry.name, entry.version, entry.generation).remove().await?;
            catalogue::forget(database, entry).await?;
        }
        Ok(())
    }
}

/// Ends a generation's workers and closes it, once whoever reads it is done.
pub(crate) fn retire(generation: Arc<Generation>, after: Duration) {
    generation.stop.send_replace(true);
    tokio::spawn(async move {
        tokio::time::sleep(after).await;
        generation.database.close().await;
    });
}

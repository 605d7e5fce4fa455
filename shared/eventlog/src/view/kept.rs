//! A view as a process keeps it: the generation that answers, and the one that is being built beside it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::view::catalogue::Entry;
use crate::view::generation::Generation;
use crate::view::keeper::retire;
use crate::view::worker::Worker;
use crate::{EventLog, Projection, ViewError, WorkerOptions};

/// How often it is looked whether a generation has overtaken the one that it replaces.
const LOOK: Duration = Duration::from_millis(2);

/// A view as a process keeps it.
pub(crate) struct Kept {
    pub(crate) projection: Arc<dyn Projection>,
    pub(crate) options: WorkerOptions,
    live: watch::Sender<Option<Arc<Generation>>>,
    building: Mutex<Option<Arc<Generation>>>,
    workers: Mutex<Vec<JoinHandle<()>>>,
    /// Whoever opens a generation holds it, so that none is opened twice.
    joining: tokio::sync::Mutex<()>,
}

impl Kept {
    pub(crate) fn new(projection: Arc<dyn Projection>, options: WorkerOptions) -> Self {
        let (building, workers, joining) = (Mutex::default(), Mutex::default(), tokio::sync::Mutex::default());
        Self { projection, options, live: watch::Sender::new(None), building, workers, joining }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.projection.name()
    }

    /// Joins in on building a generation, unless this process keeps it, or a newer one, already.
    pub(crate) async fn join(&self, log: &EventLog, entry: &Entry) -> Result<(), ViewError> {
        let _turn = self.joining.lock().await;
        if self.newest().is_none_or(|newest| newest < entry.generation) {
            let generation = self.open(log, entry).await?;
            self.build(generation);
        }
        Ok(())
    }

    /// Opens a generation and starts its workers.
    async fn open(&self, log: &EventLog, entry: &Entry) -> Result<Arc<Generation>, ViewError> {
        let projection = Arc::clone(&self.projection);
        let generation = Generation::open(log, projection, entry, self.options.connections).await?;
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        workers.retain(|worker| !worker.is_finished());
        for partition in 0..log.partitions() {
            let worker = Worker {
                log: log.clone(),
                generation: Arc::clone(&generation),
                partition,
                options: self.options.clone(),
                stop: generation.stop.subscribe(),
                tries: Worker::TRIES,
                stands: false,
            };
            workers.push(tokio::spawn(worker.run()));
        }
        Ok(generation)
    }

    /// The generation that answers.
    pub(crate) fn live(&self) -> Option<Arc<Generation>> {
        self.live.borrow().clone()
    }

    /// The same, unless there is so much that it has nothing of that it is built in one go: until that is done it holds
    /// a part of it, on SQLite.
    pub(crate) fn answering(&self, log: &EventLog) -> Option<Arc<Generation>> {
        let may_be_half_built = |live: &Generation| {
            live.position.borrow().events() == 0
                && live.database.is_sqlite()
                && log.partitions() == 1
                && log.head().events() >= self.options.in_one_go_from
                && self.projection.builder().is_some()
        };
        self.live().filter(|live| !may_be_half_built(live))
    }

    /// Follows which generation answers.
    pub(crate) fn watch(&self) -> watch::Receiver<Option<Arc<Generation>>> {
        self.live.subscribe()
    }

    /// The generation that is being built.
    pub(crate) fn building(&self) -> Option<Arc<Generation>> {
        self.building.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of the newest generation this process keeps.
    fn newest(&self) -> Option<u32> {
        [self.live(), self.building()].into_iter().flatten().map(|generation| generation.number).max()
    }

    /// Notes a generation as being built.
    fn build(&self, generation: Arc<Generation>) {
        let mut building = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = building.replace(generation) {
            retire(before, self.options.retire_after);
        }
    }

    /// Stops building a generation that another process has retired.
    pub(crate) fn give_up(&self, generation: &Arc<Generation>) {
        let mut building = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(given_up) = building.take_if(|built| built.number == generation.number) {
            retire(given_up, self.options.retire_after);
        }
    }

    /// Lets a generation answer in the place of another, once it shows everything that the other has shown in this process: what
    /// somebody has waited for stays there. The other takes in nothing more meanwhile.
    pub(crate) async fn replace(&self, generation: Arc<Generation>) {
        if let Some(live) = self.live() {
            live.stop.send_replace(true);
            let overtaken = async {
                while live.is_at_work() || !generation.position.borrow().covers(&live.position.borrow()) {
                    tokio::time::sleep(LOOK).await;
                }
            };
            // Some 64 events are to be taken in; whoever cannot do that is shown as it is, before the other is thrown away.
            if tokio::time::timeout(self.options.retire_after / 2, overtaken).await.is_err() {
                tracing::warn!(view = self.name(), "A view answers anew though it shows less than it did a moment ago");
            }
        }
        self.swap(generation);
    }

    /// Lets a generation answer; the one before is retired.
    pub(crate) fn swap(&self, generation: Arc<Generation>) {
        let mut building = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        if building.as_ref().is_some_and(|built| built.number == generation.number) {
            *building = None;
        }
        drop(building);
        if let Some(before) = self.live.send_replace(Some(generation)) {
            retire(before, self.options.retire_after);
        }
    }

    /// Ends the workers, after the page they are at, and closes everything.
    pub(crate) async fn stop(&self) {
        let generations: Vec<_> = [self.live(), self.building()].into_iter().flatten().collect();
        for generation in &generations {
            generation.stop.send_replace(true);
        }
        let workers = std::mem::take(&mut *self.workers.lock().unwrap_or_else(PoisonError::into_inner));
        for worker in workers {
            if let Err(error) = worker.await {
                tracing::error!(view = self.name(), %error, "A view's worker ended early");
            }
        }
        for generation in generations {
            generation.database.close().await;
        }
    }
}

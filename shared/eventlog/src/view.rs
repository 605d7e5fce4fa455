//! Read models: kept from the log by projections, thrown away and built again when they change.

mod beginning;
mod building;
mod catalogue;
mod digest;
mod generation;
mod half_built;
mod heaps;
mod keeper;
mod kept;
mod options;
mod pages;
mod piles;
mod place;
pub(crate) mod room;
mod within;
mod worker;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

pub use crate::view::building::Builder;
use crate::view::generation::Generation;
pub use crate::view::heaps::Heap;
use crate::view::kept::Kept;
pub use crate::view::options::WorkerOptions;
pub use crate::view::piles::{PileReader, Piles, SortedPiles};
pub use crate::view::room::Room;
pub use crate::view::within::Within;
use crate::{Behind, EventLog, LogPosition, Recorded, Row, Value, ViewError, ViewTx};

/// A read model: a schema and a fold over the log. It has a version and no migrations: with a new version it is built
/// again from the log, beside the old one.
#[async_trait]
pub trait Projection: Send + Sync + 'static {
    /// Its name: 1 to 30 lower-case letters, digits or `_`.
    fn name(&self) -> &'static str;

    /// Its version: raise it whenever the schema or the fold changes.
    fn version(&self) -> u32;

    /// The statements that make its tables and indexes, separated by `;`, the same for both databases. On SQLite a table
    /// with a primary key is kept in its order: begin it with what is read together.
    fn schema(&self) -> &'static str;

    /// Statements that guard its tables on PostgreSQL, separated by `;`: row level security, enabled and forced, with
    /// policies that compare the setting `shuangshi.scope` with the rows. They run after the schema and are made and
    /// dropped with it. None: every row is shown to whoever asks the view.
    ///
    /// Forced, policies hold for the owner of the tables too, but never for a superuser or a role with `bypassrls`:
    /// the program's role should be neither.
    fn row_security(&self) -> Option<&'static str> {
        None
    }

    /// The categories it reads; none for all. Others are skipped, and count as read.
    fn categories(&self) -> Option<&'static [&'static str]>;

    /// Takes in a page of events, in order, at least one. What it writes is stored together with how far it read, so
    /// that every event counts exactly once.
    ///
    /// # Errors
    /// When an event makes no sense to it, or the store fails. The page is then tried again.
    async fn apply(&self, tx: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError>;

    /// What builds it from nothing where the log is long. None: page by page, as anything else is taken in.
    fn builder(&self) -> Option<Box<dyn Builder>> {
        None
    }
}

/// How a view is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewStatus {
    /// Its name.
    pub view: &'static str,
    /// The version of its projection.
    pub version: u32,
    /// Its generation, counted up with every rebuild.
    pub generation: u32,
    /// How far it is.
    pub position: LogPosition,
    /// How many events of the log it has not taken in yet.
    pub lag: u64,
    /// Whether it has been built and answers.
    pub ready: bool,
    /// What went wrong last, while it still does.
    pub error: Option<String>,
}

/// A view, to be asked. Clones are cheap.
#[derive(Clone)]
pub struct View {
    log: EventLog,
    kept: Arc<Kept>,
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("View").field(&self.kept.name()).finish()
    }
}

impl View {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.kept.name()
    }

    /// The view, asked within a context: guarded tables show the rows of this context. What a context means is the
    /// business of the projection's policies, except that [`Within::EVERYTHING`] is every row.
    pub fn within(&self, context: impl Into<Arc<str>>) -> Within {
        Within::new(self.clone(), context)
    }

    /// Fetches every row that a statement gives. It is asked without a context: a guarded table shows none.
    ///
    /// # Errors
    /// While it is built for the first time; when the store refuses the statement or fails.
    pub async fn fetch(&self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>, ViewError> {
        Ok(self.live()?.database.fetch(sql, args).await?)
    }

    /// Fetches the first row that a statement gives, if any.
    ///
    /// # Errors
    /// As [`View::fetch`].
    pub async fn fetch_optional(&self, sql: &'static str, args: Vec<Value>) -> Result<Option<Row>, ViewError> {
        Ok(self.fetch(sql, args).await?.into_iter().next())
    }

    /// Fetches the first row that a statement gives.
    ///
    /// # Errors
    /// As [`View::fetch`], and when there is none.
    pub async fn fetch_one(&self, sql: &'static str, args: Vec<Value>) -> Result<Row, ViewError> {
        self.fetch_optional(sql, args).await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// How far it is; at the start while it is built for the first time.
    pub fn position(&self) -> LogPosition {
        self.kept.live().map(|live| live.position.borrow().clone()).unwrap_or_default()
    }

    /// Waits until there is a generation to ask. Whoever asks before that, or while that one is built in one go, hears that the
    /// view does not answer.
    pub async fn wait_to_answer(&self, at_most: Duration) {
        if self.live().is_err() {
            // When it takes longer, the question says so.
            self.wait_for(&LogPosition::default(), at_most).await.unwrap_or_default();
        }
    }

    /// Waits until it shows everything up to `wanted`: read your own write.
    ///
    /// # Errors
    /// When it does not come so far in time.
    pub async fn wait_for(&self, wanted: &LogPosition, at_most: Duration) -> Result<(), Behind> {
        let until = Instant::now() + at_most;
        let mut answering = self.kept.watch();
        loop {
            let live = answering.borrow_and_update().clone();
            let reached = async {
                let Some(live) = live else { return std::future::pending().await };
                let mut position = live.position.subscribe();
                position.wait_for(|position| position.covers(wanted)).await.is_ok()
            };
            let waited = tokio::time::timeout_at(until, async {
                tokio::select! {
                    biased;
                    reached = reached => reached,
                    _ = answering.changed() => false,
                }
            });
            match waited.await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(_) => return Err(self.behind(wanted, at_most)),
            }
        }
    }

    /// How it is doing.
    pub fn status(&self) -> ViewStatus {
        let (live, building) = (self.kept.live(), self.kept.building());
        let shown = live.as_ref().or(building.as_ref());
        let position = shown.map(|shown| shown.position.borrow().clone()).unwrap_or_default();
        ViewStatus {
            view: self.name(),
            version: self.kept.projection.version(),
            generation: shown.map_or(0, |shown| shown.number),
            lag: position.behind(&self.log.head()),
            position,
            ready: self.live().is_ok(),
            error: shown.and_then(|shown| shown.error()),
        }
    }

    /// Whether this process is taking in a page of it.
    fn is_at_work(&self) -> bool {
        [self.kept.live(), self.kept.building()].into_iter().flatten().any(|generation| generation.is_at_work())
    }

    fn live(&self) -> Result<Arc<Generation>, ViewError> {
        self.kept.answering(&self.log).ok_or(ViewError::Building { view: self.name() })
    }

    fn behind(&self, wanted: &LogPosition, waited: Duration) -> Behind {
        Behind { view: self.name(), position: self.position(), wanted: wanted.clone(), waited }
    }
}

/// The views of a process and the workers that keep them. Clones are cheap.
#[derive(Clone)]
pub struct Views(Arc<Shared>);

struct Shared {
    log: EventLog,
    views: Vec<Arc<Kept>>,
    /// Dropped or set, it ends the keeper.
    stop: watch::Sender<bool>,
    keeper: Mutex<Option<JoinHandle<()>>>,
}

impl std::fmt::Debug for Views {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.views.iter().map(|view| view.name())).finish()
    }
}

/// How often [`Views::rebuild`] tells how far it is.
const TELL: Duration = Duration::from_millis(100);
/// How often in a row it may find the new generation failing, which tries again of itself, before it says so.
const GIVE_UP: u32 = 30;

impl Views {
    /// The view of this name.
    ///
    /// # Errors
    /// When no projection of this process has the name.
    pub fn get(&self, name: &str) -> Result<View, ViewError> {
        let kept = self.kept(name)?;
        Ok(View { log: self.0.log.clone(), kept })
    }

    /// Every view, in the order of the projections.
    pub fn all(&self) -> Vec<View> {
        let view = |kept: &Arc<Kept>| View { log: self.0.log.clone(), kept: Arc::clone(kept) };
        self.0.views.iter().map(view).collect()
    }

    /// How every view is doing.
    pub fn status(&self) -> Vec<ViewStatus> {
        self.all().iter().map(View::status).collect()
    }

    /// Builds a view again from the first event, beside the one that answers, then swaps them. `progress` hears how far
    /// the new one is. The old one is thrown away a little later.
    ///
    /// # Errors
    /// When no projection has the name, or the store fails.
    pub async fn rebuild(&self, name: &str, mut progress: impl FnMut(&LogPosition) + Send) -> Result<(), ViewError> {
        self.refuse_at_rest()?;
        let kept = self.kept(name)?;
        let database = &self.0.log.store().database;
        let entry = catalogue::claim(database, kept.name(), kept.projection.version(), true).await?;
        let mut answering = kept.watch();
        kept.join(&self.0.log, &entry).await?;
        let swapped =
            |live: &Option<Arc<Generation>>| live.as_ref().is_some_and(|live| live.number >= entry.generation);
        let mut failing = 0;
        while !swapped(&answering.borrow_and_update()) {
            if let Some(building) = kept.building() {
                progress(&building.position.borrow());
                let error = building.error();
                failing = if error.is_some() { failing + 1 } else { 0 };
                if let Some(error) = error.filter(|_| failing > GIVE_UP) {
                    return Err(ViewError::Event(error));
                }
            }
            // Either it has been swapped, or it is time to tell how far it is.
            tokio::time::timeout(TELL, answering.changed()).await.map_or_else(drop, drop);
        }
        progress(&kept.live().map(|live| live.position.borrow().clone()).unwrap_or_default());
        Ok(())
    }

    /// Waits until every view shows everything that the log has now.
    ///
    /// # Errors
    /// When a view cannot go on or stands still, or the store fails.
    pub async fn catch_up(&self) -> Result<(), ViewError> {
        self.refuse_at_rest()?;
        let present = self.0.log.present().await?;
        for view in self.all() {
            let mut moved = (Instant::now(), view.status().position);
            while view.wait_for(&present, Duration::from_millis(500)).await.is_err() {
                let (status, options) = (view.status(), &view.kept.options);
                let may_be_built_elsewhere = status.error.is_none()
                    && status.position.events() == 0
                    && present.events() >= options.in_one_go_from;
                let (patience, otherwise) = if view.is_at_work() {
                    (options.at_one_page, "it does not come to the end of a page")
                } else if may_be_built_elsewhere {
                    (options.at_one_page, "another process does not come to the end of building it")
                } else {
                    (options.stands_still, "another process holds it")
                };
                if status.position != moved.1 {
                    moved = (Instant::now(), status.position);
                } else if moved.0.elapsed() > patience {
                    let why = status.error.unwrap_or_else(|| otherwise.to_owned());
                    return Err(ViewError::Event(format!("{} stands still: {why}", view.name())));
                }
            }
        }
        Ok(())
    }

    /// Ends the workers, after the page they are at.
    pub async fn stop(&self) {
        self.0.stop.send_replace(true);
        let keeper = self.0.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(keeper) = keeper
            && let Err(error) = keeper.await
        {
            tracing::error!(%error, "The views' keeper ended early");
        }
        for view in &self.0.views {
            view.stop().await;
        }
    }

    /// Refuses when nobody keeps the views: to wait for them would be to wait for ever.
    fn refuse_at_rest(&self) -> Result<(), ViewError> {
        if *self.0.stop.borrow() { Err(ViewError::Stopped) } else { Ok(()) }
    }

    fn kept(&self, name: &str) -> Result<Arc<Kept>, ViewError> {
        let found = self.0.views.iter().find(|view| view.name() == name);
        found.map(Arc::clone).ok_or_else(|| ViewError::Unknown { view: name.to_owned() })
    }
}

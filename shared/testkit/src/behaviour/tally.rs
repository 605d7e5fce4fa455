//! A projection that counts, and some that get it wrong.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use eventlog::{Builder, Projection, Recorded, SideStore, Value, ViewError, ViewTx, args};

use crate::behaviour::building::way::Way;

/// The tables of a tally.
pub(super) const SCHEMA: &str = "create table if not exists tally (
  stream text not null primary key,
  events bigint not null,
  last text
);
create index if not exists tally_by_events on tally (events)";

/// Counts the events of each stream.
pub struct Tally {
    pub(super) version: u32,
    /// How many events this process took in by pages.
    pub(super) applied: Arc<AtomicUsize>,
    /// How it is built in one go, if it is, and how many events it took in by that.
    pub(super) way: Option<Way>,
    pub(super) built: Arc<AtomicUsize>,
    /// Whether it takes its time over every page once it has had a long one: as whoever builds it anew does, and whoever follows
    /// does not.
    pub(super) is_slow_when_built: bool,
}

impl Default for Tally {
    fn default() -> Self {
        Self { version: 1, applied: Arc::default(), way: None, built: Arc::default(), is_slow_when_built: false }
    }
}

#[async_trait]
impl Projection for Tally {
    fn name(&self) -> &'static str {
        "tally"
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn categories(&self) -> Option<&'static [&'static str]> {
        Some(&["counter"])
    }

    async fn apply(&self, tx: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError> {
        count(tx, page).await?;
        self.applied.fetch_add(page.len(), Ordering::SeqCst);
        if self.is_slow_when_built {
            take_time(tx, page.len()).await?;
        }
        Ok(())
    }

    fn builder(&self) -> Option<Box<dyn Builder>> {
        self.way.map(|way| way.builder(self.built.clone()))
    }
}

/// Takes time over a page, if this one or one before was long.
async fn take_time(tx: &mut ViewTx, events: usize) -> Result<(), ViewError> {
    if events > 500 {
        tx.execute("insert into tally (stream, events) values ('built', 0) on conflict do nothing", args![]).await?;
    }
    if !tx.fetch("select 1 from tally where stream = 'built'", args![]).await?.is_empty() {
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    Ok(())
}

/// Adds a page's events to the tally.
pub(super) async fn count(tx: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError> {
    let told = page.iter().map(|event| (event.stream.to_string(), event.id.to_string()));
    let conflict = "on conflict (stream) do update set events = tally.events + excluded.events, last = excluded.last";
    insert(tx, told, conflict).await
}

/// Writes how many events there are of each stream, and the last one.
pub(super) async fn insert(
    tx: &mut ViewTx,
    told: impl Iterator<Item = (String, String)>,
    conflict: &'static str,
) -> Result<(), ViewError> {
    let mut counts: BTreeMap<String, (i64, String)> = BTreeMap::new();
    for (stream, id) in told {
        let count = counts.entry(stream).or_default();
        *count = (count.0 + 1, id);
    }
    let rows: Vec<Vec<Value>> =
        counts.into_iter().map(|(stream, (events, last))| args![stream, events, last]).collect();
    tx.bulk("insert into tally (stream, events, last) values", 3, &rows, conflict).await?;
    Ok(())
}

/// Writes its rows in another transaction than the checkpoint, and fails once a page.
pub(super) struct Careless {
    rows: SideStore,
    failed: AtomicBool,
}

impl Careless {
    pub(super) fn new(rows: SideStore) -> Self {
        Self { rows, failed: AtomicBool::default() }
    }
}

#[async_trait]
impl Projection for Careless {
    fn name(&self) -> &'static str {
        "careless"
    }

    fn version(&self) -> u32 {
        1
    }

    fn schema(&self) -> &'static str {
        "create table unused (at_all text)"
    }

    fn categories(&self) -> Option<&'static [&'static str]> {
        None
    }

    async fn apply(&self, _: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError> {
        let page = page.to_vec();
        self.rows.transaction(move |tx| Box::pin(async move { count(tx, &page).await })).await?;
        if self.failed.swap(true, Ordering::SeqCst) { Ok(()) } else { Err(ViewError::Event("interrupted".to_owned())) }
    }
}

/// Writes down how it was paged, which is nobody's business.
#[derive(Default)]
pub(super) struct PageKeeper {}

#[async_trait]
impl Projection for PageKeeper {
    fn name(&self) -> &'static str {
        "pages"
    }

    fn version(&self) -> u32 {
        1
    }

    fn schema(&self) -> &'static str {
        "create table page (first bigint not null, events bigint not null)"
    }

    fn categories(&self) -> Option<&'static [&'static str]> {
        None
    }

    async fn apply(&self, tx: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError> {
        let first = page.first().map_or(0, |event| event.position.0);
        tx.execute("insert into page (first, events) values ($1, $2)", args![first, page.len()]).await?;
        Ok(())
    }
}

/// A tally that fails while it sulks, after it has written its rows.
#[derive(Default)]
pub(super) struct Moody {
    pub(super) tally: Tally,
    pub(super) sulks: Arc<AtomicBool>,
    /// The statement it fails by; without one it only says so.
    pub(super) by: Option<&'static str>,
    /// Whether it panics instead.
    pub(super) panics: bool,
}

#[async_trait]
impl Projection for Moody {
    fn name(&self) -> &'static str {
        "tally"
    }

    fn version(&self) -> u32 {
        1
    }

    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn categories(&self) -> Option<&'static [&'static str]> {
        None
    }

    async fn apply(&self, tx: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError> {
        self.tally.apply(tx, page).await?;
        if !self.sulks.load(Ordering::SeqCst) {
            return Ok(());
        }
        assert!(!self.panics, "not today");
        if let Some(statement) = self.by {
            tx.execute(statement, args![]).await?;
        }
        Err(ViewError::Event("not today".to_owned()))
    }
}

/// Never comes to the end of its first page.
#[derive(Default)]
pub(super) struct Stuck {
    pub(super) begun: Arc<AtomicBool>,
}

#[async_trait]
impl Projection for Stuck {
    fn name(&self) -> &'static str {
        "stuck"
    }

    fn version(&self) -> u32 {
        1
    }

    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn categories(&self) -> Option<&'static [&'static str]> {
        None
    }

    async fn apply(&self, tx: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError> {
        count(tx, page).await?;
        self.begun.store(true, Ordering::SeqCst);
        std::future::pending().await
    }
}

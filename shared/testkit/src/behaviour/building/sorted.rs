//! A projection that counts the events of each stream, page by page or in one go.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use eventlog::{Builder, Building, Heap, Piles, Projection, Recorded, Value, ViewError, ViewTx, args};

/// Counts the events of each stream.
#[derive(Default)]
pub(super) struct Sorted {
    pub(super) way: Way,
    /// How many events it took in in one go, and by pages.
    pub(super) built: Arc<AtomicU64>,
    pub(super) paged: Arc<AtomicU64>,
}

/// How it builds in one go.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    #[default]
    Builds,
    /// Its pages are taken in in one transaction.
    InOneTransaction,
    /// It fails when it is done.
    Fails,
    /// When it is done it waits until it is told to stop.
    WaitsForTheEnd,
}

#[async_trait]
impl Projection for Sorted {
    fn name(&self) -> &'static str {
        "sorted"
    }

    fn version(&self) -> u32 {
        1
    }

    fn schema(&self) -> &'static str {
        "create table sorted (stream text not null primary key, events bigint not null, last text not null);
         create index sorted_by_events on sorted (events);
         create table told (event text not null primary key)"
    }

    fn categories(&self) -> Option<&'static [&'static str]> {
        None
    }

    async fn apply(&self, tx: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError> {
        let count = if tx.is_in_one_go() { &self.built } else { &self.paged };
        count.fetch_add(page.len() as u64, Ordering::SeqCst);
        let told = page.iter().map(|event| (event.stream.to_string(), event.id.to_string()));
        let conflict =
            "on conflict (stream) do update set events = sorted.events + excluded.events, last = excluded.last";
        insert(tx, told, conflict).await
    }

    fn building(&self) -> Building {
        match self.way {
            Way::InOneTransaction => Building::InOneTransaction(&[TOLD]),
            way => Building::BySubject(Box::new(Counter { way, built: self.built.clone() })),
        }
    }
}

/// Each event, told twice.
const TOLD: Heap = Heap { table: "told", in_order: "select distinct * from told order by event" };

struct Counter {
    way: Way,
    built: Arc<AtomicU64>,
}

#[async_trait]
impl Builder for Counter {
    fn sort(&mut self, event: &Recorded, piles: &mut Piles) -> Result<(), ViewError> {
        let line = format!("{} {}", event.stream, event.id);
        Ok(piles.put(event.stream.id(), event.position, line.as_bytes())?)
    }

    fn heaps(&self) -> &'static [Heap] {
        &[Heap { table: "sorted", in_order: "select * from sorted order by stream" }, TOLD]
    }

    async fn build(self: Box<Self>, tx: &mut ViewTx, piles: eventlog::Sorted) -> Result<(), ViewError> {
        let mut piles = piles.read(|_, line| Ok(String::from_utf8(line.to_vec()).unwrap()));
        while let Some(pile) = piles.next().await? {
            self.built.fetch_add(pile.len() as u64, Ordering::SeqCst);
            let told = pile.iter().map(|line| line.split_once(' ').unwrap());
            insert(tx, told.map(|(stream, id)| (stream.to_owned(), id.to_owned())), "").await?;
        }
        match self.way {
            Way::Builds | Way::InOneTransaction => Ok(()),
            Way::Fails => Err(ViewError::Event("not in one go".to_owned())),
            Way::WaitsForTheEnd => loop {
                piles.next().await?;
                tokio::time::sleep(Duration::from_millis(10)).await;
            },
        }
    }
}

async fn insert(
    tx: &mut ViewTx,
    told: impl Iterator<Item = (String, String)>,
    conflict: &'static str,
) -> Result<(), ViewError> {
    let mut counts: BTreeMap<String, (i64, String)> = BTreeMap::new();
    let told: Vec<(String, String)> = told.collect();
    for _ in 0..2 {
        let events: Vec<Vec<Value>> = told.iter().map(|(_, id)| args![id.as_str()]).collect();
        tx.bulk("insert into told (event) values", 1, &events, "on conflict do nothing").await?;
    }
    for (stream, id) in told {
        let count = counts.entry(stream).or_default();
        *count = (count.0 + 1, id);
    }
    let rows: Vec<Vec<Value>> =
        counts.into_iter().map(|(stream, (events, last))| args![stream, events, last]).collect();
    tx.bulk("insert into sorted (stream, events, last) values", 3, &rows, conflict).await?;
    Ok(())
}

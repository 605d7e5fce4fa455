//! A view of a log, and when its projection was given which page.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use eventlog::{Projection, Recorded, StreamId, Value, View, ViewError, ViewTx, Views, WorkerOptions, args};

use crate::Outcome;
use crate::product::Product;
use crate::workload::rate;

/// A view that counts the events of each stream.
pub(super) struct Follower {
    views: Views,
    pub(super) view: View,
    marks: Arc<Mutex<Marks>>,
}

impl Follower {
    /// Starts a view and waits until it shows the log.
    pub(super) async fn start(product: &Product) -> Outcome<Self> {
        let marks = Arc::<Mutex<Marks>>::default();
        let projection = Arc::new(Counts { marks: Arc::clone(&marks) });
        let views = Views::start(&product.desk.log, vec![projection], WorkerOptions::default()).await?;
        views.catch_up().await?;
        Ok(Self { view: views.get("counts")?, views, marks })
    }

    /// Builds the view again; answers how many events a second it took in. Measured from the first page to the last, so
    /// that making the tables and swapping them, which a longer log does not lengthen, are left out.
    pub(super) async fn rebuild(&self) -> Outcome<f64> {
        *self.marks.lock().unwrap_or_else(PoisonError::into_inner) = Marks::default();
        self.views.rebuild("counts", |_| {}).await?;
        let marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, last) = marks.first.zip(marks.last).ok_or("the view was not built")?;
        Ok(rate(marks.before_last, last - first))
    }

    pub(super) async fn stop(&self) {
        self.views.stop().await;
    }
}

/// When the first and the last page began, and how many events came before the last.
#[derive(Debug, Default)]
struct Marks {
    first: Option<Instant>,
    last: Option<Instant>,
    before_last: u64,
    seen: u64,
}

struct Counts {
    marks: Arc<Mutex<Marks>>,
}

#[async_trait]
impl Projection for Counts {
    fn name(&self) -> &'static str {
        "counts"
    }

    fn version(&self) -> u32 {
        1
    }

    fn schema(&self) -> &'static str {
        include_str!("../../sql/counts.sql")
    }

    fn categories(&self) -> Option<&'static [&'static str]> {
        None
    }

    async fn apply(&self, tx: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError> {
        self.mark(page.len());
        let mut counts: BTreeMap<&StreamId, i64> = BTreeMap::new();
        for event in page {
            *counts.entry(&event.stream).or_default() += 1;
        }
        let rows: Vec<Vec<Value>> =
            counts.into_iter().map(|(stream, events)| args![stream.to_string(), events]).collect();
        let conflict = "on conflict (stream) do update set events = counts.events + excluded.events";
        tx.bulk("insert into counts (stream, events) values", 2, &rows, conflict).await?;
        Ok(())
    }
}

impl Counts {
    fn mark(&self, events: usize) {
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        marks.first.get_or_insert(now);
        marks.last = Some(now);
        marks.before_last = marks.seen;
        marks.seen += events as u64;
    }
}

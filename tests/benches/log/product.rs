//! The log itself, as its users hold it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use eventlog::{
    Append, Context, EventLog, Expected, NewEvent, Position, Projection, Recorded, StreamId, Value, Version, View,
    ViewError, ViewTx, Views, WorkerOptions, args,
};
use futures_util::TryStreamExt;
use kernel::vocabulary::Capacity;
use kernel::{Actor, Agent, CommandId, CorrelationId, Day, EventId};
use testkit::Place;

use crate::Outcome;
use crate::workload::{STREAMS, Writer, drive, payload, rate};

/// An open log.
pub(crate) struct Product {
    place: Place,
    desk: Desk,
}

/// Where requests are written.
#[derive(Clone)]
struct Desk {
    log: EventLog,
    actor: Actor,
    today: Day,
}

/// What a slowly written log shows, in milliseconds: median and 99th percentile.
pub(crate) struct Lag {
    /// From the call to the acknowledgement.
    pub(crate) commit: [f64; 2],
    /// From the acknowledgement until a view shows it.
    pub(crate) visible: [f64; 2],
}

impl Product {
    pub(crate) async fn open(place: Place) -> Outcome<Self> {
        let log = EventLog::open(place.config(), place.clock.clock()).await?;
        let actor = Actor { agent: Agent::parse("bench")?, capacity: Capacity::Operator, organisation: None };
        Ok(Self { place, desk: Desk { log, actor, today: Day::parse("2026-11-22")? } })
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) async fn close(&self) {
        self.desk.log.close().await;
    }

    /// Single-event appends a second, by so many clients.
    pub(crate) async fn one_by_one(&self, round: u64, clients: u64, slice: Duration) -> Outcome<f64> {
        drive(clients, slice, |client, until| self.appends(Writer { figure: clients, round, client }, 1, until)).await
    }

    /// Events a second that one client appends, so many at a time.
    pub(crate) async fn many(&self, round: u64, batch: u64, slice: Duration) -> Outcome<f64> {
        drive(1, slice, |client, until| self.appends(Writer { figure: batch, round, client }, batch, until)).await
    }

    /// Appends so many events in all, a thousand at a time.
    pub(crate) async fn fill(&self, events: u64) -> Outcome<()> {
        for block in 0..events / 1_000 {
            let writer = Writer { figure: 0, round: 0, client: block };
            self.desk.log.append(self.desk.request(writer, 0, 1_000)?).await?;
        }
        Ok(())
    }

    fn appends(&self, writer: Writer, batch: u64, until: Instant) -> impl Future<Output = Outcome<u64>> + use<> {
        let desk = self.desk.clone();
        async move {
            let mut number = 0;
            while Instant::now() < until {
                desk.log.append(desk.request(writer, number, batch)?).await?;
                number += batch;
            }
            Ok(number)
        }
    }

    /// Reads the whole log by one statement; answers events a second.
    pub(crate) async fn scan(&self, events: u64) -> Outcome<f64> {
        let began = Instant::now();
        let mut seen = 0;
        let mut rows = self.desk.log.scan(0, Position::START);
        while let Some(event) = rows.try_next().await? {
            seen += parse(&event)?;
        }
        all(seen, events, began)
    }

    /// Reads the whole log in pages; answers events a second.
    pub(crate) async fn pages(&self, events: u64, size: u32) -> Outcome<f64> {
        let began = Instant::now();
        let (mut seen, mut reached) = (0, Position::START);
        loop {
            let page = self.desk.log.read(0, reached, size).await?;
            if page.events.is_empty() {
                return all(seen, events, began);
            }
            reached = page.reached;
            for event in &page.events {
                seen += parse(event)?;
            }
        }
    }

    /// Writes now and then, and sees how long it takes.
    pub(crate) async fn light_load(&self, round: u64, follower: &Follower) -> Outcome<Lag> {
        let writer = Writer { figure: 0, round, client: 0 };
        let (mut commit, mut visible) = (Vec::new(), Vec::new());
        for number in 0..200 {
            tokio::time::sleep(Duration::from_millis(4)).await;
            let request = self.desk.request(writer, number, 1)?;
            let began = Instant::now();
            let receipt = self.desk.log.append(request).await?;
            commit.push(began.elapsed());
            let began = Instant::now();
            follower.view.wait_for(&receipt.position, Duration::from_secs(10)).await?;
            visible.push(began.elapsed());
        }
        Ok(Lag { commit: percentiles(commit), visible: percentiles(visible) })
    }
}

impl Desk {
    /// The request that writes the writer's next events, at the exact versions of their streams.
    fn request(&self, writer: Writer, number: u64, batch: u64) -> Outcome<Append> {
        let command = CommandId::new(writer.request(number));
        let stream = |number| StreamId::new("bench", writer.stream(number));
        let touched = (number..number + batch.min(STREAMS))
            .map(|number| Ok((stream(number)?, Expected::Exact(Version(number / STREAMS)))));
        let expectations = touched.collect::<Outcome<Vec<_>>>()?;
        let event = |(index, number): (usize, u64)| {
            Ok(NewEvent {
                stream: stream(number)?,
                id: EventId::of(command, index),
                kind: "noted",
                schema_version: 1,
                occurred_on: self.today,
                payload: payload(number).into_bytes(),
            })
        };
        let events = (0..).zip(number..number + batch).map(event).collect::<Outcome<Vec<_>>>()?;
        let context = Context {
            command,
            actor: self.actor.clone(),
            correlation: CorrelationId::new(command.uuid()),
            causation: None,
            key: None,
        };
        Ok(Append { context, expectations, events })
    }
}

fn parse(event: &Recorded) -> Outcome<u64> {
    let payload: serde_json::Value = serde_json::from_slice(&event.payload)?;
    std::hint::black_box(payload);
    Ok(1)
}

/// The rate, when nothing is missing.
fn all(seen: u64, events: u64, began: Instant) -> Outcome<f64> {
    if seen == events { Ok(rate(seen, began.elapsed())) } else { Err(format!("{seen} of {events} were read").into()) }
}

/// The median and the 99th percentile, in milliseconds.
fn percentiles(mut times: Vec<Duration>) -> [f64; 2] {
    times.sort_unstable();
    [50, 99].map(|percent| times.get(times.len() * percent / 100).map_or(0.0, |time| time.as_secs_f64() * 1_000.0))
}

/// A view of a log, and when its projection was given which page.
pub(crate) struct Follower {
    views: Views,
    view: View,
    marks: Arc<Mutex<Marks>>,
}

impl Follower {
    /// Starts a view and waits until it shows the log.
    pub(crate) async fn start(product: &Product) -> Outcome<Self> {
        let marks = Arc::<Mutex<Marks>>::default();
        let projection = Arc::new(Counts { marks: Arc::clone(&marks) });
        let views = Views::start(&product.desk.log, vec![projection], WorkerOptions::default()).await?;
        views.catch_up().await?;
        Ok(Self { view: views.get("counts")?, views, marks })
    }

    /// Builds the view again; answers how many events a second it took in. Measured from the first page to the last, so
    /// that making the tables and swapping them, which a longer log does not lengthen, are left out.
    pub(crate) async fn rebuild(&self) -> Outcome<f64> {
        *self.marks.lock().unwrap_or_else(PoisonError::into_inner) = Marks::default();
        self.views.rebuild("counts", |_| {}).await?;
        let marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, last) = marks.first.zip(marks.last).ok_or("the view was not built")?;
        Ok(rate(marks.before_last, last - first))
    }

    pub(crate) async fn stop(&self) {
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

/// Counts the events of each stream.
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
        "create table counts (stream text not null primary key, events bigint not null)"
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

//! The log itself, as its users hold it.

mod standstill;
mod view;
mod watched;

use std::time::Instant;

use async_trait::async_trait;
use eventlog::{Append, AppendError, Context, EventLog, Expected, NewEvent, Position, Recorded, StreamId, Version};
use futures_util::TryStreamExt;
use kernel::vocabulary::Capacity;
use kernel::{Actor, Agent, Clock, CommandId, CorrelationId, Day, EventId};

pub(crate) use standstill::Standstill;
use view::Follower;
pub(crate) use watched::WatchedProduct;

use crate::Outcome;
use crate::place::Place;
use crate::store::{Bulk, Client, Filled, Store, Who};
use crate::workload::{Fact, STREAMS, Writer, payload, rate_of_all};

/// An instant in the year this was written in, in microseconds.
const THEN: i64 = 1_795_334_400_000_000;

/// An open log.
pub(crate) struct Product {
    desk: Desk,
}

/// Where requests are written.
#[derive(Clone)]
struct Desk {
    log: EventLog,
    actor: Actor,
    today: Day,
}

impl Product {
    pub(crate) async fn open(place: &Place) -> Outcome<Self> {
        let began = Instant::now();
        let clock = Clock::new(move || {
            let passed = i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX);
            kernel::Instant::from_micros(THEN.saturating_add(passed))
        });
        let log = EventLog::open(place.config(), clock).await?;
        let actor = Actor { agent: Agent::parse("bench")?, capacity: Capacity::Operator, organisation: None };
        Ok(Self { desk: Desk { log, actor, today: Day::parse("2026-11-22")? } })
    }

    /// Appends so many events in all, a thousand at a time.
    pub(crate) async fn fill(&self, events: u64) -> Outcome<()> {
        for block in 0..events / 1_000 {
            self.append_many(Writer::of_block(block), 0, 1_000).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Store for Product {
    fn who(&self) -> Who {
        Who::product()
    }

    fn client(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        Ok(Box::new(OwnStreams { desk: self.desk.clone(), writer }))
    }

    fn contender(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        let stream = StreamId::new("bench", writer.hot_stream())?;
        Ok(Box::new(HotStream { desk: self.desk.clone(), writer, stream, seen: Version::NONE }))
    }

    async fn again(&self, _connections: u32) -> Outcome<Option<Box<dyn Store>>> {
        Ok(None)
    }

    async fn close(&self) {
        self.desk.log.close().await;
    }
}

#[async_trait]
impl Bulk for Product {
    async fn append_many(&self, writer: Writer, number: u64, batch: u64) -> Outcome<()> {
        self.desk.log.append(self.desk.request(writer, number, batch)?).await?;
        Ok(())
    }
}

struct OwnStreams {
    desk: Desk,
    writer: Writer,
}

#[async_trait]
impl Client for OwnStreams {
    async fn append(&mut self, number: u64) -> Outcome<bool> {
        self.desk.log.append(self.desk.request(self.writer, number, 1)?).await?;
        Ok(true)
    }
}

struct HotStream {
    desk: Desk,
    writer: Writer,
    stream: StreamId,
    /// How far it has read.
    seen: Version,
}

#[async_trait]
impl Client for HotStream {
    async fn append(&mut self, number: u64) -> Outcome<bool> {
        let news = self.desk.log.read_stream(&self.stream, self.seen, 100_000).await?;
        self.seen = news.last().map_or(self.seen, |event| event.version);
        let command = CommandId::new(self.writer.request(number));
        let expectations = vec![(self.stream.clone(), Expected::Exact(self.seen))];
        let events = vec![self.desk.event(self.stream.clone(), EventId::of(command, 0), number)?];
        match self.desk.log.append(Append { context: self.desk.context(command), expectations, events }).await {
            Ok(_) => Ok(true),
            Err(AppendError::WrongVersion { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
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
        let event = |(index, number): (usize, u64)| self.event(stream(number)?, EventId::of(command, index), number);
        let events = (0..).zip(number..number + batch).map(event).collect::<Outcome<Vec<_>>>()?;
        Ok(Append { context: self.context(command), expectations, events })
    }

    fn event(&self, stream: StreamId, id: EventId, number: u64) -> Outcome<NewEvent> {
        let payload = payload(number)?;
        Ok(NewEvent { stream, id, kind: "noted", schema_version: 1, occurred_on: self.today, payload })
    }

    fn context(&self, command: CommandId) -> Context {
        let correlation = CorrelationId::new(command.uuid());
        Context { command, actor: self.actor.clone(), correlation, causation: None, key: None }
    }
}

/// The log that is replayed, and a view of it.
pub(crate) struct FilledProduct {
    log: Product,
    follower: Follower,
}

impl FilledProduct {
    pub(crate) async fn fill(place: &Place, events: u64) -> Outcome<Self> {
        let log = Product::open(place).await?;
        log.fill(events).await?;
        let follower = Follower::start(&log).await?;
        Ok(Self { log, follower })
    }

    /// Reads the whole log in pages; answers events a second.
    pub(crate) async fn pages(&self, events: u64, size: u32) -> Outcome<f64> {
        let began = Instant::now();
        let (mut seen, mut reached) = (0, Position::START);
        loop {
            let page = self.log.desk.log.read(0, reached, size).await?;
            if page.events.is_empty() {
                return rate_of_all(seen, events, began.elapsed());
            }
            reached = page.reached;
            for event in &page.events {
                seen += parse(event)?;
            }
        }
    }

    pub(crate) async fn close(&self) {
        self.follower.stop().await;
        self.log.close().await;
    }
}

#[async_trait]
impl Filled for FilledProduct {
    fn who(&self) -> Who {
        Who::product()
    }

    async fn replay(&self, events: u64) -> Outcome<f64> {
        let began = Instant::now();
        let mut seen = 0;
        let mut rows = self.log.desk.log.scan(0, Position::START);
        while let Some(event) = rows.try_next().await? {
            seen += parse(&event)?;
        }
        rate_of_all(seen, events, began.elapsed())
    }

    async fn catch_up(&self, _events: u64) -> Outcome<Option<f64>> {
        self.follower.rebuild().await.map(Some)
    }
}

fn parse(event: &Recorded) -> Outcome<u64> {
    let fact: Fact = serde_json::from_slice(&event.payload)?;
    std::hint::black_box(fact);
    Ok(1)
}

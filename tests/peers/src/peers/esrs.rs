//! esrs: one table an aggregate, in the order of the clients' clocks. It has no position in the whole log, so that a
//! replay always begins at the beginning.

use std::time::Instant;

use async_trait::async_trait;
use esrs::store::EventStore;
use esrs::store::postgres::{PgStore, PgStoreBuilder, PgStoreError};
use esrs::{Aggregate, AggregateState};
use futures_util::TryStreamExt;
use sqlx08::postgres::PgPool;
use uuid::Uuid;

use crate::Outcome;
use crate::peers::{Block, Peer, Sources, pool};
use crate::store::{Client, Filled, Kind, Store, Who};
use crate::workload::{Fact, STREAMS, Writer, rate_of_all};

pub(crate) struct Esrs {
    release: String,
    url: String,
    pool: PgPool,
    store: PgStore<Sessions>,
}

/// What the events are of. Nothing is decided here: the bench appends.
struct Sessions;

#[derive(Debug, thiserror::Error)]
#[error("nothing is decided")]
struct Undecided;

impl Aggregate for Sessions {
    const NAME: &'static str = "bench";
    type State = ();
    type Command = ();
    type Event = Fact;
    type Error = Undecided;

    fn handle_command(_state: &(), (): ()) -> Result<Vec<Fact>, Undecided> {
        Err(Undecided)
    }

    fn apply_event((): (), _event: Fact) {}
}

impl Esrs {
    /// Makes its table; it does so by itself.
    pub(crate) async fn make(sources: &Sources, url: &str, connections: u32) -> Outcome<Self> {
        Self::open(sources.release("esrs")?, url, connections).await
    }

    async fn open(release: String, url: &str, connections: u32) -> Outcome<Self> {
        let pool = pool(url, connections).await?;
        let store = PgStoreBuilder::new(pool.clone()).try_build().await?;
        Ok(Self { release, url: url.to_owned(), pool, store })
    }
}

#[async_trait]
impl Peer for Esrs {
    async fn fill(&self, events: u64) -> Outcome<()> {
        for block in Block::all(events, 0) {
            sqlx08::query(include_str!("../../sql/fill_esrs.sql"))
                .bind(&block.streams)
                .bind(&block.versions)
                .bind(&block.ids)
                .bind(block.payloads()?)
                .execute(&self.pool)
                .await?;
        }
        sqlx08::raw_sql("vacuum analyze bench_events").execute(&self.pool).await?;
        Ok(())
    }
}

#[async_trait]
impl Store for Esrs {
    fn who(&self) -> Who {
        Who { name: self.release.clone(), kind: Kind::Peer { resumes: false } }
    }

    fn client(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        let states = (0..STREAMS).map(|number| AggregateState::with_id(writer.stream(number))).collect();
        Ok(Box::new(OwnStreams { store: self.store.clone(), states }))
    }

    fn contender(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        Ok(Box::new(HotStream { store: self.store.clone(), stream: writer.hot_stream() }))
    }

    async fn again(&self, connections: u32) -> Outcome<Option<Box<dyn Store>>> {
        Ok(Some(Box::new(Self::open(self.release.clone(), &self.url, connections).await?)))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

struct OwnStreams {
    store: PgStore<Sessions>,
    states: Vec<AggregateState<()>>,
}

#[async_trait]
impl Client for OwnStreams {
    async fn append(&mut self, number: u64) -> Outcome<bool> {
        let state = self.states.get_mut(usize::try_from(number % STREAMS)?).ok_or("there is no such stream")?;
        self.store.persist(state, vec![Fact::of(number, 0)]).await?;
        Ok(true)
    }
}

/// Reads the whole stream every time: it has no way to read what is new.
struct HotStream {
    store: PgStore<Sessions>,
    stream: Uuid,
}

#[async_trait]
impl Client for HotStream {
    async fn append(&mut self, number: u64) -> Outcome<bool> {
        let events = self.store.by_aggregate_id(self.stream).await?;
        let mut state = AggregateState::with_id(self.stream).apply_store_events(events, |(), _| ());
        match self.store.persist(&mut state, vec![Fact::of(number, 0)]).await {
            Ok(_) => Ok(true),
            Err(PgStoreError::Sqlx(sqlx08::Error::Database(error))) if error.is_unique_violation() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

#[async_trait]
impl Filled for Esrs {
    fn who(&self) -> Who {
        Store::who(self)
    }

    async fn replay(&self, events: u64) -> Outcome<f64> {
        let began = Instant::now();
        let mut seen = 0;
        let mut stream = self.store.stream_events(&self.pool);
        while let Some(event) = stream.try_next().await? {
            std::hint::black_box(event.payload);
            seen += 1;
        }
        rate_of_all(seen, events, began.elapsed())
    }

    async fn catch_up(&self, _events: u64) -> Outcome<Option<f64>> {
        Ok(None)
    }
}

//! cqrs-es with postgres-es: one row an event, keyed by aggregate and sequence. It has no position in the whole log, so
//! that a replay always begins at the beginning.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{PersistedEventRepository, PersistenceError, SerializedEvent};
use cqrs_es::{Aggregate, DomainEvent};
use postgres_es::PostgresEventRepository;
use sqlx08::postgres::PgPool;

use crate::Outcome;
use crate::peers::{Block, Peer, Sources, pool};
use crate::store::{Client, Filled, Kind, Store, Who};
use crate::workload::{Fact, STREAMS, Writer, rate_of_all};

pub(crate) struct CqrsEs {
    release: String,
    url: String,
    pool: PgPool,
    repository: Arc<PostgresEventRepository>,
}

impl DomainEvent for Fact {
    fn event_type(&self) -> String {
        "held".to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

/// What the events are of. Nothing is decided here: the bench appends.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
struct Sessions;

#[derive(Debug, thiserror::Error)]
#[error("nothing is decided")]
struct Undecided;

impl Aggregate for Sessions {
    const TYPE: &'static str = "bench";
    type Command = ();
    type Event = Fact;
    type Error = Undecided;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), _sink: &EventSink<Self>) -> Result<(), Undecided> {
        Err(Undecided)
    }

    fn apply(&mut self, _event: Fact) {}
}

impl CqrsEs {
    /// Makes its table as its own file says; the rest of that file is its tests'.
    pub(crate) async fn make(sources: &Sources, url: &str, connections: u32) -> Outcome<Self> {
        let peer = Self::open(sources.release("postgres-es")?, url, connections).await?;
        let file = sources.file("postgres-es", "db/init.sql")?;
        let table = file.split(';').find(|statement| statement.contains("CREATE TABLE events"));
        sqlx08::raw_sql(table.ok_or("postgres-es says nothing of its table")?).execute(&peer.pool).await?;
        Ok(peer)
    }

    async fn open(release: String, url: &str, connections: u32) -> Outcome<Self> {
        let pool = pool(url, connections).await?;
        let repository = Arc::new(PostgresEventRepository::new(pool.clone()));
        Ok(Self { release, url: url.to_owned(), pool, repository })
    }
}

#[async_trait]
impl Peer for CqrsEs {
    async fn fill(&self, events: u64) -> Outcome<()> {
        for block in Block::all(events, 0) {
            sqlx08::query(include_str!("../../sql/fill_cqrs_es.sql"))
                .bind(block.streams.iter().map(uuid::Uuid::to_string).collect::<Vec<_>>())
                .bind(&block.versions)
                .bind(block.payloads()?)
                .execute(&self.pool)
                .await?;
        }
        sqlx08::raw_sql("vacuum analyze events").execute(&self.pool).await?;
        Ok(())
    }
}

#[async_trait]
impl Store for CqrsEs {
    fn who(&self) -> Who {
        Who { name: self.release.clone(), kind: Kind::Peer { resumes: false } }
    }

    fn client(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        Ok(Box::new(OwnStreams { repository: Arc::clone(&self.repository), writer }))
    }

    fn contender(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        let stream = writer.hot_stream().to_string();
        Ok(Box::new(HotStream { repository: Arc::clone(&self.repository), stream, seen: 0 }))
    }

    async fn again(&self, connections: u32) -> Outcome<Option<Box<dyn Store>>> {
        Ok(Some(Box::new(Self::open(self.release.clone(), &self.url, connections).await?)))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

struct OwnStreams {
    repository: Arc<PostgresEventRepository>,
    writer: Writer,
}

#[async_trait]
impl Client for OwnStreams {
    async fn append(&mut self, number: u64) -> Outcome<bool> {
        let sequence = usize::try_from(number / STREAMS)? + 1;
        append(&self.repository, self.writer.stream(number).to_string(), sequence, number).await
    }
}

struct HotStream {
    repository: Arc<PostgresEventRepository>,
    stream: String,
    /// How far it has read.
    seen: usize,
}

#[async_trait]
impl Client for HotStream {
    async fn append(&mut self, number: u64) -> Outcome<bool> {
        let news = self.repository.get_last_events::<Sessions>(&self.stream, self.seen).await?;
        self.seen = news.last().map_or(self.seen, |event| event.sequence);
        append(&self.repository, self.stream.clone(), self.seen + 1, number).await
    }
}

async fn append(repository: &PostgresEventRepository, stream: String, sequence: usize, number: u64) -> Outcome<bool> {
    let fact = Fact::of(number, 0);
    let event = SerializedEvent::new(
        stream,
        sequence,
        Sessions::TYPE.to_owned(),
        fact.event_type(),
        fact.event_version(),
        serde_json::to_value(&fact)?,
        serde_json::json!({}),
    );
    match repository.persist::<Sessions>(&[event], None).await {
        Ok(()) => Ok(true),
        Err(PersistenceError::OptimisticLockError) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[async_trait]
impl Filled for CqrsEs {
    fn who(&self) -> Who {
        Store::who(self)
    }

    async fn replay(&self, events: u64) -> Outcome<f64> {
        let began = Instant::now();
        let mut seen = 0;
        let mut stream = self.repository.stream_all_events::<Sessions>().await?;
        while let Some(event) = stream.next::<Sessions>(&[]).await {
            std::hint::black_box(event?.payload);
            seen += 1;
        }
        rate_of_all(seen, events, began.elapsed())
    }

    async fn catch_up(&self, _events: u64) -> Outcome<Option<f64>> {
        Ok(None)
    }
}

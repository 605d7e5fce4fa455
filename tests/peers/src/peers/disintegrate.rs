//! disintegrate with disintegrate-postgres: events found by queries over their ids, appended in a serialisable
//! transaction when nothing the query finds is newer. Its positions are those of the whole log, so that a replay goes on
//! from where it stopped.
//!
//! Its SQL is meant for PostgreSQL 16: one function has a hexadecimal literal, which 15 does not know. That literal is
//! written in decimal here; everything else is as published.

mod listener;

use std::time::Instant;

use async_trait::async_trait;
use disintegrate::serde::json::Json;
use disintegrate::{EventStore, StreamItem, StreamQuery};
use disintegrate_postgres::{Error, PgEventId, PgEventStore};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use sqlx08::postgres::PgPool;

use listener::{Listener, WatchedDisintegrate};

use crate::Outcome;
use crate::half_load::Watched;
use crate::peers::{Block, Peer, Sources, pool};
use crate::store::{Client, Filled, Kind, Store, Who};
use crate::workload::{Fact, STREAMS, Writer, rate_of_all};

/// The literal that PostgreSQL 15 does not know, and what it means.
const LITERAL: [&str; 2] = ["0xFFFFFFFF", "4294967295"];

/// What makes its tables, in the order of its own migrator.
const FILES: [&str; 7] = [
    "event_store/sql/seq_event_event_id.sql",
    "event_store/sql/table_event.sql",
    "event_store/sql/idx_event_type.sql",
    "event_store/sql/fn_event_store_current_epoch.sql",
    "event_store/sql/fn_event_store_begin_epoch.sql",
    "listener/sql/table_event_listener.sql",
    "listener/sql/fn_notify_event_listener.sql",
];

/// What its payloads have beside the fact: the stream, which its queries need.
const BESIDES: usize = r#""stream":"","#.len() + 36;

type Inner = PgEventStore<Noted, Json<Noted>>;

pub(crate) struct Disintegrate {
    release: String,
    url: String,
    pool: PgPool,
    store: Inner,
    /// What makes its database wake listeners.
    trigger: String,
}

/// The fact with the id that it is found by.
#[derive(Debug, Clone, PartialEq, Eq, disintegrate::Event, Serialize, Deserialize)]
enum Noted {
    #[serde(rename = "held")]
    Held {
        #[id]
        stream: String,
        session: uuid::Uuid,
        hours: String,
        result: String,
        roster: Vec<u64>,
        note: String,
    },
}

impl Noted {
    fn of(stream: String, number: u64) -> Self {
        Self::with(stream, Fact::of(number, BESIDES))
    }

    fn with(stream: String, fact: Fact) -> Self {
        let Fact::Held { session, hours, result, roster, note } = fact;
        Self::Held { stream, session, hours, result, roster, note }
    }
}

impl Disintegrate {
    /// Makes its tables by its own SQL.
    pub(crate) async fn make(sources: &Sources, url: &str, connections: u32) -> Outcome<Self> {
        let trigger = sources.file("disintegrate-postgres", "src/listener/sql/trigger_notify_event_listener.sql")?;
        let peer = Self::open(sources.release("disintegrate-postgres")?, url, trigger, connections).await?;
        for file in FILES {
            let text = sources.file("disintegrate-postgres", &format!("src/{file}"))?;
            sqlx08::raw_sql(&text.replace(LITERAL[0], LITERAL[1])).execute(&peer.pool).await?;
        }
        sqlx08::raw_sql(include_str!("../../sql/disintegrate_id.sql")).execute(&peer.pool).await?;
        Ok(peer)
    }

    async fn open(release: String, url: &str, trigger: String, connections: u32) -> Outcome<Self> {
        let pool = pool(url, connections).await?;
        let store = PgEventStore::new_uninitialized(pool.clone(), Json::default());
        Ok(Self { release, url: url.to_owned(), pool, store, trigger })
    }
}

#[async_trait]
impl Peer for Disintegrate {
    async fn fill(&self, events: u64) -> Outcome<()> {
        for block in Block::all(events, BESIDES) {
            let streams: Vec<String> = block.streams.iter().map(uuid::Uuid::to_string).collect();
            let facts = streams.iter().zip(block.facts);
            let payloads = facts.map(|(stream, fact)| serde_json::to_vec(&Noted::with(stream.clone(), fact)));
            sqlx08::query(include_str!("../../sql/fill_disintegrate.sql"))
                .bind(&streams)
                .bind(payloads.collect::<Result<Vec<_>, _>>()?)
                .execute(&self.pool)
                .await?;
        }
        sqlx08::raw_sql("vacuum analyze event").execute(&self.pool).await?;
        Ok(())
    }
}

#[async_trait]
impl Store for Disintegrate {
    fn who(&self) -> Who {
        Who { name: self.release.clone(), kind: Kind::Peer { resumes: true } }
    }

    fn client(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        Ok(Box::new(OwnStreams::new(self.store.clone(), writer)?))
    }

    fn contender(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        Ok(Box::new(HotStream { store: self.store.clone(), stream: writer.hot_stream().to_string(), last: 0 }))
    }

    async fn again(&self, connections: u32) -> Outcome<Option<Box<dyn Store>>> {
        Ok(Some(Box::new(Self::open(self.release.clone(), &self.url, self.trigger.clone(), connections).await?)))
    }

    /// The trigger that wakes listeners makes every append slower, so that it comes with this listener only.
    async fn watched(&self) -> Outcome<Option<Box<dyn Watched>>> {
        sqlx08::raw_sql(&self.trigger).execute(&self.pool).await?;
        let last = sqlx08::query_scalar(include_str!("../../sql/disintegrate_last.sql")).fetch_one(&self.pool).await?;
        let listener = Listener::start(&self.store, &self.pool, last).await?;
        Ok(Some(Box::new(WatchedDisintegrate { store: self.store.clone(), listener })))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

struct OwnStreams {
    store: Inner,
    writer: Writer,
    /// The last event of each stream.
    last: Vec<PgEventId>,
}

impl OwnStreams {
    fn new(store: Inner, writer: Writer) -> Outcome<Self> {
        Ok(Self { store, writer, last: vec![0; usize::try_from(STREAMS)?] })
    }
}

#[async_trait]
impl Client for OwnStreams {
    async fn append(&mut self, number: u64) -> Outcome<bool> {
        let last = self.last.get_mut(usize::try_from(number % STREAMS)?).ok_or("there is no such stream")?;
        append(&self.store, self.writer.stream(number).to_string(), last, number).await
    }
}

struct HotStream {
    store: Inner,
    stream: String,
    /// How far it has read.
    last: PgEventId,
}

#[async_trait]
impl Client for HotStream {
    async fn append(&mut self, number: u64) -> Outcome<bool> {
        let query = of(&self.stream).change_origin(self.last);
        let mut news = self.store.stream(&query);
        while let Some(item) = news.next().await {
            if let StreamItem::Event(event) = item? {
                self.last = event.id();
            }
        }
        drop(news);
        append(&self.store, self.stream.clone(), &mut self.last, number).await
    }
}

/// What is in a stream.
fn of(stream: &str) -> StreamQuery<PgEventId, Noted> {
    let stream = stream.to_owned();
    disintegrate::query!(Noted; stream == stream)
}

async fn append(store: &Inner, stream: String, last: &mut PgEventId, number: u64) -> Outcome<bool> {
    let query = of(&stream);
    match store.append(vec![Noted::of(stream, number)], query, *last).await {
        Ok(events) => {
            *last = events.first().map_or(*last, disintegrate::PersistedEvent::id);
            Ok(true)
        }
        Err(Error::Concurrency) => Ok(false),
        // It takes a serialisation failure for one only at the commit.
        Err(Error::Database(sqlx08::Error::Database(error))) if error.code().as_deref() == Some("40001") => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[async_trait]
impl Filled for Disintegrate {
    fn who(&self) -> Who {
        Store::who(self)
    }

    async fn replay(&self, events: u64) -> Outcome<f64> {
        let began = Instant::now();
        let query = disintegrate::query!(Noted);
        let mut stream = self.store.stream(&query);
        let mut seen = 0;
        while let Some(item) = stream.next().await {
            if let StreamItem::Event(event) = item? {
                std::hint::black_box(event);
                seen += 1;
            }
        }
        rate_of_all(seen, events, began.elapsed())
    }

    async fn catch_up(&self, events: u64) -> Outcome<Option<f64>> {
        Listener::start(&self.store, &self.pool, 0).await?.catch_up(events).await.map(Some)
    }
}

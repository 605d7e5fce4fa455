//! message-db: functions of the database, called through the driver. A write takes a lock of its category until it is
//! committed, so that the positions of a category never appear out of order: a replay goes on from where it stopped, by
//! category. Writers are spread over sixteen categories, which it does best with; what is replayed is one category.

use std::collections::BTreeMap;
use std::time::Instant;

use async_trait::async_trait;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use crate::Outcome;
use crate::peers::{Block, Peer, Sources};
use crate::plain;
use crate::store::{Client, Filled, Kind, Store, Who};
use crate::workload::{Fact, STREAMS, Writer, rate_of_all};

/// How many categories are written to.
const CATEGORIES: u64 = 16;
/// How many messages make up a page.
const PAGE: i64 = 1_000;

/// What makes its table and functions, in the order of its own scripts; its role, privileges and reports are left out.
const FILES: [&str; 18] = [
    "schema/message-store",
    "extensions/pgcrypto",
    "tables/messages",
    "types/message",
    "functions/message-store-version",
    "functions/hash-64",
    "functions/acquire-lock",
    "functions/category",
    "functions/is-category",
    "functions/id",
    "functions/cardinal-id",
    "functions/stream-version",
    "functions/write-message",
    "functions/get-stream-messages",
    "functions/get-category-messages",
    "indexes/messages-id",
    "indexes/messages-stream",
    "indexes/messages-category",
];

pub(crate) struct MessageDb {
    release: String,
    url: String,
    pool: PgPool,
}

impl MessageDb {
    /// Makes its table and functions by its own SQL.
    pub(crate) async fn make(sources: &Sources, url: &str, connections: u32) -> Outcome<Self> {
        let peer = Self::open(sources.message_db_release()?, url, connections).await?;
        for file in FILES {
            let text = sources.message_db(&format!("{file}.sql"))?;
            // It is a statement of the package that the lock file names.
            sqlx::raw_sql(AssertSqlSafe(text)).execute(&peer.pool).await?;
        }
        Ok(peer)
    }

    async fn open(release: String, url: &str, connections: u32) -> Outcome<Self> {
        let options = PgPoolOptions::new().after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::query(include_str!("../../sql/message_db_path.sql")).execute(connection).await.map(drop)
            })
        });
        let pool = plain::pool(options, url, connections).await?;
        Ok(Self { release, url: url.to_owned(), pool })
    }
}

#[async_trait]
impl Peer for MessageDb {
    async fn fill(&self, events: u64) -> Outcome<()> {
        for block in Block::all(events, 0) {
            sqlx::query(include_str!("../../sql/fill_message_db.sql"))
                .bind(block.streams.iter().map(Uuid::to_string).collect::<Vec<_>>())
                .bind(&block.versions)
                .bind(block.ids.iter().map(Uuid::to_string).collect::<Vec<_>>())
                .bind(block.payloads()?)
                .execute(&self.pool)
                .await?;
        }
        sqlx::raw_sql("vacuum analyze messages").execute(&self.pool).await?;
        Ok(())
    }
}

#[async_trait]
impl Store for MessageDb {
    fn who(&self) -> Who {
        Who { name: self.release.clone(), kind: Kind::Peer { resumes: true } }
    }

    fn client(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        let category = format!("bench{}", writer.client % CATEGORIES);
        Ok(Box::new(OwnStreams { pool: self.pool.clone(), writer, category }))
    }

    fn contender(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        // Every hot stream in a category of its own: no stream waits for the lock of another.
        let stream = writer.hot_stream();
        let stream = format!("hot{}-{stream}", stream.simple());
        Ok(Box::new(HotStream { pool: self.pool.clone(), writer, stream }))
    }

    async fn again(&self, connections: u32) -> Outcome<Option<Box<dyn Store>>> {
        Ok(Some(Box::new(Self::open(self.release.clone(), &self.url, connections).await?)))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

struct OwnStreams {
    pool: PgPool,
    writer: Writer,
    category: String,
}

#[async_trait]
impl Client for OwnStreams {
    async fn append(&mut self, number: u64) -> Outcome<bool> {
        let stream = format!("{}-{}", self.category, self.writer.stream(number));
        let version = i64::try_from(number / STREAMS)? - 1;
        write(&self.pool, self.writer.request(number), &stream, version, number).await
    }
}

struct HotStream {
    pool: PgPool,
    writer: Writer,
    stream: String,
}

#[async_trait]
impl Client for HotStream {
    async fn append(&mut self, number: u64) -> Outcome<bool> {
        let version: Option<i64> = sqlx::query_scalar(include_str!("../../sql/message_db_version.sql"))
            .bind(&self.stream)
            .fetch_one(&self.pool)
            .await?;
        write(&self.pool, self.writer.request(number), &self.stream, version.unwrap_or(-1), number).await
    }
}

async fn write(pool: &PgPool, id: Uuid, stream: &str, version: i64, number: u64) -> Outcome<bool> {
    let write = sqlx::query(include_str!("../../sql/message_db_write.sql"))
        .bind(id.to_string())
        .bind(stream)
        .bind(serde_json::to_string(&Fact::of(number, 0))?)
        .bind(version);
    match write.execute(pool).await {
        Ok(_) => Ok(true),
        Err(sqlx::Error::Database(error)) if error.message().starts_with("Wrong expected version") => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[async_trait]
impl Filled for MessageDb {
    fn who(&self) -> Who {
        Store::who(self)
    }

    async fn replay(&self, events: u64) -> Outcome<f64> {
        let began = Instant::now();
        let (mut seen, mut next) = (0, 1_i64);
        loop {
            let page = self.page(next).await?;
            for row in &page {
                let fact: Fact = serde_json::from_str(row.try_get("data")?)?;
                std::hint::black_box((fact, row.try_get::<&str, _>("stream_name")?));
                next = row.try_get::<i64, _>("global_position")? + 1;
                seen += 1;
            }
            if (page.len() as i64) < PAGE {
                return rate_of_all(seen, events, began.elapsed());
            }
        }
    }

    /// It offers no projections: pages are read, and what is counted is written together with how far it came.
    async fn catch_up(&self, events: u64) -> Outcome<Option<f64>> {
        sqlx::raw_sql(include_str!("../../sql/forget_counts.sql")).execute(&self.pool).await?;
        sqlx::raw_sql(include_str!("../../sql/counts.sql")).execute(&self.pool).await?;
        sqlx::raw_sql(include_str!("../../sql/reached.sql")).execute(&self.pool).await?;
        let began = Instant::now();
        let (mut seen, mut next) = (0, 1_i64);
        loop {
            let page = self.page(next).await?;
            let mut counts = BTreeMap::<String, i64>::new();
            for row in &page {
                *counts.entry(row.try_get("stream_name")?).or_default() += 1;
                next = row.try_get::<i64, _>("global_position")? + 1;
                seen += 1;
            }
            plain::take_in(&mut *self.pool.acquire().await?, counts, next).await?;
            if (page.len() as i64) < PAGE {
                return rate_of_all(seen, events, began.elapsed()).map(Some);
            }
        }
    }
}

impl MessageDb {
    async fn page(&self, next: i64) -> Outcome<Vec<sqlx::postgres::PgRow>> {
        let page = sqlx::query(include_str!("../../sql/message_db_page.sql")).bind(next).bind(PAGE);
        Ok(page.fetch_all(&self.pool).await?)
    }
}

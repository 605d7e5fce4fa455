//! PostgreSQL by the driver.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Instant;

use async_trait::async_trait;
use eventlog::Storage;
use futures_util::TryStreamExt;
use futures_util::future::try_join_all;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgConnection, Row as _};

use crate::Outcome;
use crate::place::Place;
use crate::plain::{PAGE, Row, parse};
use crate::store::{Bulk, Client, Filled, Store, Who};
use crate::workload::{Writer, rate_of_all};

/// A table with the columns and keys of the log's, and nothing else.
pub(crate) struct Postgres {
    url: String,
    pub(super) pool: PgPool,
    /// The last position that was given out.
    pub(super) position: Arc<AtomicI64>,
}

impl Postgres {
    /// Makes the table.
    pub(crate) async fn make(url: &str, connections: u32) -> Outcome<Self> {
        let pool = pool(PgPoolOptions::new(), url, connections).await?;
        sqlx::query(include_str!("../../sql/table_postgres.sql")).execute(&pool).await?;
        Ok(Self { url: url.to_owned(), pool, position: Arc::default() })
    }
}

/// Connections that are open when the first figure is taken.
pub(crate) async fn pool(options: PgPoolOptions, url: &str, connections: u32) -> Outcome<PgPool> {
    let pool = options.max_connections(connections).connect(url).await?;
    try_join_all((0..connections).map(|_| pool.acquire())).await?;
    Ok(pool)
}

#[async_trait]
impl Store for Postgres {
    fn who(&self) -> Who {
        Who::plain()
    }

    fn client(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        Ok(Box::new(Inserts { pool: self.pool.clone(), position: Arc::clone(&self.position), writer, hot: false }))
    }

    fn contender(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        Ok(Box::new(Inserts { pool: self.pool.clone(), position: Arc::clone(&self.position), writer, hot: true }))
    }

    async fn again(&self, connections: u32) -> Outcome<Option<Box<dyn Store>>> {
        let pool = pool(PgPoolOptions::new(), &self.url, connections).await?;
        Ok(Some(Box::new(Self { url: self.url.clone(), pool, position: Arc::clone(&self.position) })))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

/// A client that commits one row at a time.
struct Inserts {
    pool: PgPool,
    position: Arc<AtomicI64>,
    writer: Writer,
    hot: bool,
}

#[async_trait]
impl Client for Inserts {
    async fn append(&mut self, number: u64) -> Outcome<bool> {
        let row = if self.hot {
            let stream = self.writer.hot_stream().into_bytes().to_vec();
            let version = sqlx::query_scalar(include_str!("../../sql/version.sql")).bind(&stream);
            let version = version.fetch_one(&self.pool).await?;
            Row::new(stream, version, self.writer, number, &self.position)?
        } else {
            Row::of(self.writer, number, &self.position)?
        };
        let insert = sqlx::query(include_str!("../../sql/insert_one.sql"))
            .bind(row.position)
            .bind(row.stream)
            .bind(row.version)
            .bind(row.id)
            .bind(row.payload)
            .bind(row.hash);
        match insert.execute(&self.pool).await {
            Ok(_) => Ok(true),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

#[async_trait]
impl Bulk for Postgres {
    async fn append_many(&self, writer: Writer, number: u64, batch: u64) -> Outcome<()> {
        let rows = (number..number + batch).map(|number| Row::of(writer, number, &self.position));
        let rows = rows.collect::<Outcome<Vec<Row>>>()?;
        sqlx::query(include_str!("../../sql/insert_many.sql"))
            .bind(rows.iter().map(|row| row.position).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.stream.as_slice()).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.version).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.id.as_slice()).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.payload.as_slice()).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.hash.as_slice()).collect::<Vec<_>>())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

/// The log's own tables, read past it.
pub(crate) struct FilledPostgres {
    options: PgConnectOptions,
}

impl FilledPostgres {
    pub(crate) fn open(place: &Place) -> Outcome<Self> {
        let Storage::Postgres { url, schema } = &place.config().storage else {
            return Err("this is no PostgreSQL".into());
        };
        let options: PgConnectOptions = url.parse()?;
        Ok(Self { options: options.options([("search_path", schema)]) })
    }
}

#[async_trait]
impl Filled for FilledPostgres {
    fn who(&self) -> Who {
        Who::plain()
    }

    async fn replay(&self, events: u64) -> Outcome<f64> {
        let mut connection = self.options.connect().await?;
        let began = Instant::now();
        let mut seen = 0;
        let mut rows = sqlx::query(include_str!("../../sql/replay.sql")).fetch(&mut connection);
        while let Some(row) = rows.try_next().await? {
            parse(row.try_get("payload")?)?;
            std::hint::black_box((row.try_get::<&[u8], _>("stream")?, row.try_get::<i64, _>("position")?));
            seen += 1;
        }
        drop(rows);
        let elapsed = began.elapsed();
        connection.close().await?;
        rate_of_all(seen, events, elapsed)
    }

    async fn catch_up(&self, events: u64) -> Outcome<Option<f64>> {
        let mut connection = self.options.clone().connect().await?;
        sqlx::raw_sql(include_str!("../../sql/forget_counts.sql")).execute(&mut connection).await?;
        sqlx::raw_sql(include_str!("../../sql/counts.sql")).execute(&mut connection).await?;
        sqlx::raw_sql(include_str!("../../sql/reached.sql")).execute(&mut connection).await?;
        let began = Instant::now();
        let (mut seen, mut reached) = (0, 0_i64);
        loop {
            let rows = sqlx::query(include_str!("../../sql/page.sql")).bind(reached).fetch_all(&mut connection).await?;
            let mut counts = BTreeMap::<String, i64>::new();
            for row in &rows {
                let stream = uuid::Uuid::from_slice(row.try_get("stream")?)?;
                std::hint::black_box(row.try_get::<&[u8], _>("payload")?);
                *counts.entry(stream.to_string()).or_default() += 1;
                reached = row.try_get("position")?;
            }
            seen += rows.len() as u64;
            take_in(&mut connection, counts, reached).await?;
            if rows.len() < PAGE {
                break;
            }
        }
        let elapsed = began.elapsed();
        sqlx::raw_sql(include_str!("../../sql/forget_counts.sql")).execute(&mut connection).await?;
        connection.close().await?;
        rate_of_all(seen, events, elapsed).map(Some)
    }
}

pub(crate) async fn take_in(connection: &mut PgConnection, counts: BTreeMap<String, i64>, reached: i64) -> Outcome<()> {
    let (streams, events): (Vec<String>, Vec<i64>) = counts.into_iter().unzip();
    let mut transaction = connection.begin().await?;
    let count = sqlx::query(include_str!("../../sql/count_postgres.sql")).bind(streams).bind(events);
    count.execute(&mut *transaction).await?;
    sqlx::query(include_str!("../../sql/reach.sql")).bind(reached).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

//! The limit: the same rows by the driver alone, as fast as it goes, at the same durability.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use eventlog::Storage;
use futures_util::TryStreamExt;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row as _};
use testkit::Place;
use tokio::sync::Mutex;

use crate::Outcome;
use crate::workload::{STREAMS, Writer, drive, payload, rate};

/// A table with the columns and keys of the log's, and nothing else.
pub(crate) struct Plain {
    table: Table,
    /// The last position that was given out.
    position: Arc<AtomicI64>,
    /// Holds the folder until the run ends.
    _place: Place,
}

#[derive(Clone)]
enum Table {
    /// Writers take turns, which is quicker than to let the file's lock refuse them.
    Sqlite(Arc<Mutex<SqliteConnection>>),
    Postgres(PgPool),
}

/// What differs from row to row.
struct Row {
    position: i64,
    stream: Vec<u8>,
    version: i64,
    id: Vec<u8>,
    payload: String,
    hash: Vec<u8>,
}

impl Plain {
    pub(crate) async fn open(place: Place) -> Outcome<Self> {
        let table = match &place.config().storage {
            Storage::Sqlite { dir } => {
                let mut connection = sqlite(dir, "plain.db").connect().await?;
                sqlx::query(include_str!("sql/table_sqlite.sql")).execute(&mut connection).await?;
                Table::Sqlite(Arc::new(Mutex::new(connection)))
            }
            Storage::Postgres { url, .. } => {
                let pool = PgPoolOptions::new().min_connections(32).max_connections(32).connect(url).await?;
                sqlx::query(include_str!("sql/table_postgres.sql")).execute(&pool).await?;
                Table::Postgres(pool)
            }
        };
        Ok(Self { table, position: Arc::default(), _place: place })
    }

    /// Rows a second when each is committed by itself.
    pub(crate) async fn one_by_one(&self, round: u64, clients: u64, slice: Duration) -> Outcome<f64> {
        drive(clients, slice, |client, until| {
            let (table, position) = (self.table.clone(), Arc::clone(&self.position));
            let writer = Writer { figure: clients, round, client };
            async move {
                let mut number = 0;
                while Instant::now() < until {
                    table.insert_one(row(writer, number, &position)).await?;
                    number += 1;
                }
                Ok(number)
            }
        })
        .await
    }

    /// Rows a second when one client commits so many at once.
    pub(crate) async fn many(&self, round: u64, batch: u64, slice: Duration) -> Outcome<f64> {
        drive(1, slice, |client, until| {
            let (table, position) = (self.table.clone(), Arc::clone(&self.position));
            let writer = Writer { figure: batch, round, client };
            async move {
                let mut number = 0;
                while Instant::now() < until {
                    table.insert_many((number..number + batch).map(|number| row(writer, number, &position))).await?;
                    number += batch;
                }
                Ok(number)
            }
        })
        .await
    }
}

fn row(writer: Writer, number: u64, position: &AtomicI64) -> Row {
    let id = writer.request(number).into_bytes().to_vec();
    Row {
        position: position.fetch_add(1, Ordering::Relaxed) + 1,
        stream: writer.stream(number).into_bytes().to_vec(),
        version: i64::try_from(number / STREAMS).unwrap_or(i64::MAX),
        hash: id.repeat(2),
        id,
        payload: payload(number),
    }
}

impl Table {
    async fn insert_one(&self, row: Row) -> Outcome<()> {
        // The macro writes for each driver what cannot be generic over both.
        macro_rules! insert {
            ($connection:expr) => {
                sqlx::query(include_str!("sql/insert_one.sql"))
                    .bind(row.position)
                    .bind(row.stream)
                    .bind(row.version)
                    .bind(row.id)
                    .bind(row.payload.into_bytes())
                    .bind(row.hash)
                    .execute($connection)
                    .await?
                    .rows_affected()
            };
        }
        let inserted = match self {
            Self::Sqlite(connection) => insert!(&mut *connection.lock().await),
            Self::Postgres(pool) => insert!(pool),
        };
        if inserted == 1 { Ok(()) } else { Err("a row was not inserted".into()) }
    }

    async fn insert_many(&self, rows: impl Iterator<Item = Row>) -> Outcome<()> {
        match self {
            Self::Sqlite(connection) => {
                let rows: Vec<_> = rows
                    .map(|row| (row.position, hex(&row.stream), row.version, hex(&row.id), row.payload, hex(&row.hash)))
                    .collect();
                let query = sqlx::query(include_str!("sql/insert_many_sqlite.sql")).bind(serde_json::to_string(&rows)?);
                query.execute(&mut *connection.lock().await).await?;
            }
            Self::Postgres(pool) => {
                let rows: Vec<Row> = rows.collect();
                sqlx::query(include_str!("sql/insert_many_postgres.sql"))
                    .bind(rows.iter().map(|row| row.position).collect::<Vec<_>>())
                    .bind(rows.iter().map(|row| row.stream.as_slice()).collect::<Vec<_>>())
                    .bind(rows.iter().map(|row| row.version).collect::<Vec<_>>())
                    .bind(rows.iter().map(|row| row.id.as_slice()).collect::<Vec<_>>())
                    .bind(rows.iter().map(|row| row.payload.as_bytes()).collect::<Vec<_>>())
                    .bind(rows.iter().map(|row| row.hash.as_slice()).collect::<Vec<_>>())
                    .execute(pool)
                    .await?;
            }
        }
        Ok(())
    }
}

/// Reads the log's own table by one streaming select and parses every payload; answers rows a second.
pub(crate) async fn replay(place: &Place, events: u64) -> Outcome<f64> {
    // The macro writes for each driver what cannot be generic over both.
    macro_rules! replay {
        ($connection:expr) => {{
            let mut connection = $connection;
            let began = Instant::now();
            let (mut seen, mut last) = (0, 0_i64);
            let mut rows = sqlx::query(include_str!("sql/replay.sql")).fetch(&mut connection);
            while let Some(row) = rows.try_next().await? {
                let payload: serde_json::Value = serde_json::from_slice(row.try_get("payload")?)?;
                let stream: &[u8] = row.try_get("stream")?;
                std::hint::black_box((payload, stream));
                last = row.try_get("position")?;
                seen += 1;
            }
            drop(rows);
            let elapsed = began.elapsed();
            connection.close().await?;
            if (seen, last) != (events, i64::try_from(events)?) {
                return Err(format!("{seen} of {events} rows were read").into());
            }
            Ok(rate(seen, elapsed))
        }};
    }
    match &place.config().storage {
        Storage::Sqlite { dir } => replay!(sqlite(dir, "log.db").connect().await?),
        Storage::Postgres { url, schema } => {
            let options: PgConnectOptions = url.parse()?;
            replay!(options.options([("search_path", schema)]).connect().await?)
        }
    }
}

/// As the log opens its file.
fn sqlite(dir: &std::path::Path, file: &str) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(dir.join(file))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

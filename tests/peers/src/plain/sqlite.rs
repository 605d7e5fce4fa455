//! SQLite by its own API: prepared statements, bound row by row.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use eventlog::Storage;
use rusqlite::{Connection, TransactionBehavior, params};

use crate::Outcome;
use crate::place::Place;
use crate::plain::{PAGE, Row, parse};
use crate::store::{Bulk, Client, Filled, Store, Who};
use crate::workload::{Writer, rate_of_all};

/// A table with the columns and keys of the log's, and nothing else.
pub(crate) struct Sqlite {
    table: Arc<Table>,
}

struct Table {
    /// Writers take turns, which is quicker than to let the file's lock refuse them.
    connection: Mutex<Connection>,
    /// The last position that was given out.
    position: AtomicI64,
}

impl Sqlite {
    pub(crate) fn open(place: &Place) -> Outcome<Self> {
        let connection = open(place, "plain.db")?;
        connection.execute_batch(include_str!("../../sql/table_sqlite.sql"))?;
        Ok(Self { table: Arc::new(Table { connection: Mutex::new(connection), position: AtomicI64::new(0) }) })
    }
}

impl Table {
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for Sqlite {
    fn who(&self) -> Who {
        Who::plain()
    }

    fn client(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        Ok(Box::new(Turns { table: Arc::clone(&self.table), writer, hot: false }))
    }

    fn contender(&self, writer: Writer) -> Outcome<Box<dyn Client>> {
        Ok(Box::new(Turns { table: Arc::clone(&self.table), writer, hot: true }))
    }

    async fn again(&self, _connections: u32) -> Outcome<Option<Box<dyn Store>>> {
        Ok(None)
    }

    async fn close(&self) {}
}

/// A client that commits a row whenever it is its turn.
struct Turns {
    table: Arc<Table>,
    writer: Writer,
    hot: bool,
}

#[async_trait]
impl Client for Turns {
    async fn append(&mut self, number: u64) -> Outcome<bool> {
        {
            let connection = self.table.connection();
            let row = if self.hot {
                let stream = self.writer.hot_stream().into_bytes().to_vec();
                let mut version = connection.prepare_cached(include_str!("../../sql/version.sql"))?;
                let version = version.query_row([&stream], |row| row.get(0))?;
                Row::new(stream, version, self.writer, number, &self.table.position)?
            } else {
                Row::of(self.writer, number, &self.table.position)?
            };
            insert(&connection, &row)?;
        }
        // Nothing above waits, so that without this the other clients would never have a turn.
        tokio::task::yield_now().await;
        Ok(true)
    }
}

#[async_trait]
impl Bulk for Sqlite {
    async fn append_many(&self, writer: Writer, number: u64, batch: u64) -> Outcome<()> {
        let mut connection = self.table.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for number in number..number + batch {
            insert(&transaction, &Row::of(writer, number, &self.table.position)?)?;
        }
        transaction.commit()?;
        Ok(())
    }
}

fn insert(connection: &Connection, row: &Row) -> Outcome<()> {
    let mut insert = connection.prepare_cached(include_str!("../../sql/insert_one.sql"))?;
    insert.execute(params![row.position, row.stream, row.version, row.id, row.payload, row.hash])?;
    Ok(())
}

/// The log's own tables, read past it.
pub(crate) struct FilledSqlite {
    connection: Mutex<Connection>,
}

impl FilledSqlite {
    pub(crate) fn open(place: &Place) -> Outcome<Self> {
        Ok(Self { connection: Mutex::new(open(place, "log.db")?) })
    }
}

#[async_trait]
impl Filled for FilledSqlite {
    fn who(&self) -> Who {
        Who::plain()
    }

    async fn replay(&self, events: u64) -> Outcome<f64> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let mut select = connection.prepare_cached(include_str!("../../sql/replay.sql"))?;
        let began = Instant::now();
        let (mut seen, mut rows) = (0, select.query([])?);
        while let Some(row) = rows.next()? {
            parse(row.get_ref("payload")?.as_blob()?)?;
            std::hint::black_box((row.get_ref("stream")?.as_blob()?, row.get_ref("position")?.as_i64()?));
            seen += 1;
        }
        rate_of_all(seen, events, began.elapsed())
    }

    async fn catch_up(&self, events: u64) -> Outcome<Option<f64>> {
        let log = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir()?;
        let mut view = connect(&folder.path().join("view.db"))?;
        view.execute_batch(include_str!("../../sql/counts.sql"))?;
        view.execute_batch(include_str!("../../sql/reached.sql"))?;
        let began = Instant::now();
        let (mut seen, mut reached) = (0, 0_i64);
        loop {
            let mut page = log.prepare_cached(include_str!("../../sql/page.sql"))?;
            let (mut counts, mut length) = (BTreeMap::<String, i64>::new(), 0);
            let mut rows = page.query([reached])?;
            while let Some(row) = rows.next()? {
                let stream = uuid::Uuid::from_slice(row.get_ref("stream")?.as_blob()?)?;
                std::hint::black_box(row.get_ref("payload")?.as_blob()?);
                *counts.entry(stream.to_string()).or_default() += 1;
                reached = row.get("position")?;
                length += 1;
            }
            seen += length as u64;
            take_in(&mut view, &counts, reached)?;
            if length < PAGE {
                return rate_of_all(seen, events, began.elapsed()).map(Some);
            }
        }
    }
}

fn take_in(view: &mut Connection, counts: &BTreeMap<String, i64>, reached: i64) -> Outcome<()> {
    let transaction = view.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (stream, events) in counts {
        transaction.prepare_cached(include_str!("../../sql/count_sqlite.sql"))?.execute(params![stream, events])?;
    }
    transaction.prepare_cached(include_str!("../../sql/reach.sql"))?.execute([reached])?;
    transaction.commit()?;
    Ok(())
}

fn open(place: &Place, file: &str) -> Outcome<Connection> {
    match &place.config().storage {
        Storage::Sqlite { dir } => connect(&dir.join(file)),
        Storage::Postgres { .. } => Err("this is no SQLite".into()),
    }
}

/// As the log opens its file.
fn connect(file: &Path) -> Outcome<Connection> {
    let connection = Connection::open(file)?;
    connection.execute_batch(include_str!("../../sql/durably.sql"))?;
    Ok(connection)
}

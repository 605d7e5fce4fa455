//! The log's file by SQLite's own API, where a driver between two threads takes longer than SQLite: events are read and written
//! here, a stretch or a stream at a time. It waits, so each piece of work is done by a thread that may.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Params, Row, ToSql, params_from_iter};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::store::read::{Categories, Stretch};
use crate::store::row::{Cells, Names, Stored};
use crate::{Failure, Position, Recorded, Value, Version};

/// How long a connection waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// So many statements are kept prepared, and so many connections that nobody uses just now.
const KEPT: usize = 16;

/// The file, for whoever reads it.
#[derive(Debug, Clone)]
pub(crate) struct File {
    path: PathBuf,
    unused: Arc<Mutex<Vec<Connection>>>,
    /// So many are asked at the same time by whoever wants a few rows, however many want them.
    turns: Arc<Semaphore>,
}

impl File {
    /// The file at `path`, which is there, for so many at the same time.
    pub(crate) fn new(path: PathBuf, readers: u32) -> Self {
        Self { path, unused: Arc::default(), turns: Arc::new(Semaphore::new(readers as usize)) }
    }

    /// Reads the events of a stretch, as far as the partition reaches, in a thread of its own.
    pub(crate) fn stretch(
        &self,
        stretch: Stretch,
        categories: Categories,
    ) -> JoinHandle<Result<Vec<Recorded>, Failure>> {
        self.ask(move |connection| stretch_of(connection, stretch, categories))
    }

    /// Reads what every row of the log's tables stands for that the statement gives: a few rows.
    pub(crate) async fn few<T: Stored + Send + 'static>(
        &self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> Result<Vec<T>, Failure> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_closed| sqlx::Error::PoolClosed)?;
        let asked = self.ask(move |connection| {
            let found = all(connection, sql, params_from_iter(&args));
            drop(turn);
            found
        });
        asked.await.map_err(|_| Failure::corrupt("the thread that reads the log ended early"))?
    }

    /// Asks the file something in a thread of its own. A connection that failed is not used again.
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> JoinHandle<Result<T, Failure>> {
        let file = self.clone();
        tokio::task::spawn_blocking(move || {
            let connection = file.connection()?;
            let answer = question(&connection)?;
            let mut unused = file.unused();
            if unused.len() < KEPT {
                unused.push(connection);
            }
            Ok(answer)
        })
    }

    /// Closes what nobody uses.
    pub(crate) fn close(&self) {
        self.turns.close();
        self.unused().clear();
    }

    fn connection(&self) -> Result<Connection, Failure> {
        let unused = self.unused().pop();
        unused.map_or_else(|| Ok(connect(&self.path)?), Ok)
    }

    fn unused(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.unused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Another connection to the file, as durable as the first.
pub(crate) fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(TURN)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.set_prepared_statement_cache_capacity(KEPT);
    Ok(connection)
}

fn stretch_of(connection: &Connection, stretch: Stretch, categories: Categories) -> Result<Vec<Recorded>, Failure> {
    let Stretch { partition, after, upto } = stretch;
    match categories {
        None => all(connection, include_str!("../../sql/stretch.sql"), (partition, after, upto)),
        Some(categories) => {
            let categories = serde_json::json!(categories).to_string();
            let sql = include_str!("../../sql/stretch_of_categories_sqlite.sql");
            all(connection, sql, (partition, after, upto, categories))
        }
    }
}

/// Everything that the rows of a statement stand for. The statement is kept prepared.
pub(crate) fn all<T: Stored>(connection: &Connection, sql: &str, parameters: impl Params) -> Result<Vec<T>, Failure> {
    let (mut found, mut names) = (Vec::new(), Names::default());
    let mut select = prepared(connection, sql)?;
    let mut rows = select.query(parameters)?;
    while let Some(row) = rows.next()? {
        found.push(T::read(row, &mut names)?);
    }
    Ok(found)
}

/// Runs a statement, which is kept prepared; answers how many rows it changed.
pub(crate) fn run(connection: &Connection, sql: &str, parameters: impl Params) -> Result<usize, rusqlite::Error> {
    prepared(connection, sql)?.execute(parameters)
}

/// A statement that is kept prepared. What PostgreSQL calls `$1` is a name to SQLite, which numbers names as they come.
pub(crate) fn prepared<'c>(connection: &'c Connection, sql: &str) -> Result<CachedStatement<'c>, rusqlite::Error> {
    let statement = connection.prepare_cached(sql)?;
    let says = |number: usize| statement.parameter_name(number).and_then(|name| name.get(1..)?.parse().ok());
    debug_assert!((1..=statement.parameter_count()).all(|number| says(number) == Some(number)), "{sql}");
    Ok(statement)
}

// Both are counted one by one and never come near the end of either type.
macro_rules! counted {
    ($($number:ty),+) => {$(
        impl ToSql for $number {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(i64::try_from(self.0).unwrap_or(i64::MAX).into())
            }
        }
    )+};
}

counted!(Position, Version);

impl Cells for Row<'_> {
    fn number(&self, column: usize) -> Result<i64, Failure> {
        match self.get_ref(column)? {
            ValueRef::Integer(number) => Ok(number),
            _ => Err(Failure::corrupt("a row of the log has no number where one belongs")),
        }
    }

    fn text(&self, column: usize) -> Result<&str, Failure> {
        let text = match self.get_ref(column)? {
            ValueRef::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        };
        text.ok_or_else(|| Failure::corrupt("a row of the log has no text where some belongs"))
    }

    fn bytes(&self, column: usize) -> Result<Option<&[u8]>, Failure> {
        match self.get_ref(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            _ => Err(Failure::corrupt("a row of the log has no bytes where some belong")),
        }
    }
}

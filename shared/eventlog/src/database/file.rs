//! A file of SQLite for whoever reads it, by SQLite's own API, where a driver between two threads takes longer than SQLite.
//! It waits, so each question is asked by a thread that may.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, OpenFlags, ToSql};
use sqlx::SqlStr;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::Instant;

use crate::database::{ACQUIRE_TIMEOUT, CACHE, IDLE_TIMEOUT};
use crate::{Failure, Row, Value};

/// How long a connection waits for a lock of the file.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// So many statements are kept prepared by a connection.
const STATEMENTS: usize = 100;
/// So many connections are kept that nobody uses just now.
const KEPT: usize = 16;
/// So many rows are handed over at a time where they are many.
const CHUNK: usize = 256;

/// The file, for whoever reads it. Clones are cheap.
#[derive(Debug, Clone)]
pub(crate) struct File {
    path: Arc<Path>,
    /// Those that have had nothing to do for longest come first.
    unused: Arc<Mutex<Vec<Unused>>>,
    /// So many questions are asked at the same time.
    turns: Arc<Semaphore>,
}

/// A connection that nobody uses just now.
#[derive(Debug)]
struct Unused {
    connection: Connection,
    since: Instant,
}

impl File {
    /// The file at `path`, which is there, for so many questions at the same time.
    pub(crate) fn new(path: PathBuf, readers: u32) -> Self {
        Self::with_idle_time(path, readers, IDLE_TIMEOUT)
    }

    fn with_idle_time(path: PathBuf, readers: u32, idle: Duration) -> Self {
        let unused = Arc::default();
        tokio::spawn(close_idle(Arc::downgrade(&unused), idle));
        Self { path: path.into(), unused, turns: Arc::new(Semaphore::new(readers as usize)) }
    }

    /// Asks something when it is its turn.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let turn = self.turn().await?;
        self.begin_to_ask(Some(turn), question).await.map_err(ended)?
    }

    /// Begins to ask something, whosever turn it is: it goes on when nobody waits for the answer.
    pub(crate) fn ask_now<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> JoinHandle<Result<T, Failure>> {
        self.begin_to_ask(None, question)
    }

    /// One state, to ask it several questions: that in which the first finds the file.
    pub(crate) async fn state(&self) -> Result<State, Failure> {
        let turn = self.turn().await?;
        Ok(State(Some(Lent { connection: None, file: self.clone(), _turn: Some(turn) })))
    }

    /// Lets nobody else begin, and closes the connections; those that are lent are closed where they are given back.
    pub(crate) async fn close(&self) {
        self.turns.close();
        let unused = std::mem::take(&mut *unused(&self.unused));
        // The last that is closed may have much to write.
        tokio::task::spawn_blocking(move || drop(unused)).await.unwrap_or_default();
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, Failure> {
        match tokio::time::timeout(ACQUIRE_TIMEOUT, Arc::clone(&self.turns).acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_closed)) => Err(sqlx::Error::PoolClosed.into()),
            Err(_elapsed) => Err(sqlx::Error::PoolTimedOut.into()),
        }
    }

    fn begin_to_ask<T: Send + 'static>(
        &self,
        turn: Option<OwnedSemaphorePermit>,
        question: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> JoinHandle<Result<T, Failure>> {
        let lent = Lent { connection: None, file: self.clone(), _turn: turn };
        tokio::task::spawn_blocking(move || {
            let (lent, answer) = lent.answer(question)?;
            drop(lent);
            Ok(answer)
        })
    }
}

fn unused(unused: &Mutex<Vec<Unused>>) -> MutexGuard<'_, Vec<Unused>> {
    unused.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Closes what nobody has used for so long, until nobody has the file any more: each holds pages of it.
async fn close_idle(connections: Weak<Mutex<Vec<Unused>>>, idle: Duration) {
    loop {
        tokio::time::sleep(idle).await;
        let Some(connections) = connections.upgrade() else { return };
        let closing = move || {
            let mut unused = unused(&connections);
            let long = unused.iter().take_while(|unused| unused.since.elapsed() >= idle).count();
            let long: Vec<Unused> = unused.drain(..long).collect();
            drop(unused);
            drop(long);
        };
        tokio::task::spawn_blocking(closing).await.unwrap_or_default();
    }
}

/// A connection that is lent, once it is needed, for as long as it is somebody's turn.
#[derive(Debug)]
struct Lent {
    connection: Option<Connection>,
    file: File,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Lent {
    /// Answers a question. A connection that failed is not used again.
    fn answer<T>(mut self, question: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<(Self, T), Failure> {
        let connection = match self.connection.take().or_else(|| Some(unused(&self.file.unused).pop()?.connection)) {
            Some(connection) => connection,
            None => connect(&self.file.path)?,
        };
        let answer = question(&connection)?;
        self.connection = Some(connection);
        Ok((self, answer))
    }
}

impl Drop for Lent {
    /// Gives it back. Nobody else sees the state that it was kept at.
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !connection.is_autocommit() && connection.execute_batch("rollback").is_err() {
            return;
        }
        let mut unused = unused(&self.file.unused);
        // Whoever closes the file says so first, and then takes those that are here.
        let spare = if self.file.turns.is_closed() {
            Some(connection)
        } else {
            unused.push(Unused { connection, since: Instant::now() });
            (unused.len() > KEPT).then(|| unused.remove(0).connection)
        };
        drop(unused);
        drop(spare);
    }
}

/// One state of the file. After a question that failed there is no other.
#[derive(Debug)]
pub(crate) struct State(Option<Lent>);

impl State {
    /// Fetches every row that a statement gives.
    pub(crate) async fn fetch<A: ToSql + Send + 'static>(
        &mut self,
        sql: SqlStr,
        args: Vec<A>,
    ) -> Result<Vec<Row>, Failure> {
        self.ask(move |connection| rows(connection, sql.as_str(), &args)).await
    }

    /// Hands what each row stands for to `each`, some at a time, and holds no more than those.
    pub(crate) async fn each<T: Send + 'static>(
        &mut self,
        sql: SqlStr,
        args: Vec<Value>,
        mut read: impl FnMut(&rusqlite::Row<'_>) -> Result<T, Failure> + Send + 'static,
        mut each: impl FnMut(T) -> Result<(), Failure> + Send,
    ) -> Result<(), Failure> {
        let (sender, mut chunks) = mpsc::channel(1);
        let asked = self.ask(move |connection| {
            let mut statement = bound(connection, sql.as_str(), &args)?;
            let (mut rows, mut chunk) = (statement.raw_query(), Vec::with_capacity(CHUNK));
            while let Some(row) = rows.next()? {
                chunk.push(read(row)?);
                if chunk.len() == CHUNK
                    && sender.blocking_send(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK))).is_err()
                {
                    // Whoever takes them has had enough.
                    return Ok(());
                }
            }
            sender.blocking_send(chunk).unwrap_or_default();
            Ok(())
        });
        let taken = async move {
            while let Some(chunk) = chunks.recv().await {
                chunk.into_iter().try_for_each(&mut each)?;
            }
            Ok(())
        };
        let (asked, taken) = tokio::join!(asked, taken);
        asked.and(taken)
    }

    async fn ask<T: Send + 'static>(
        &mut self,
        question: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let lent = self.0.take().ok_or_else(|| Failure::corrupt("a state of a file that was given up"))?;
        let asked = tokio::task::spawn_blocking(move || {
            lent.answer(|connection| {
                if connection.is_autocommit() {
                    connection.execute_batch("begin")?;
                }
                question(connection)
            })
        });
        let (lent, answer) = asked.await.map_err(ended)??;
        self.0 = Some(lent);
        Ok(answer)
    }
}

/// Another connection that reads.
fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(LOCK_TIMEOUT)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Every row that a statement gives.
pub(crate) fn rows(connection: &Connection, sql: &str, args: &[impl ToSql]) -> Result<Vec<Row>, Failure> {
    let mut statement = bound(connection, sql, args)?;
    let (columns, mut found) = (statement.column_count(), Vec::new());
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        found.push(values(row, columns)?);
    }
    Ok(found)
}

/// A statement, which is kept prepared, with its arguments. What PostgreSQL calls `$2` is a name to SQLite, which numbers names
/// as they come.
pub(crate) fn bound<'c>(
    connection: &'c Connection,
    sql: &str,
    args: &[impl ToSql],
) -> Result<CachedStatement<'c>, Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    for place in 1..=statement.parameter_count() {
        let number = statement.parameter_name(place).and_then(|name| name.get(1..)?.parse::<usize>().ok());
        let arg = number.and_then(|number| args.get(number.checked_sub(1)?));
        let arg = arg.ok_or_else(|| Failure::corrupt("a statement has a parameter that it is not given"))?;
        statement.raw_bind_parameter(place, arg)?;
    }
    Ok(statement)
}

fn values(row: &rusqlite::Row<'_>, columns: usize) -> Result<Row, Failure> {
    let value = |column| {
        Ok(match row.get_ref(column)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Int(number),
            ValueRef::Real(number) => Value::Real(number),
            ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
            ValueRef::Text(text) => {
                let text = std::str::from_utf8(text).map_err(|_| Failure::corrupt("a text that is not UTF-8"))?;
                Value::Text(text.to_owned())
            }
        })
    };
    (0..columns).map(value).collect::<Result<_, Failure>>().map(Row)
}

/// Every value of a row.
pub(crate) fn row(row: &rusqlite::Row<'_>) -> Result<Row, Failure> {
    values(row, row.as_ref().column_count())
}

/// Why a thread that reads has no answer.
#[expect(clippy::needless_pass_by_value, reason = "it is what becomes of an error")]
pub(crate) fn ended(error: JoinError) -> Failure {
    if error.is_cancelled() {
        // Of a process that ends.
        return sqlx::Error::PoolClosed.into();
    }
    Failure::corrupt("the thread that reads a file ended early")
}

#[cfg(test)]
mod tests;

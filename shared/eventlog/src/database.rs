//! A database: the log's, a view's or a small store's. One body of code over both: sqlx for PostgreSQL and where a file is
//! written, SQLite's own API where one is read.
//!
//! The drivers are used natively and not through `sqlx::Any`: everything passes through [`Value`] and [`Row`] anyway,
//! `Any` copies the column names with every row, and it has no null without a type.

pub(crate) mod file;
mod passing;
pub(crate) mod server;
mod snapshot;

use std::path::Path;
use std::time::Duration;

use futures_util::future::BoxFuture;
pub(crate) use passing::{postgres_arguments, postgres_row, sqlite_arguments, sqlite_row};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row as _, SqlSafeStr};

use crate::database::file::File;
use crate::database::server::{Server, in_time};
pub(crate) use crate::database::snapshot::Snapshot;
use crate::store::file::all;
use crate::store::row::{Names, Stored};
use crate::transaction::ViewTx;
use crate::{Failure, Row, Value};

/// How long a connection to a small database may take.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a writer may wait for its turn: as long as any transaction takes.
const TURN_TIMEOUT: Duration = Duration::from_secs(3_600);
/// How long an unused connection is kept: views are many, connections are few.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// From when on a connection to a server counts as unused: the server may have gone away meanwhile.
const UNUSED: Duration = Duration::from_millis(500);

/// Memory of a connection for pages of the file, in KiB, as SQLite says it. With its default of two thousand, a page of
/// events reads the same pages of the file again and again.
pub(crate) const CACHE: &str = "-8192";
/// The same of the one connection that writes, which keeps it from one transaction to the next.
pub(crate) const WRITER_CACHE: &str = "-65536";
/// The same of one that builds a view in one go, and as much again for what it sorts. It writes at the ends of tables, and
/// reads nothing twice; of what is sorted in less the pieces of a nation are merged once more.
const BUILDER_CACHE: &str = "-32768";
/// Where the connection that writes keeps what it needs to undo a statement: every page that a statement of many rows changes, as it
/// was before. On disk that is as much again as the change itself. It has no temporary tables, and sorts next to nothing.
const UNDO: &str = "memory";
/// The same of a connection that puts tables in order or writes a file anew, by way of temporary ones as large as those.
const BY_WAY_OF_FILES: &str = "file";
/// Pages that may wait in the write-ahead log of what can be built again: a page of events changes thousands, many of
/// them the next page of events again.
const LONG_WAL: &str = "8000";
/// So many bytes of it are kept when it begins anew: a table that is put in order at once makes it as long as the table.
const WAL_KEPT: &str = "33554432";

/// A small database.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    /// A file.
    Sqlite {
        /// Who reads it.
        file: File,
        /// The one connection that writes, but for that of [`Database::with_a_writer_of_its_own`]. Writers of this process queue
        /// for it, and fairly, instead of polling for the file's lock; and it may keep what it read, for hardly anybody else
        /// changes the file.
        writer: SqlitePool,
    },
    /// A schema, which the connections' search path names.
    Postgres(Server),
}

/// How often, and how far apart, a file that another process is just making is tried again.
const MAKING: (u32, Duration) = (100, Duration::from_millis(50));

/// The first connection to a file. It turns a new file to write-ahead logging, for which SQLite waits for nobody, however
/// long it may be busy otherwise: of two processes that make the same file, one would be refused.
pub(crate) async fn first_connection(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let (attempts, pause) = MAKING;
    for _ in 1..attempts {
        match options.connect().await {
            Err(error) if is_busy(&error) => tokio::time::sleep(pause).await,
            outcome => return outcome,
        }
    }
    options.connect().await
}

/// Whether another connection holds the file (`SQLITE_BUSY`, in whatever extended form).
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

impl Database {
    /// Opens, and makes, the file at `path`. What is deleted from a durable one is overwritten where it stood.
    pub(crate) async fn sqlite(path: &Path, durable: bool, connections: u32) -> Result<Self, sqlx::Error> {
        let synchronous = if durable { SqliteSynchronous::Full } else { SqliteSynchronous::Normal };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .busy_timeout(Duration::from_secs(10))
            .pragma("secure_delete", if durable { "on" } else { "off" })
            .pragma("wal_autocheckpoint", if durable { "1000" } else { LONG_WAL })
            .pragma("journal_size_limit", WAL_KEPT)
            .foreign_keys(true);
        first_connection(&options).await?.close().await?;
        let options = options.pragma("cache_size", WRITER_CACHE).pragma("temp_store", UNDO);
        Ok(Self::Sqlite { file: File::new(path.to_owned(), connections), writer: sqlite_writer(options) })
    }

    /// Connects to the schema, which must exist. Its name is one this crate made. Whatever is committed there is on disk, a
    /// view's rows too: a server that crashes under this process must not fall behind what the process knows of it.
    pub(crate) async fn postgres(
        options: PgConnectOptions,
        schema: &str,
        connections: u32,
        patience: Duration,
    ) -> Result<Self, sqlx::Error> {
        let pool = looked_at_when_idle(patience)
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .idle_timeout(IDLE_TIMEOUT)
            .connect_with(options.options([
                ("search_path", schema),
                ("synchronous_commit", "on"),
                // Policies look costly to the planner; compiling a statement would take longer than any takes to run.
                ("jit", "off"),
            ]))
            .await?;
        Ok(Self::Postgres(Server { pool, patience }))
    }

    /// Fetches every row that the statement gives.
    pub(crate) async fn fetch(&self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>, Failure> {
        match self {
            Self::Sqlite { file, .. } => file.ask(move |connection| file::rows(connection, sql, &args)).await,
            Self::Postgres(server) => {
                let mut lent = server.lend().await?;
                lent.ask_of_many();
                let rows = lent.fetch(sqlx::query_with(sql, postgres_arguments(args)?)).await?;
                rows.iter().map(postgres_row).collect()
            }
        }
    }

    /// Reads what every row of the log's tables stands for that the statement looks up by its key.
    pub(crate) async fn read<T: Stored + Send + 'static>(
        &self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> Result<Vec<T>, Failure> {
        match self {
            Self::Sqlite { file, .. } => file.ask(move |connection| all(connection, sql, &args)).await,
            Self::Postgres(server) => {
                let mut found = Vec::new();
                server.read_each(sql, args, server.patience, |row| found.push(row)).await?;
                Ok(found)
            }
        }
    }

    /// Hands what every row stands for to `each`, as the rows come: of a large log they would fill the memory.
    pub(crate) async fn read_each<T: Stored + Send + 'static>(
        &self,
        sql: &'static str,
        args: Vec<Value>,
        mut each: impl FnMut(T) + Send,
    ) -> Result<(), Failure> {
        match self {
            Self::Sqlite { file, .. } => {
                let mut names = Names::default();
                let read = move |row: &rusqlite::Row<'_>| T::read(row, &mut names);
                let each = |row| {
                    each(row);
                    Ok(())
                };
                file.state().await?.each(sql.into_sql_str(), args, read, each).await?;
            }
            Self::Postgres(server) => server.read_each(sql, args, server.patience_with_many(), each).await?,
        }
        Ok(())
    }

    /// As [`Database::fetch`], within a context: on PostgreSQL in a snapshot of its own, so that the connection's next user
    /// has none. A file has no rows that a context would show or hide.
    pub(crate) async fn fetch_within(
        &self,
        context: &str,
        sql: &'static str,
        args: Vec<Value>,
    ) -> Result<Vec<Row>, Failure> {
        if self.is_sqlite() {
            return self.fetch(sql, args).await;
        }
        let mut state = self.snapshot().await?;
        state.set_context(context).await?;
        state.fetch(sql, args).await
    }

    /// As [`Database::fetch_within`], the rows of many keys, all of one state: `before` ends with `in`.
    pub(crate) async fn fetch_in_within(
        &self,
        context: &str,
        before: &'static str,
        keys: &[Value],
        after: &'static str,
    ) -> Result<Vec<Row>, Failure> {
        let mut state = self.snapshot().await?;
        state.set_context(context).await?;
        state.fetch_in(before, keys, after).await
    }

    /// Begins a transaction that writes. To be called in a task that nobody cancels.
    pub(crate) async fn begin(&self) -> Result<ViewTx, Failure> {
        match self {
            Self::Sqlite { writer, .. } => Ok(ViewTx::sqlite(writer.begin_with("begin immediate").await?)),
            Self::Postgres(server) => Ok(ViewTx::postgres(server.begin("begin").await?)),
        }
    }

    /// Runs `work` in one transaction that writes, in a task of its own: a caller that goes away leaves nothing half done.
    pub(crate) async fn detached<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Failure> + Send + 'static,
        W: for<'tx> FnOnce(&'tx mut ViewTx) -> BoxFuture<'tx, Result<T, E>> + Send + 'static,
    {
        let database = self.clone();
        let task = tokio::spawn(async move {
            let mut tx = database.begin().await?;
            match work(&mut tx).await {
                Ok(answer) => tx.commit().await.map(|()| answer).map_err(E::from),
                Err(error) => {
                    tx.undo().await;
                    Err(error)
                }
            }
        });
        task.await.unwrap_or_else(|_| Err(Failure::corrupt("the task of a transaction ended early").into()))
    }

    /// The same, on SQLite with a connection of its own that writes: what such a connection keeps for itself, like temporary
    /// tables, which it may have, goes with it. [`Database::close_writer`] is for this one only.
    pub(crate) fn with_a_writer_of_its_own(&self) -> Self {
        match self {
            Self::Sqlite { file, writer } => {
                let options = SqliteConnectOptions::clone(&writer.connect_options());
                let options = options.pragma("cache_size", BUILDER_CACHE).pragma("temp_store", BY_WAY_OF_FILES);
                Self::Sqlite { file: file.clone(), writer: sqlite_writer(options) }
            }
            Self::Postgres(server) => Self::Postgres(server.clone()),
        }
    }

    /// Closes the connection that writes, if it has one.
    pub(crate) async fn close_writer(&self) {
        if let Self::Sqlite { writer, .. } = self {
            writer.close().await;
        }
    }

    /// One state, to be asked several questions. It ends when it is dropped, whoever goes away: on PostgreSQL before anybody else
    /// gets its connection.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, Failure> {
        match self {
            Self::Sqlite { file, .. } => Ok(Snapshot::File(file.state().await?)),
            Self::Postgres(server) => {
                let mut lent = server.begin(BEGIN_SNAPSHOT).await?;
                lent.ask_of_many();
                Ok(Snapshot::Server(ViewTx::postgres(lent)))
            }
        }
    }

    /// Has PostgreSQL's planner look at what is in the tables. SQLite's goes by their keys.
    pub(crate) async fn analyze(&self) -> Result<(), Failure> {
        let Self::Postgres(server) = self else { return Ok(()) };
        for_every_table(server, "analyze").await
    }

    /// How many bytes its file has; none of a schema, whose disk is the server's.
    pub(crate) async fn size(&self) -> Result<u64, Failure> {
        if !self.is_sqlite() {
            return Ok(0);
        }
        let rows = self.fetch(include_str!("../sql/size_sqlite.sql"), Vec::new()).await?;
        rows.first().map_or(Ok(0), |row| row.count(1))
    }

    /// Whether it is a file.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// Closes the connections, once they are given back.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { file, writer } => {
                writer.close().await;
                file.close().await;
            }
            Self::Postgres(Server { pool, .. }) => pool.close().await,
        }
    }
}

/// The statement that gives the tables of a schema of PostgreSQL, with commas between them; null where there is none. The
/// server quotes their names.
pub(crate) const EVERY_TABLE: &str = include_str!("../sql/every_table_postgres.sql");

const BEGIN_SNAPSHOT: &str = "begin isolation level repeatable read read only";

/// Has PostgreSQL do something, such as `vacuum`, with every table of a schema, not in a transaction.
pub(crate) async fn for_every_table(server: &Server, command: &'static str) -> Result<(), Failure> {
    let mut lent = server.lend().await?;
    let tables = lent.fetch(sqlx::query_with(EVERY_TABLE, PgArguments::default())).await?;
    if let Some(tables) = tables.first().map(|row| row.try_get::<Option<String>, _>(0)).transpose()?.flatten() {
        lent.script(AssertSqlSafe(format!("{command} {tables}")).into_sql_str()).await?;
    }
    Ok(())
}

/// The connection of a file that writes, opened when it is first needed. One that SQLite has rolled back by itself still
/// counts as being in a transaction, and could begin none: there is another in its place.
pub(crate) fn sqlite_writer(options: SqliteConnectOptions) -> SqlitePool {
    SqlitePoolOptions::new()
        .test_before_acquire(false)
        .after_release(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        .max_connections(1)
        .acquire_timeout(TURN_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        .connect_lazy_with(options)
}

/// A pool that asks a connection whether it is still there before it is handed out, but only one that nobody used for a
/// while: it is asked when it is given back anyway, and twice a use is a round trip more for every answer. The server is to look
/// after us as well.
pub(crate) fn looked_at_when_idle(patience: Duration) -> PgPoolOptions {
    let look = PgPoolOptions::new().test_before_acquire(false).before_acquire(move |connection, used| {
        Box::pin(async move {
            if used.idle_for > UNUSED {
                in_time(patience, connection.ping()).await?;
            }
            Ok(true)
        })
    });
    look.after_connect(move |connection, _| {
        let find_out = sqlx::raw_sql(include_str!("../sql/find_out_postgres.sql")).execute(connection);
        Box::pin(async move { in_time(patience, find_out).await.map(drop) })
    })
}

//! A server that may say nothing any more: a machine that went away, or a way to it that was cut, closes no connection, and the
//! system waits for it for a quarter of an hour, or for ever when all that was asked had arrived.

use std::io;
use std::time::Duration;

use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnection, PgPool, PgQueryResult, PgRow};
use sqlx::{Postgres, SqlSafeStr, SqlStr};

use crate::database::postgres_arguments;
use crate::store::row::{Names, Stored};
use crate::{Failure, Value};

/// So many times as long as what is looked up by its key may take what is asked of a whole table.
const OF_MANY: u32 = 20;
/// How long the longest statement takes, such as one that makes an index of a nation.
pub(crate) const LONGEST: Duration = Duration::from_secs(3_600);

/// The outcome of what a server is asked, if it comes in time.
pub(crate) async fn in_time<T>(
    patience: Duration,
    outcome: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    tokio::time::timeout(patience, outcome).await.unwrap_or_else(|_| Err(silence()))
}

pub(crate) fn silence() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the server has not answered in time"))
}

fn is_silence(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut)
}

/// The connections to a schema of a server.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) pool: PgPool,
    /// How long it may take to answer what is looked up by its key.
    pub(crate) patience: Duration,
}

impl Server {
    /// How long it may take to answer anything else that is not known to take longer.
    pub(crate) fn patience_with_many(&self) -> Duration {
        self.patience.saturating_mul(OF_MANY)
    }

    /// A connection, which waits for what is looked up by its key.
    pub(crate) async fn lend(&self) -> Result<Lent, sqlx::Error> {
        let connection = Some(self.pool.acquire().await?);
        let [patience, with_many] = [self.patience, self.patience_with_many()];
        Ok(Lent { connection, patience, with_many, has_begun: false })
    }

    /// The same, within a transaction that the statement begins.
    pub(crate) async fn begin(&self, statement: &'static str) -> Result<Lent, sqlx::Error> {
        let mut lent = self.lend().await?;
        // From the question on, whoever gives it up.
        lent.has_begun = true;
        lent.say(statement).await?;
        Ok(lent)
    }

    /// Hands what every row stands for to `each`, as the rows come.
    pub(crate) async fn read_each<T: Stored>(
        &self,
        sql: &'static str,
        args: Vec<Value>,
        patience: Duration,
        mut each: impl FnMut(T) + Send,
    ) -> Result<(), Failure> {
        let (mut lent, mut names) = (self.lend().await?, Names::default());
        lent.patience = patience;
        let read = |row: &PgRow| {
            each(T::read(row, &mut names)?);
            Ok(())
        };
        lent.each(sqlx::query_with(sql, postgres_arguments(args)?), read).await
    }
}

/// What a server copied out.
pub(crate) struct Copy {
    pub(crate) bytes: Vec<u8>,
    /// Whether more would have come.
    pub(crate) is_cut: bool,
}

type Query<'q> = sqlx::query::Query<'q, Postgres, PgArguments>;

/// A connection of a pool, which may not answer. Whoever goes away in the middle leaves nothing open, and takes nobody's place for
/// good: it is given back once it has answered, and closed when it does not.
#[derive(Debug)]
pub(crate) struct Lent {
    /// None once a question was not answered: whatever comes over it later is the answer to something else.
    connection: Option<PoolConnection<Postgres>>,
    patience: Duration,
    with_many: Duration,
    /// Whether there is a transaction to be ended.
    has_begun: bool,
}

impl Lent {
    /// Has it wait for what is asked of a whole table, from here on.
    pub(crate) fn ask_of_many(&mut self) {
        self.patience = self.with_many;
    }

    /// Has it wait for as long as anything may take, from here on.
    pub(crate) fn take_time(&mut self) {
        self.patience = LONGEST;
    }

    /// Runs statements without parameters, separated by `;`, however long they take.
    pub(crate) async fn script(&mut self, sql: SqlStr) -> Result<(), sqlx::Error> {
        let done = in_time(LONGEST, sqlx::raw_sql(sql).execute(self.connection()?)).await;
        self.heard(done).map(drop)
    }

    pub(crate) async fn execute(&mut self, query: Query<'_>) -> Result<PgQueryResult, sqlx::Error> {
        let done = in_time(self.patience, query.execute(self.connection()?)).await;
        self.heard(done)
    }

    pub(crate) async fn fetch(&mut self, query: Query<'_>) -> Result<Vec<PgRow>, sqlx::Error> {
        let rows = in_time(self.patience, query.fetch_all(self.connection()?)).await;
        self.heard(rows)
    }

    /// Hands every row to `each`, as the rows come, each in time.
    pub(crate) async fn each(
        &mut self,
        query: Query<'_>,
        each: impl FnMut(&PgRow) -> Result<(), Failure> + Send,
    ) -> Result<(), Failure> {
        let read = each_in_time(self.patience, query.fetch(self.connection()?), each).await;
        self.heard(read)?
    }

    /// What a `copy … to stdout` gives, up to the row with which it is this large.
    pub(crate) async fn copy_out(&mut self, statement: &str, large: usize) -> Result<Copy, sqlx::Error> {
        let copy = async |connection: &mut PgConnection| {
            let mut rows = connection.copy_out_raw(statement).await?;
            let mut copy = Copy { bytes: Vec::new(), is_cut: false };
            while let Some(row) = rows.try_next().await? {
                // What is too much is heard out, for a server that loses its listener takes it for a fault.
                copy.is_cut = copy.bytes.len() >= large;
                if !copy.is_cut {
                    copy.bytes.extend_from_slice(&row);
                }
            }
            Ok(copy)
        };
        let copied = in_time(self.patience, copy(self.connection()?)).await;
        if copied.is_err() {
            // Something may still come over it.
            self.close();
        }
        copied
    }

    /// Ends the transaction. Without an answer it is not known how.
    pub(crate) async fn commit(mut self) -> Result<(), Failure> {
        let lost = self.connection.is_none();
        match self.say("commit").await {
            Err(sqlx::Error::Io(_)) if !lost => return Err(Failure::OutcomeUnknown),
            done => done?,
        }
        self.has_begun = false;
        Ok(())
    }

    pub(crate) async fn rollback(mut self) -> Result<(), sqlx::Error> {
        self.say("rollback").await?;
        self.has_begun = false;
        Ok(())
    }

    async fn say(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        let done = in_time(self.patience, sqlx::raw_sql(statement.into_sql_str()).execute(self.connection()?)).await;
        self.heard(done).map(drop)
    }

    fn connection(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        self.connection.as_deref_mut().ok_or_else(silence)
    }

    /// Takes note of what became of a question.
    fn heard<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if outcome.as_ref().is_err_and(is_silence) {
            self.close();
        }
        outcome
    }

    fn close(&mut self) {
        if let Some(mut lost) = self.connection.take() {
            lost.close_on_drop();
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        let (patience, has_begun) = (self.patience, self.has_begun);
        tokio::spawn(async move {
            // Either comes after the answer to what was asked last. Left to itself the driver would wait for that without an end.
            let end = async {
                if has_begun {
                    sqlx::raw_sql("rollback").execute(&mut *connection).await?;
                }
                connection.return_to_pool().await;
                Ok(())
            };
            if in_time(patience, end).await.is_err() {
                connection.close_on_drop();
            }
        });
    }
}

/// Hands rows to `each` as they come, if each does in time. Whether they were of use is what is answered then.
async fn each_in_time(
    patience: Duration,
    mut rows: BoxStream<'_, Result<PgRow, sqlx::Error>>,
    mut each: impl FnMut(&PgRow) -> Result<(), Failure>,
) -> Result<Result<(), Failure>, sqlx::Error> {
    while let Some(row) = in_time(patience, rows.try_next()).await? {
        if let Err(failure) = each(&row) {
            return Ok(Err(failure));
        }
    }
    Ok(Ok(()))
}

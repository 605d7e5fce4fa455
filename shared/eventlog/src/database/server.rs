//! A server that may say nothing any more: a machine that went away, or a way to it that was cut, closes no connection, and the
//! system waits for it for a quarter of an hour, or for ever when all that was asked had arrived.

use std::io;
use std::time::Duration;

use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnection, PgPool, PgQueryResult, PgRow};
use sqlx::{Postgres, SqlStr, Transaction};

use crate::database::postgres_arguments;
use crate::store::row::{Names, Stored};
use crate::{Failure, Value};

/// So many times as long as what is looked up by its key may take what is asked of a whole table.
const OF_MANY: u32 = 20;
/// How long the longest statement takes, such as one that makes an index of a nation.
const LONGEST: Duration = Duration::from_secs(3_600);

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

    /// Begins a transaction, by a statement if not the usual one.
    pub(crate) async fn begin(&self, statement: Option<&'static str>) -> Result<ServerTx, sqlx::Error> {
        let begin = async {
            match statement {
                Some(statement) => self.pool.begin_with(statement).await,
                None => self.pool.begin().await,
            }
        };
        let patience = self.patience_with_many();
        Ok(ServerTx { tx: Some(in_time(patience, begin).await?), patience })
    }

    /// Hands what every row stands for to `each`, as the rows come, each in time.
    pub(crate) async fn read_each<T: Stored>(
        &self,
        sql: &'static str,
        args: Vec<Value>,
        patience: Duration,
        mut each: impl FnMut(T) + Send,
    ) -> Result<(), Failure> {
        let query = sqlx::query_with(sql, postgres_arguments(args)?);
        let (mut connection, mut names) = (self.pool.acquire().await?, Names::default());
        let read = each_in_time(patience, query.fetch(&mut *connection), |row| {
            each(T::read(row, &mut names)?);
            Ok(())
        });
        let read = read.await;
        give_back(connection, read)?
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

/// Gives a connection back after a question, or closes it when that was not answered: whatever comes over it later is the answer
/// to something else.
pub(crate) fn give_back<T>(
    mut connection: PoolConnection<Postgres>,
    outcome: Result<T, sqlx::Error>,
) -> Result<T, sqlx::Error> {
    if outcome.as_ref().is_err_and(is_silence) {
        connection.close_on_drop();
    }
    outcome
}

type Query<'q> = sqlx::query::Query<'q, Postgres, PgArguments>;

/// A transaction of a server.
#[derive(Debug)]
pub(crate) struct ServerTx {
    /// None once a question was not answered.
    tx: Option<Transaction<'static, Postgres>>,
    patience: Duration,
}

impl ServerTx {
    /// Has it wait for as long as anything may take, from here on.
    pub(crate) fn take_time(&mut self) {
        self.patience = LONGEST;
    }

    /// Runs statements without parameters, separated by `;`.
    pub(crate) async fn script(&mut self, sql: SqlStr) -> Result<(), sqlx::Error> {
        let done = in_time(self.patience, sqlx::raw_sql(sql).execute(self.connection()?)).await;
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

    fn connection(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        self.tx.as_deref_mut().ok_or_else(silence)
    }

    /// Takes note of what became of a question: a transaction that was not answered is lost.
    fn heard<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if outcome.as_ref().is_err_and(is_silence) {
            self.tx = None;
        }
        outcome
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        in_time(self.patience, self.tx.ok_or_else(silence)?.commit()).await
    }

    pub(crate) async fn rollback(self) -> Result<(), sqlx::Error> {
        in_time(self.patience, self.tx.ok_or_else(silence)?.rollback()).await
    }
}

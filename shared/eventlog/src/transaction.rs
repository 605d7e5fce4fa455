//! A transaction over a small database, as projections and stores get it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr, SqlStr, Sqlite, Transaction};
use tokio::sync::OwnedMutexGuard;

use crate::database::{postgres_arguments, postgres_row, sqlite_arguments, sqlite_row};
use crate::{Failure, Row, Value};

/// A transaction. It ends with the one who handed it out: an error undoes all of it.
///
/// Statements are constant text with `$1` parameters, and must mean the same in both databases: aggregates are cast,
/// and a parameter that may be null stands where its type is plain, or in a cast.
#[derive(Debug)]
pub struct ViewTx {
    inner: Inner,
    /// Held until the transaction ends, so that this process's writers take turns.
    _turn: Option<OwnedMutexGuard<()>>,
}

#[derive(Debug)]
enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Rows a statement of [`ViewTx::bulk`] may have: a few sizes make up any number, so that few statements are prepared.
const CHUNKS: [usize; 5] = [256, 64, 16, 4, 1];
/// Both databases take at most this many parameters in a statement.
const MAX_PARAMETERS: usize = 30_000;

impl ViewTx {
    pub(crate) fn sqlite(inner: Transaction<'static, Sqlite>, turn: Option<OwnedMutexGuard<()>>) -> Self {
        Self { inner: Inner::Sqlite(inner), _turn: turn }
    }

    pub(crate) fn postgres(inner: Transaction<'static, Postgres>) -> Self {
        Self { inner: Inner::Postgres(inner), _turn: None }
    }

    /// Runs a statement; answers how many rows it touched.
    ///
    /// # Errors
    /// When the store refuses the statement or fails.
    pub async fn execute(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64, Failure> {
        self.run(sql.into_sql_str(), args).await
    }

    /// Runs a statement and fetches every row it gives.
    ///
    /// # Errors
    /// When the store refuses the statement or fails.
    pub async fn fetch(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>, Failure> {
        self.rows(sql.into_sql_str(), args).await
    }

    /// Runs a statement and fetches the first row it gives, if any.
    ///
    /// # Errors
    /// When the store refuses the statement or fails.
    pub async fn fetch_optional(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Option<Row>, Failure> {
        Ok(self.fetch(sql, args).await?.into_iter().next())
    }

    /// Runs a statement and fetches the first row it gives.
    ///
    /// # Errors
    /// When it gives none, or the store refuses the statement or fails.
    pub async fn fetch_one(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Row, Failure> {
        self.fetch_optional(sql, args).await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// Inserts many rows, about ten times as fast as one by one.
    ///
    /// `insert` ends with `values`, each row has `columns` values, `conflict` is empty or an `on conflict` clause. No
    /// two rows may conflict with each other: fold them first, for a statement cannot update a row it has just made.
    ///
    /// # Errors
    /// When a row has another number of values, or the store refuses the statement or fails.
    pub async fn bulk(
        &mut self,
        insert: &'static str,
        columns: usize,
        rows: &[Vec<Value>],
        conflict: &'static str,
    ) -> Result<u64, Failure> {
        if columns == 0 || rows.iter().any(|row| row.len() != columns) {
            return Err(Failure::corrupt(format!("a row does not have the {columns} values of its statement")));
        }
        let mut touched = 0;
        let mut rest = rows;
        for size in CHUNKS {
            while rest.len() >= size && (size == 1 || size * columns <= MAX_PARAMETERS) {
                let (chunk, after) = rest.split_at(size);
                let sql = self.many(insert, Shape::Rows { rows: size, columns }, conflict);
                touched += self.run(sql, chunk.concat()).await?;
                rest = after;
            }
        }
        Ok(touched)
    }

    /// Fetches the rows of many keys: `before` ends with `in`, `after` may add an order.
    ///
    /// The order holds within a chunk of 256 keys only.
    ///
    /// # Errors
    /// When the store refuses the statement or fails.
    pub async fn fetch_in(
        &mut self,
        before: &'static str,
        keys: &[Value],
        after: &'static str,
    ) -> Result<Vec<Row>, Failure> {
        let mut found = Vec::new();
        for (size, chunk) in chunks(keys) {
            let sql = self.many(before, Shape::Keys(size), after);
            found.extend(self.rows(sql, chunk.to_vec()).await?);
        }
        Ok(found)
    }

    /// Runs a statement for many keys, such as a delete: `before` ends with `in`.
    ///
    /// # Errors
    /// When the store refuses the statement or fails.
    pub async fn execute_in(
        &mut self,
        before: &'static str,
        keys: &[Value],
        after: &'static str,
    ) -> Result<u64, Failure> {
        let mut touched = 0;
        for (size, chunk) in chunks(keys) {
            let sql = self.many(before, Shape::Keys(size), after);
            touched += self.run(sql, chunk.to_vec()).await?;
        }
        Ok(touched)
    }

    /// Runs statements without parameters, separated by `;`.
    pub(crate) async fn script(&mut self, sql: SqlStr) -> Result<(), Failure> {
        match &mut self.inner {
            Inner::Sqlite(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop)?,
            Inner::Postgres(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop)?,
        }
        Ok(())
    }

    pub(crate) async fn run(&mut self, sql: SqlStr, args: Vec<Value>) -> Result<u64, Failure> {
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => {
                sqlx::query_with(sql, sqlite_arguments(args)?).execute(&mut **tx).await?.rows_affected()
            }
            Inner::Postgres(tx) => {
                sqlx::query_with(sql, postgres_arguments(args)?).execute(&mut **tx).await?.rows_affected()
            }
        })
    }

    pub(crate) async fn rows(&mut self, sql: SqlStr, args: Vec<Value>) -> Result<Vec<Row>, Failure> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let rows = sqlx::query_with(sql, sqlite_arguments(args)?).fetch_all(&mut **tx).await?;
                rows.iter().map(sqlite_row).collect()
            }
            Inner::Postgres(tx) => {
                let rows = sqlx::query_with(sql, postgres_arguments(args)?).fetch_all(&mut **tx).await?;
                rows.iter().map(postgres_row).collect()
            }
        }
    }

    pub(crate) async fn commit(self) -> Result<(), Failure> {
        match self.inner {
            Inner::Sqlite(tx) => Ok(tx.commit().await?),
            Inner::Postgres(tx) => Ok(tx.commit().await?),
        }
    }

    pub(crate) async fn rollback(self) -> Result<(), Failure> {
        match self.inner {
            Inner::Sqlite(tx) => Ok(tx.rollback().await?),
            Inner::Postgres(tx) => Ok(tx.rollback().await?),
        }
    }

    /// Lets transactions that create something take turns, also those of other processes. On SQLite they do anyway.
    pub(crate) async fn take_turns(&mut self) -> Result<(), Failure> {
        if !self.is_sqlite() {
            self.fetch("select 1 from pg_advisory_xact_lock(5571230488)", Vec::new()).await?;
        }
        Ok(())
    }

    /// Hands every row of a statement without parameters to `each`.
    pub(crate) async fn each(&mut self, sql: SqlStr, mut each: impl FnMut(Row) + Send) -> Result<(), Failure> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let mut rows = sqlx::query(sql).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await? {
                    each(sqlite_row(&row)?);
                }
            }
            Inner::Postgres(tx) => {
                let mut rows = sqlx::query(sql).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await? {
                    each(postgres_row(&row)?);
                }
            }
        }
        Ok(())
    }

    /// Says within which context the rest of the transaction is, so that guarded tables show the rows of it. On SQLite
    /// no table is guarded.
    pub(crate) async fn set_context(&mut self, context: &str) -> Result<(), Failure> {
        if !self.is_sqlite() {
            self.fetch(include_str!("../sql/set_context_postgres.sql"), crate::args![context]).await?;
        }
        Ok(())
    }

    /// Whether it is over a file of SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.inner, Inner::Sqlite(_))
    }

    /// The statement with its many parameters, from memory when it was made before.
    fn many(&self, before: &'static str, shape: Shape, after: &'static str) -> SqlStr {
        let key = (before, shape, after, self.is_sqlite());
        if let Some(text) = STATEMENTS.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return AssertSqlSafe(Arc::clone(text)).into_sql_str();
        }
        let text: Arc<str> = shape.text(before, after, self.is_sqlite()).into();
        STATEMENTS.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&text));
        AssertSqlSafe(text).into_sql_str()
    }
}

/// The parameters of a statement that has many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Shape {
    Rows { rows: usize, columns: usize },
    Keys(usize),
}

type Statement = (&'static str, Shape, &'static str, bool);

/// Statements put together so far: constants and parameter marks only, and as few as there are chunk sizes.
static STATEMENTS: LazyLock<RwLock<HashMap<Statement, Arc<str>>>> = LazyLock::new(RwLock::default);

impl Shape {
    fn text(self, before: &str, after: &str, sqlite: bool) -> String {
        let mut next = 0;
        // SQLite looks a `$1` up by name among all others, which is slow in a long list.
        let mut mark = || {
            next += 1;
            if sqlite { "?".to_owned() } else { format!("${next}") }
        };
        let marks = match self {
            Self::Keys(keys) => list(keys, &mut mark),
            Self::Rows { rows, columns } => (0..rows).map(|_| list(columns, &mut mark)).collect::<Vec<_>>().join(", "),
        };
        format!("{before} {marks} {after}")
    }
}

fn list(length: usize, mark: &mut impl FnMut() -> String) -> String {
    format!("({})", (0..length).map(|_| mark()).collect::<Vec<_>>().join(", "))
}

/// Cuts a list into pieces of few sizes.
fn chunks(keys: &[Value]) -> impl Iterator<Item = (usize, &[Value])> {
    let mut rest = keys;
    std::iter::from_fn(move || {
        let size = CHUNKS.into_iter().find(|&size| size <= rest.len())?;
        let (chunk, after) = rest.split_at(size);
        rest = after;
        Some((size, chunk))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_statement_numbers_its_parameters_throughout() {
        let shape = Shape::Rows { rows: 2, columns: 2 };
        assert_eq!(
            shape.text("insert into a(b, c) values", "", false),
            "insert into a(b, c) values ($1, $2), ($3, $4) "
        );
        assert_eq!(Shape::Keys(2).text("delete from a where b in", "", true), "delete from a where b in (?, ?) ");
    }
}

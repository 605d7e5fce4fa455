//! A transaction over a small database, as projections and stores get it.

mod keeping;
pub(crate) mod many;

use futures_util::TryStreamExt;
use sqlx::{SqlSafeStr, SqlStr, Sqlite, Transaction};

pub(crate) use keeping::Lease;

use crate::database::server::Lent;
use crate::database::{postgres_arguments, postgres_row, sqlite_arguments, sqlite_row};
use crate::transaction::many::{Rows, Shape, Told};
use crate::{Failure, Row, Value};

/// A transaction. It ends with the one who handed it out: an error undoes all of it, or what was not
/// [kept](ViewTx::keep_so_far) yet.
///
/// Statements are constant text with `$1` parameters, and must mean the same in both databases: aggregates are cast,
/// and a parameter that may be null stands where its type is plain, or in a cast.
#[derive(Debug)]
pub struct ViewTx {
    inner: Inner,
    in_one_go: bool,
    /// By what this process owns the view that it builds in one go by this.
    lease: Option<Lease>,
}

#[derive(Debug)]
enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Lent),
}

impl ViewTx {
    pub(crate) fn sqlite(inner: Transaction<'static, Sqlite>) -> Self {
        Self { inner: Inner::Sqlite(inner), in_one_go: false, lease: None }
    }

    pub(crate) fn postgres(inner: Lent) -> Self {
        Self { inner: Inner::Postgres(inner), in_one_go: false, lease: None }
    }

    /// Whether a view is being built in one go: nothing is in it but what was written by this, and some of its tables are
    /// heaps.
    pub fn is_in_one_go(&self) -> bool {
        self.in_one_go
    }

    /// Says whether it is.
    pub(crate) fn set_in_one_go(&mut self, in_one_go: bool) {
        self.in_one_go = in_one_go;
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

    /// Inserts many rows, about ten times as fast as one by one; or does something with a list of them.
    ///
    /// `before` ends with `values`: in its place stand the rows, of columns `column1` and so on. `after` is empty, an
    /// `on conflict` clause, or what is done with the list. No two rows may conflict with each other: fold them first,
    /// for a statement cannot update a row it has just made.
    ///
    /// # Errors
    /// When a row has another number of values, or the store refuses the statement or fails.
    pub async fn bulk(
        &mut self,
        before: &'static str,
        columns: usize,
        rows: &[Vec<Value>],
        after: &'static str,
    ) -> Result<u64, Failure> {
        let mut touched = 0;
        for rows in Rows::parts(rows, columns)?.filter(|rows| !rows.is_empty()) {
            let sql = Shape::of_rows(&rows).statement(before, after, self.is_sqlite())?;
            touched += self.run_many(sql, &rows).await?;
        }
        Ok(touched)
    }

    /// Fetches what a statement gives for a list of rows: `before` ends with `values`, as that of [`ViewTx::bulk`]. It is
    /// asked once where there are none, and again for every 4,096 more. A column without any value is text.
    ///
    /// # Errors
    /// When a row has another number of values, or the store refuses the statement or fails.
    pub async fn fetch_of(
        &mut self,
        before: &'static str,
        columns: usize,
        rows: &[Vec<Value>],
        after: &'static str,
    ) -> Result<Vec<Row>, Failure> {
        let mut found = Vec::new();
        for rows in Rows::parts(rows, columns)? {
            let sql = Shape::of_rows(&rows).statement(before, after, self.is_sqlite())?;
            found.extend(self.rows_of_many(sql, &rows).await?);
        }
        Ok(found)
    }

    /// Fetches the rows of many keys: `before` ends with `in`, `after` may add an order.
    ///
    /// The order holds within a chunk of 4,096 keys only.
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
        for keys in keys.chunks(many::MOST) {
            let sql = Shape::of_keys(keys).statement(before, after, self.is_sqlite())?;
            found.extend(self.rows_of_many(sql, &keys).await?);
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
        for keys in keys.chunks(many::MOST) {
            let sql = Shape::of_keys(keys).statement(before, after, self.is_sqlite())?;
            touched += self.run_many(sql, &keys).await?;
        }
        Ok(touched)
    }

    /// Runs statements without parameters, separated by `;`, however long they take.
    pub(crate) async fn script(&mut self, sql: SqlStr) -> Result<(), Failure> {
        match &mut self.inner {
            Inner::Sqlite(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop)?,
            Inner::Postgres(tx) => tx.script(sql).await?,
        }
        Ok(())
    }

    pub(crate) async fn run(&mut self, sql: SqlStr, args: Vec<Value>) -> Result<u64, Failure> {
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => {
                sqlx::query_with(sql, sqlite_arguments(args)?).execute(&mut **tx).await?.rows_affected()
            }
            Inner::Postgres(tx) => tx.execute(sqlx::query_with(sql, postgres_arguments(args)?)).await?.rows_affected(),
        })
    }

    async fn run_many(&mut self, sql: SqlStr, of: &impl Told) -> Result<u64, Failure> {
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => {
                sqlx::query_with(sql, many::sqlite_arguments(of)?).execute(&mut **tx).await?.rows_affected()
            }
            Inner::Postgres(tx) => {
                tx.execute(sqlx::query_with(sql, many::postgres_arguments(of)?)).await?.rows_affected()
            }
        })
    }

    async fn rows_of_many(&mut self, sql: SqlStr, of: &impl Told) -> Result<Vec<Row>, Failure> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let rows = sqlx::query_with(sql, many::sqlite_arguments(of)?).fetch_all(&mut **tx).await?;
                rows.iter().map(sqlite_row).collect()
            }
            Inner::Postgres(tx) => {
                let rows = tx.fetch(sqlx::query_with(sql, many::postgres_arguments(of)?)).await?;
                rows.iter().map(postgres_row).collect()
            }
        }
    }

    pub(crate) async fn rows(&mut self, sql: SqlStr, args: Vec<Value>) -> Result<Vec<Row>, Failure> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let rows = sqlx::query_with(sql, sqlite_arguments(args)?).fetch_all(&mut **tx).await?;
                rows.iter().map(sqlite_row).collect()
            }
            Inner::Postgres(tx) => {
                let rows = tx.fetch(sqlx::query_with(sql, postgres_arguments(args)?)).await?;
                rows.iter().map(postgres_row).collect()
            }
        }
    }

    pub(crate) async fn commit(self) -> Result<(), Failure> {
        match self.inner {
            Inner::Sqlite(tx) => Ok(tx.commit().await?),
            Inner::Postgres(tx) => tx.commit().await,
        }
    }

    pub(crate) async fn rollback(self) -> Result<(), Failure> {
        match self.inner {
            Inner::Sqlite(tx) => Ok(tx.rollback().await?),
            Inner::Postgres(tx) => Ok(tx.rollback().await?),
        }
    }

    /// Undoes it after a failure. There may be nothing left to undo: SQLite has done so itself when the disk is full.
    pub(crate) async fn undo(self) {
        if let Err(failure) = self.rollback().await {
            tracing::debug!(%failure, "A transaction had ended before it was undone");
        }
    }

    /// Has it wait for a server for as long as anything may take, from here on: else one that says nothing for so long counts as
    /// gone.
    pub(crate) fn take_time(&mut self) {
        if let Inner::Postgres(tx) = &mut self.inner {
            tx.take_time();
        }
    }

    /// The same for what is asked of a whole table, else for what is looked up by its key.
    pub(crate) fn ask_of_many(&mut self) {
        if let Inner::Postgres(tx) = &mut self.inner {
            tx.ask_of_many();
        }
    }

    /// Lets transactions that create something take turns, also those of other processes. On SQLite they do anyway.
    pub(crate) async fn take_turns(&mut self) -> Result<(), Failure> {
        if !self.is_sqlite() {
            self.script("select pg_advisory_xact_lock(5571230488)".into_sql_str()).await?;
        }
        Ok(())
    }

    /// Hands every row that a statement gives to `each`, and holds none.
    pub(crate) async fn each(
        &mut self,
        sql: SqlStr,
        args: Vec<Value>,
        mut each: impl FnMut(Row) -> Result<(), Failure> + Send,
    ) -> Result<(), Failure> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let mut rows = sqlx::query_with(sql, sqlite_arguments(args)?).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await? {
                    each(sqlite_row(&row)?)?;
                }
            }
            Inner::Postgres(tx) => {
                let query = sqlx::query_with(sql, postgres_arguments(args)?);
                tx.each(query, |row| each(postgres_row(row)?)).await?;
            }
        }
        Ok(())
    }

    /// Says within which context the rest of the transaction is, so that guarded tables show the rows of it. On SQLite
    /// no table is guarded.
    pub(crate) async fn set_context(&mut self, context: &str) -> Result<(), Failure> {
        self.set(include_str!("../sql/set_context_postgres.sql"), context).await
    }

    /// The same, and until its end every question is planned once and for all, by its keys: a planner that has not looked at
    /// the tables yet would rather go through them.
    pub(crate) async fn set_context_by_key(&mut self, context: &str) -> Result<(), Failure> {
        self.set(include_str!("../sql/set_context_by_key_postgres.sql"), context).await
    }

    async fn set(&mut self, sql: &'static str, context: &str) -> Result<(), Failure> {
        if !self.is_sqlite() {
            self.fetch(sql, crate::args![context]).await?;
        }
        Ok(())
    }

    /// Whether it is over a file of SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.inner, Inner::Sqlite(_))
    }
}

//! One state of a database, to be asked several questions.

use sqlx::{SqlSafeStr, SqlStr};

use crate::database::file::{self, State};
use crate::transaction::many::{self, Rows, Shape, Told};
use crate::{Failure, Row, Value, ViewTx};

/// One state of a database: every question is answered from it, and none changes it.
#[derive(Debug)]
pub(crate) enum Snapshot {
    File(State),
    Server(ViewTx),
}

impl Snapshot {
    /// As [`ViewTx::fetch`].
    pub(crate) async fn fetch(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>, Failure> {
        match self {
            Self::File(state) => state.fetch(sql.into_sql_str(), args).await,
            Self::Server(tx) => tx.fetch(sql, args).await,
        }
    }

    /// As [`ViewTx::fetch_in`].
    pub(crate) async fn fetch_in(
        &mut self,
        before: &'static str,
        keys: &[Value],
        after: &'static str,
    ) -> Result<Vec<Row>, Failure> {
        let state = match self {
            Self::File(state) => state,
            Self::Server(tx) => return tx.fetch_in(before, keys, after).await,
        };
        let mut found = Vec::new();
        for keys in keys.chunks(many::MOST) {
            found.extend(of_many(state, Shape::of_keys(keys).statement(before, after, true)?, &keys).await?);
        }
        Ok(found)
    }

    /// As [`ViewTx::fetch_of`].
    pub(crate) async fn fetch_of(
        &mut self,
        before: &'static str,
        columns: usize,
        rows: &[Vec<Value>],
        after: &'static str,
    ) -> Result<Vec<Row>, Failure> {
        let state = match self {
            Self::File(state) => state,
            Self::Server(tx) => return tx.fetch_of(before, columns, rows, after).await,
        };
        let mut found = Vec::new();
        for rows in Rows::parts(rows, columns)? {
            found.extend(of_many(state, Shape::of_rows(&rows).statement(before, after, true)?, &rows).await?);
        }
        Ok(found)
    }

    /// Hands every row that a statement gives to `each`, and holds a few at most.
    pub(crate) async fn each(
        &mut self,
        sql: SqlStr,
        args: Vec<Value>,
        each: impl FnMut(Row) -> Result<(), Failure> + Send,
    ) -> Result<(), Failure> {
        match self {
            Self::File(state) => state.each(sql, args, file::row, each).await,
            Self::Server(tx) => tx.each(sql, args, each).await,
        }
    }

    /// As [`ViewTx::set_context`]: no table of a file is guarded.
    pub(crate) async fn set_context(&mut self, context: &str) -> Result<(), Failure> {
        match self {
            Self::File(_) => Ok(()),
            Self::Server(tx) => tx.set_context(context).await,
        }
    }

    /// As [`ViewTx::set_context_by_key`].
    pub(crate) async fn set_context_by_key(&mut self, context: &str) -> Result<(), Failure> {
        match self {
            Self::File(_) => Ok(()),
            Self::Server(tx) => tx.set_context_by_key(context).await,
        }
    }

    /// Whether it is of a file.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::File(_))
    }
}

async fn of_many(state: &mut State, sql: SqlStr, of: &impl Told) -> Result<Vec<Row>, Failure> {
    state.fetch(sql, vec![many::list(of)?]).await
}

//! A view, asked within a context.
//!
//! The application limits its questions by itself. Where the database can, it limits the answers once more: a guarded
//! table shows only the rows of the context, whatever the statement forgot to ask for.

use std::sync::Arc;

use sqlx::SqlSafeStr;
use tokio::sync::Mutex;

use crate::database::Snapshot;
use crate::{Failure, Row, Value, View, ViewError};

/// A view, asked within a context. Clones are cheap.
#[derive(Debug, Clone)]
pub struct Within {
    view: View,
    context: Arc<str>,
    /// The one state that every question is answered from; none where each is answered from the newest.
    state: Option<Arc<Mutex<Snapshot>>>,
}

impl Within {
    /// The context that shows every row.
    pub const EVERYTHING: &'static str = "*";

    /// A view within a context.
    pub fn new(view: View, context: impl Into<Arc<str>>) -> Self {
        Self { view, context: context.into(), state: None }
    }

    /// The same at the state that it is in now: however many questions follow, they are answered from that, and over one
    /// connection, which is given back when the last clone is dropped. So keep it for a few questions, and not longer.
    ///
    /// # Errors
    /// As [`Within::fetch`].
    pub async fn at_one_state(&self) -> Result<Self, ViewError> {
        Ok(Self { state: Some(self.state().await?), ..self.clone() })
    }

    /// As [`Within::at_one_state`], for questions that name what they are about by its keys: they are planned once and for all.
    /// A database that plans them anew for every key takes longer for that than for the answer.
    ///
    /// # Errors
    /// As [`Within::fetch`].
    pub async fn at_one_state_by_key(&self) -> Result<Self, ViewError> {
        let mut tx = self.view.live()?.database.snapshot().await?;
        tx.set_context_by_key(&self.context).await?;
        Ok(Self { state: Some(Arc::new(Mutex::new(tx))), ..self.clone() })
    }

    /// The state that questions are answered from: the one it is kept at, or that of now.
    async fn state(&self) -> Result<Arc<Mutex<Snapshot>>, ViewError> {
        if let Some(state) = &self.state {
            return Ok(Arc::clone(state));
        }
        let mut tx = self.view.live()?.database.snapshot().await?;
        tx.set_context(&self.context).await?;
        Ok(Arc::new(Mutex::new(tx)))
    }

    /// The view.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The context.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// Fetches every row of the context that a statement gives.
    ///
    /// # Errors
    /// While the view is built for the first time; when the store refuses the statement or fails.
    pub async fn fetch(&self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>, ViewError> {
        match &self.state {
            Some(state) => Ok(state.lock().await.fetch(sql, args).await?),
            None => Ok(self.view.live()?.database.fetch_within(&self.context, sql, args).await?),
        }
    }

    /// Hands every row of the context that a statement gives to `each`, one by one: for an answer of so many rows that they
    /// should not all be held at once.
    ///
    /// # Errors
    /// As [`Within::fetch`], and what `each` says; then no more rows follow.
    pub async fn fetch_each(
        &self,
        sql: &'static str,
        args: Vec<Value>,
        each: impl FnMut(Row) -> Result<(), Failure> + Send,
    ) -> Result<(), ViewError> {
        let state = self.state().await?;
        state.lock().await.each(sql.into_sql_str(), args, each).await?;
        Ok(())
    }

    /// Fetches the first row of the context that a statement gives, if any.
    ///
    /// # Errors
    /// As [`Within::fetch`].
    pub async fn fetch_optional(&self, sql: &'static str, args: Vec<Value>) -> Result<Option<Row>, ViewError> {
        Ok(self.fetch(sql, args).await?.into_iter().next())
    }

    /// Fetches the first row of the context that a statement gives.
    ///
    /// # Errors
    /// As [`Within::fetch`], and when there is none.
    pub async fn fetch_one(&self, sql: &'static str, args: Vec<Value>) -> Result<Row, ViewError> {
        self.fetch_optional(sql, args).await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// Fetches the rows of the context that a statement gives for many keys, all of one state of the view: `before`
    /// ends with `in`, `after` may add an order, which holds within a chunk of 4,096 keys only.
    ///
    /// # Errors
    /// As [`Within::fetch`].
    pub async fn fetch_in(
        &self,
        before: &'static str,
        keys: &[Value],
        after: &'static str,
    ) -> Result<Vec<Row>, ViewError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        match &self.state {
            Some(state) => Ok(state.lock().await.fetch_in(before, keys, after).await?),
            None => Ok(self.view.live()?.database.fetch_in_within(&self.context, before, keys, after).await?),
        }
    }

    /// Fetches what a statement gives within the context for a list of rows, all of one state of the view: `before` ends with
    /// `values`, as that of [`ViewTx::bulk`](crate::ViewTx::bulk); each is of `columns` values.
    ///
    /// # Errors
    /// As [`Within::fetch`], and when a row has another number of values.
    pub async fn fetch_of(
        &self,
        before: &'static str,
        columns: usize,
        rows: &[Vec<Value>],
        after: &'static str,
    ) -> Result<Vec<Row>, ViewError> {
        let state = self.state().await?;
        let rows = state.lock().await.fetch_of(before, columns, rows, after).await?;
        Ok(rows)
    }
}

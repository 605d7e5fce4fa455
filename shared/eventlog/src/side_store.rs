//! A small database of its own, for what must not be in the log, such as keys.

use futures_util::future::BoxFuture;
use sqlx::SqlSafeStr;

use crate::database::Database;
use crate::store::{self, make_folder};
use crate::{Failure, LogConfig, OpenError, Row, Storage, Value, ViewTx};

/// How many connections it has at most.
const CONNECTIONS: u32 = 4;

/// A small durable database beside the log. What it acknowledges is on disk.
#[derive(Debug, Clone)]
pub struct SideStore {
    database: Database,
}

impl SideStore {
    /// Opens, and makes, the store of this name: the file `<name>.db`, or the schema `<name>`. `schema` is statements
    /// of the form `create … if not exists`, separated by `;`, that mean the same in both databases.
    ///
    /// # Errors
    /// When the name is not 1 to 30 lower-case letters, or the store fails or refuses the statements.
    pub async fn open(config: &LogConfig, name: &'static str, schema: &'static str) -> Result<Self, OpenError> {
        if name.is_empty() || name.len() > 30 || !name.chars().all(|c| c.is_ascii_lowercase()) {
            return Err(OpenError::Configuration(format!("{name:?} is no name for a store")));
        }
        let database = match &config.storage {
            Storage::Sqlite { dir } => {
                make_folder(dir)?;
                Database::sqlite(&dir.join(format!("{name}.db")), true, CONNECTIONS).await?
            }
            Storage::Postgres { url, .. } => {
                let options = store::connect_options(url)?;
                store::make_schema(&options, name).await?;
                Database::postgres(options, name, true, CONNECTIONS).await?
            }
        };
        let created: Result<(), Failure> = database
            .detached(move |tx| {
                Box::pin(async move {
                    tx.take_turns().await?;
                    tx.script(schema.into_sql_str()).await
                })
            })
            .await;
        created?;
        Ok(Self { database })
    }

    /// Fetches every row that a statement gives.
    ///
    /// # Errors
    /// When the store refuses the statement or fails.
    pub async fn fetch(&self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>, Failure> {
        self.database.fetch(sql, args).await
    }

    /// Fetches the first row that a statement gives, if any.
    ///
    /// # Errors
    /// When the store refuses the statement or fails.
    pub async fn fetch_optional(&self, sql: &'static str, args: Vec<Value>) -> Result<Option<Row>, Failure> {
        Ok(self.fetch(sql, args).await?.into_iter().next())
    }

    /// Runs one statement in a transaction of its own; answers how many rows it touched.
    ///
    /// # Errors
    /// When the store refuses the statement or fails.
    pub async fn execute(&self, sql: &'static str, args: Vec<Value>) -> Result<u64, Failure> {
        self.transaction(move |tx| Box::pin(async move { tx.execute(sql, args).await })).await
    }

    /// Runs `work` in one transaction that writes: all of it or nothing. It runs in a task of its own, so that a caller
    /// that goes away leaves nothing half done.
    ///
    /// # Errors
    /// What `work` answers, or that the store failed.
    pub async fn transaction<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Failure> + Send + 'static,
        W: for<'tx> FnOnce(&'tx mut ViewTx) -> BoxFuture<'tx, Result<T, E>> + Send + 'static,
    {
        self.database.detached(work).await
    }

    /// Closes it, once nobody uses it.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

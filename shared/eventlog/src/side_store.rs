//! A small database of its own, for what must not be in the log, such as keys.

use futures_util::future::BoxFuture;
use sqlx::SqlSafeStr;

use crate::config::schema_of;
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
    /// Opens, and makes, the store of this name: the file `<name>.db`, or the schema `<name>` (`<name>_<log>`
    /// when the log is one beside the register's). `schema` is statements of the form `create … if not exists`,
    /// separated by `;`, that mean the same in both databases.
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
            Storage::Postgres { url, schema: log } => {
                let (options, schema) = (store::connect_options(url)?, schema_of(log, name));
                store::make_schema(&options, &schema).await?;
                Database::postgres(options, &schema, CONNECTIONS, config.patience).await?
            }
        };
        // An index that a newer program wants is sorted by way of files.
        let maker = database.with_a_writer_of_its_own();
        let created: Result<(), Failure> = maker
            .detached(move |tx| {
                Box::pin(async move {
                    tx.take_turns().await?;
                    // With an index that a newer program wants, which a standby may have to have first.
                    tx.take_time();
                    tx.script(schema.into_sql_str()).await
                })
            })
            .await;
        maker.close_writer().await;
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

    /// As [`SideStore::transaction`], at once with others that ask the same, but never with one that is
    /// [`alone`](SideStore::alone).
    ///
    /// # Errors
    /// What `work` answers, or that the store failed.
    pub async fn together<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Failure> + Send + 'static,
        W: for<'tx> FnOnce(&'tx mut ViewTx) -> BoxFuture<'tx, Result<T, E>> + Send + 'static,
    {
        self.locked(include_str!("../sql/share_store_postgres.sql"), work).await
    }

    /// As [`SideStore::transaction`], while nobody, in whatever process, is [`together`](SideStore::together) or
    /// alone here: what it looks at stays true until it commits.
    ///
    /// # Errors
    /// What `work` answers, or that the store failed.
    pub async fn alone<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Failure> + Send + 'static,
        W: for<'tx> FnOnce(&'tx mut ViewTx) -> BoxFuture<'tx, Result<T, E>> + Send + 'static,
    {
        self.locked(include_str!("../sql/own_store_postgres.sql"), work).await
    }

    /// Fetches the rows of many keys, all of one state of the store: `before` ends with `in`, `after` may add an
    /// order, which holds within a chunk of 4,096 keys only.
    ///
    /// # Errors
    /// When the store refuses the statement or fails.
    pub async fn fetch_in(
        &self,
        before: &'static str,
        keys: &[Value],
        after: &'static str,
    ) -> Result<Vec<Row>, Failure> {
        self.database.snapshot().await?.fetch_in(before, keys, after).await
    }

    /// Makes what was deleted unreadable, as far as the database can; how far that is:
    ///
    /// - SQLite writes the file anew, by way of one in the folder of temporary files, and empties the write-ahead log.
    ///   That it overwrites deleted rows is not enough: a page that was divided keeps copies of rows it gave away.
    ///   Blocks that the file system gave back, snapshots of it and copies of the file keep what they have.
    /// - PostgreSQL forgets deleted rows by a vacuum, so that no statement shows them and their room is used again.
    ///   Until it is, pages may still hold the bytes; so do its own write-ahead log, archives, standbys and backups.
    ///
    /// # Errors
    /// When a reader that does not end is still shown what was deleted, or the store fails. It may be asked again.
    pub async fn scrub(&self) -> Result<(), Failure> {
        self.database.scrub().await
    }

    /// Closes its connections; those that are at work, once they are done.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// Writers of a file take turns anyway; `lock` is for the server.
    async fn locked<T, E, W>(&self, lock: &'static str, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Failure> + Send + 'static,
        W: for<'tx> FnOnce(&'tx mut ViewTx) -> BoxFuture<'tx, Result<T, E>> + Send + 'static,
    {
        self.database
            .detached(move |tx| {
                Box::pin(async move {
                    // Whoever holds the lock may be at a whole table.
                    tx.ask_of_many();
                    if !tx.is_sqlite() {
                        tx.fetch(lock, Vec::new()).await?;
                    }
                    work(tx).await
                })
            })
            .await
    }
}

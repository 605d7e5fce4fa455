//! The log's own tables, in either database.

mod copied;
pub(crate) mod file;
mod migration;
mod postgres;
mod read;
pub(crate) mod refused;
pub(crate) mod row;
mod sqlite;
mod writer;

use std::time::Duration;

use kernel::Instant;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::database::Database;
use crate::database::server::in_time;
use crate::{Failure, LogConfig, LogPosition, OpenError, Position, Recorded, Row, Storage, StreamId, Version};

pub use postgres::create_database;
pub(crate) use postgres::{connect_options, drop_schema, listen, make_schema};
pub(crate) use read::{Categories, Chunk, Stretch};
pub(crate) use sqlite::make_folder;
pub(crate) use writer::{Assumption, Backend, NewKey, Spans, StoredKey, Writer, WriterError, Written, Wrote};

/// The lock row of a partition: how far it is, and when it last took something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) partition: u16,
    pub(crate) position: Position,
    pub(crate) recorded_at: Instant,
}

/// The tables of a log, as they are read. Writers have a connection of their own.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub(crate) database: Database,
    pub(crate) storage: Storage,
    pub(crate) partitions: u16,
    /// How long a server may take to answer whoever writes.
    pub(crate) patience: Duration,
}

impl Store {
    /// Opens the tables, makes them when they are not there, and makes sure that the database keeps what it takes.
    pub(crate) async fn open(config: &LogConfig) -> Result<Self, OpenError> {
        if !(1..=1_024).contains(&config.partitions) {
            return Err(OpenError::Configuration("a log has 1 to 1024 partitions".to_owned()));
        }
        let database = match &config.storage {
            Storage::Sqlite { dir } => sqlite::open(dir, config).await?,
            Storage::Postgres { url, schema } => postgres::open(url, schema, config).await?,
        };
        let (storage, partitions, patience) = (config.storage.clone(), config.partitions, config.patience);
        Ok(Self { database, storage, partitions, patience })
    }

    /// Closes the connections that read, once they are given back.
    pub(crate) async fn close(&self) {
        self.database.close().await;
    }

    /// Every partition's head, as it is now.
    pub(crate) async fn heads(&self) -> Result<Vec<Head>, Failure> {
        self.database.read(include_str!("../sql/heads.sql"), Vec::new()).await
    }

    /// How far the log is now.
    pub(crate) async fn position(&self) -> Result<LogPosition, Failure> {
        Ok(LogPosition::of(self.heads().await?.into_iter().map(|head| (head.partition, head.position))))
    }

    /// The events of a stream after one version and up to another.
    pub(crate) async fn stream(
        &self,
        stream: &StreamId,
        after: Version,
        upto: Version,
    ) -> Result<Vec<Recorded>, Failure> {
        let args = row::stream_args(stream, self.partitions, after, upto);
        self.database.read(include_str!("../sql/stream_events.sql"), args).await
    }

    /// What a caller's key stands for, when it was used.
    pub(crate) async fn caller_key(&self, agent: &str, name: &str) -> Result<Option<StoredKey>, Failure> {
        let rows = self.database.read(include_str!("../sql/caller_key.sql"), crate::args![agent, name]).await?;
        Ok(rows.into_iter().next())
    }

    /// The events that a caller's key wrote.
    pub(crate) async fn spans(&self, spans: &Spans) -> Result<Vec<Recorded>, Failure> {
        let mut events = Vec::new();
        for &(partition, first, last) in &spans.0 {
            let stretch = Stretch { partition, after: Position(first.0.saturating_sub(1)), upto: last };
            events.extend(self.stretch(stretch).await?);
        }
        Ok(events)
    }

    /// The events of a stretch of a partition, all at once.
    pub(crate) async fn stretch(&self, stretch: Stretch) -> Result<Vec<Recorded>, Failure> {
        read::whole(&self.database, stretch).await
    }

    /// The events of a stretch of a partition, in chunks.
    pub(crate) fn stream_stretch(
        &self,
        stretch: Stretch,
        categories: Categories,
    ) -> mpsc::Receiver<Result<Chunk, Failure>> {
        read::in_chunks(self.database.clone(), stretch, categories)
    }

    /// What every `step`-th event of a partition up to a position is about.
    pub(crate) async fn sampled(&self, partition: u16, step: u64, upto: Position) -> Result<Vec<Uuid>, Failure> {
        let sql = include_str!("../sql/sampled_streams.sql");
        let rows = self.database.fetch(sql, crate::args![step.max(1), upto.0, partition]).await?;
        let id = |row: &Row| Uuid::from_slice(row.bytes(0)?).map_err(|_| Failure::corrupt("a stream's id is no UUID"));
        rows.iter().map(id).collect()
    }

    /// Hands every stream of a partition to `each`, with its version as the authority for appends has it.
    pub(crate) async fn versions(
        &self,
        partition: u16,
        each: impl FnMut((StreamId, Version)) + Send,
    ) -> Result<(), Failure> {
        self.database.read_each(include_str!("../sql/streams.sql"), crate::args![partition], each).await
    }

    /// A connection that writes. With a file its futures wait for the disk themselves instead of yielding, and so does this one.
    pub(crate) async fn writer(&self) -> Result<Writer, Failure> {
        Ok(match &self.storage {
            Storage::Sqlite { dir } => Writer::file(sqlite::writer(dir)?, self.partitions),
            Storage::Postgres { url, schema } => {
                let connecting = in_time(self.patience, postgres::writer(url, schema));
                Writer::server(connecting.await?, self.patience, self.partitions)
            }
        })
    }
}

//! Where a log is kept, and how it is written.

use std::path::PathBuf;
use std::time::Duration;

/// Where a log is kept, and how it is written.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// The database.
    pub storage: Storage,
    /// The number of partitions of a log that is created; an existing log refuses another number.
    pub partitions: u16,
    /// How requests are put together into one commit.
    pub grouping: Grouping,
    /// How much may wait to be written.
    pub queue: QueueBounds,
    /// How many connections read the log at once.
    pub readers: u32,
}

impl LogConfig {
    /// A log in this folder, in SQLite.
    pub fn sqlite(dir: impl Into<PathBuf>) -> Self {
        Self::new(Storage::Sqlite { dir: dir.into() })
    }

    /// A log in this PostgreSQL database, in the schema `log`.
    pub fn postgres(url: impl Into<String>) -> Self {
        Self::new(Storage::Postgres { url: url.into(), schema: "log".to_owned() })
    }

    fn new(storage: Storage) -> Self {
        Self { storage, partitions: 1, grouping: Grouping::default(), queue: QueueBounds::default(), readers: 4 }
    }

    /// The same with so many partitions.
    #[must_use]
    pub fn with_partitions(mut self, partitions: u16) -> Self {
        self.partitions = partitions;
        self
    }
}

/// The database of a log.
#[derive(Clone)]
pub enum Storage {
    /// A folder with `log.db` and the views' files. On a local disk.
    Sqlite {
        /// The folder; made when it is not there.
        dir: PathBuf,
    },
    /// A PostgreSQL database.
    Postgres {
        /// The database, with user and password when needed.
        url: String,
        /// The schema of the log's tables; made when it is not there.
        schema: String,
    },
}

impl std::fmt::Debug for Storage {
    /// Leaves out the address of a database, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite { dir } => f.debug_struct("Sqlite").field("dir", dir).finish(),
            Self::Postgres { schema, .. } => f.debug_struct("Postgres").field("schema", schema).finish_non_exhaustive(),
        }
    }
}

/// How requests are put together into one commit.
#[derive(Debug, Clone, Copy)]
pub struct Grouping {
    /// At most so many requests.
    pub max_requests: usize,
    /// At most about so many bytes of payload.
    pub max_bytes: usize,
    /// At most so long is company waited for, and only when the commit before had some.
    pub max_linger: Duration,
}

impl Default for Grouping {
    fn default() -> Self {
        Self { max_requests: 512, max_bytes: 1 << 20, max_linger: Duration::from_millis(3) }
    }
}

/// How much may wait to be written before further appends are refused.
#[derive(Debug, Clone, Copy)]
pub struct QueueBounds {
    /// So many requests.
    pub requests: usize,
    /// So many bytes of payload.
    pub bytes: usize,
}

impl Default for QueueBounds {
    fn default() -> Self {
        Self { requests: 8_192, bytes: 64 << 20 }
    }
}

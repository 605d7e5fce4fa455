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
    /// How long a server may take to answer whoever writes, or looks something up by its key, before that connection counts as
    /// lost: more than the ten seconds that it may wait for a lock. Twenty times as long for what is asked of a whole table and
    /// for the statements of a view's page, and an hour for what makes tables and indexes. A machine that went away says
    /// nothing, and the system would wait a quarter of an hour for it, or for ever.
    pub patience: Duration,
}

/// How long a server may take to answer unless something else is said.
const PATIENCE: Duration = Duration::from_secs(15);

impl LogConfig {
    /// A log in this folder, in SQLite.
    pub fn sqlite(dir: impl Into<PathBuf>) -> Self {
        Self::new(Storage::Sqlite { dir: dir.into() })
    }

    /// A log in this PostgreSQL database, in the schema `log`.
    pub fn postgres(url: impl Into<String>) -> Self {
        Self::new(Storage::Postgres { url: url.into(), schema: REGISTER.to_owned() })
    }

    fn new(storage: Storage) -> Self {
        let (grouping, queue) = (Grouping::default(), QueueBounds::default());
        Self { storage, partitions: 1, grouping, queue, readers: 4, patience: PATIENCE }
    }

    /// The same with so many partitions.
    #[must_use]
    pub fn with_partitions(mut self, partitions: u16) -> Self {
        self.partitions = partitions;
        self
    }

    /// The same with so much patience.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Another log of this name beside this one, with positions, views and stores of its own: in the folder `name` of
    /// its folder, or in the schema `name` of its database. Everything else is as it is here.
    ///
    /// A name is 1 to 20 lower-case letters, and is neither `views` nor that of a [`SideStore`](crate::SideStore).
    #[must_use]
    pub fn beside(&self, name: &'static str) -> Self {
        let storage = match &self.storage {
            Storage::Sqlite { dir } => Storage::Sqlite { dir: dir.join(name) },
            Storage::Postgres { url, .. } => Storage::Postgres { url: url.clone(), schema: name.to_owned() },
        };
        Self { storage, ..self.clone() }
    }
}

/// The schema of the register's own log.
const REGISTER: &str = "log";

/// The schema of what a log calls `name`: one of its views or stores. The register's own are called just that. Those
/// of a log beside it end with the log's name: a log's name has letters only, the schema of a view ends with a digit
/// and that of a store has no `_`, so no two logs of a database ever mean the same schema.
pub(crate) fn schema_of(log: &str, name: &str) -> String {
    if log == REGISTER { name.to_owned() } else { format!("{name}_{log}") }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(config: &LogConfig) -> &str {
        match &config.storage {
            Storage::Postgres { schema, .. } => schema,
            Storage::Sqlite { .. } => panic!("it is PostgreSQL"),
        }
    }

    #[test]
    fn a_log_beside_another_has_a_folder_or_schema_of_its_own() {
        let folder = LogConfig::sqlite("data").with_partitions(3).beside("readings");
        assert!(matches!(&folder.storage, Storage::Sqlite { dir } if dir.ends_with("data/readings")));
        assert_eq!(folder.partitions, 3);
        let register = LogConfig::postgres("postgres://server/database");
        assert_eq!((schema(&register), schema(&register.beside("readings"))), ("log", "readings"));
    }

    #[test]
    fn no_two_logs_mean_the_same_schema() {
        let mut meant = std::collections::HashSet::new();
        for log in ["log", "readings", "proofs"] {
            // A log's own schema is neither a view's nor a store's, and what it calls `x_readings` is its own.
            assert!(meant.insert(log.to_owned()), "{log}");
            let names = ["x_v1_g1", "x_readings_v1_g1", "x_v1_g1_readings_v1_g1", "readings_v1_g1", "vault"];
            for name in names {
                let schema = schema_of(log, name);
                assert!(meant.insert(schema.clone()), "{schema}");
            }
        }
        assert_eq!(schema_of("log", "dossiers_v1_g1"), "dossiers_v1_g1", "what was made before is found again");
    }
}

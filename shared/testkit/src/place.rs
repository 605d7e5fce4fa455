//! A database of a test's own.

use eventlog::{EventLog, LogConfig, SideStore, Storage};
use tempfile::TempDir;

use crate::MovableClock;

/// Where a test keeps its log: nobody else does.
#[derive(Debug)]
pub struct Place {
    config: LogConfig,
    /// The clock of every log that is opened here.
    pub clock: MovableClock,
    /// Holds the folder until the test ends.
    _folder: Option<TempDir>,
}

/// Names the server on which tests make their databases.
const SERVER: &str = "SHUANGSHI_TEST_POSTGRES";

impl Place {
    /// A new folder with SQLite in it.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = LogConfig::sqlite(folder.path());
        Self { config, clock: MovableClock::default(), _folder: Some(folder) }
    }

    /// A new database on the server that the environment names. Fails, and never skips, when it names none.
    #[expect(clippy::disallowed_methods, reason = "a test's server and its database's name come from outside")]
    pub async fn postgres() -> Self {
        let server = std::env::var(SERVER).unwrap_or_else(|_| {
            panic!("{SERVER} names no PostgreSQL server: run the tests with `cargo xtask test`, which starts one")
        });
        let name = format!("t_{}", uuid::Uuid::now_v7().simple());
        let url = eventlog::create_database(&server, &name).await.unwrap();
        Self { config: LogConfig::postgres(url), clock: MovableClock::default(), _folder: None }
    }

    /// The same place for a log of so many partitions.
    #[must_use]
    pub fn with_partitions(mut self, partitions: u16) -> Self {
        self.config = self.config.with_partitions(partitions);
        self
    }

    /// How a log is opened here.
    pub fn config(&self) -> &LogConfig {
        &self.config
    }

    /// Opens the log, as another process would.
    pub async fn open(&self) -> EventLog {
        EventLog::open(&self.config, self.clock.clock()).await.unwrap()
    }

    /// A way into the log's own tables, past everything that guards them but the database itself.
    pub async fn back_door(&self) -> SideStore {
        SideStore::open(&self.config, "log", "select 1").await.unwrap()
    }

    /// Whether it is SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.config.storage, Storage::Sqlite { .. })
    }
}

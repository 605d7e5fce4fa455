//! The log in a file of SQLite.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Executor, Row};

use crate::database::file::File;
use crate::database::{Database, first_connection, sqlite_writer};
use crate::store::file::connect;
use crate::store::migration;
use crate::store::refused::is_ruin;
use crate::{Failure, LogConfig, OpenError};

/// Before this release two connections could lose commits when the write-ahead log was reset.
const OLDEST_SAFE_SQLITE: [u32; 3] = [3, 51, 3];

pub(crate) async fn open(dir: &Path, config: &LogConfig) -> Result<Database, OpenError> {
    make_folder(dir)?;
    let mut connection = first_connection(&options(dir)).await.map_err(unsound)?;
    assert_durable(&mut connection).await?;
    let database =
        Database::Sqlite { file: File::new(file(dir), config.readers.max(2)), writer: sqlite_writer(options(dir)) };
    match migration::migrate(&database, config.partitions).await {
        Ok(()) => Ok(database),
        Err(refusal) => {
            database.close().await;
            Err(refusal)
        }
    }
}

/// Makes a folder, when it is not there.
pub(crate) fn make_folder(dir: &Path) -> Result<(), OpenError> {
    std::fs::create_dir_all(dir)
        .map_err(|error| OpenError::Configuration(format!("the folder of the log cannot be made: {error}")))
}

/// The connection that writes.
pub(crate) fn writer(dir: &Path) -> Result<rusqlite::Connection, Failure> {
    Ok(connect(&file(dir))?)
}

/// The log's file in a folder.
pub(crate) fn file(dir: &Path) -> PathBuf {
    dir.join("log.db")
}

fn options(dir: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file(dir))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
}

/// Reads back what was asked for: a file system or a build may have refused it silently.
async fn assert_durable(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let version: String = connection.fetch_one("select sqlite_version()").await?.try_get(0)?;
    let mut numbers = version.split('.').map(|part| part.parse().unwrap_or(0));
    let found = [(); 3].map(|()| numbers.next().unwrap_or(0));
    if found < OLDEST_SAFE_SQLITE {
        return Err(OpenError::Unsafe(format!("SQLite {version} is older than 3.51.3")));
    }
    let mode: String = connection.fetch_one("pragma journal_mode").await.map_err(unsound)?.try_get(0)?;
    let synchronous: i64 = connection.fetch_one("pragma synchronous").await.map_err(unsound)?.try_get(0)?;
    if mode != "wal" || synchronous < 2 {
        return Err(OpenError::Unsafe(format!("the file took journal {mode} and synchronous {synchronous}")));
    }
    // Quick: a full check reads the whole file, and `verify` does more than that.
    let sound: String =
        connection.fetch_one("select count(*) || '' from sqlite_schema").await.map_err(unsound)?.try_get(0)?;
    tracing::debug!(sqlite.version = version, sqlite.tables = sound, "The log's file is sound enough to start");
    Ok(())
}

fn unsound(error: sqlx::Error) -> OpenError {
    if is_ruin(&error) { OpenError::Corrupt(error.to_string()) } else { error.into() }
}

//! Making what was deleted unreadable.

use std::io;
use std::path::Path;
use std::sync::Arc;

use sqlx::SqliteConnection;

use crate::Failure;
use crate::database::{Database, for_every_table, sqlite_row};
use crate::view::room;

impl Database {
    /// Makes what was deleted unreadable, as far as the database can: [`SideStore::scrub`](crate::SideStore::scrub).
    pub(crate) async fn scrub(&self) -> Result<(), Failure> {
        match self {
            Self::Sqlite { writer, .. } => {
                let mut connection = writer.acquire().await?;
                // It goes by way of a temporary file from here on, and so nobody gets it again, however this ends.
                connection.close_on_drop();
                sqlx::query("pragma temp_store = file").execute(&mut *connection).await?;
                write_anew(&mut connection).await
            }
            Self::Postgres(server) => for_every_table(server, "vacuum").await,
        }
    }
}

/// Writes a file anew from the rows that there are, and empties its write-ahead log.
async fn write_anew(connection: &mut SqliteConnection) -> Result<(), Failure> {
    refuse_without_room(connection).await?;
    sqlx::query("vacuum").execute(&mut *connection).await?;
    let row = sqlx::query("pragma wal_checkpoint(truncate)").fetch_one(connection).await?;
    match sqlite_row(&row)?.int(0)? {
        0 => Ok(()),
        _ => Err(sqlx::Error::Protocol("a reader keeps the write-ahead log".to_owned()).into()),
    }
}

/// Refuses where the log beside could not go on, because the disk was full meanwhile.
async fn refuse_without_room(connection: &mut SqliteConnection) -> Result<(), Failure> {
    let row = sqlx::query(include_str!("../sql/size_sqlite.sql")).fetch_one(connection).await?;
    let row = sqlite_row(&row)?;
    let folder = Path::new(row.text(0)?).parent().unwrap_or(Path::new("."));
    let bytes = row.count(1)?;
    // A copy among the temporary files, and once more as write-ahead log: they may lie on the same disk.
    if room::available(folder) / 2 < bytes || room::available(&room::temporary_files()) < bytes {
        let why = format!("writing {bytes} bytes anew takes twice as many on the disk, and there are fewer");
        return Err(Failure::Unavailable(Arc::new(io::Error::new(io::ErrorKind::StorageFull, why))));
    }
    Ok(())
}

//! Databases of a run's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eventlog::LogConfig;
use sqlx::{AssertSqlSafe, Connection};
use tempfile::TempDir;

use crate::Outcome;

/// The server that databases are made on.
#[derive(Clone)]
pub(crate) struct Server {
    url: String,
    /// Tells the databases apart.
    made: Arc<AtomicU64>,
}

/// Where a log is kept; nobody else keeps anything there.
pub(crate) struct Place {
    config: LogConfig,
    /// The database, and its server; none of SQLite.
    database: Option<Database>,
    /// Holds the folder until the place is removed.
    folder: Option<TempDir>,
}

struct Database {
    server: Server,
    name: String,
    url: String,
}

impl Server {
    pub(crate) fn new(url: String) -> Self {
        Self { url, made: Arc::default() }
    }

    /// Its version.
    pub(crate) async fn version(&self) -> Outcome<String> {
        let mut server = sqlx::PgConnection::connect(&self.url).await?;
        let version = sqlx::query_scalar("show server_version").fetch_one(&mut server).await?;
        server.close().await?;
        Ok(version)
    }

    /// A new database on the server.
    pub(crate) async fn place(&self) -> Outcome<Place> {
        let name = format!("peers_{}_{}", std::process::id(), self.made.fetch_add(1, Ordering::Relaxed));
        let url = eventlog::create_database(&self.url, &name).await?;
        let config = LogConfig::postgres(&url);
        Ok(Place { config, database: Some(Database { server: self.clone(), name, url }), folder: None })
    }
}

impl Place {
    /// A new folder for SQLite.
    pub(crate) fn sqlite() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self { config: LogConfig::sqlite(folder.path()), database: None, folder: Some(folder) })
    }

    /// How the product opens its log here.
    pub(crate) fn config(&self) -> &LogConfig {
        &self.config
    }

    /// The address of the database.
    pub(crate) fn url(&self) -> Outcome<&str> {
        Ok(&self.database.as_ref().ok_or("this is no PostgreSQL")?.url)
    }

    /// Throws away what is kept here.
    pub(crate) async fn remove(self) -> Outcome<()> {
        if let Some(database) = self.database {
            let mut server = sqlx::PgConnection::connect(&database.server.url).await?;
            // The name is made of digits above.
            let drop = format!("drop database \"{}\"", database.name);
            let forced = sqlx::raw_sql(AssertSqlSafe(format!("{drop} with (force)"))).execute(&mut server).await;
            if forced.is_err() {
                // A plain role may not end the server's own vacuum, which gives way to an ordinary drop.
                sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut server).await?;
            }
            server.close().await?;
        }
        if let Some(folder) = self.folder {
            folder.close()?;
        }
        Ok(())
    }
}

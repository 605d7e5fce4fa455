//! Where a generation of a view is kept: a file of its own, or a schema.

use std::time::Duration;

use crate::config::schema_of;
use crate::database::Database;
use crate::{Failure, OpenError, Storage, ViewError, store};

/// Where a generation is kept.
#[derive(Debug)]
pub(crate) enum Place {
    File(std::path::PathBuf),
    Schema { url: String, schema: String },
}

impl Place {
    pub(crate) fn of(storage: &Storage, name: &str, version: u32, generation: u32) -> Self {
        match storage {
            Storage::Sqlite { dir } => {
                Self::File(dir.join("views").join(format!("{name}.v{version}.g{generation}.db")))
            }
            Storage::Postgres { url, schema: log } => {
                let schema = schema_of(log, &format!("{name}_v{version}_g{generation}"));
                Self::Schema { url: url.clone(), schema }
            }
        }
    }

    pub(crate) async fn open(&self, connections: u32, patience: Duration) -> Result<Database, ViewError> {
        match self {
            Self::File(path) => {
                if let Some(folder) = path.parent() {
                    store::make_folder(folder).map_err(refused)?;
                }
                Ok(Database::sqlite(path, false, connections.max(2)).await?)
            }
            Self::Schema { url, schema } => {
                let options = store::connect_options(url)?;
                store::make_schema(&options, schema).await.map_err(refused)?;
                Ok(Database::postgres(options, schema, connections.max(2), patience).await?)
            }
        }
    }

    /// Throws it away.
    pub(crate) async fn remove(&self) -> Result<(), Failure> {
        match self {
            Self::File(path) => {
                for ending in ["", "-wal", "-shm"] {
                    let mut name = path.clone().into_os_string();
                    name.push(ending);
                    match std::fs::remove_file(&name) {
                        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                            return Err(sqlx::Error::Io(error).into());
                        }
                        _ => {}
                    }
                }
                Ok(())
            }
            Self::Schema { url, schema } => Ok(store::drop_schema(&store::connect_options(url)?, schema).await?),
        }
    }
}

fn refused(error: OpenError) -> ViewError {
    match error {
        OpenError::Failure(failure) => failure.into(),
        other => ViewError::Event(other.to_string()),
    }
}

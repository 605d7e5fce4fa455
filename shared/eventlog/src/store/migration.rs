//! The format of the log's tables, and how an older one becomes the present one.
//!
//! Read models have no migrations; the log has, for it is never built again. Each is applied once, in a transaction,
//! and its checksum is kept.

use sha2::{Digest, Sha256};
use sqlx::SqlSafeStr;

use crate::OpenError;
use crate::database::Database;
use crate::transaction::ViewTx;

const SQLITE: [&str; 4] = [
    include_str!("../../migrations/sqlite/1.sql"),
    include_str!("../../migrations/sqlite/2.sql"),
    include_str!("../../migrations/sqlite/3.sql"),
    include_str!("../../migrations/sqlite/4.sql"),
];
const POSTGRES: [&str; 3] = [
    include_str!("../../migrations/postgres/1.sql"),
    include_str!("../../migrations/postgres/2.sql"),
    include_str!("../../migrations/postgres/3.sql"),
];

/// Brings the tables to the present format, and checks what they were created with.
pub(crate) async fn migrate(database: &Database, partitions: u16) -> Result<(), OpenError> {
    let mut tx = database.begin().await?;
    match prepare(&mut tx, partitions).await {
        Ok(()) => {
            // With an index of a large log, which a standby may have to have first.
            tx.take_time();
            Ok(tx.commit().await?)
        }
        Err(refusal) => {
            tx.undo().await;
            Err(refusal)
        }
    }
}

async fn prepare(tx: &mut ViewTx, partitions: u16) -> Result<(), OpenError> {
    let sqlite = tx.is_sqlite();
    tx.take_turns().await?;
    tx.execute(include_str!("../../sql/create_migration.sql"), Vec::new()).await?;
    let migrations: &[&'static str] = if sqlite { &SQLITE } else { &POSTGRES };
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    let applied = tx.fetch("select format, checksum from migration order by format", Vec::new()).await?;
    let found = u32::try_from(applied.last().map_or(Ok(0), |row| row.int(0))?).unwrap_or(u32::MAX);
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    for (row, migration) in applied.iter().zip(migrations) {
        if row.text(1)? != checksum(migration) {
            return Err(OpenError::Corrupt(format!("its format {} was made by another program", row.int(0)?)));
        }
    }
    for (index, migration) in migrations.iter().enumerate().skip(applied.len()) {
        tx.script(migration.into_sql_str()).await?;
        let format = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let row = crate::args![format, checksum(migration)];
        tx.execute("insert into migration (format, checksum) values ($1, $2)", row).await?;
    }
    create_or_check(tx, partitions).await
}

/// Writes down what the log is created with, or compares what it was created with.
async fn create_or_check(tx: &mut ViewTx, partitions: u16) -> Result<(), OpenError> {
    let stored = tx.fetch_optional("select content from meta where name = 'partitions'", Vec::new()).await?;
    if let Some(row) = stored {
        let found = row.parse::<u16>(0)?;
        if found != partitions {
            return Err(OpenError::Partitions { found, asked: partitions });
        }
        let heads = tx.fetch_one("select count(*) from head", Vec::new()).await?.int(0)?;
        if heads != i64::from(found) {
            return Err(OpenError::Corrupt(format!("it has {found} partitions but {heads} heads")));
        }
        return Ok(());
    }
    for partition in 0..partitions {
        let insert = "insert into head (partition, position, recorded_at) values ($1, 0, 0)";
        tx.run(insert.into_sql_str(), crate::args![i64::from(partition)]).await?;
    }
    let id = if tx.is_sqlite() {
        "insert into meta (name, content) values ('log', lower(hex(randomblob(16))))"
    } else {
        "insert into meta (name, content) values ('log', replace(gen_random_uuid()::text, '-', ''))"
    };
    tx.execute(id, Vec::new()).await?;
    let insert = "insert into meta (name, content) values ('partitions', $1)";
    tx.execute(insert, crate::args![partitions.to_string()]).await.map(drop).map_err(OpenError::from)
}

fn checksum(migration: &str) -> String {
    Sha256::digest(migration.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

//! What building a view in one go leaves on SQLite when it does not come to its end. The file says so itself, and it is thrown
//! away before anything is taken in. PostgreSQL keeps nothing before the end.

use std::time::Duration;

use sqlx::{AssertSqlSafe, SqlSafeStr};

use crate::view::generation::make_tables;
use crate::{Failure, Position, Projection, ViewError, ViewTx};

/// So much longer a build owns the view without a sign of life.
const LONGER: u32 = 10;
/// And so much longer for every event: what one statement wrote of them goes from the write-ahead log to the file, on a slow
/// disk, when it is kept.
const AN_EVENT: Duration = Duration::from_micros(3);

/// How long whoever builds so much in one go owns the view without a sign of life. Who was killed meanwhile is missed for as
/// long.
pub(crate) fn lease(lease: Duration, upto: Position) -> Duration {
    let events = u32::try_from(upto.0).unwrap_or(u32::MAX);
    lease.saturating_mul(LONGER).saturating_add(AN_EVENT.saturating_mul(events))
}

/// No lease of a log with this head is longer. Processes hear of new events one after the other, and may have other options:
/// twice as long and a minute is longer than that of any.
pub(crate) fn longest_lease(own: Duration, head: Position) -> Duration {
    lease(own, head).saturating_mul(2).saturating_add(Duration::from_secs(60))
}

/// Says in the file that what is in it is not whole, or that it is.
pub(crate) async fn mark(tx: &mut ViewTx, half_built: bool) -> Result<(), Failure> {
    if tx.is_sqlite() {
        let mark = if half_built { "pragma user_version = 1" } else { "pragma user_version = 0" };
        tx.script(mark.into_sql_str()).await?;
    }
    Ok(())
}

/// Throws away what is half built: its tables are as they were when they were made.
pub(crate) async fn throw_away(tx: &mut ViewTx, projection: &dyn Projection) -> Result<(), ViewError> {
    if !tx.is_sqlite() || tx.fetch_one("select user_version from pragma_user_version", Vec::new()).await?.int(0)? == 0 {
        return Ok(());
    }
    tracing::info!(view = projection.name(), "What is there of a view was not built to its end: it is begun anew");
    drop_tables(tx, projection).await
}

/// Makes the tables of a view as they are made first, in place of those that are there. Its checkpoints are left alone.
pub(crate) async fn drop_tables(tx: &mut ViewTx, projection: &dyn Projection) -> Result<(), ViewError> {
    let tables = match tx.is_sqlite() {
        true => include_str!("../../sql/tables_sqlite.sql"),
        false => include_str!("../../sql/tables_postgres.sql"),
    };
    for table in tx.fetch(tables, Vec::new()).await? {
        let table = table.text(0)?;
        if table != "checkpoint" {
            tx.script(AssertSqlSafe(format!("drop table \"{table}\"")).into_sql_str()).await?;
        }
    }
    if !tx.is_sqlite() {
        // Those that the policies on its rows ask.
        for function in tx.fetch(include_str!("../../sql/functions_postgres.sql"), Vec::new()).await? {
            tx.script(AssertSqlSafe(format!("drop function {}", function.text(0)?)).into_sql_str()).await?;
        }
    }
    make_tables(tx, projection).await?;
    Ok(mark(tx, false).await?)
}

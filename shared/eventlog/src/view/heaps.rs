//! Heaps: tables that take rows as they come while a view is built in one go, and are put in the order of their keys once.
//! A table that is kept in its order meanwhile is read and written all over, again and again.

use sqlx::{AssertSqlSafe, SqlSafeStr};

use crate::database::EVERY_TABLE;
use crate::{Failure, ViewError, ViewTx};

/// A table that gets rows in no order while a view is built.
#[derive(Debug, Clone, Copy)]
pub struct Heap {
    /// The table.
    pub table: &'static str,
    /// The statement that gives its rows, each once, in the order of its key.
    pub in_order: &'static str,
}

/// Takes the indexes of a view away, and puts a heap in front of each of these tables: whoever names the table means the
/// heap from here on, by this connection.
pub(crate) async fn lay(tx: &mut ViewTx, schema: &str, heaps: &[Heap]) -> Result<(), Failure> {
    for name in indexes(schema).filter_map(|index| index.split_whitespace().take_while(|word| *word != "on").last()) {
        script(tx, format!("drop index {name}")).await?;
    }
    tx.set_in_one_go(true);
    for Heap { table, .. } in heaps {
        // A temporary table is found before any other.
        script(tx, format!("create temporary table {table} as select * from {table} where 1 = 0")).await?;
    }
    Ok(())
}

/// Files what is on the heaps, and makes the indexes, for as long as `go_on` does not say to stop: of a nation each of them
/// takes some time.
pub(crate) async fn clear(
    tx: &mut ViewTx,
    schema: &str,
    heaps: &[Heap],
    go_on: impl Fn() -> Result<(), ViewError>,
) -> Result<(), ViewError> {
    let place = match tx.is_sqlite() {
        true => "main".to_owned(),
        false => tx.fetch_one("select current_schema()::text", Vec::new()).await?.text(0)?.to_owned(),
    };
    for Heap { table, in_order } in heaps {
        go_on()?;
        script(tx, format!("insert into \"{place}\".{table} {in_order}")).await?;
        script(tx, format!("drop table {table}")).await?;
        tx.keep_so_far().await?;
    }
    tx.set_in_one_go(false);
    for index in indexes(schema) {
        go_on()?;
        script(tx, index.to_owned()).await?;
        tx.keep_so_far().await?;
    }
    if !tx.is_sqlite() {
        // Of tables that were just filled PostgreSQL's planner knows nothing, and would go through all of a nation for one
        // person until it happens to look by itself, some minutes later.
        let tables = tx.fetch_one(EVERY_TABLE, Vec::new()).await?;
        script(tx, format!("analyze {}", tables.text(0)?)).await?;
    }
    Ok(())
}

/// The statements of a schema that make indexes.
fn indexes(schema: &str) -> impl Iterator<Item = &str> {
    schema.split(';').map(str::trim).filter(|statement| statement.starts_with("create index"))
}

async fn script(tx: &mut ViewTx, statement: String) -> Result<(), Failure> {
    tx.script(AssertSqlSafe(statement).into_sql_str()).await
}

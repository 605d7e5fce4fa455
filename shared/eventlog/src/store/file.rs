//! The log's file by SQLite's own API: what the rows of its tables stand for, and the connection that writes.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Params, Row, ToSql};

use crate::database::WRITER_CACHE;
use crate::database::file::bound;
use crate::store::read::{Categories, Events, LARGE, Stretch};
use crate::store::row::{Cells, Names, Stored};
use crate::{Failure, Position, Recorded, Value, Version};

/// How long a connection waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// So many statements are kept prepared.
const KEPT: usize = 16;

/// The connection that writes, durably.
pub(crate) fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(TURN)?;
    connection.pragma_update(None, "cache_size", WRITER_CACHE)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.set_prepared_statement_cache_capacity(KEPT);
    Ok(connection)
}

/// The events of a stretch, as far as the partition reaches.
pub(crate) fn stretch_of(connection: &Connection, stretch: Stretch, categories: Categories) -> Result<Events, Failure> {
    let Stretch { partition, after, upto } = stretch;
    let mut args = crate::args![partition, after.0, upto.0];
    let sql = match categories {
        None => include_str!("../../sql/stretch.sql"),
        Some(categories) => {
            args.push(serde_json::json!(categories).to_string().into());
            include_str!("../../sql/stretch_of_categories_sqlite.sql")
        }
    };
    let (mut read, mut bytes) = (Vec::new(), 0);
    let are_cut = each(connection, sql, &args, |event: Recorded| {
        bytes += event.payload.len();
        read.push(event);
        if bytes < LARGE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(Events { read, are_cut: are_cut.is_break() })
}

/// Everything that the rows of a statement stand for. The statement is kept prepared.
pub(crate) fn all<T: Stored>(connection: &Connection, sql: &str, args: &[Value]) -> Result<Vec<T>, Failure> {
    let mut found = Vec::new();
    let _all = each(connection, sql, args, |one| {
        found.push(one);
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// Hands out what the rows of a statement stand for, until somebody has enough.
fn each<T: Stored>(
    connection: &Connection,
    sql: &str,
    args: &[Value],
    mut take: impl FnMut(T) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Failure> {
    let mut names = Names::default();
    let mut select = bound(connection, sql, args)?;
    let mut rows = select.raw_query();
    while let Some(row) = rows.next()? {
        if take(T::read(row, &mut names)?).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Runs a statement, which is kept prepared; answers how many rows it changed.
pub(crate) fn run(connection: &Connection, sql: &str, parameters: impl Params) -> Result<usize, rusqlite::Error> {
    prepared(connection, sql)?.execute(parameters)
}

/// A statement that is kept prepared. What PostgreSQL calls `$1` is a name to SQLite, which numbers names as they come.
pub(crate) fn prepared<'c>(connection: &'c Connection, sql: &str) -> Result<CachedStatement<'c>, rusqlite::Error> {
    let statement = connection.prepare_cached(sql)?;
    let says = |number: usize| statement.parameter_name(number).and_then(|name| name.get(1..)?.parse().ok());
    debug_assert!((1..=statement.parameter_count()).all(|number| says(number) == Some(number)), "{sql}");
    Ok(statement)
}

// Both are counted one by one and never come near the end of either type.
macro_rules! counted {
    ($($number:ty),+) => {$(
        impl ToSql for $number {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(i64::try_from(self.0).unwrap_or(i64::MAX).into())
            }
        }
    )+};
}

counted!(Position, Version);

impl Cells for Row<'_> {
    fn number(&self, column: usize) -> Result<i64, Failure> {
        match self.get_ref(column)? {
            ValueRef::Integer(number) => Ok(number),
            _ => Err(Failure::corrupt("a row of the log has no number where one belongs")),
        }
    }

    fn text(&self, column: usize) -> Result<&str, Failure> {
        let text = match self.get_ref(column)? {
            ValueRef::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        };
        text.ok_or_else(|| Failure::corrupt("a row of the log has no text where some belongs"))
    }

    fn bytes(&self, column: usize) -> Result<Option<&[u8]>, Failure> {
        match self.get_ref(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            _ => Err(Failure::corrupt("a row of the log has no bytes where some belong")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Events with payloads of a megabyte, as far as this module reads them.
    const EVENTS: &str = "create table event as
        with recursive counted(position) as (select 1 union all select position + 1 from counted where position < 20)
        select 0 partition, position, 'note' category, zeroblob(16) stream, 1 version, zeroblob(16) id, 'taken' kind,
            1 schema_version, 46000 occurred_on, 0 recorded_at, 'test' agent, 'operator' capacity, null organisation,
            zeroblob(16) command, zeroblob(16) correlation, null causation, 0 encoding, zeroblob(1048576) payload,
            1 algorithm, zeroblob(32) hash
        from counted";

    #[test]
    fn what_is_read_at_once_ends_with_the_event_that_makes_it_large() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(EVENTS).unwrap();
        let read = |after, categories| {
            let stretch = Stretch { partition: 0, after: Position(after), upto: Position(20) };
            let events = stretch_of(&connection, stretch, categories).unwrap();
            let positions: Vec<_> = events.read.iter().map(|event| event.position.0).collect();
            (positions, events.are_cut)
        };
        assert_eq!(read(0, None), ((1..=8).collect(), true));
        assert_eq!(read(2, Some(&["note"])), ((3..=10).collect(), true));
        assert_eq!(read(13, None), ((14..=20).collect(), false));
    }
}

//! Many events in one row of SQLite.
//!
//! What the driver does for each row and column – a copy of the value, a place in a channel between two threads – takes
//! several times as long as SQLite takes to read it. So events come packed: the statement puts the cells of many rows one
//! after another, in front of each row a line with their lengths, and they are taken apart here.

use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, query_with};

use crate::database::sqlite_arguments;
use crate::store::read::Stretch;
use crate::store::row::{Cells, Names, Stored};
use crate::{Failure, Position, Recorded};

/// The columns of an event.
const COLUMNS: usize = 20;

/// The events of a stretch.
pub(crate) async fn stretch(
    pool: &SqlitePool,
    stretch: Stretch,
    categories: Option<&[&str]>,
    names: &mut Names,
) -> Result<Vec<Recorded>, Failure> {
    let categories = categories.map(|categories| serde_json::json!(categories).to_string());
    let args = crate::args![stretch.partition, stretch.after.0, stretch.upto.0, categories];
    let sql = include_str!("../../sql/packed_stretch_sqlite.sql");
    let row: SqliteRow = query_with(sql, sqlite_arguments(args)?).fetch_one(pool).await?;
    let mut rest: &[u8] = row.try_get_unchecked::<Option<&[u8]>, _>(0)?.unwrap_or_default();
    let mut events = Vec::new();
    let mut last = stretch.after;
    while !rest.is_empty() {
        let (packed, after) = Packed::first_of(rest).ok_or_else(|| Failure::corrupt("packed events are cut off"))?;
        let event = Recorded::read(&packed, names)?;
        in_order(&mut last, event.position)?;
        events.push(event);
        rest = after;
    }
    Ok(events)
}

/// The statement says in which order rows are put together; what it is trusted with is looked at all the same.
fn in_order(last: &mut Position, next: Position) -> Result<(), Failure> {
    if next <= *last {
        return Err(Failure::corrupt(format!("position {next} was read after {last}")));
    }
    *last = next;
    Ok(())
}

/// The cells of a row, as text or bytes; none where there is no value.
struct Packed<'b>([Option<&'b [u8]>; COLUMNS]);

impl<'b> Packed<'b> {
    /// The first row of these bytes, and what comes after it.
    fn first_of(bytes: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let mut lengths = std::str::from_utf8(bytes.get(..end)?).ok()?.split(' ');
        let mut rest = bytes.get(end + 1..)?;
        let mut cells = [None; COLUMNS];
        for cell in &mut cells {
            let length = lengths.next()?;
            if !length.is_empty() {
                let (value, after) = rest.split_at_checked(length.parse().ok()?)?;
                (*cell, rest) = (Some(value), after);
            }
        }
        lengths.next().is_none().then_some((Self(cells), rest))
    }
}

impl Cells for Packed<'_> {
    fn number(&self, column: usize) -> Result<i64, Failure> {
        self.text(column)?.parse().map_err(|_| Failure::corrupt("a row of the log has no number where one belongs"))
    }

    fn text(&self, column: usize) -> Result<&str, Failure> {
        let bytes = self.bytes(column)?.and_then(|bytes| std::str::from_utf8(bytes).ok());
        bytes.ok_or_else(|| Failure::corrupt("a row of the log has no text where some belongs"))
    }

    fn bytes(&self, column: usize) -> Result<Option<&[u8]>, Failure> {
        self.0.get(column).copied().ok_or_else(|| Failure::corrupt("a row of the log has too few columns"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_apart_by_their_lengths() {
        let one = |text: &str| format!("{}{}", "0 ".repeat(17), text).into_bytes();
        let two = [one("2  3\n7\nabc"), one(" 1 0\nx")].concat();
        let (first, rest) = Packed::first_of(&two).unwrap();
        assert_eq!(
            (first.0[0], first.0[17], first.0[18], first.0[19]),
            (Some(&b""[..]), Some(&b"7\n"[..]), None, Some(&b"abc"[..]))
        );
        let (second, rest) = Packed::first_of(rest).unwrap();
        assert_eq!((second.0[17], second.0[18], second.0[19]), (None, Some(&b"x"[..]), Some(&b""[..])));
        assert!(rest.is_empty());
        for broken in [&b"1 2"[..], b"1\nx", &one("2 1 3\n7xab"), &one("2 1 1 1\n7xabc")] {
            assert!(Packed::first_of(broken).is_none());
        }
    }
}

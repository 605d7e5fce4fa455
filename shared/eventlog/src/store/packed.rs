//! Many events in one row of SQLite.
//!
//! What the driver does for each row and column – a copy of the value, a place in a channel between two threads – takes
//! several times as long as SQLite takes to read it. So events come packed: the statement puts the cells of many rows one
//! after another, in front of each row its numbers and the lengths of what has no length of its own, and they are taken
//! apart here, while the driver's thread packs the next.

use futures_util::StreamExt;
use futures_util::stream::{self, Stream};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, query_with};

use crate::database::sqlite_arguments;
use crate::store::read::Stretch;
use crate::store::row::{Cells, Names, Stored};
use crate::{Failure, Position, Recorded};

/// The columns of an event.
const COLUMNS: usize = 20;
/// Where the numbers in front of a row belong, in the order in which the statement says them.
const NUMBERS: [usize; 8] = [0, 1, 4, 7, 8, 9, 16, 18];
/// Where that belongs whose lengths come next: category, kind, agent, capacity, payload, organisation, cause.
const MEASURED: [usize; 7] = [2, 6, 10, 11, 17, 12, 15];
/// What comes after that, and how long it is: stream, id, command, correlation, hash.
const FIXED: [(usize, usize); 5] = [(3, 16), (5, 16), (13, 16), (14, 16), (19, 32)];

/// So many pieces are packed at a time, each by a thread of the driver's.
const PACKERS: usize = 2;

/// The events of stretches, one stretch after another.
pub(crate) fn pieces<'a>(
    pool: &'a SqlitePool,
    stretches: impl Iterator<Item = Stretch> + Send + 'a,
    categories: Option<&[&str]>,
) -> impl Stream<Item = Result<(Stretch, Vec<Recorded>), Failure>> + Send + 'a {
    let categories = categories.map(|categories| serde_json::json!(categories).to_string());
    // In tasks of their own: whoever reads may pause, and must not keep a connection meanwhile.
    let packing = move |stretch: Stretch| {
        let task = tokio::spawn(packed(pool.clone(), stretch, categories.clone()));
        async move { (stretch, task.await) }
    };
    let mut names = Names::default();
    stream::iter(stretches).map(packing).buffered(PACKERS).map(move |(stretch, row)| {
        let row = row.map_err(|_| Failure::corrupt("the task that packs events ended early"))??;
        let bytes: Option<&[u8]> = row.try_get_unchecked(0)?;
        Ok((stretch, unpacked(stretch, bytes.unwrap_or_default(), &mut names)?))
    })
}

async fn packed(pool: SqlitePool, stretch: Stretch, categories: Option<String>) -> Result<SqliteRow, Failure> {
    let args = crate::args![stretch.partition, stretch.after.0, stretch.upto.0, categories];
    let sql = include_str!("../../sql/packed_stretch_sqlite.sql");
    Ok(query_with(sql, sqlite_arguments(args)?).fetch_one(&pool).await?)
}

fn unpacked(stretch: Stretch, mut rest: &[u8], names: &mut Names) -> Result<Vec<Recorded>, Failure> {
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
        let mut rest = bytes;
        let mut cells = [None; COLUMNS];
        for column in NUMBERS {
            cells[column] = Some(word(&mut rest)?);
        }
        let mut lengths = [None; MEASURED.len()];
        for length in &mut lengths {
            let said = std::str::from_utf8(word(&mut rest)?).ok()?;
            // Nothing is said of what is not there.
            *length = if said.is_empty() { None } else { Some(said.parse().ok()?) };
        }
        let fixed = FIXED.into_iter().map(|(column, length)| (column, Some(length)));
        for (column, length) in MEASURED.into_iter().zip(lengths).chain(fixed) {
            if let Some(length) = length {
                let (value, after) = rest.split_at_checked(length)?;
                (cells[column], rest) = (Some(value), after);
            }
        }
        Some((Self(cells), rest))
    }
}

/// What stands before the next space.
fn word<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let end = rest.iter().position(|byte| *byte == b' ')?;
    let (word, after) = rest.split_at_checked(end)?;
    *rest = after.get(1..)?;
    Some(word)
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

    /// A row whose numbers are 1 to 8, with these lengths, and these bytes.
    fn row(lengths: &str, bytes: &str) -> Vec<u8> {
        format!("1 2 3 4 5 6 7 8 {lengths} {bytes}").into_bytes()
    }

    #[test]
    fn rows_are_told_apart_by_their_lengths() {
        let fixed = ["s", "i", "c", "r", "h", "h"].map(|of| of.repeat(16)).concat();
        let two = [
            row("1 2 1 1 3  ", &format!("abbcd7 9{fixed}")),
            row("0 1 1 1 2 16 ", &format!("kac{{}}{}{fixed}", "o".repeat(16))),
        ]
        .concat();
        let text = |text: &'static str| Some(text.as_bytes());
        let (first, rest) = Packed::first_of(&two).unwrap();
        let cells = MEASURED.map(|column| first.0[column]);
        assert_eq!(cells, [text("a"), text("bb"), text("c"), text("d"), text("7 9"), None, None]);
        assert_eq!(NUMBERS.map(|column| first.number(column).unwrap()), [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!((first.0[3], first.0[19]), (text("ssssssssssssssss"), Some(&[b'h'; 32][..])));
        let (second, rest) = Packed::first_of(rest).unwrap();
        let cells = MEASURED.map(|column| second.0[column]);
        assert_eq!(cells, [text(""), text("k"), text("a"), text("c"), text("{}"), text("oooooooooooooooo"), None]);
        assert_eq!(second.0[14], text("rrrrrrrrrrrrrrrr"));
        assert!(rest.is_empty());
        for broken in [&b"1 2"[..], b"1 2 3 4 5 6 7 8 1", &row("1 1 1 1 1  ", ""), &row("0 0 0 0 9  ", &fixed)] {
            assert!(Packed::first_of(broken).is_none());
        }
    }
}

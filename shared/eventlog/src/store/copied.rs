//! A stretch of the log as PostgreSQL copies it out: its rows one after the other in the form that the server has for that,
//! which is less work for both sides than a select, for neither makes anything of a row but its bytes. The form: <https://www.postgresql.org/docs/15/sql-copy.html>, *Binary Format*.

use crate::database::server::{Copy, Server};
use crate::store::read::{Categories, Chunk, Events, LARGE, Stretch};
use crate::store::row::{Cells, Names, Stored};
use crate::{Failure, Recorded};

/// What a copy begins with, before its flags and the length of what follows them, of four bytes each.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";

/// The events of a stretch, as far as the partition reaches.
pub(super) async fn stretch_of(server: &Server, stretch: Stretch, categories: Categories) -> Result<Events, Failure> {
    let mut lent = server.lend().await?;
    lent.ask_of_many();
    let copy = lent.copy_out(&statement(stretch, categories), LARGE).await?;
    // Others may have it while the events are read.
    drop(lent);
    Ok(Events { read: events(&copy)?, are_cut: copy.is_cut })
}

/// A copy takes no parameters, so they stand in its text: numbers, and names of this program's own.
fn statement(stretch: Stretch, categories: Categories) -> String {
    let categories = categories.map_or_else(
        || "true".to_owned(),
        |names| {
            let names: Vec<_> = names.iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect();
            format!("category = any (array[{}]::text[])", names.join(", "))
        },
    );
    format!(
        include_str!("../../sql/copy_stretch_postgres.sql"),
        partition = stretch.partition,
        after = stretch.after.0,
        upto = stretch.upto.0,
        categories = categories
    )
}

/// The events that a copy holds.
fn events(copy: &Copy) -> Result<Chunk, Failure> {
    let mut rest = Rest(&copy.bytes);
    if rest.take(SIGNATURE.len())? != SIGNATURE || rest.number::<4>()? != 0 {
        return Err(broken());
    }
    let more = rest.length()?.ok_or_else(broken)?;
    rest.take(more)?;
    let (mut found, mut names, mut fields) = (Vec::new(), Names::default(), Vec::new());
    // A server sends row by row, so one that is cut ends where a row does.
    while !(copy.is_cut && rest.0.is_empty()) {
        let Some(columns) = rest.columns()? else { break };
        fields.clear();
        for _ in 0..columns {
            fields.push(rest.length()?.map(|length| rest.take(length)).transpose()?);
        }
        found.push(Recorded::read(&Copied(&fields), &mut names)?);
    }
    Ok(found)
}

fn broken() -> Failure {
    Failure::corrupt("PostgreSQL's copy of the log is not in the form that it has")
}

/// What is left to read of a copy.
struct Rest<'b>(&'b [u8]);

impl<'b> Rest<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], Failure> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(broken)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number<const BYTES: usize>(&mut self) -> Result<i64, Failure> {
        number(self.take(BYTES)?)
    }

    /// How long the next field is; none for null.
    fn length(&mut self) -> Result<Option<usize>, Failure> {
        match self.number::<4>()? {
            -1 => Ok(None),
            length => usize::try_from(length).map(Some).map_err(|_| broken()),
        }
    }

    /// How many columns the next row has; none after the last.
    fn columns(&mut self) -> Result<Option<i64>, Failure> {
        match self.number::<2>()? {
            -1 => Ok(None),
            columns => Ok(Some(columns)),
        }
    }
}

/// A whole number as the server sends it, in two, four or eight bytes.
fn number(bytes: &[u8]) -> Result<i64, Failure> {
    match *bytes {
        [a, b] => Ok(i16::from_be_bytes([a, b]).into()),
        [a, b, c, d] => Ok(i32::from_be_bytes([a, b, c, d]).into()),
        [a, b, c, d, e, f, g, h] => Ok(i64::from_be_bytes([a, b, c, d, e, f, g, h])),
        _ => Err(broken()),
    }
}

/// The fields of a copied row.
struct Copied<'f, 'b>(&'f [Option<&'b [u8]>]);

impl Copied<'_, '_> {
    fn field(&self, column: usize) -> Result<&[u8], Failure> {
        self.bytes(column)?.ok_or_else(broken)
    }
}

impl Cells for Copied<'_, '_> {
    fn number(&self, column: usize) -> Result<i64, Failure> {
        number(self.field(column)?)
    }

    fn text(&self, column: usize) -> Result<&str, Failure> {
        std::str::from_utf8(self.field(column)?).map_err(|_| broken())
    }

    fn bytes(&self, column: usize) -> Result<Option<&[u8]>, Failure> {
        self.0.get(column).copied().ok_or_else(broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Position;

    #[test]
    fn a_copy_that_is_cut_off_is_not_taken_for_a_shorter_one() {
        let mut whole = SIGNATURE.to_vec();
        whole.extend([0, 0, 0, 0]);
        whole.extend([0, 0, 0, 3, 7, 7, 7]);
        whole.extend((-1_i16).to_be_bytes());
        let copy = |bytes: &[u8], is_cut| Copy { bytes: bytes.to_vec(), is_cut };
        let read = |bytes: &[u8]| events(&copy(bytes, false));
        assert_eq!(read(&whole).unwrap(), []);
        for length in 0..whole.len() {
            assert!(matches!(read(&whole[..length]), Err(Failure::Corrupt(_))), "{length} of {} bytes", whole.len());
        }
        let row_of_nothing = [&whole[..whole.len() - 2], &1_i16.to_be_bytes(), &(-1_i32).to_be_bytes()].concat();
        assert!(matches!(read(&row_of_nothing), Err(Failure::Corrupt(_))));

        let without_an_end = &whole[..whole.len() - 2];
        assert_eq!(events(&copy(without_an_end, true)).unwrap(), [], "it was cut where a row ends");
        let within_a_row = [without_an_end, &[0]].concat();
        assert!(matches!(events(&copy(&within_a_row, true)), Err(Failure::Corrupt(_))));
    }

    #[test]
    fn names_are_told_as_text_whatever_is_in_them() {
        let stretch = Stretch { partition: 3, after: Position(5), upto: Position(9) };
        let told = statement(stretch, Some(&["note", "o'clock"]));
        let named = "category = any (array['note', 'o''clock']::text[])";
        assert!(told.contains(&format!("partition = 3 and position > 5 and position <= 9 and {named}")), "{told}");
        assert!(
            statement(stretch, Some(&[])).contains("category = any (array[]::text[])"),
            "of no category: no events"
        );
    }
}

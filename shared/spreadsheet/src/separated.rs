//! Comma-separated text in, row by row, counted as a spreadsheet counts.

use csv::{Reader, ReaderBuilder, StringRecord, Trim};

use crate::RowFault;
use crate::list::{Raw, fault, too_many};

/// Reads text of at most `most` rows. Rows whose every cell is empty are left out, and counted.
pub(crate) fn read(bytes: &[u8], most: usize) -> Result<Raw, RowFault> {
    let text = std::str::from_utf8(bytes).map_err(|_| fault(None, None, "it is not UTF-8; save it as UTF-8"))?;
    // Excel marks UTF-8 with a byte-order mark; it is not part of the first heading.
    let mut lines = Lines::of(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut raw = Raw { heading_row: 1, headings: Vec::new(), rows: Vec::new() };
    if let Some((number, headings)) = lines.next_row()? {
        raw.heading_row = number;
        raw.headings = headings.iter().map(str::to_owned).collect();
    }
    // Excel leaves the separators of empty columns out of some rows and not of others.
    let least = raw.headings.iter().rposition(|heading| !heading.is_empty()).map_or(0, |last| last + 1);
    while let Some((number, row)) = lines.next_row()? {
        if row.iter().all(str::is_empty) {
            continue;
        }
        if !(least..=raw.headings.len()).contains(&row.len()) {
            return Err(fault(Some(number), None, "it has more or fewer cells than there are headings"));
        }
        if raw.rows.len() >= most {
            return Err(too_many(number, most));
        }
        raw.rows.push((number, row));
    }
    Ok(raw)
}

/// The rows of a text with their numbers. The reader skips blank lines and tells nobody; a spreadsheet shows them.
struct Lines<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    /// The number of the row that begins next.
    number: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let reader =
            ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
        Self { text, reader, number: 1 }
    }

    fn next_row(&mut self) -> Result<Option<(u64, StringRecord)>, RowFault> {
        let number = self.number + self.blank_lines();
        let mut row = StringRecord::new();
        let unreadable = |_| fault(Some(number), None, "it cannot be read");
        let is_there = self.reader.read_record(&mut row).map_err(unreadable)?;
        // However many lines its quoted cells have: they are one row.
        self.number = number + 1;
        Ok(is_there.then_some((number, row)))
    }

    /// How many blank lines stand before the next row.
    fn blank_lines(&self) -> u64 {
        let begin = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        let (before, after) = self.text.as_bytes().split_at_checked(begin).unwrap_or_default();
        // The reader stops in the middle of a line break of two characters.
        let after = if before.ends_with(b"\r") { after.strip_prefix(b"\n").unwrap_or(after) } else { after };
        let blank = after.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let (blank, _) = after.split_at_checked(blank).unwrap_or_default();
        let pairs = blank.windows(2).filter(|pair| pair == b"\r\n").count();
        (blank.len() - pairs) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, String)> {
        let rows = read(text.as_bytes(), 10).unwrap().rows;
        rows.into_iter().map(|(number, row)| (number, row.iter().collect::<Vec<_>>().join("|"))).collect()
    }

    fn row(number: u64, cells: &str) -> (u64, String) {
        (number, cells.to_owned())
    }

    #[test]
    fn blank_lines_count_as_rows_whatever_ends_a_line() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,2", "", "", "3,4", "", ""].join(end);
            assert_eq!(rows(&text), [row(2, "1|2"), row(5, "3|4")], "{end:?}");
        }
    }

    #[test]
    fn blank_lines_before_the_headings_count_too() {
        let raw = read(b"\n\r\na\n1\n", 10).unwrap();
        assert_eq!((raw.heading_row, raw.rows[0].0), (3, 4));
    }

    #[test]
    fn rows_of_empty_cells_count_and_are_left_out() {
        assert_eq!(rows("a,b\n,\n \n1,2\n, \n,,,\n3,4\n"), [row(4, "1|2"), row(7, "3|4")]);
    }

    #[test]
    fn a_quoted_line_break_begins_no_row() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "\"one", "", "two\",2", "", "3,4"].join(end);
            assert_eq!(rows(&text), [row(2, &format!("one{end}{end}two|2")), row(4, "3|4")], "{end:?}");
        }
    }

    #[test]
    fn rows_are_counted_far_behind_the_first_pages_of_the_text() {
        let text = format!("a,b\r\n{}1,2\r\n", "\r\n,\r\n\"x\r\n\",\r\n".repeat(3).replace('x', &"x".repeat(9_000)));
        assert_eq!(rows(&text).last(), Some(&row(11, "1|2")));
    }

    #[test]
    fn separators_of_columns_without_a_heading_may_be_left_out() {
        assert_eq!(rows("a,b,,\n1,2,,\n3,4\n5,6,\n"), [row(2, "1|2||"), row(3, "3|4"), row(4, "5|6|")]);
        let torn = |text: &str| read(text.as_bytes(), 10).err().unwrap().row;
        assert_eq!(torn("a,b,\n1,2\n\n3\n"), Some(4));
        assert_eq!(torn("a,b\n1,2,\n"), Some(2));
    }
}

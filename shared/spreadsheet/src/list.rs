//! A list that people put together themselves: CSV or XLSX, columns that go by several names, others left alone.

use crate::table::Columns;
use crate::{RowFault, Table, separated, workbook};

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, in UTF-8.
    Csv,
    /// A workbook of Excel 2007 or later; its first sheet is read.
    Workbook,
}

/// A column of a list.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The headings it may have; it is asked for by the first.
    pub names: &'static [&'static str],
    /// Whether a list without it is refused.
    pub required: bool,
}

/// How much a list may be.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The most rows, headings not counted.
    pub rows: usize,
    /// The most bytes that a workbook may unpack to.
    pub unpacked_bytes: u64,
}

/// What was read of a list: the headings, and the rows with their numbers.
pub(crate) struct Raw {
    pub heading_row: u64,
    pub headings: Vec<String>,
    pub rows: Vec<(u64, csv::StringRecord)>,
}

impl Table {
    /// Reads a list. Columns that nobody asks for, and rows that are empty, are left alone.
    ///
    /// # Errors
    /// When it cannot be read, is more than it may be, lacks a column, or names one twice.
    pub fn read_list(
        file: &str,
        bytes: &[u8],
        format: Format,
        asked: &[Column],
        bounds: Bounds,
    ) -> Result<Self, Vec<RowFault>> {
        let raw = match format {
            Format::Csv => separated::read(bytes, bounds.rows),
            Format::Workbook => workbook::read(bytes, asked, bounds),
        };
        let named = |mut fault: RowFault| {
            file.clone_into(&mut fault.file);
            vec![fault]
        };
        let raw = raw.map_err(named)?;
        let columns = columns(&raw, asked).map_err(named)?;
        Ok(Self::of(file, columns, raw.rows))
    }
}

/// A fault of the file that is being read; whoever knows its name adds it.
pub(crate) fn fault(row: Option<u64>, column: Option<String>, why: impl Into<String>) -> RowFault {
    RowFault { file: String::new(), row, column, why: why.into() }
}

/// That a list has more rows than it may have.
pub(crate) fn too_many(row: u64, most: usize) -> RowFault {
    fault(Some(row), None, format!("a list has at most {most} rows; split it"))
}

/// Where the asked column with this heading stands, if one is asked for.
pub(crate) fn asked_for<'a>(heading: &str, asked: &'a [Column]) -> Option<&'a Column> {
    let is_named = |column: &&Column| column.names.iter().any(|name| name.eq_ignore_ascii_case(heading));
    asked.iter().find(is_named)
}

fn columns(raw: &Raw, asked: &[Column]) -> Result<Columns, RowFault> {
    let mut columns = Columns::new();
    for (place, heading) in raw.headings.iter().enumerate() {
        let Some(name) = asked_for(heading, asked).and_then(|column| column.names.first()) else { continue };
        if columns.insert((*name).to_owned(), (place, heading.clone())).is_some() {
            return Err(fault(Some(raw.heading_row), Some(heading.clone()), "the column stands twice"));
        }
    }
    let lacking = asked.iter().find(|column| {
        let name = column.names.first().copied().unwrap_or_default();
        column.required && !columns.contains_key(name)
    });
    match lacking {
        Some(column) => {
            Err(fault(Some(raw.heading_row), None, format!("a column is missing: {}", column.names.join(" / "))))
        }
        None => Ok(columns),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Day;

    use super::*;
    use crate::{Book, Cell};

    const ASKED: [Column; 2] = [
        Column { names: &["身份证号", "citizen_id"], required: true },
        Column { names: &["日期", "as_of"], required: false },
    ];
    const BOUNDS: Bounds = Bounds { rows: 3, unpacked_bytes: 1 << 20 };

    fn read(bytes: &[u8], format: Format) -> Result<Vec<(u64, String, Option<Day>)>, String> {
        let mut table =
            Table::read_list("list", bytes, format, &ASKED, BOUNDS).map_err(|faults| faults[0].to_string())?;
        let rows = table.rows(|row| {
            let number = row.value("身份证号", |text| Ok(text.to_owned()))?;
            Some((number, row.optional("日期", Day::parse)?))
        });
        match table.into_faults().first() {
            Some(fault) => Err(fault.to_string()),
            None => Ok(rows.into_iter().map(|(number, (id, day))| (number, id, day)).collect()),
        }
    }

    fn book(rows: &[&[Cell<'_>]]) -> Vec<u8> {
        let mut book = Book::new(Day::parse("2026-11-22").unwrap()).unwrap();
        book.sheet("list", &[("序号", 8.0), ("citizen_id", 20.0), ("AS_OF", 12.0)]).unwrap();
        for row in rows {
            book.row(row).unwrap();
        }
        book.finish().unwrap()
    }

    #[test]
    fn a_list_is_the_same_as_text_and_as_a_workbook() {
        let day = Day::parse("2024-02-29").unwrap();
        let text = "序号,citizen_id,AS_OF\n1,11X,2024-02-29\n,,\n2,012,\n";
        let read_text = read(text.as_bytes(), Format::Csv).unwrap();
        assert_eq!(read_text, [(2, "11X".to_owned(), Some(day)), (4, "012".to_owned(), None)]);
        let rows: [&[Cell<'_>]; 3] = [
            &[Cell::Number(1.0), Cell::Text("11X"), Cell::Text("2024-02-29")],
            &[],
            &[Cell::Number(2.0), Cell::Text("012"), Cell::Blank],
        ];
        assert_eq!(read(&book(&rows), Format::Workbook).unwrap(), read_text);
    }

    #[test]
    fn a_number_of_which_a_spreadsheet_has_lost_the_end_is_refused_by_row_and_column() {
        let rows: [&[Cell<'_>]; 2] =
            [&[Cell::Blank, Cell::Number(12.0)], &[Cell::Blank, Cell::Number(110_101_198_001_010_112.0)]];
        let why = read(&book(&rows), Format::Workbook).unwrap_err();
        assert!(why.starts_with("list, row 3, column citizen_id: ") && why.contains("15 digits"), "{why}");
    }

    #[test]
    fn a_row_of_a_list_has_the_number_that_a_spreadsheet_shows() {
        let rows = read("citizen_id\n\n1\n\n\n2\n".as_bytes(), Format::Csv).unwrap();
        assert_eq!(rows.iter().map(|(number, ..)| *number).collect::<Vec<_>>(), [3, 6]);
    }

    #[test]
    fn a_fault_names_the_heading_that_the_list_has() {
        let why = read("citizen_id,as_of\n1,yesterday\n".as_bytes(), Format::Csv).unwrap_err();
        assert!(why.starts_with("list, row 2, column as_of: ") && !why.contains("yesterday"), "{why}");
    }

    #[test]
    fn too_many_rows_a_lacking_column_and_one_that_stands_twice_are_refused() {
        let text = "citizen_id\n1\n2\n3\n4\n";
        assert_eq!(read(text.as_bytes(), Format::Csv).unwrap_err(), "list, row 5: a list has at most 3 rows; split it");
        let rows: Vec<&[Cell<'_>]> = vec![&[Cell::Blank, Cell::Text("1")]; 4];
        let why = read(&book(&rows), Format::Workbook).unwrap_err();
        assert_eq!(why, "list, row 5: a list has at most 3 rows; split it");
        assert!(read(b"name\n1\n", Format::Csv).unwrap_err().contains("身份证号 / citizen_id"));
        assert!(read("citizen_id,身份证号\n1,2\n".as_bytes(), Format::Csv).unwrap_err().contains("twice"));
    }

    #[test]
    fn what_unpacks_to_too_much_or_is_no_workbook_is_refused() {
        let many = "x".repeat(2 << 20);
        let rows: [&[Cell<'_>]; 1] = [&[Cell::Blank, Cell::Text(&many[..30_000])]];
        assert!(read(&book(&rows), Format::Workbook).is_ok());
        let bomb = workbook::trial::packed(&many);
        assert!(bomb.len() < 20_000);
        assert!(read(&bomb, Format::Workbook).unwrap_err().contains("unpacks"));
        assert!(read(many.as_bytes(), Format::Workbook).unwrap_err().contains("not a workbook"));
    }

    #[test]
    fn a_cell_far_away_costs_nothing_and_is_refused() {
        let sheet = workbook::trial::sheet("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>");
        assert!(read(&sheet, Format::Workbook).is_err());
    }
}

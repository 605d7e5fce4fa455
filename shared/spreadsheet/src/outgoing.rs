//! A workbook and text out. No cell is ever a formula.

use kernel::Day;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// A text of a workbook's cell is cut there: no program shows more.
const LONGEST: usize = 32_000;

/// A cell that is to be written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Text, whatever it begins with.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// Nothing.
    Blank,
}

/// The workbook cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be written")]
pub struct Unwritten(#[from] XlsxError);

/// A workbook that is being written, sheet by sheet and row by row.
pub struct Book {
    book: Workbook,
    sheet: Option<Worksheet>,
    row: u32,
    /// Text that a spreadsheet would take for a formula, had somebody typed it: marked as text for good.
    quoted: Format,
    heading: Format,
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book").field("row", &self.row).finish_non_exhaustive()
    }
}

impl Book {
    /// A workbook made on this day.
    ///
    /// # Errors
    /// When a workbook cannot say the day.
    pub fn new(made_on: Day) -> Result<Self, Unwritten> {
        let mut book = Workbook::new();
        let made_on = ExcelDateTime::parse_from_str(&made_on.to_string())?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&made_on));
        let (quoted, heading) = (Format::new().set_quote_prefix(), Format::new().set_bold());
        Ok(Self { book, sheet: None, row: 0, quoted, heading })
    }

    /// Begins a sheet with these headings, each with the width of its column in characters.
    ///
    /// # Errors
    /// When the name or the number of columns is not one that a sheet can have.
    pub fn sheet(&mut self, name: &str, headings: &[(&str, f64)]) -> Result<(), Unwritten> {
        self.end_sheet();
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for ((heading, width), column) in headings.iter().zip(0u16..) {
            sheet.set_column_width(column, *width)?;
            sheet.write_string_with_format(0, column, *heading, &self.heading)?;
        }
        (self.sheet, self.row) = (Some(sheet), 1);
        Ok(())
    }

    /// Writes the next row of the sheet.
    ///
    /// # Errors
    /// When the sheet is full.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Unwritten> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        for (cell, column) in cells.iter().zip(0u16..) {
            match cell {
                Cell::Text(text) if is_like_a_formula(text) => {
                    sheet.write_string_with_format(self.row, column, shown(text), &self.quoted)?;
                }
                Cell::Text(text) => {
                    sheet.write_string(self.row, column, shown(text))?;
                }
                Cell::Number(number) => {
                    sheet.write_number(self.row, column, *number)?;
                }
                Cell::Blank => {}
            }
        }
        self.row += 1;
        Ok(())
    }

    /// The bytes of the workbook.
    ///
    /// # Errors
    /// When they cannot be made.
    pub fn finish(mut self) -> Result<Vec<u8>, Unwritten> {
        self.end_sheet();
        Ok(self.book.save_to_buffer()?)
    }

    fn end_sheet(&mut self) {
        if let Some(sheet) = self.sheet.take() {
            self.book.push_worksheet(sheet);
        }
    }
}

/// Rows as CSV in UTF-8, marked as such for Excel. What a spreadsheet would take for a formula gets an apostrophe.
pub fn text_of<'a>(rows: impl IntoIterator<Item = Vec<Cell<'a>>>) -> Vec<u8> {
    let mut text = String::from('\u{feff}');
    for row in rows {
        for (index, cell) in row.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            match cell {
                Cell::Text(cell) => push_text(&mut text, cell),
                Cell::Number(number) => text.push_str(&number.to_string()),
                Cell::Blank => {}
            }
        }
        text.push_str("\r\n");
    }
    text.into_bytes()
}

fn push_text(text: &mut String, cell: &str) {
    text.push('"');
    if is_like_a_formula(cell) {
        text.push('\'');
    }
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

fn is_like_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

fn shown(text: &str) -> &str {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_stays_text() {
        let rows = vec![vec![Cell::Text("=1+1"), Cell::Text("a \"b\", c"), Cell::Number(2.5), Cell::Blank]];
        let text = String::from_utf8(text_of(rows)).unwrap();
        assert_eq!(text, "\u{feff}\"'=1+1\",\"a \"\"b\"\", c\",2.5,\r\n");
        let mut book = Book::new(Day::parse("2026-11-22").unwrap()).unwrap();
        book.sheet("a", &[("=x", 10.0)]).unwrap();
        book.row(&[Cell::Text("=HYPERLINK(\"http://x.example\")")]).unwrap();
        let bytes = book.finish().unwrap();
        use calamine::Reader;
        let mut read: calamine::Xlsx<_> = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        assert!(read.worksheet_formula("a").unwrap().is_empty());
        let cells = read.worksheet_range("a").unwrap();
        assert_eq!(cells.get_value((1, 0)).unwrap().to_string(), "=HYPERLINK(\"http://x.example\")");
    }

    #[test]
    fn the_same_rows_are_the_same_bytes() {
        let made = || {
            let mut book = Book::new(Day::parse("2026-11-22").unwrap()).unwrap();
            book.sheet("a", &[("x", 10.0)]).unwrap();
            book.row(&[Cell::Text("y")]).unwrap();
            book.finish().unwrap()
        };
        assert_eq!(made(), made());
    }
}

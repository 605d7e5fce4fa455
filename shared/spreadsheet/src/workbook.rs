//! A workbook in: cell by cell, so that a cell far away is not a table as large as the sheet.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};

use crate::RowFault;
use crate::list::{Bounds, Column, Raw, asked_for, fault, too_many};

/// More columns than this are no list.
const MOST_COLUMNS: u32 = 200;
/// More parts than this are no workbook that a list comes in.
const MOST_PARTS: usize = 2_000;
/// A spreadsheet keeps so many digits of a number, and makes the others up.
const EXACT: f64 = 1e15;

/// What cannot be said of a cell as text.
enum Unreadable {
    TooLong,
    AnError,
}

/// Reads the first sheet. A cell that cannot be read is a fault where somebody asks for its column.
pub(crate) fn read(bytes: &[u8], asked: &[Column], bounds: Bounds) -> Result<Raw, RowFault> {
    let broken = || fault(None, None, "it is not a workbook of Excel 2007 or later (.xlsx), or it is damaged");
    unpacks_within(bytes, bounds).map_err(|unpacked| match unpacked {
        Unpacked::Broken => broken(),
        Unpacked::TooLarge => {
            fault(None, None, format!("it unpacks to more than {} bytes; split it", bounds.unpacked_bytes))
        }
    })?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| broken())?;
    let first = book.sheet_names().first().cloned().ok_or_else(broken)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(|_| broken())?;
    let mut reading = Reading { asked, bounds, headings: Vec::new(), rows: Vec::new(), row: 0, cells: Vec::new() };
    while let Some(cell) = cells.next_cell().map_err(|_| broken())? {
        let (row, column) = cell.get_position();
        reading.take(row, column, cell.get_value())?;
    }
    reading.end_row()?;
    Ok(Raw { heading_row: 1, headings: reading.headings, rows: reading.rows })
}

struct Reading<'a> {
    asked: &'a [Column],
    bounds: Bounds,
    headings: Vec<String>,
    rows: Vec<(u64, csv::StringRecord)>,
    /// The row that is being read, counted from nought.
    row: u32,
    cells: Vec<String>,
}

impl Reading<'_> {
    fn take(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), RowFault> {
        if row != self.row {
            self.end_row()?;
            self.row = row;
        }
        if matches!(value, DataRef::Empty) {
            return Ok(());
        }
        let number = u64::from(row) + 1;
        if column >= MOST_COLUMNS {
            return Err(fault(Some(number), None, format!("a list has at most {MOST_COLUMNS} columns")));
        }
        let place = column as usize;
        let heading = self.headings.get(place).filter(|heading| asked_for(heading, self.asked).is_some());
        let cell = match text(value) {
            Ok(cell) => cell,
            // Nobody asks for it.
            Err(_) if row > 0 && heading.is_none() => return Ok(()),
            Err(unreadable) => return Err(fault(Some(number), heading.cloned(), unreadable.why())),
        };
        if self.cells.len() <= place {
            self.cells.resize(place + 1, String::new());
        }
        if let Some(slot) = self.cells.get_mut(place) {
            *slot = cell;
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), RowFault> {
        let cells = std::mem::take(&mut self.cells);
        if self.row == 0 {
            self.headings = cells;
            return Ok(());
        }
        if cells.iter().all(String::is_empty) {
            return Ok(());
        }
        let number = u64::from(self.row) + 1;
        if self.rows.len() >= self.bounds.rows {
            return Err(too_many(number, self.bounds.rows));
        }
        self.rows.push((number, csv::StringRecord::from(cells)));
        Ok(())
    }
}

impl Unreadable {
    fn why(&self) -> &'static str {
        match self {
            Self::TooLong => {
                "a spreadsheet keeps 15 digits of a number; format the column as text and enter the numbers again"
            }
            Self::AnError => "the cell holds an error; enter its value",
        }
    }
}

/// The value that stands in a cell, as text. Of a formula it is the value that was stored with it.
fn text(value: &DataRef<'_>) -> Result<String, Unreadable> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.abs() >= EXACT => return Err(Unreadable::TooLong),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) => text.split('T').next().unwrap_or_default().to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) => return Err(Unreadable::AnError),
    })
}

enum Unpacked {
    Broken,
    TooLarge,
}

/// Unpacks every part into nothing and counts, for what a part says of its own size need not be true.
fn unpacks_within(bytes: &[u8], bounds: Bounds) -> Result<(), Unpacked> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unpacked::Broken)?;
    if archive.len() > MOST_PARTS {
        return Err(Unpacked::TooLarge);
    }
    let mut left = bounds.unpacked_bytes;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| Unpacked::Broken)?;
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| Unpacked::Broken)?;
        left = left.checked_sub(unpacked).ok_or(Unpacked::TooLarge)?;
    }
    Ok(())
}

/// Workbooks that no program for people writes.
#[cfg(test)]
pub(crate) mod trial {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    /// An archive of one part with this text.
    pub fn packed(text: &str) -> Vec<u8> {
        archive(&[("xl/workbook.xml", text)])
    }

    /// A workbook whose only sheet has these rows.
    pub fn sheet(rows: &str) -> Vec<u8> {
        let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let workbook = format!(
            "<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"a\" sheetId=\"1\" \
             r:id=\"rId1\"/></sheets></workbook>"
        );
        let package = "http://schemas.openxmlformats.org/package/2006/relationships";
        let related = format!(
            "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{relations}/worksheet\" \
             Target=\"worksheets/sheet1.xml\"/></Relationships>"
        );
        let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
        archive(&[
            ("xl/workbook.xml", &workbook),
            ("xl/_rels/workbook.xml.rels", &related),
            ("xl/worksheets/sheet1.xml", &sheet),
        ])
    }
}

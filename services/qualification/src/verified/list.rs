//! The list as it is handed in.

use kernel::Day;
use kernel::code::CitizenId;
use spreadsheet::{Bounds, Column, Format, RowFault, Table};

/// A list has at most so many rows.
pub const MOST_ROWS: usize = 10_000;

/// A workbook of so many rows with what else an office keeps beside them stays far below.
const BOUNDS: Bounds = Bounds { rows: MOST_ROWS, unpacked_bytes: 64 * 1024 * 1024 };

/// A name that is longer is cut: it is only given back.
const LONGEST_NAME: usize = 100;

const NUMBER: &str = "身份证号";
const NAME: &str = "姓名";
const AS_OF: &str = "截至日期";

const COLUMNS: [Column; 3] = [
    Column { names: &[NUMBER, "身份证件号", "citizen_id"], required: true },
    Column { names: &[NAME, "name"], required: false },
    Column { names: &[AS_OF, "as_of"], required: false },
];

/// A row of a list.
#[derive(Debug, Clone)]
pub struct AskedRow {
    /// The row as a spreadsheet counts: the headings are row 1.
    pub row: u64,
    /// The number, or what is wrong with it.
    pub number: Result<CitizenId, String>,
    /// The name.
    pub name: Option<String>,
    /// The day it is about.
    pub as_of: Option<Day>,
}

/// Reads a list. A number that is none is the matter of its row; whatever else is wrong is the list's.
///
/// # Errors
/// When the list cannot be read, is too long, lacks the column of numbers, or a day is none.
pub fn parse(file: &str, bytes: &[u8], format: Format) -> Result<Vec<AskedRow>, Vec<RowFault>> {
    let mut table = Table::read_list(file, bytes, format, &COLUMNS, BOUNDS)?;
    let rows = table.rows(|row| {
        let number = row.value(NUMBER, |text| Ok(CitizenId::parse(text).map_err(|malformed| malformed.to_string())))?;
        let name = row.optional(NAME, |text| Ok(text.chars().take(LONGEST_NAME).collect()))?;
        Some((number, name, row.optional(AS_OF, Day::parse)?))
    });
    let faults = table.into_faults();
    if !faults.is_empty() {
        return Err(faults);
    }
    let asked = |(row, (number, name, as_of))| AskedRow { row, number, name, as_of };
    Ok(rows.into_iter().map(asked).collect())
}

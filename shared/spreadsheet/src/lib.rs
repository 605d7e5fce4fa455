//! Tables in and out: UTF-8 CSV and XLSX, one row of headings, every cell parsed at the edge. A fault names file, row
//! and column and never repeats the cell, which may be an id number.
//!
//! What comes in is bounded before it is parsed: rows, columns, and the bytes that a workbook unpacks to. No formula is
//! worked out, coming in or going out: a cell is the value that stands in it. The crate refuses to know what the
//! columns mean; whoever reads a table brings the parsers.

mod list;
mod outgoing;
mod separated;
mod table;
mod workbook;

pub use list::{Bounds, Column, Format};
pub use outgoing::{Book, Cell, Unwritten, text_of};
pub use table::{Row, Table};

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}{}: {why}", row.map(|row| format!(", row {row}")).unwrap_or_default(),
    column.as_ref().map(|column| format!(", column {column}")).unwrap_or_default())]
pub struct RowFault {
    /// The file.
    pub file: String,
    /// The row as a spreadsheet counts it: the headings are row 1, and rows that are empty count.
    pub row: Option<u64>,
    /// The heading of the column; its number where it has none.
    pub column: Option<String>,
    /// What is wrong, and what to do.
    pub why: String,
}

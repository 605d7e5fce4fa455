//! A table that has been read, to be taken apart row by row.

use std::collections::HashMap;

use kernel::Malformed;

use crate::list::{Raw, fault};
use crate::{RowFault, separated};

/// More rows than this are not one delivery.
const MOST_ROWS: usize = 1_000_000;

/// A file that has been read: its rows, and the faults found so far.
#[derive(Debug)]
pub struct Table {
    file: String,
    columns: Columns,
    rows: Vec<(u64, csv::StringRecord)>,
    faults: Vec<RowFault>,
}

/// Where a column stands, and the heading it has there, by the name it is asked for.
pub(crate) type Columns = HashMap<String, (usize, String)>;

/// A row of a table, to be taken apart.
#[derive(Debug)]
pub struct Row<'a> {
    file: &'a str,
    number: u64,
    columns: &'a Columns,
    cells: &'a csv::StringRecord,
    faults: &'a mut Vec<RowFault>,
}

impl Table {
    /// Reads a file with exactly these headings, in whatever order. Rows that are empty are left alone, and so are
    /// columns at the end that have neither a heading nor a cell.
    ///
    /// # Errors
    /// When it is not UTF-8, its headings are others, or a row has another number of cells.
    pub fn read(file: &str, bytes: &[u8], headings: &[&str]) -> Result<Self, Vec<RowFault>> {
        let raw = separated::read(bytes, MOST_ROWS).map_err(|fault| named(file, vec![fault]))?;
        let mut faults = other_headings(&raw, headings);
        if faults.is_empty() {
            faults = cells_without_heading(&raw);
        }
        if !faults.is_empty() {
            return Err(named(file, faults));
        }
        let of_heading = |(place, heading): (usize, String)| (heading.clone(), (place, heading));
        Ok(Self::of(file, raw.headings.into_iter().enumerate().map(of_heading).collect(), raw.rows))
    }

    pub(crate) fn of(file: &str, columns: Columns, rows: Vec<(u64, csv::StringRecord)>) -> Self {
        Self { file: file.to_owned(), columns, rows, faults: Vec::new() }
    }

    /// How many rows it has, headings not counted.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Takes every row apart; those with a fault are left out, and the fault is kept.
    pub fn rows<T>(&mut self, mut take: impl FnMut(&mut Row<'_>) -> Option<T>) -> Vec<(u64, T)> {
        let mut taken = Vec::with_capacity(self.rows.len());
        for (number, cells) in &self.rows {
            let before = self.faults.len();
            let mut row =
                Row { file: &self.file, number: *number, columns: &self.columns, cells, faults: &mut self.faults };
            let value = take(&mut row);
            match value {
                Some(value) if self.faults.len() == before => taken.push((*number, value)),
                _ => {}
            }
        }
        taken
    }

    /// A fault found after the rows were taken apart.
    pub fn fault(&mut self, row: u64, column: &str, why: impl Into<String>) {
        let fault =
            RowFault { file: self.file.clone(), row: Some(row), column: Some(column.to_owned()), why: why.into() };
        self.faults.push(fault);
    }

    /// Every fault found.
    pub fn into_faults(self) -> Vec<RowFault> {
        self.faults
    }
}

impl Row<'_> {
    /// The value in a column.
    pub fn value<T>(&mut self, column: &str, parse: impl Fn(&str) -> Result<T, Malformed>) -> Option<T> {
        let parsed = parse(self.cell(column));
        match parsed {
            Ok(value) => Some(value),
            Err(malformed) => {
                self.fault(column, malformed.to_string());
                None
            }
        }
    }

    /// The value in a column that may be empty.
    pub fn optional<T>(&mut self, column: &str, parse: impl Fn(&str) -> Result<T, Malformed>) -> Option<Option<T>> {
        if self.cell(column).is_empty() { Some(None) } else { self.value(column, parse).map(Some) }
    }

    /// Refuses the row because of a column.
    pub fn fault(&mut self, column: &str, why: impl Into<String>) {
        self.faults.push(RowFault {
            file: self.file.to_owned(),
            row: Some(self.number),
            column: Some(self.columns.get(column).map_or(column, |(_, heading)| heading).to_owned()),
            why: why.into(),
        });
    }

    fn cell(&self, column: &str) -> &str {
        self.columns.get(column).and_then(|(place, _)| self.cells.get(*place)).unwrap_or("")
    }
}

/// Where the headings are not those asked for.
fn other_headings(raw: &Raw, asked: &[&str]) -> Vec<RowFault> {
    let found = || raw.headings.iter().enumerate();
    let count = |heading: &str| raw.headings.iter().filter(|found| *found == heading).count();
    let at = |column: Option<String>, why: String| fault(Some(raw.heading_row), column, why);
    let twice = asked.iter().filter(|heading| count(heading) > 1);
    let mut faults: Vec<RowFault> = twice
        .map(|heading| {
            at(Some((*heading).to_owned()), "the heading stands twice; take one of the columns out".to_owned())
        })
        .collect();
    let missing: Vec<_> = asked.iter().filter(|heading| count(heading) == 0).copied().collect();
    if !missing.is_empty() {
        faults.push(at(None, format!("these headings are missing: {}", missing.join(", "))));
        // What stands in their place may be the first row of a file without headings, which nobody is to read here.
        return faults;
    }
    let unknown: Vec<_> = found().map(|(_, found)| found.as_str()).filter(|found| is_unknown(found, asked)).collect();
    if !unknown.is_empty() {
        faults.push(at(None, format!("these headings are not known: {}", unknown.join(", "))));
    }
    let last = raw.headings.iter().rposition(|heading| !heading.is_empty()).unwrap_or_default();
    let between = found().filter(|(place, heading)| heading.is_empty() && *place < last);
    faults.extend(between.map(|(place, _)| at(number_of(place), "it has no heading; take the column out".to_owned())));
    faults
}

fn is_unknown(heading: &str, asked: &[&str]) -> bool {
    !heading.is_empty() && !asked.contains(&heading)
}

/// Cells that stand in a column that has no heading: nobody knows what they say.
fn cells_without_heading(raw: &Raw) -> Vec<RowFault> {
    let is_nameless = |place: usize| raw.headings.get(place).is_some_and(String::is_empty);
    let in_row = |(number, row): &(u64, csv::StringRecord)| {
        let place = row.iter().enumerate().position(|(place, cell)| !cell.is_empty() && is_nameless(place))?;
        Some(fault(Some(*number), number_of(place), "the column has no heading; clear the cell or take the column out"))
    };
    raw.rows.iter().filter_map(in_row).collect()
}

/// What a column without a heading goes by.
fn number_of(place: usize) -> Option<String> {
    Some((place + 1).to_string())
}

fn named(file: &str, mut faults: Vec<RowFault>) -> Vec<RowFault> {
    for fault in &mut faults {
        file.clone_into(&mut fault.file);
    }
    faults
}

#[cfg(test)]
mod tests {
    use kernel::Day;

    use super::*;

    fn days(text: &str) -> (Vec<(u64, Day)>, Vec<RowFault>) {
        let mut table = Table::read("days.csv", text.as_bytes(), &["日期", "备注"]).unwrap();
        let days = table.rows(|row| row.value("日期", Day::parse));
        (days, table.into_faults())
    }

    #[test]
    fn a_fault_names_file_row_and_column_and_not_the_cell() {
        let (days, faults) = days("日期,备注\n2024-02-29,\n2023-02-29,secret\n");
        assert_eq!(days.len(), 1);
        assert_eq!(faults[0].to_string(), "days.csv, row 3, column 日期: not a valid date: there is no such day");
    }

    #[test]
    fn headings_are_found_in_any_order_and_behind_a_byte_order_mark() {
        let mut table =
            Table::read("d.csv", "\u{feff}备注,日期\nx,2024-02-29\n".as_bytes(), &["日期", "备注"]).unwrap();
        assert_eq!(table.rows(|row| row.value("日期", Day::parse)).len(), 1);
    }

    #[test]
    fn other_headings_other_encodings_and_torn_rows_are_refused() {
        let refuse = |bytes: &[u8]| Table::read("d.csv", bytes, &["日期", "备注"]).unwrap_err()[0].why.clone();
        assert!(refuse("日期\n".as_bytes()).contains("missing: 备注"));
        assert!(refuse("日期,备注,多\n".as_bytes()).contains("not known"));
        assert!(refuse(b"\xc8\xd5\xc6\xda\n").contains("UTF-8"));
        assert!(refuse("日期,备注\n2024-02-29\n".as_bytes()).contains("cells"));
        assert!(refuse(b"").contains("missing"));
    }

    #[test]
    fn an_empty_column_at_the_end_is_left_alone() {
        let (days, faults) = days("日期,备注,,\n2024-02-29,x,,\n2023-12-31,y\n");
        assert_eq!((days.len(), faults.len()), (2, 0));
    }

    #[test]
    fn a_column_without_a_heading_is_named_by_its_number() {
        let refuse = |text: &str| {
            let faults = Table::read("d.csv", text.as_bytes(), &["日期", "备注"]).unwrap_err();
            faults.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let cells = refuse("日期,备注,\n2024-02-29,x,secret\n\n2024-02-29,x,\n2024-02-29,x,secret\n");
        let of_row = |row| {
            format!("d.csv, row {row}, column 3: the column has no heading; clear the cell or take the column out")
        };
        assert_eq!(cells, [of_row(2), of_row(5)]);
        assert_eq!(refuse("日期,,备注\n"), ["d.csv, row 1, column 2: it has no heading; take the column out"]);
    }

    #[test]
    fn a_heading_that_stands_twice_is_named() {
        let faults = Table::read("d.csv", "日期,备注,日期\n".as_bytes(), &["日期", "备注"]).unwrap_err();
        let said: Vec<_> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["d.csv, row 1, column 日期: the heading stands twice; take one of the columns out"]);
    }

    #[test]
    fn empty_rows_are_no_rows_and_count() {
        let (days, faults) = days("日期,备注\n,\n\n2024-02-29,\nyesterday,\n");
        assert_eq!(days, [(4, Day::parse("2024-02-29").unwrap())]);
        assert_eq!(faults[0].row, Some(5));
    }
}

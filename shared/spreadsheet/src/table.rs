//! A table that has been read, to be taken apart row by row.

use std::collections::HashMap;

use kernel::Malformed;

use crate::RowFault;

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
    /// Reads a file with exactly these headings, in whatever order.
    ///
    /// # Errors
    /// When it is not UTF-8, its headings are others, or a row has another number of cells.
    pub fn read(file: &str, bytes: &[u8], headings: &[&str]) -> Result<Self, Vec<RowFault>> {
        let fault = |row, why: String| vec![RowFault { file: file.to_owned(), row, column: None, why }];
        let text =
            std::str::from_utf8(bytes).map_err(|_| fault(None, "it is not UTF-8; save it as UTF-8".to_owned()))?;
        // Excel marks UTF-8 with a byte-order mark; it is not part of the first heading.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let found = reader.headers().map_err(|error| fault(Some(1), error.to_string()))?.clone();
        let of_heading = |(place, heading): (usize, &str)| (heading.to_owned(), (place, heading.to_owned()));
        let columns: Columns = found.iter().enumerate().map(of_heading).collect();
        let missing: Vec<_> = headings.iter().filter(|heading| !columns.contains_key(**heading)).copied().collect();
        if !missing.is_empty() {
            return Err(fault(Some(1), format!("these headings are missing: {}", missing.join(", "))));
        }
        let unknown: Vec<_> = found.iter().filter(|heading| !headings.contains(heading)).collect();
        if !unknown.is_empty() || found.len() != headings.len() {
            return Err(fault(Some(1), format!("these headings are not known or stand twice: {}", unknown.join(", "))));
        }
        let mut rows = Vec::new();
        for (index, row) in reader.records().enumerate() {
            let number = index as u64 + 2;
            if index >= MOST_ROWS {
                return Err(fault(Some(number), format!("a file has at most {MOST_ROWS} rows; split it")));
            }
            let torn = |_| fault(Some(number), "it has more or fewer cells than there are headings".to_owned());
            rows.push((number, row.map_err(torn)?));
        }
        Ok(Self::of(file, columns, rows))
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
}

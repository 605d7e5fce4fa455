//! A delivery with faults: every one is named, none is recorded, and no id number is printed.

use std::fs;
use std::path::Path;

use testkit::{Place, Registry};

use super::{on_both, program};

on_both!(every_fault_of_a_delivery_is_named_and_nothing_is_recorded, references_to_what_nobody_knows_are_faults,);

/// File, row, column, and what stands there instead.
type Fault = (&'static str, usize, &'static str, &'static str);

/// What a parser sees.
const UNREADABLE: [Fault; 8] = [
    ("schools.csv", 2, "学校标识码", "4199010835"),
    ("sites.csv", 3, "批准日期", "2019-02-29"),
    ("teachers.csv", 5, "身份证号", "320102199507049757"),
    ("credentials.csv", 3, "等级", "7"),
    ("sessions.csv", 2, "学时", "73"),
    ("rosters.csv", 4, "学时", "many"),
    ("placements.csv", 2, "结束", "2020-08-23"),
    ("conduct.csv", 2, "解除日期", "2021-09-28"),
];

/// What only the delivery as a whole shows.
const UNKNOWN: [Fault; 6] = [
    ("teachers.csv", 2, "学校标识码", "4132010999"),
    ("sessions.csv", 3, "基地编号", "B-XX-99"),
    ("rosters.csv", 2, "期次", "T999"),
    ("placements.csv", 3, "流动站编号", "S-XX-99"),
    ("credentials.csv", 4, "身份证号", "11010519491231002X"),
    ("rosters.csv", 5, "姓名", "另一人"),
];

async fn every_fault_of_a_delivery_is_named_and_nothing_is_recorded(place: Place) {
    refuses(place, &UNREADABLE).await;
}

async fn references_to_what_nobody_knows_are_faults(place: Place) {
    refuses(place, &UNKNOWN).await;
}

async fn refuses(place: Place, faults: &[Fault]) {
    let registry = Registry::new(place);
    let folder = tempfile::tempdir().unwrap();
    for file in fs::read_dir(program::samples()).unwrap() {
        let file = file.unwrap().path();
        fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    for fault in faults {
        spoil(folder.path(), fault);
    }
    let output = program::output(&registry, &["import", folder.path().to_str().unwrap(), "--json"]);
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    for (file, row, column, _) in faults {
        let place = format!("{file}, row {row}, column {column}: ");
        assert_eq!(said.matches(&place).count(), 1, "{place} in\n{said}");
    }
    assert_eq!(said.matches(", row ").count(), faults.len(), "{said}");
    assert!(!names_somebody(&said), "{said}");
    let log = registry.place().open().await;
    assert_eq!(log.head().events(), 0);
    log.close().await;
}

/// Puts another value into one cell.
fn spoil(folder: &Path, (file, row, column, value): &Fault) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let index = lines[0].trim_start_matches('\u{feff}').split(',').position(|heading| heading == *column).unwrap();
    let mut cells: Vec<&str> = lines[row - 1].split(',').collect();
    assert_ne!(cells[index], *value);
    cells[index] = value;
    let line = cells.join(",");
    lines[row - 1] = line;
    fs::write(&path, lines.join("\n") + "\n").unwrap();
}

/// Whether 17 digits in a row stand in a text.
fn names_somebody(text: &str) -> bool {
    text.split(|character: char| !character.is_ascii_digit()).any(|digits| digits.len() >= 17)
}

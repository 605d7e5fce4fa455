//! A delivery with faults: every one is named, none is recorded, and no id number is printed.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Place, Registry};

use super::{on_both, program};

on_both!(
    every_fault_of_a_delivery_is_named_and_nothing_is_recorded,
    references_to_what_nobody_knows_are_faults,
    rows_that_contradict_each_other_are_faults_and_nothing_is_recorded,
    blank_lines_count_as_a_spreadsheet_counts_them,
    what_excel_leaves_behind_is_no_fault_and_a_file_that_is_not_read_is_named,
);

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

async fn rows_that_contradict_each_other_are_faults_and_nothing_is_recorded(place: Place) {
    let rows = [
        ("schools.csv", "学校标识码", "4132010835,江苏,另一所学校,higher,320100"),
        ("sites.csv", "编号", "S-JS-12,另一个流动站,320500,practice_station,2019-01-01,"),
        (
            "teachers.csv",
            "教职工号",
            "083500000,严娟,320102199610153682,4132010835,public_course,,2000-09-01,2000-12-31",
        ),
        ("placements.csv", "开始", "34010419880706962X,S-GS-14,2020-08-24,2020-10-23,post,合格"),
    ];
    let folder = samples();
    let mut faults = Vec::new();
    for (file, column, row) in rows {
        let path = folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        faults.push((file, text.lines().count() + 1, column));
        fs::write(path, format!("{}\n{row}\n", text.trim_end())).unwrap();
    }
    refused(place, folder.path(), &faults).await;
}

async fn blank_lines_count_as_a_spreadsheet_counts_them(place: Place) {
    let folder = samples();
    spoil(folder.path(), &("credentials.csv", 3, "等级", "7"));
    let path = folder.path().join("credentials.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, text.replacen('\n', "\r\n\r\n,,,\r\n\r\n", 1)).unwrap();
    refused(place, folder.path(), &[("credentials.csv", 6, "等级")]).await;
}

async fn what_excel_leaves_behind_is_no_fault_and_a_file_that_is_not_read_is_named(place: Place) {
    let registry = Registry::new(place);
    let folder = samples();
    for file in ["schools.csv", "rosters.csv"] {
        let path = folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        let wider: String = text.lines().map(|line| format!("{line},,\r\n")).collect();
        fs::write(path, format!("{wider},,,,,,\r\n")).unwrap();
    }
    let rows = |text: &str| text.lines().count() - 1;
    let expected = rows(&fs::read_to_string(program::samples().join("rosters.csv")).unwrap());
    fs::write(folder.path().join("rosters.xlsx"), "PK").unwrap();
    let output = program::output(&registry, &["import", folder.path().to_str().unwrap(), "--check", "--json"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches("rosters.xlsx: ").count(), 1, "{said}");
    let body: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&body["unread"], &body["faults"]), (&json!(["rosters.xlsx"]), &json!([])));
    assert_eq!(body["checked"]["rosters.csv"], expected);
}

async fn refuses(place: Place, faults: &[Fault]) {
    let folder = samples();
    for fault in faults {
        spoil(folder.path(), fault);
    }
    let places: Vec<_> = faults.iter().map(|(file, row, column, _)| (*file, *row, *column)).collect();
    refused(place, folder.path(), &places).await;
}

/// The delivery is refused because of these cells and no others; people and programs are told the same.
async fn refused(place: Place, folder: &Path, faults: &[(&str, usize, &str)]) {
    let registry = Registry::new(place);
    for check in [&["--check"][..], &[]] {
        let output = program::output(&registry, &[&["import", folder.to_str().unwrap(), "--json"][..], check].concat());
        let (printed, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(3), "{said}");
        let body: Value = serde_json::from_str(&printed).unwrap();
        for (file, row, column) in faults {
            let place = format!("{file}, row {row}, column {column}: ");
            assert_eq!(said.matches(&place).count(), 1, "{place} in\n{said}");
            let is_here = |fault: &&Value| {
                (&fault["file"], &fault["row"], &fault["column"]) == (&json!(file), &json!(row), &json!(column))
            };
            assert_eq!(body["faults"].as_array().unwrap().iter().filter(is_here).count(), 1, "{place} in\n{printed}");
        }
        assert_eq!(said.matches(", row ").count(), faults.len(), "{said}");
        assert_eq!(body["faults"].as_array().unwrap().len(), faults.len(), "{printed}");
        assert!(!names_somebody(&printed) && !names_somebody(&said), "{printed}{said}");
    }
    let log = registry.place().open().await;
    assert_eq!(log.head().events(), 0);
    log.close().await;
}

/// A copy of the sample delivery.
fn samples() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in fs::read_dir(program::samples()).unwrap() {
        let file = file.unwrap().path();
        fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    folder
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

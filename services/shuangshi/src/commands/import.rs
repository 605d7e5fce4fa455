//! `import`.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use spreadsheet::RowFault;

use crate::delivery::{self, Delivery, Summary};
use crate::line::Import;
use crate::outcome::{Trouble, say};
use crate::present;
use crate::registry::Registry;

/// What stands in a folder.
#[derive(Default)]
struct Folder {
    files: BTreeMap<String, Vec<u8>>,
    /// What is no CSV file, by name.
    unread: Vec<String>,
}

/// Records a delivery, or only checks it.
pub async fn import(import: &Import) -> Result<(), Trouble> {
    let folder = Folder::open(&import.folder)?;
    for name in &folder.unread {
        eprintln!("{name}: it is no CSV file and was not read; if it is part of the delivery, save it as CSV (UTF-8)");
    }
    let outcome = read_and_record(import, &folder).await;
    if let Err(Trouble::BadInput(faults)) = &outcome
        && import.setup.json
    {
        say_json(&json!({ "faults": told(faults), "unread": folder.unread }))?;
    }
    outcome
}

async fn read_and_record(import: &Import, folder: &Folder) -> Result<(), Trouble> {
    let delivery = Delivery::read(&folder.files).map_err(Trouble::BadInput)?;
    let registry = Registry::open(&import.setup.config).await?;
    let outcome = check_and_record(import, folder, &delivery, &registry).await;
    registry.close().await;
    outcome
}

async fn check_and_record(
    import: &Import,
    folder: &Folder,
    delivery: &Delivery,
    registry: &Registry,
) -> Result<(), Trouble> {
    delivery.check(registry).await?;
    let rows = delivery.files.iter().map(|file| file.rows).sum();
    if import.check {
        return say_checked(import, folder, delivery, rows);
    }
    let bar = progress(rows, "rows");
    let summary = delivery::record(delivery, registry, |rows| bar.inc(rows)).await?;
    bar.finish_and_clear();
    let dossiers = registry.dossiers().await?;
    let position = dossiers.position().to_string();
    if import.setup.json {
        let Summary { import, files, refused } = &summary;
        let (faults, unread) = (told(refused), &folder.unread);
        say_json(&json!({
            "import": import, "files": files, "position": position, "faults": faults, "unread": unread,
        }))?;
    } else {
        say(&present::summary(&summary, &position))?;
    }
    if summary.refused.is_empty() { Ok(()) } else { Err(Trouble::Refused(summary.refused)) }
}

fn say_checked(import: &Import, folder: &Folder, delivery: &Delivery, rows: u64) -> Result<(), Trouble> {
    if !import.setup.json {
        let files = delivery.files.len();
        return say(&format!("{rows} rows in {files} files have no fault; nothing was recorded\n"));
    }
    let files: BTreeMap<&str, u64> = delivery.files.iter().map(|file| (file.name.as_str(), file.rows)).collect();
    say_json(&json!({ "checked": files, "faults": told(&[]), "unread": folder.unread }))
}

/// Faults for a program to read.
fn told(faults: &[RowFault]) -> Vec<Value> {
    let fault = |fault: &RowFault| {
        let RowFault { file, row, column, why } = fault;
        json!({ "file": file, "row": row, "column": column, "what": why })
    };
    faults.iter().map(fault).collect()
}

fn say_json(body: &Value) -> Result<(), Trouble> {
    say(&format!("{body}\n"))
}

impl Folder {
    fn open(folder: &Path) -> Result<Self, Trouble> {
        let folder_fault = |error: std::io::Error| Trouble::NotFound(format!("{}: {error}", folder.display()));
        let mut found = Self::default();
        for entry in std::fs::read_dir(folder).map_err(folder_fault)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
                found.files.insert(name, std::fs::read(&path)?);
            } else if !is_beside_the_point(&name) {
                found.unread.push(name);
            }
        }
        found.unread.sort_unstable();
        Ok(found)
    }
}

/// A README, or what a system hides in a folder, is nobody's mistake; a workbook beside the files may be.
fn is_beside_the_point(name: &str) -> bool {
    name.starts_with('.') || name.to_ascii_lowercase().starts_with("readme")
}

/// A progress bar on a terminal, nothing elsewhere.
pub fn progress(length: u64, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let template = format!("{{bar:40}} {{pos}}/{{len}} {what}, {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

//! `import`.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::delivery::{self, Delivery};
use crate::line::Import;
use crate::outcome::{Trouble, say};
use crate::present;
use crate::registry::Registry;

/// Records a delivery, or only checks it.
pub async fn import(import: &Import) -> Result<(), Trouble> {
    let delivery = Delivery::read(&files(&import.folder)?).map_err(Trouble::BadInput)?;
    let registry = Registry::open(&import.setup.config).await?;
    let outcome = check_and_record(import, &delivery, &registry).await;
    registry.close().await;
    outcome
}

async fn check_and_record(import: &Import, delivery: &Delivery, registry: &Registry) -> Result<(), Trouble> {
    delivery.check(registry).await?;
    let rows = delivery.files.iter().map(|file| file.rows).sum();
    if import.check {
        println!("{rows} rows in {} files have no fault; nothing was recorded", delivery.files.len());
        return Ok(());
    }
    let bar = progress(rows, "rows");
    let summary = delivery::record(delivery, registry, |rows| bar.inc(rows)).await?;
    bar.finish_and_clear();
    let dossiers = registry.dossiers().await?;
    let position = dossiers.position().to_string();
    if import.setup.json {
        let body = serde_json::json!({ "import": summary.import, "files": summary.files, "position": position });
        say(&format!("{body}\n"))?;
    } else {
        say(&present::summary(&summary, &position))?;
    }
    if summary.refused.is_empty() { Ok(()) } else { Err(Trouble::Refused(summary.refused)) }
}

fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, Trouble> {
    let folder_fault = |error: std::io::Error| Trouble::NotFound(format!("{}: {error}", folder.display()));
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(folder_fault)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        // A README or the like beside the files is nobody's mistake; a CSV file of another name may be.
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
            files.insert(name, std::fs::read(&path)?);
        }
    }
    Ok(files)
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

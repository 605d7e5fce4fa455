//! `verify`.

use std::path::Path;

use dossiers::DossierProjection;
use kernel::vocabulary::{Capacity, Purpose};
use qualification::verified::{self, Asker, MOST_ROWS, People, Question, VerifiedList};
use spreadsheet::{Format, RowFault};

use crate::line::Verify;
use crate::outcome::{Trouble, say};
use crate::registry::Registry;

/// More bytes than this are no list.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Verifies the people of a list and writes the answer.
pub async fn verify(asked: &Verify) -> Result<(), Trouble> {
    let name = asked.list.display().to_string();
    if std::fs::metadata(&asked.list)?.len() > MOST_BYTES {
        let why = format!("a list has at most {MOST_ROWS} rows and {MOST_BYTES} bytes; split it");
        return Err(Trouble::BadInput(vec![RowFault { file: name, row: None, column: None, why }]));
    }
    let bytes = std::fs::read(&asked.list)?;
    let rows = verified::parse(&name, &bytes, format(&asked.list)).map_err(Trouble::BadInput)?;
    let registry = Registry::open(&asked.setup.config).await?;
    let list = answered(&registry, asked, rows).await;
    let today = registry.today();
    registry.close().await;
    let list = list?;
    let written = match format(&asked.out) {
        Format::Csv => verified::csv(&list),
        Format::Workbook => verified::workbook(&list, &asker(), today)?,
    };
    std::fs::write(&asked.out, written)?;
    if asked.setup.json {
        return say(&format!("{}\n", serde_json::to_string(&list.tally)?));
    }
    let verified::Tally { found, not_found, malformed } = list.tally;
    say(&format!(
        "{found} on the register, {not_found} not on the register, {malformed} malformed; log position {}\n",
        list.known_at
    ))
}

async fn answered(registry: &Registry, asked: &Verify, rows: Vec<verified::AskedRow>) -> Result<VerifiedList, Trouble> {
    let (app, today) = (registry.app(), registry.today());
    let known_at = registry.dossiers().await?.position();
    let people = People::of(app, rows, today).await?;
    registry.saw("command_verify", people.known()).await?;
    let view = app.views().get(DossierProjection::NAME)?;
    let question = Question { as_of: asked.as_of.unwrap_or(today), changed_since: asked.changed_since, known_at };
    Ok(verified::answers(&view, people, &question, today).await?)
}

fn asker() -> Asker {
    Asker {
        account: "local".to_owned(),
        capacity: Capacity::Operator,
        organisation: None,
        purpose: Some(Purpose::Operations),
        reference: None,
    }
}

fn format(path: &Path) -> Format {
    let is_text = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    if is_text { Format::Csv } else { Format::Workbook }
}

//! `recognise`: decisions of one meeting.

use kernel::vocabulary::{Level, Term};
use kernel::{CommandId, Malformed, OrganisationId, PackId, Reason};
use qualification::batch::{self, Batch, BatchFault, DecidedBody, Deciding, Outcome, Unchecked, Verdict};
use sha2::{Digest, Sha256};
use spreadsheet::{Row, RowFault, Table};

use super::authority::{Authority, national_pack};
use super::pack::version_of;
use crate::line::{AuthorityLine, BatchLine, RecogniseCommand};
use crate::outcome::{Trouble, say};
use crate::registry::Registry;

/// The headings of the file.
const HEADINGS: [&str; 4] = ["教师", "等级", "结论", "理由"];

/// A row, before its teacher has been looked up.
struct Written {
    teacher: String,
    level: Level,
    outcome: Outcome,
    reason: Option<Reason>,
}

/// Runs the command.
pub async fn recognise(command: RecogniseCommand) -> Result<(), Trouble> {
    let RecogniseCommand::Batch(line) = command;
    let bytes = std::fs::read(&line.file)?;
    let name = line.file.file_name().and_then(|name| name.to_str()).unwrap_or("the file").to_owned();
    let mut table = Table::read(&name, &bytes, &HEADINGS).map_err(Trouble::BadInput)?;
    let rows = table.rows(written);
    let faults = table.into_faults();
    if !faults.is_empty() {
        return Err(Trouble::BadInput(faults));
    }
    let registry = Registry::open(&line.setup.config).await?;
    let outcome = decide(&registry, &line, &name, &bytes, rows).await;
    registry.close().await;
    outcome
}

async fn decide(
    registry: &Registry,
    line: &BatchLine,
    name: &str,
    bytes: &[u8],
    rows: Vec<(u64, Written)>,
) -> Result<(), Trouble> {
    let numbers: Vec<u64> = rows.iter().map(|(number, _)| *number).collect();
    let pack = match &line.pack {
        Some(pack) => pack.clone(),
        None => {
            let pack = national_pack(registry, line.on).await?;
            format!("{}@{}", pack.name, pack.version)
        }
    };
    let authority = Authority::find(registry, &line.authority).await?;
    let batch = batch_of(registry, line, authority.id, &pack, name, rows).await?;
    let deciding = Deciding::Machine { actor: registry.actor(), today: registry.today() };
    let command = command_of(line, &pack, bytes);
    let check = || batch::check(registry.app(), deciding, &batch, Some(command));
    let is_fine = |checked: &Result<_, Unchecked>| match checked {
        // A body that is not on the register yet is put there, once there is something to record in its name.
        Err(Unchecked::Faults(faults)) => faults.iter().all(|fault| fault.field == "authority"),
        Err(Unchecked::Failure(_)) => false,
        Ok(_) => true,
    };
    let mut checked = check().await;
    if !line.check && checked.is_err() && is_fine(&checked) {
        authority.put_on_the_register(registry).await?;
        checked = check().await;
    }
    if line.check && is_fine(&checked) {
        return say(&format!("{} rows have no fault; nothing was recorded\n", numbers.len()));
    }
    let checked = checked.map_err(|unchecked| match unchecked {
        Unchecked::Failure(failure) => failure.into(),
        Unchecked::Faults(faults) => Trouble::BadInput(in_rows(name, &numbers, faults)),
    })?;
    let decided = batch::record(registry.app(), deciding, checked, command, None).await?;
    tell(&decided, line.setup.json)
}

/// The same file with the same terms is the same command: handed in again, it records what is missing.
fn command_of(line: &BatchLine, pack: &str, bytes: &[u8]) -> CommandId {
    let BatchLine { authority: AuthorityLine { authority, .. }, on, cut_off, review_due, document, .. } = line;
    let terms = format!("{authority}|{pack}|{on}|{cut_off:?}|{review_due:?}|{document:?}");
    let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    CommandId::derived(&format!("recognition batch|{terms}|{digest}"))
}

async fn batch_of(
    registry: &Registry,
    line: &BatchLine,
    authority: OrganisationId,
    pack: &str,
    name: &str,
    rows: Vec<(u64, Written)>,
) -> Result<Batch, Trouble> {
    let (mut decisions, mut faults) = (Vec::with_capacity(rows.len()), Vec::new());
    for (number, Written { teacher, level, outcome, reason }) in rows {
        match registry.teacher(&teacher).await {
            Ok(teacher) => decisions.push(Verdict {
                recognition: None,
                teacher: Some(teacher),
                level: Some(level),
                outcome,
                reason,
            }),
            Err(trouble @ (Trouble::NotFound(_) | Trouble::Malformed(_))) => {
                faults.push(fault(name, Some(number), Some("教师"), trouble.to_string()));
            }
            Err(trouble) => return Err(trouble),
        }
    }
    if !faults.is_empty() {
        return Err(Trouble::BadInput(faults));
    }
    Ok(Batch {
        on: line.on,
        authority,
        pack: pack_of(pack)?,
        cut_off: line.cut_off,
        document: line.document.clone(),
        review_due: line.review_due,
        decisions,
    })
}

fn pack_of(text: &str) -> Result<PackId, Malformed> {
    let (name, version) = version_of(text)?;
    Ok(PackId::of_version(name, version))
}

fn written(row: &mut Row<'_>) -> Option<Written> {
    let teacher = row.value("教师", some);
    let level = row.value("等级", Level::parse);
    let outcome = row.value("结论", outcome);
    let reason = row.optional("理由", Reason::parse);
    Some(Written { teacher: teacher?, level: level?, outcome: outcome?, reason: reason? })
}

fn some(text: &str) -> Result<String, Malformed> {
    if text.is_empty() { Err(Malformed::new("teacher", "it is empty")) } else { Ok(text.to_owned()) }
}

fn outcome(text: &str) -> Result<Outcome, Malformed> {
    match text {
        "认定" | "granted" => Ok(Outcome::Granted),
        "不予认定" | "refused" => Ok(Outcome::Refused),
        _ => Err(Malformed::new("outcome", "write 认定 or 不予认定")),
    }
}

fn in_rows(name: &str, numbers: &[u64], faults: Vec<BatchFault>) -> Vec<RowFault> {
    let column = |field| match field {
        "teacher" | "recognition" => Some("教师"),
        "level" => Some("等级"),
        "reason" => Some("理由"),
        _ => None,
    };
    let in_row = |BatchFault { index, field, why }| {
        let number = index.and_then(|index| numbers.get(index).copied());
        // What is wrong with the batch as a whole stands on the command line.
        let why = if number.is_none() { format!("{field}: {why}") } else { why };
        fault(name, number, column(field).filter(|_| number.is_some()), why)
    };
    faults.into_iter().map(in_row).collect()
}

fn fault(name: &str, row: Option<u64>, column: Option<&str>, why: String) -> RowFault {
    RowFault { file: name.to_owned(), row, column: column.map(str::to_owned), why }
}

fn tell(decided: &DecidedBody, json: bool) -> Result<(), Trouble> {
    if json {
        return say(&format!("{}\n", serde_json::to_string(decided)?));
    }
    let DecidedBody { position, recorded, known, overtaken, .. } = decided;
    say(&format!("{recorded} decisions recorded, {known} on record already, {overtaken} overtaken, at {position}\n"))
}

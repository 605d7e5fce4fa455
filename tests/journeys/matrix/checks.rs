//! Whether what came is what should: the verdict, no way to tell what is out of reach from what is not there, and no
//! text of a foreign record.

use std::collections::{BTreeMap, BTreeSet};

use access::{Kind, Operation};

use super::cells::{Cell, Seen};
use super::expected::{Verdict, is_listed, reads};
use super::register::Register;

/// What was found, and how much was looked at.
#[derive(Default)]
pub struct Findings {
    pub wrong: Vec<String>,
    pub leaks: Vec<String>,
    pub counts: BTreeMap<Verdict, usize>,
    pub scanned: usize,
    /// How often an operation showed what it may.
    pub shown: BTreeMap<&'static str, usize>,
    /// The one answer for what is not there, by operation and caller.
    refusals: BTreeMap<(&'static str, &'static str, Verdict), (String, String)>,
}

impl Findings {
    /// Looks at what came of a cell.
    pub fn take(&mut self, register: &Register, cell: &Cell<'_>, seen: &Seen) {
        *self.counts.entry(cell.expected).or_default() += 1;
        self.scanned +=
            seen.text.len() + seen.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        if let Err(why) = agrees(cell, seen) {
            self.wrong.push(format!("{}: {why}: {} {}", cell.name(), seen.status, seen.text));
        }
        if matches!(cell.expected, Verdict::Absent | Verdict::Forbidden) {
            let key = (cell.operation.code(), cell.caller.name, cell.expected);
            let (first, plain) = self.refusals.entry(key).or_insert_with(|| (cell.name(), seen.plain()));
            if *plain != seen.plain() {
                self.wrong.push(format!("{} can be told from {first}: {} / {plain}", cell.name(), seen.plain()));
            }
        }
        let (shown, leaks) = scan(register, cell, seen);
        *self.shown.entry(cell.operation.code()).or_default() += shown;
        self.leaks.extend(leaks);
    }
}

/// Whether an answer is the one that is expected.
///
/// # Errors
/// When it is not: why.
pub fn agrees(cell: &Cell<'_>, seen: &Seen) -> Result<(), String> {
    let code = seen.body["code"].as_str().unwrap_or_default();
    let header = |wanted: &str| seen.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let agrees = match cell.expected {
        Verdict::May => is_answered(cell, seen, code),
        Verdict::Moved => {
            let person = cell.thing.person.as_deref().unwrap_or("?");
            seen.status == 308 && header("location").is_some_and(|location| location.contains(person))
        }
        Verdict::Purpose => (seen.status, code) == (400, "purpose_missing"),
        Verdict::Unknown => (seen.status, code) == (401, "not_signed_in") && header("www-authenticate").is_some(),
        Verdict::Forbidden => (seen.status, code) == (403, "forbidden"),
        Verdict::Absent if cell.operation.is_in_body() => {
            let rejection = seen.body["rejection"].as_str().unwrap_or_default();
            seen.status == 422 && rejection.starts_with("no_such_")
        }
        Verdict::Absent => (seen.status, code) == (404, "not_found") && header("etag").is_none(),
    };
    if agrees { Ok(()) } else { Err(format!("{:?} was expected", cell.expected)) }
}

/// A read is answered; a write comes as far as the version that nothing has, or as a rule that its body breaks.
fn is_answered(cell: &Cell<'_>, seen: &Seen, code: &str) -> bool {
    match cell.operation {
        // Imports come by the command line: there is none here.
        Operation::ShowImport => (seen.status, code) == (404, "not_found"),
        // The key is gone before the version is looked at.
        Operation::CorrectIdentity if cell.thing.label == "erased" => seen.status == 404 && code == "not_found",
        // Nobody of that name and number is on the register.
        Operation::VerifyTeacher => matches!(seen.status, 200 | 404 | 422),
        // The made body holds no pack, and nobody has begun a simulation.
        Operation::SimulatePack => seen.status == 422,
        Operation::ShowSimulation | Operation::CancelSimulation | Operation::ListSimulatedTeachers => {
            (seen.status, code) == (404, "not_found")
        }
        // What is sent here is no table.
        Operation::VerifyTeachers => (seen.status, code) == (415, "unsupported_media_type"),
        operation if reads(operation) => seen.status == 200,
        _ => {
            let rejection = seen.body["rejection"].as_str().unwrap_or_default();
            matches!(seen.status, 409 | 412 | 422) && !rejection.starts_with("no_such_")
        }
    }
}

/// How many texts of what may be seen there are in an answer, and the ones of what may not.
pub fn scan(register: &Register, cell: &Cell<'_>, seen: &Seen) -> (usize, Vec<String>) {
    let (owners, mentioned) = visible(register, cell);
    let headers = seen.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect::<String>();
    let (mut shown, mut leaks) = (0, Vec::new());
    for canary in &register.canaries {
        if !seen.text.contains(&canary.text) && !headers.contains(&canary.text) {
            continue;
        }
        let is_seen =
            |owner: &String| owners.contains(owner.as_str()) || (canary.is_id && mentioned.contains(owner.as_str()));
        if !canary.owners.iter().any(is_seen) {
            leaks.push(format!("{} shows {}: {} {}", cell.name(), canary.text, seen.status, seen.text));
        } else if !canary.is_id {
            shown += 1;
        }
    }
    (shown, leaks)
}

/// Whose texts may be in the answer, and whose ids besides.
fn visible<'a>(register: &'a Register, cell: &'a Cell<'_>) -> (BTreeSet<&'a str>, BTreeSet<&'a str>) {
    let mut owners: BTreeSet<&str> = cell.caller.person.iter().map(String::as_str).collect();
    owners.insert(&cell.caller.account);
    let mut mentioned = BTreeSet::new();
    if matches!(cell.expected, Verdict::May | Verdict::Moved) {
        owners.extend(cell.thing.ids.values().map(String::as_str));
        mentioned.extend(cell.thing.names.iter().chain(&cell.thing.person).map(String::as_str));
    }
    // Whoever keeps a site's sessions sees who is on their rosters.
    if cell.operation == Operation::ShowContradictionsAtSite && cell.expected == Verdict::May {
        let held = register.of_kind("session").filter(|session| session.groups == cell.thing.groups);
        mentioned.extend(held.flat_map(|session| &session.names).map(String::as_str));
    }
    // What is proposed about a person is theirs; whoever may do it reads it.
    if cell.operation == Operation::ShowProposal && is_listed(cell.caller, Operation::ListProposals, &cell.thing) {
        owners.extend(cell.thing.person.iter().map(String::as_str));
    }
    // Whoever watches over readings learns by which account; the person themself does not.
    let watches = matches!(cell.operation, Operation::ListReadings | Operation::ListReadingsOfAccount);
    if cell.expected == Verdict::May && watches && !cell.caller.roles.is_empty() {
        mentioned.extend(register.of_kind("account").map(|account| account.id()));
    }
    if cell.expected == Verdict::May {
        let for_many = cell.thing.kind == "nothing" || cell.operation == Operation::FindDuplicates;
        let listed = match cell.operation {
            Operation::ListAccounts => Some("account"),
            Operation::ListProposals => Some("proposal"),
            operation if operation.kind() == Kind::ReadPersons && for_many => Some("teacher"),
            _ => None,
        };
        let things = listed.into_iter().flat_map(|kind| register.of_kind(kind));
        for thing in things.filter(|thing| is_listed(cell.caller, cell.operation, thing)) {
            owners.insert(thing.id());
            mentioned.extend(thing.names.iter().map(String::as_str));
        }
    }
    (owners, mentioned)
}

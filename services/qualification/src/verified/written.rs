//! The answer as a table: the same columns as text and as a workbook.

use kernel::Day;
use kernel::vocabulary::{Level, Term};
use spreadsheet::{Book, Cell, Unwritten, text_of};
use standards::{CriterionId, Label, Outcome, Unit, Verdict};

use super::about::{Asker, lines};
use super::{RowOutcome, VerifiedList, VerifiedRow, VerifiedStanding};

/// The columns before those of the criteria, with their widths in characters.
const FIRST: [(&str, f64); 12] = [
    ("行号 Row", 8.0),
    ("身份证号 Id number", 22.0),
    ("姓名 Name", 12.0),
    ("截至 As of", 12.0),
    ("结果 Outcome", 18.0),
    ("原因 Reason", 24.0),
    ("状态", 26.0),
    ("Status", 30.0),
    ("认定级别 Recognised", 18.0),
    ("符合级别 Eligible", 18.0),
    ("自 Since", 12.0),
    ("失效日 Lapses", 12.0),
];

/// The columns after them.
const LAST: [(&str, f64); 9] = [
    ("尚缺", 40.0),
    ("Missing", 40.0),
    ("原状态", 26.0),
    ("Status before", 30.0),
    ("变化的条件 Criteria that changed", 40.0),
    ("规则 Rule pack", 22.0),
    ("规则摘要 Digest", 20.0),
    ("日志位置 Log position", 18.0),
    ("证明 Proof", 60.0),
];

/// The answer as a workbook: the list, and a sheet that says what it is.
///
/// # Errors
/// When the workbook cannot be written.
pub fn workbook(list: &VerifiedList, asker: &Asker, made_on: Day) -> Result<Vec<u8>, Unwritten> {
    let criteria = criteria(list);
    let mut book = Book::new(made_on)?;
    let headings = headings(&criteria);
    let headings: Vec<(&str, f64)> = headings.iter().map(|(heading, width)| (heading.as_str(), *width)).collect();
    book.sheet("核验 Verified", &headings)?;
    for row in &list.rows {
        let texts = texts(list, row, &criteria);
        book.row(&cells(row, &texts))?;
    }
    book.sheet("说明 About", &[("说明", 70.0), ("About", 90.0)])?;
    for Label { zh, en } in lines(list, asker) {
        book.row(&[Cell::Text(&zh), Cell::Text(&en)])?;
    }
    book.finish()
}

/// The answer as CSV: the list alone.
pub fn csv(list: &VerifiedList) -> Vec<u8> {
    let criteria = criteria(list);
    let headings: Vec<String> = headings(&criteria).into_iter().map(|(heading, _)| heading).collect();
    let rows: Vec<Vec<String>> = list.rows.iter().map(|row| texts(list, row, &criteria)).collect();
    let first = headings.iter().map(|heading| Cell::Text(heading)).collect();
    text_of(std::iter::once(first).chain(list.rows.iter().zip(&rows).map(|(row, texts)| cells(row, texts))))
}

/// The criteria of every pack that judged somebody in the list, in the order in which they come.
fn criteria(list: &VerifiedList) -> Vec<(&CriterionId, &Label)> {
    let mut found: Vec<(&CriterionId, &Label)> = Vec::new();
    for standing in list.rows.iter().filter_map(|row| row.standing.as_ref()) {
        for criterion in &standing.criteria {
            if !found.iter().any(|(id, _)| **id == criterion.id) {
                found.push((&criterion.id, &criterion.label));
            }
        }
    }
    found
}

fn headings(criteria: &[(&CriterionId, &Label)]) -> Vec<(String, f64)> {
    let fixed = |(heading, width): &(&str, f64)| ((*heading).to_owned(), *width);
    let of_criterion = |(_, label): &(&CriterionId, &Label)| (format!("{} {}", label.zh, label.en), 18.0);
    FIRST.iter().map(fixed).chain(criteria.iter().map(of_criterion)).chain(LAST.iter().map(fixed)).collect()
}

/// The row's number is a number; everything else is text.
fn cells<'a>(row: &VerifiedRow, texts: &'a [String]) -> Vec<Cell<'a>> {
    let text = |text: &'a String| if text.is_empty() { Cell::Blank } else { Cell::Text(text) };
    std::iter::once(Cell::Number(row.row as f64)).chain(texts.iter().map(text)).collect()
}

/// The texts of a row, but for its number.
fn texts(list: &VerifiedList, row: &VerifiedRow, criteria: &[(&CriterionId, &Label)]) -> Vec<String> {
    let outcome = match row.outcome {
        RowOutcome::Found => "在册 found",
        RowOutcome::NotFound => "不在册 not found",
        RowOutcome::Malformed => "号码有误 malformed",
    };
    let as_of = row.standing.as_ref().map_or(list.as_of, |standing| standing.as_of);
    let mut texts = vec![
        row.citizen_id.clone().unwrap_or_default(),
        row.name.clone().unwrap_or_default(),
        as_of.to_string(),
        outcome.to_owned(),
        row.reason.clone().unwrap_or_default(),
    ];
    match &row.standing {
        Some(standing) => push_standing(&mut texts, standing, criteria),
        None => texts.resize(FIRST.len() - 1 + criteria.len() + LAST.len() - 2, String::new()),
    }
    texts.push(list.known_at.clone());
    texts.push(row.standing.as_ref().map(|standing| standing.proof.clone()).unwrap_or_default());
    texts
}

fn push_standing(texts: &mut Vec<String>, standing: &VerifiedStanding, criteria: &[(&CriterionId, &Label)]) {
    let level = |level: Option<Level>| {
        level.map(|level| format!("{} {}", level.chinese(), level.english())).unwrap_or_default()
    };
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    texts.extend([standing.words.zh.clone(), standing.words.en.clone()]);
    texts.extend([level(standing.recognised), level(standing.eligible), day(standing.since), day(standing.lapses_on)]);
    for (id, _) in criteria {
        let said = standing.criteria.iter().find(|criterion| criterion.id == **id);
        texts.push(said.map(|criterion| outcome(criterion.outcome, criterion.unit)).unwrap_or_default());
    }
    let missing = |words: fn(&Label) -> &str, separator: &str| {
        standing.missing.iter().map(|one| words(&one.words)).collect::<Vec<_>>().join(separator)
    };
    texts.extend([missing(|label| &label.zh, "；"), missing(|label| &label.en, "; ")]);
    let changed = standing.changed.as_ref();
    texts.push(changed.map(|changed| changed.words.zh.clone()).unwrap_or_default());
    texts.push(changed.map(|changed| changed.words.en.clone()).unwrap_or_default());
    let none = || "–".to_owned();
    let turns = changed.into_iter().flat_map(|changed| &changed.criteria).map(|turn| {
        let said = |one: Option<Outcome>| one.map_or_else(none, |one| outcome(one, turn.unit));
        format!("{} {}: {} → {}", turn.label.zh, turn.label.en, said(turn.before), said(turn.after))
    });
    texts.push(turns.collect::<Vec<_>>().join("; "));
    texts.extend([format!("{} v{}", standing.pack.name, standing.pack.version), standing.pack.digest.clone()]);
}

fn outcome(outcome: Outcome, unit: Unit) -> String {
    let Outcome { verdict, amount, threshold } = outcome;
    let mark = match verdict {
        Verdict::Met => "✓",
        Verdict::Unmet => "✗",
        Verdict::NotApplicable => "–",
    };
    format!("{mark} {amount}/{threshold} {}", unit.chinese())
}

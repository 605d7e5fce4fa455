//! Contradictions and changes, for those who keep or supervise the people concerned.

use std::collections::BTreeSet;

use eventlog::{Failure, Row, Value, ViewError, args};
use kernel::vocabulary::ChangeKind;
use kernel::{Day, EventId, SiteId, TeacherId};
use standards::Contradiction;

use super::Dossiers;
use crate::Mark;
use crate::projection::parse_json;

/// A contradiction on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContradictionOnFile {
    /// Of whom.
    pub teacher: TeacherId,
    /// Where in the log it was found.
    pub position: u64,
    /// Which of those found there about this person.
    pub ordinal: u64,
    /// What it is.
    pub contradiction: Contradiction,
    /// The event with which it was found.
    pub found_by: EventId,
    /// Where it was resolved and with which event; none while it is open.
    pub resolved: Option<(u64, EventId)>,
}

/// Where a page of contradictions goes on: after this one.
pub type AfterContradiction = (u64, String, u64);

/// A change of somebody's standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where in the log.
    pub position: u64,
    /// Whose.
    pub teacher: TeacherId,
    /// What changed.
    pub kind: ChangeKind,
    /// The event that did it.
    pub event: EventId,
    /// The day from which it is so.
    pub on: Day,
}

/// A level that will be lost if nothing more happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapse {
    /// Whose.
    pub teacher: TeacherId,
    /// What will be lost.
    pub kind: ChangeKind,
    /// The first day on which it is.
    pub on: Day,
}

/// So many rows are read at a time; those that are out of scope are left out of them.
const AT_A_TIME: u32 = 500;

impl Dossiers {
    /// A page of contradictions within the scope, in the order in which they were found.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn contradictions(
        &self,
        open: bool,
        after: Option<AfterContradiction>,
        limit: usize,
    ) -> Result<Vec<ContradictionOnFile>, ViewError> {
        self.contradictions_by(include_str!("../sql/contradictions.sql"), None, open, after, limit).await
    }

    /// The same, of those that have to do with a site, whoever they are about.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn contradictions_at(
        &self,
        site: SiteId,
        open: bool,
        after: Option<AfterContradiction>,
        limit: usize,
    ) -> Result<Vec<ContradictionOnFile>, ViewError> {
        self.contradictions_by(include_str!("../sql/contradictions_at_site.sql"), Some(site), open, after, limit).await
    }

    async fn contradictions_by(
        &self,
        sql: &'static str,
        site: Option<SiteId>,
        open: bool,
        after: Option<AfterContradiction>,
        limit: usize,
    ) -> Result<Vec<ContradictionOnFile>, ViewError> {
        let mut after = after.unwrap_or_default();
        let mut page = Vec::new();
        loop {
            let mut arguments: Vec<Value> = site.into_iter().map(Value::from).collect();
            arguments.extend(args![after.0, &after.1, after.2, i64::from(open), AT_A_TIME]);
            let rows = self.fetch(sql, arguments).await?;
            let found: Vec<ContradictionOnFile> = rows.iter().map(on_file).collect::<Result<_, _>>()?;
            let Some(last) = found.last() else { return Ok(page) };
            after = (last.position, last.teacher.to_string(), last.ordinal);
            let teachers: BTreeSet<TeacherId> = found.iter().map(|one| one.teacher).collect();
            let mut shown = self.known_of(&teachers, u64::MAX).await?;
            if site.is_some() {
                // The right to a site is to its records: of who may only be stored, or is erased, nothing is told.
                let active = self.persons(&teachers).await?;
                shown.retain(|teacher| active.get(teacher).is_some_and(|person| person.state == "active"));
            }
            page.extend(found.into_iter().filter(|one| shown.contains(&one.teacher)));
            if page.len() >= limit || rows.len() < AT_A_TIME as usize {
                page.truncate(limit);
                return Ok(page);
            }
        }
    }

    /// Changes within the scope after one, up to a position, in the order of the log. A lapse is told only if its day
    /// is not after `through`: others are told by [`Dossiers::lapsing`] once they come near. Answers with where it got
    /// to.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn changes(
        &self,
        (position, teacher, kind): (u64, &str, &str),
        known: u64,
        through: Day,
        limit: usize,
    ) -> Result<Vec<Change>, ViewError> {
        let mut after = (position, teacher.to_owned(), kind.to_owned());
        let mut page = Vec::new();
        loop {
            let arguments = args![after.0, &after.1, &after.2, known, AT_A_TIME];
            let rows = self.fetch(include_str!("../sql/changes_after.sql"), arguments).await?;
            let changes: Vec<Change> = rows.iter().map(change).collect::<Result<_, _>>()?;
            let Some(last) = changes.last() else { return Ok(page) };
            after = (last.position, last.teacher.to_string(), last.kind.to_string());
            let shown = self.known_of(&changes.iter().map(|one| one.teacher).collect(), u64::MAX).await?;
            let lapse = |kind| matches!(kind, ChangeKind::EligibilityLapses | ChangeKind::RecognitionLapses);
            let told = changes.into_iter().filter(|one| !lapse(one.kind) || one.on <= through);
            page.extend(told.filter(|one| shown.contains(&one.teacher)));
            if page.len() >= limit || rows.len() < AT_A_TIME as usize {
                page.truncate(limit);
                return Ok(page);
            }
        }
    }

    /// Levels of eligibility and recognition within the scope that fall on a day after one – of the same day: of
    /// somebody after somebody – up to another, if nothing more happens.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn lapsing(
        &self,
        (day, teacher): (Day, &str),
        through: Day,
        limit: usize,
    ) -> Result<Vec<Lapse>, ViewError> {
        let mut after = (day, teacher.to_owned());
        let mut page = Vec::new();
        loop {
            let arguments = args![after.0, &after.1, through, AT_A_TIME];
            let rows = self.fetch(include_str!("../sql/stretches_ending.sql"), arguments).await?;
            let Some(last) = rows.last() else { return Ok(page) };
            after = (last.parse(1)?, last.text(0)?.to_owned());
            let mut lapses = Vec::new();
            for row in &rows {
                lapses.extend(lapses_of(row)?);
            }
            let teachers: BTreeSet<TeacherId> = lapses.iter().map(|one| one.teacher).collect();
            let shown = self.known_of(&teachers, u64::MAX).await?;
            page.extend(lapses.into_iter().filter(|one| shown.contains(&one.teacher)));
            if page.len() >= limit || rows.len() < AT_A_TIME as usize {
                // Who loses two things on one day is told both: a page goes on after a person, not in between.
                let key = |lapse: &Lapse| (lapse.on, lapse.teacher);
                let last = page.get(limit.saturating_sub(1)).map(key);
                let cut = page.iter().rposition(|lapse| Some(key(lapse)) == last).map_or(page.len(), |last| last + 1);
                page.truncate(cut);
                return Ok(page);
            }
        }
    }
}

fn on_file(row: &Row) -> Result<ContradictionOnFile, Failure> {
    let resolved = match (row.opt_int(5)?, row.opt_parse(6)?) {
        (Some(position), Some(event)) => u64::try_from(position).ok().map(|position| (position, event)),
        _ => None,
    };
    Ok(ContradictionOnFile {
        teacher: row.parse(0)?,
        position: row.count(1)?,
        ordinal: row.count(2)?,
        contradiction: parse_json(row.text(3)?)?,
        found_by: row.parse(4)?,
        resolved,
    })
}

fn change(row: &Row) -> Result<Change, Failure> {
    Ok(Change {
        position: row.count(0)?,
        teacher: row.parse(1)?,
        kind: row.parse(2)?,
        event: row.parse(3)?,
        on: row.parse(4)?,
    })
}

/// What is lost where a stretch ends and another, or none, begins.
fn lapses_of(row: &Row) -> Result<Vec<Lapse>, Failure> {
    let (before, after) = (Mark::from_stored(row.int(2)?), row.opt_int(3)?.map(Mark::from_stored).unwrap_or_default());
    let (teacher, on) = (row.parse(0)?, row.parse(1)?);
    let falls = [
        (after.eligible() < before.eligible(), ChangeKind::EligibilityLapses),
        (after.recognised() < before.recognised(), ChangeKind::RecognitionLapses),
    ];
    Ok(falls.into_iter().filter(|(falls, _)| *falls).map(|(_, kind)| Lapse { teacher, kind, on }).collect())
}

//! Where everybody in a list stands: read in pages, worked out aside.

use std::collections::{BTreeMap, BTreeSet};

use dossiers::{Dossier, Dossiers};
use eventlog::View;
use kernel::{Day, Language, Reach, Scope, TeacherId};
use standards::{Assessment, CriterionDifference, Label, Status, Timeline, difference, status_words};

use super::{
    AskedRow, ChangedBody, CriterionBrief, CriterionTurn, People, Question, RowOutcome, Tally, VerifiedList,
    VerifiedRow, VerifiedStanding,
};
use crate::standing::NoAnswer;

/// So many people are in memory at once.
const PAGE: usize = 500;

/// Answers a list, of the people it names and nobody else. To be called once it is on record who looked.
///
/// # Errors
/// When there is no rule pack, or the view does not answer.
pub async fn answers(view: &View, people: People, question: &Question, today: Day) -> Result<VerifiedList, NoAnswer> {
    let mut list = VerifiedList {
        known_at: question.known_at.to_string(),
        as_of: question.as_of,
        changed_since: question.changed_since,
        tally: Tally::default(),
        rows: Vec::with_capacity(people.rows.len()),
    };
    let mut rows = people.rows.into_iter();
    loop {
        let page: Vec<_> = rows.by_ref().take(PAGE).collect();
        if page.is_empty() {
            return Ok(list);
        }
        let named: BTreeSet<TeacherId> = page.iter().filter_map(|(_, person)| *person).collect();
        let scope = Scope::of(named.iter().copied().map(Reach::Person));
        let named: Vec<TeacherId> = named.into_iter().collect();
        let dossiers = Dossiers::new(view.clone(), scope, today);
        let dossiers = dossiers.dossiers(&named, question.known_at.at(0).0).await?;
        let question = question.clone();
        // It is arithmetic: elsewhere requests go on meanwhile.
        let worked_out = tokio::task::spawn_blocking(move || of_page(page, &dossiers, &question)).await??;
        for row in worked_out {
            *list.tally.of(row.outcome) += 1;
            list.rows.push(row);
        }
    }
}

impl Tally {
    fn of(&mut self, outcome: RowOutcome) -> &mut usize {
        match outcome {
            RowOutcome::Found => &mut self.found,
            RowOutcome::NotFound => &mut self.not_found,
            RowOutcome::Malformed => &mut self.malformed,
        }
    }
}

fn of_page(
    page: Vec<(AskedRow, Option<TeacherId>)>,
    dossiers: &BTreeMap<TeacherId, Dossier>,
    question: &Question,
) -> Result<Vec<VerifiedRow>, NoAnswer> {
    page.into_iter().map(|(row, person)| of_row(row, person.and_then(|one| dossiers.get(&one)), question)).collect()
}

fn of_row(row: AskedRow, dossier: Option<&Dossier>, question: &Question) -> Result<VerifiedRow, NoAnswer> {
    let AskedRow { row, number, name, as_of } = row;
    let answer =
        |citizen_id, outcome, reason, standing| Ok(VerifiedRow { row, citizen_id, name, outcome, reason, standing });
    match (number, dossier) {
        (Err(why), _) => answer(None, RowOutcome::Malformed, Some(why), None),
        (Ok(number), None) => answer(Some(number.masked()), RowOutcome::NotFound, None, None),
        (Ok(number), Some(dossier)) => {
            let standing = standing(dossier, as_of.unwrap_or(question.as_of), question)?;
            answer(Some(number.masked()), RowOutcome::Found, None, Some(standing))
        }
    }
}

fn standing(dossier: &Dossier, on: Day, question: &Question) -> Result<VerifiedStanding, NoAnswer> {
    let assessment = dossier.assess(on).ok_or(NoAnswer::NoPack)?;
    let timeline = dossier.timeline().ok_or(NoAnswer::NoPack)?;
    let before = question.changed_since.map(|since| dossier.assess(since).ok_or(NoAnswer::NoPack)).transpose()?;
    let changed = before.map(|before| changed(&before, &assessment));
    let criteria = assessment.criteria().into_iter().map(|criterion| CriterionBrief {
        id: criterion.id.clone(),
        label: criterion.label.clone(),
        outcome: criterion.outcome(),
        unit: criterion.unit,
    });
    let (teacher, known_at) = (dossier.teacher, &question.known_at);
    Ok(VerifiedStanding {
        teacher,
        as_of: on,
        status: assessment.status,
        words: in_words(assessment.status),
        recognised: assessment.standing.recognised(),
        eligible: assessment.standing.eligible,
        since: since(&timeline, on, assessment.status),
        lapses_on: assessment.lapses_on,
        criteria: criteria.collect(),
        proof: format!("/api/v1/teachers/{teacher}/status?as_of={on}&known_at={known_at}"),
        changed,
        missing: assessment.missing,
        pack: assessment.pack,
    })
}

/// The first day of the stretch in which the headline is this one; none where that has no beginning.
fn since(timeline: &Timeline, on: Day, status: Status) -> Option<Day> {
    let before = timeline.segments.iter().rev().skip_while(|segment| segment.from > on);
    let same = before.take_while(|segment| segment.standing.status() == status);
    same.last().map(|segment| segment.from).filter(|from| *from != Day::MIN)
}

fn changed(before: &Assessment, after: &Assessment) -> ChangedBody {
    let verdict = |outcome: Option<standards::Outcome>| outcome.map(|outcome| outcome.verdict);
    let turned = |one: &CriterionDifference| verdict(one.before) != verdict(one.after);
    let turn = |one: CriterionDifference| CriterionTurn {
        id: one.id,
        label: one.label,
        before: one.before,
        after: one.after,
        unit: one.unit,
    };
    let criteria = difference(before, after).criteria.into_iter().filter(turned).map(turn);
    ChangedBody {
        since: before.on,
        before: before.status,
        words: in_words(before.status),
        differs: before.status != after.status,
        criteria: criteria.collect(),
    }
}

fn in_words(status: Status) -> Label {
    Label { zh: status_words(status, Language::Chinese), en: status_words(status, Language::English) }
}

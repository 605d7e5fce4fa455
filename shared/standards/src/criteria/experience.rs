//! Enterprise experience: work in enterprises, and what there is of it before the first assignment to a role.

use kernel::{Day, DayRange, EventId};

use super::{Evidence, Given, practice};
use crate::interval_set::{END, IntervalSet};
use crate::{EnterpriseWork, Facts, IgnoreReason, PracticeBeforeAsk};

/// The days by which enough days have been worked in enterprises.
pub fn worked(at_least_days: u32, given: Given<'_>) -> IntervalSet {
    since_reached(&IntervalSet::union_of(work(given).map(|(_, days)| days)), at_least_days)
}

pub fn evidence_of_work(given: Given<'_>, on: Day) -> Evidence {
    let mut evidence = Evidence::default();
    let mut stretches: Vec<(EventId, DayRange)> = Vec::new();
    for work in in_order(&given.facts.enterprise_work) {
        match objection(work, given) {
            Some(reason) => evidence.ignore_days(work.fact, work.range.days(), reason),
            None => stretches.push((work.fact, work.range)),
        }
    }
    let stretches = stretches.into_iter().map(|(fact, range)| (fact, IntervalSet::stretch(range.into())));
    add_up(&mut evidence, stretches.collect(), (END, on.ordinal()));
    evidence
}

/// The days by which enough experience is there of the time before the first assignment.
pub fn days_before(ask: &PracticeBeforeAsk, given: Given<'_>) -> IntervalSet {
    let experience = IntervalSet::union_of(experience(ask, given).into_iter().map(|(_, days)| days));
    let before = experience.and(&IntervalSet::between(0, first_assignment(ask, given.facts).unwrap_or(END)));
    since_reached(&before, ask.at_least_days)
}

/// The days before the first assignment; all days, where that lies before the rule.
pub fn idle(ask: &PracticeBeforeAsk, facts: &Facts) -> IntervalSet {
    let first = first_assignment(ask, facts);
    let asked = first.filter(|first| ask.since.is_none_or(|since| since.ordinal() <= *first));
    IntervalSet::between(0, asked.unwrap_or(END))
}

pub fn evidence_before(ask: &PracticeBeforeAsk, given: Given<'_>, on: Day) -> Evidence {
    let mut evidence = Evidence::default();
    for work in in_order(&given.facts.enterprise_work) {
        if let Some(reason) = objection(work, given) {
            evidence.ignore_days(work.fact, work.range.days(), reason);
        }
    }
    for placement in in_order(&given.facts.placements) {
        if let Some(reason) = practice::objection((&ask.results, &[]), placement, given) {
            evidence.ignore_days(placement.fact, placement.range.days(), reason);
        }
    }
    let first = first_assignment(ask, given.facts).unwrap_or(END);
    add_up(&mut evidence, experience(ask, given), (first, on.ordinal()));
    evidence
}

/// Counts each day once, up to a day and before another.
fn add_up(evidence: &mut Evidence, mut stretches: Vec<(EventId, IntervalSet)>, (before, today): (i32, i32)) {
    stretches.sort_unstable_by_key(|(fact, days)| (days.stretches().first().copied(), *fact));
    let mut taken = IntervalSet::default();
    for (fact, days) in stretches {
        let known = days.and(&IntervalSet::between(0, today + 1));
        let in_time = known.and(&IntervalSet::between(0, before));
        let fresh = in_time.without(&taken);
        evidence.count(fact, crate::Amount::days(fresh.len()));
        evidence.ignore_days(fact, days.len() - known.len(), IgnoreReason::NotYet);
        evidence.ignore_days(fact, known.len() - in_time.len(), IgnoreReason::TooLate);
        evidence.ignore_days(fact, in_time.len() - fresh.len(), IgnoreReason::Overlapping);
        taken = IntervalSet::union_of([taken, fresh]);
    }
}

/// Facts in the order in which they are told, however they arrived.
fn in_order<T: Ord>(facts: &[T]) -> Vec<&T> {
    let mut facts: Vec<&T> = facts.iter().collect();
    facts.sort_unstable();
    facts
}

fn since_reached(days: &IntervalSet, threshold: u32) -> IntervalSet {
    let reached = days.reaches(i32::try_from(threshold).unwrap_or(i32::MAX));
    reached.map_or_else(IntervalSet::default, |from| IntervalSet::between(from, END))
}

fn first_assignment(ask: &PracticeBeforeAsk, facts: &Facts) -> Option<i32> {
    let of_a_role = facts.posts.iter().filter(|post| post.voided.is_none() && ask.roles.contains(&post.role));
    of_a_role.map(|post| post.period.from().ordinal()).min()
}

/// Work and completed practice that count, each with its days.
fn experience(ask: &PracticeBeforeAsk, given: Given<'_>) -> Vec<(EventId, IntervalSet)> {
    let practised = given.facts.placements.iter().filter_map(|placement| {
        let objection = practice::objection((&ask.results, &[]), placement, given);
        let days = IntervalSet::stretch(placement.range.into()).and(&given.places.days(placement.site, &[]));
        objection.is_none().then_some((placement.fact, days))
    });
    work(given).chain(practised).collect()
}

fn work(given: Given<'_>) -> impl Iterator<Item = (EventId, IntervalSet)> {
    let counting = given.facts.enterprise_work.iter().filter(move |work| objection(work, given).is_none());
    counting.map(|work| (work.fact, IntervalSet::stretch(work.range.into())))
}

fn objection(work: &EnterpriseWork, given: Given<'_>) -> Option<IgnoreReason> {
    let voided = work.voided.map(|_| IgnoreReason::Voided);
    voided.or_else(|| given.objection_to_own(work.fact))
}

//! Training sessions.

use std::cmp::Reverse;

use kernel::Day;

use super::{Evidence, Given, asked};
use crate::interval_set::{IntervalSet, weighed};
use crate::{Amount, Attendance, Facts, IgnoreReason, TrainingAmount, TrainingAsk};

pub fn days(ask: &TrainingAsk, given: Given<'_>) -> IntervalSet {
    let mut steps = Vec::new();
    let counting: Vec<&Attendance> =
        in_order(given.facts).into_iter().filter(|attendance| objection(ask, given, attendance).is_none()).collect();
    for of_one_session in counting.chunk_by(|left, right| left.session == right.session) {
        let mut taken = IntervalSet::default();
        for attendance in of_one_session {
            let seen = ask.window.days_that_see(attendance.range.to().ordinal());
            let fresh = seen.without(&taken);
            for &(from, until) in fresh.stretches() {
                let weight = weight(ask, attendance);
                steps.extend([(from, weight), (until, -weight)]);
            }
            taken = IntervalSet::union_of([taken, fresh]);
        }
    }
    let threshold = match ask.at_least {
        TrainingAmount::Sessions(count) => i64::from(count),
        TrainingAmount::Hours(hours) => i64::from(hours) * 2,
    };
    weighed(threshold, steps.into_iter())
}

/// By session, and within one the attendance with most hours first: a session counts once, with the most that is known
/// of it.
fn in_order(facts: &Facts) -> Vec<&Attendance> {
    let mut attendances: Vec<&Attendance> = facts.attendances.iter().collect();
    attendances.sort_unstable_by_key(|attendance| (attendance.session, Reverse(attendance.hours), *attendance));
    attendances
}

/// Sessions are counted as such, hours in halves.
fn weight(ask: &TrainingAsk, attendance: &Attendance) -> i64 {
    match ask.at_least {
        TrainingAmount::Sessions(_) => 1,
        TrainingAmount::Hours(_) => i64::from(attendance.hours.halves()),
    }
}

pub fn evidence(ask: &TrainingAsk, given: Given<'_>, on: Day) -> Evidence {
    let edge = ask.window.edge(on.ordinal());
    let mut evidence = Evidence::default();
    let mut last_counted = None;
    for attendance in in_order(given.facts) {
        let amount = match ask.at_least {
            TrainingAmount::Sessions(_) => Amount::whole(1),
            TrainingAmount::Hours(_) => Amount::from(attendance.hours),
        };
        let last = attendance.range.to();
        let reason = objection(ask, given, attendance).or({
            if last > on {
                Some(IgnoreReason::NotYet)
            } else if last.ordinal() <= edge {
                Some(IgnoreReason::OutsideWindow)
            } else if last_counted == Some(attendance.session) {
                Some(IgnoreReason::Duplicate)
            } else {
                None
            }
        });
        match reason {
            Some(reason) => evidence.ignore(attendance.fact, amount, reason),
            None => {
                last_counted = Some(attendance.session);
                evidence.count(attendance.fact, amount);
            }
        }
    }
    evidence
}

/// Why a session does not count, whatever the day.
fn objection(ask: &TrainingAsk, given: Given<'_>, attendance: &Attendance) -> Option<IgnoreReason> {
    if attendance.voided.is_some() {
        Some(IgnoreReason::Voided)
    } else if !asked(&ask.themes, &attendance.theme) || !asked(&ask.tiers, &attendance.tier) {
        Some(IgnoreReason::OtherKind)
    } else if !given.places.approved_as(attendance.base, &ask.site_kinds, attendance.range.from()) {
        Some(IgnoreReason::SiteNotApproved)
    } else {
        given.objection(attendance.fact)
    }
}

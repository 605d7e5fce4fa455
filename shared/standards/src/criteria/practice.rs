//! Days in enterprises.

use kernel::Day;

use super::{Evidence, asked};
use crate::interval_set::IntervalSet;
use crate::window::{Edge, Piece, Window};
use crate::{Amount, Facts, IgnoreReason, Placement, Places, PracticeAsk};

pub fn days(ask: &PracticeAsk, facts: &Facts, places: &Places) -> IntervalSet {
    let counting = facts.placements.iter().filter(|placement| objection(ask, placement).is_none());
    let practised = IntervalSet::union_of(counting.map(|placement| {
        IntervalSet::stretch(placement.range.into()).and(&places.days(placement.site, &ask.site_kinds))
    }));
    reached(&practised, ask.window, i32::try_from(ask.at_least_days).unwrap_or(i32::MAX))
}

/// The days in whose window at least `threshold` of the days lie.
///
/// Nothing is walked day by day: while the window's edge keeps its distance, the count changes by the same amount from
/// each day to the next as long as neither end of the window enters or leaves a stretch, so that the day on which it
/// crosses the threshold follows from the count on the first.
fn reached(practised: &IntervalSet, window: Window, threshold: i32) -> IntervalSet {
    let mut days = IntervalSet::default();
    let (Some(&(first, _)), Some(&(_, end))) = (practised.stretches().first(), practised.stretches().last()) else {
        return days;
    };
    if practised.len() < threshold {
        return days;
    }
    let sees_the_last = window.days_that_see(end - 1);
    let until = sees_the_last.stretches().last().map_or(end, |stretch| stretch.1);
    for piece in window.pieces(first, until) {
        let cuts = cuts(practised, piece);
        for pair in cuts.windows(2) {
            push_reached(&mut days, practised, threshold, piece.edge, (pair[0], pair[1]));
        }
    }
    days
}

/// The days of a piece on which an end of the window enters or leaves a stretch, with both ends of the piece.
fn cuts(practised: &IntervalSet, piece: Piece) -> Vec<i32> {
    let mut cuts = vec![piece.from, piece.until];
    let inside = |day: &i32| piece.from < *day && *day < piece.until;
    cuts.extend(practised.edges().filter(inside));
    if let Edge::Behind(distance) = piece.edge {
        cuts.extend(practised.edges().map(|day| day + distance).filter(inside));
    }
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

fn push_reached(
    days: &mut IntervalSet,
    practised: &IntervalSet,
    threshold: i32,
    edge: Edge,
    (from, until): (i32, i32),
) {
    let (last_before, slope) = match edge {
        Edge::Behind(distance) => {
            let leaving = practised.contains(from - distance);
            (from - distance, i32::from(practised.contains(from)) - i32::from(leaving))
        }
        Edge::Fixed(last_before) => (last_before, i32::from(practised.contains(from))),
    };
    let spare = practised.count_until(from) - practised.count_until(last_before) - threshold;
    match (spare >= 0, slope) {
        (true, -1) => days.push(from, until.min(from + spare + 1)),
        (true, _) => days.push(from, until),
        (false, 1) => days.push(from - spare, until),
        (false, _) => {}
    }
}

pub fn evidence(ask: &PracticeAsk, facts: &Facts, places: &Places, on: Day) -> Evidence {
    let mut placements: Vec<&Placement> = facts.placements.iter().collect();
    placements.sort_unstable_by_key(|placement| (placement.range, *placement));
    let (edge, today) = (ask.window.edge(on.ordinal()), on.ordinal());
    let mut evidence = Evidence::default();
    let mut taken = IntervalSet::default();
    let mut known = Vec::new();
    for placement in placements {
        let fact = placement.fact;
        if let Some(reason) = objection(ask, placement) {
            evidence.ignore(fact, Amount::days(placement.range.days()), reason);
            continue;
        }
        let whole = IntervalSet::stretch(placement.range.into());
        let inside = whole.and(&IntervalSet::between(edge + 1, today + 1));
        let approved = inside.and(&places.days(placement.site, &ask.site_kinds));
        let fresh = approved.without(&taken);
        evidence.count(fact, Amount::days(fresh.len()));
        evidence.ignore_days(fact, whole.count_until(edge), IgnoreReason::OutsideWindow);
        evidence.ignore_days(fact, whole.len() - whole.count_until(today), IgnoreReason::NotYet);
        evidence.ignore_days(fact, inside.len() - approved.len(), IgnoreReason::SiteNotApproved);
        let what = (placement.site, placement.range.from());
        let twice = if known.contains(&what) { IgnoreReason::Duplicate } else { IgnoreReason::Overlapping };
        evidence.ignore_days(fact, approved.len() - fresh.len(), twice);
        known.push(what);
        taken = IntervalSet::union_of([taken, fresh]);
    }
    evidence
}

/// Why no day of a placement counts, whatever the day.
fn objection(ask: &PracticeAsk, placement: &Placement) -> Option<IgnoreReason> {
    match &placement.completed {
        _ if placement.voided.is_some() => Some(IgnoreReason::Voided),
        None => Some(IgnoreReason::NotCompleted),
        Some(completion) if !ask.results.contains(&completion.result) => Some(IgnoreReason::NotPassed),
        Some(_) if !asked(&ask.forms, &placement.form) => Some(IgnoreReason::OtherKind),
        Some(_) => None,
    }
}

//! Days in enterprises.

use kernel::vocabulary::{PracticeForm, PracticeResult};
use kernel::{Day, SiteId};

use super::{Evidence, Given, asked};
use crate::interval_set::IntervalSet;
use crate::window::{Edge, Piece, Window};
use crate::{Amount, IgnoreReason, Overlapping, Placement, PracticeAsk};

pub fn days(ask: &PracticeAsk, given: Given<'_>) -> IntervalSet {
    let mut layers: Vec<((SiteId, Day), IntervalSet)> = Vec::new();
    for placement in given.facts.placements.iter().filter(|placement| objection_by(ask, placement, given).is_none()) {
        let at = given.places.days(placement.site, &ask.site_kinds);
        let days = IntervalSet::stretch(placement.range.into()).and(&at);
        let stay = (placement.site, placement.range.from());
        match layers.iter_mut().find(|(known, _)| ask.overlapping == Overlapping::Once || *known == stay) {
            Some((_, layer)) => layer.extend(&days),
            None => layers.push((stay, days)),
        }
    }
    let layers = Layers(layers.into_iter().map(|(_, layer)| layer).filter(|layer| layer.len() > 0).collect());
    reached(&layers, ask.window, i32::try_from(ask.at_least_days).unwrap_or(i32::MAX))
}

/// Days that add up: a day counts once in each layer that it lies in.
struct Layers(Vec<IntervalSet>);

impl Layers {
    fn len(&self) -> i32 {
        self.0.iter().map(IntervalSet::len).sum()
    }

    fn count_until(&self, day: i32) -> i32 {
        self.0.iter().map(|layer| layer.count_until(day)).sum()
    }

    /// In how many layers the day lies.
    fn height(&self, day: i32) -> i32 {
        self.0.iter().map(|layer| i32::from(layer.contains(day))).sum()
    }

    fn edges(&self) -> impl Iterator<Item = i32> {
        self.0.iter().flat_map(IntervalSet::edges)
    }

    fn bounds(&self) -> Option<(i32, i32)> {
        let stretches = || self.0.iter().flat_map(|layer| layer.stretches());
        let first = stretches().map(|stretch| stretch.0).min()?;
        Some((first, stretches().map(|stretch| stretch.1).max()?))
    }
}

/// The days in whose window at least `threshold` of the days lie.
///
/// Nothing is walked day by day: while the window's edge keeps its distance, the count changes by the same amount from
/// each day to the next as long as neither end of the window enters or leaves a stretch, so that the day on which it
/// crosses the threshold follows from the count on the first.
fn reached(practised: &Layers, window: Window, threshold: i32) -> IntervalSet {
    let mut days = IntervalSet::default();
    let Some((first, end)) = practised.bounds() else { return days };
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
fn cuts(practised: &Layers, piece: Piece) -> Vec<i32> {
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

fn push_reached(days: &mut IntervalSet, practised: &Layers, threshold: i32, edge: Edge, (from, until): (i32, i32)) {
    let (last_before, slope) = match edge {
        Edge::Behind(distance) => {
            let leaving = practised.height(from - distance);
            (from - distance, practised.height(from) - leaving)
        }
        Edge::Fixed(last_before) => (last_before, practised.height(from)),
    };
    let spare = practised.count_until(from) - practised.count_until(last_before) - threshold;
    match (spare >= 0, slope) {
        (true, ..0) => days.push(from, until.min(from + spare / -slope + 1)),
        (true, _) => days.push(from, until),
        (false, 1..) => days.push(from + (-spare + slope - 1) / slope, until),
        (false, _) => {}
    }
}

pub fn evidence(ask: &PracticeAsk, given: Given<'_>, on: Day) -> Evidence {
    let mut placements: Vec<&Placement> = given.facts.placements.iter().collect();
    placements.sort_unstable_by_key(|placement| (placement.range, *placement));
    let (edge, today) = (ask.window.edge(on.ordinal()), on.ordinal());
    let mut evidence = Evidence::default();
    let mut taken: Vec<((SiteId, Day), IntervalSet)> = Vec::new();
    for placement in placements {
        let fact = placement.fact;
        if let Some(reason) = objection_by(ask, placement, given) {
            evidence.ignore(fact, Amount::days(placement.range.days()), reason);
            continue;
        }
        let whole = IntervalSet::stretch(placement.range.into());
        let inside = whole.and(&IntervalSet::between(edge + 1, today + 1));
        let approved = inside.and(&given.places.days(placement.site, &ask.site_kinds));
        let stay = (placement.site, placement.range.from());
        let known = taken.iter().any(|(other, _)| *other == stay);
        let counted = taken.iter().filter(|(other, _)| ask.overlapping == Overlapping::Once || *other == stay);
        let fresh = approved.without(&IntervalSet::union_of(counted.map(|(_, days)| days.clone())));
        evidence.count(fact, Amount::days(fresh.len()));
        evidence.ignore_days(fact, whole.count_until(edge), IgnoreReason::OutsideWindow);
        evidence.ignore_days(fact, whole.len() - whole.count_until(today), IgnoreReason::NotYet);
        evidence.ignore_days(fact, inside.len() - approved.len(), IgnoreReason::SiteNotApproved);
        let twice = if known { IgnoreReason::Duplicate } else { IgnoreReason::Overlapping };
        evidence.ignore_days(fact, approved.len() - fresh.len(), twice);
        taken.push((stay, fresh));
    }
    evidence
}

fn objection_by(ask: &PracticeAsk, placement: &Placement, given: Given<'_>) -> Option<IgnoreReason> {
    objection((&ask.results, &ask.forms), placement, given)
}

/// Why no day of a placement counts, whatever the day.
pub fn objection(
    (results, forms): (&[PracticeResult], &[PracticeForm]),
    placement: &Placement,
    given: Given<'_>,
) -> Option<IgnoreReason> {
    match &placement.completed {
        _ if placement.voided.is_some() => Some(IgnoreReason::Voided),
        None => Some(IgnoreReason::NotCompleted),
        Some(completion) if !results.contains(&completion.result) => Some(IgnoreReason::NotPassed),
        Some(_) if !asked(forms, &placement.form) => Some(IgnoreReason::OtherKind),
        Some(_) => given.objection(placement.fact),
    }
}

//! Judgements of expert panels.

use kernel::Day;
use kernel::vocabulary::Level;

use super::Evidence;
use crate::interval_set::IntervalSet;
use crate::{Amount, Facts, IgnoreReason, Judgement, Window};

pub fn days(least: Level, window: Option<Window>, facts: &Facts) -> IntervalSet {
    let will_do = facts.judgements.iter().filter(|judgement| judgement.voided.is_none() && judgement.level >= least);
    IntervalSet::union_of(will_do.map(|judgement| match window {
        Some(window) => window.days_that_see(judgement.judged_on.ordinal()),
        None => IntervalSet::since(judgement.judged_on),
    }))
}

pub fn evidence(least: Level, window: Option<Window>, facts: &Facts, on: Day) -> Evidence {
    let mut judgements: Vec<&Judgement> = facts.judgements.iter().collect();
    judgements.sort_unstable_by_key(|judgement| (judgement.judged_on, *judgement));
    let mut evidence = Evidence::default();
    let one = Amount::whole(1);
    for judgement in judgements {
        let edge = window.map(|window| window.edge(on.ordinal()));
        let reason = if judgement.voided.is_some() {
            IgnoreReason::Voided
        } else if judgement.level < least {
            IgnoreReason::BelowRank
        } else if on < judgement.judged_on {
            IgnoreReason::NotYet
        } else if edge.is_some_and(|edge| judgement.judged_on.ordinal() <= edge) {
            IgnoreReason::OutsideWindow
        } else {
            evidence.count(judgement.fact, one);
            continue;
        };
        evidence.ignore(judgement.fact, one, reason);
    }
    evidence
}

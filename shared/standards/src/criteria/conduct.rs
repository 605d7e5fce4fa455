//! No breach of conduct in force.

use kernel::Day;

use super::Evidence;
use crate::interval_set::IntervalSet;
use crate::{Amount, Breach, Facts, IgnoreReason};

pub fn days(facts: &Facts) -> IntervalSet {
    in_force(facts).not()
}

pub fn in_force(facts: &Facts) -> IntervalSet {
    let standing = facts.breaches.iter().filter(|breach| breach.voided.is_none());
    IntervalSet::union_of(standing.map(|breach| IntervalSet::since_until(breach.confirmed_on, breach.lifted_on)))
}

/// What counts here counts against the teacher.
pub fn evidence(facts: &Facts, on: Day) -> Evidence {
    let mut breaches: Vec<&Breach> = facts.breaches.iter().collect();
    breaches.sort_unstable_by_key(|breach| (breach.confirmed_on, *breach));
    let mut evidence = Evidence::default();
    let one = Amount::whole(1);
    for breach in breaches {
        if breach.voided.is_some() {
            evidence.ignore(breach.fact, one, IgnoreReason::Voided);
        } else if on < breach.confirmed_on {
            evidence.ignore(breach.fact, one, IgnoreReason::NotYet);
        } else if breach.lifted_on.is_some_and(|lifted| lifted <= on) {
            evidence.ignore(breach.fact, one, IgnoreReason::Lifted);
        } else {
            evidence.count(breach.fact, one);
        }
    }
    evidence
}

//! What each kind of criterion means: the days on which it is met, and the evidence on one of them.

mod achievement;
mod conduct;
mod credential;
mod practice;
mod tenure;
mod training;

use kernel::{Day, EventId};

use crate::interval_set::IntervalSet;
use crate::{Amount, Asks, Counted, Criterion, Facts, IgnoreReason, Ignored, Places};

/// The facts that speak for a criterion on a day, and those that do not.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Those that count.
    pub counted: Vec<Counted>,
    /// Those that do not.
    pub ignored: Vec<Ignored>,
}

impl Evidence {
    /// So much of a fact counts.
    pub fn count(&mut self, fact: EventId, amount: Amount) {
        if amount > Amount::ZERO {
            self.counted.push(Counted { fact, amount });
        }
    }

    /// So much of a fact does not count.
    pub fn ignore(&mut self, fact: EventId, amount: Amount, reason: IgnoreReason) {
        self.ignored.push(Ignored { fact, amount, reason });
    }

    /// So many days of a fact do not count, if there are any.
    pub fn ignore_days(&mut self, fact: EventId, days: i32, reason: IgnoreReason) {
        if days > 0 {
            self.ignore(fact, Amount::days(days), reason);
        }
    }

    /// What counts, in all.
    pub fn amount(&self) -> Amount {
        self.counted.iter().map(|counted| counted.amount).sum()
    }
}

/// The days on which the criterion is met, whoever it is asked of.
pub fn days(criterion: &Criterion, facts: &Facts, places: &Places) -> IntervalSet {
    match &criterion.asks {
        Asks::Credential { any_of } => credential::days(any_of, facts),
        Asks::Practice(ask) => practice::days(ask, facts, places),
        Asks::Training(ask) => training::days(ask, facts, places),
        Asks::YearsInPost { roles, .. } => tenure::days(criterion, roles, facts),
        Asks::Achievement(ask) => achievement::days(ask, facts),
        Asks::NoBreach => conduct::days(facts),
    }
}

/// The evidence on a day.
pub fn evidence(criterion: &Criterion, facts: &Facts, places: &Places, on: Day) -> Evidence {
    match &criterion.asks {
        Asks::Credential { any_of } => credential::evidence(any_of, facts, on),
        Asks::Practice(ask) => practice::evidence(ask, facts, places, on),
        Asks::Training(ask) => training::evidence(ask, facts, places, on),
        Asks::YearsInPost { roles, .. } => tenure::evidence(roles, facts, on),
        Asks::Achievement(ask) => achievement::evidence(ask, facts, on),
        Asks::NoBreach => conduct::evidence(facts, on),
    }
}

/// Whether a list that may be empty to mean *any* has the item.
fn asked<T: PartialEq>(list: &[T], item: &T) -> bool {
    list.is_empty() || list.contains(item)
}

/// The days on which a breach of conduct is in force.
pub fn restricted(facts: &Facts) -> IntervalSet {
    conduct::in_force(facts)
}

//! What each kind of criterion means: the days on which it is met, and the evidence on one of them.

mod achievement;
mod conduct;
mod credential;
mod experience;
mod panel;
mod practice;
mod tenure;
mod training;

use kernel::{Day, EventId};

use crate::interval_set::IntervalSet;
use crate::{Amount, Asks, Counted, Counts, Criterion, EvidenceRule, Facts, IgnoreReason, Ignored, Places};

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

/// What a criterion is worked out from.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// Sites and schools.
    pub places: &'a Places,
    /// Which facts the pack admits.
    pub rule: EvidenceRule,
}

impl Given<'_> {
    /// Why the pack does not admit a fact that a base or station recorded.
    fn objection(&self, fact: EventId) -> Option<IgnoreReason> {
        let disputed = self.rule.disputed == Counts::Ignored && self.facts.disputed.contains(&fact);
        disputed.then_some(IgnoreReason::Disputed)
    }

    /// Why the pack does not admit a fact of the teacher's own record.
    fn objection_to_own(&self, fact: EventId) -> Option<IgnoreReason> {
        let unverified = self.rule.unverified == Counts::Ignored && !self.facts.verified.contains(&fact);
        self.objection(fact).or(unverified.then_some(IgnoreReason::Unverified))
    }
}

/// The days on which the criterion is met, whoever it is asked of.
pub fn days(criterion: &Criterion, given: Given<'_>) -> IntervalSet {
    match &criterion.asks {
        Asks::Credential { any_of } => credential::days(any_of, given),
        Asks::Practice(ask) => practice::days(ask, given),
        Asks::Training(ask) => training::days(ask, given),
        Asks::YearsInPost { roles, at_one_school, .. } => tenure::days(criterion, (roles, *at_one_school), given.facts),
        Asks::Achievement(ask) => achievement::days(ask, given),
        Asks::EnterpriseWork { at_least_days } => experience::worked(*at_least_days, given),
        Asks::PracticeBefore(ask) => experience::days_before(ask, given),
        Asks::Panel { at_least_level, .. } => panel::days(*at_least_level, criterion.window(), given.facts),
        Asks::NoBreach => conduct::days(given.facts),
    }
}

/// The days on which the criterion has nothing to ask, whatever the teacher's role.
pub fn idle(criterion: &Criterion, facts: &Facts) -> IntervalSet {
    match &criterion.asks {
        Asks::PracticeBefore(ask) => experience::idle(ask, facts),
        _ => IntervalSet::default(),
    }
}

/// The evidence on a day.
pub fn evidence(criterion: &Criterion, given: Given<'_>, on: Day) -> Evidence {
    match &criterion.asks {
        Asks::Credential { any_of } => credential::evidence(any_of, given, on),
        Asks::Practice(ask) => practice::evidence(ask, given, on),
        Asks::Training(ask) => training::evidence(ask, given, on),
        Asks::YearsInPost { roles, at_one_school, .. } => tenure::evidence((roles, *at_one_school), given.facts, on),
        Asks::Achievement(ask) => achievement::evidence(ask, given, on),
        Asks::EnterpriseWork { .. } => experience::evidence_of_work(given, on),
        Asks::PracticeBefore(ask) => experience::evidence_before(ask, given, on),
        Asks::Panel { at_least_level, .. } => panel::evidence(*at_least_level, criterion.window(), given.facts, on),
        Asks::NoBreach => conduct::evidence(given.facts, on),
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

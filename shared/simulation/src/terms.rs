//! Terms: half years, at the end of which things are recorded.

use kernel::{Day, DayRange, Instant};

use crate::scenario::Scenario;

/// A term by number. Term 0 is everything before the first day; term 1 is the first half year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(pub(crate) u8);

/// From ten in the morning to midnight, in microseconds: things are recorded at ten.
const FOURTEEN_HOURS: i64 = 14 * 3_600 * 1_000_000;

impl Term {
    /// What came before the first day.
    pub const BEFORE: Self = Self(0);

    /// Its number: 0 for what came before the first day.
    pub fn number(self) -> u8 {
        self.0
    }

    pub(crate) fn plus(self, terms: u8) -> Self {
        Self(self.0 + terms)
    }

    /// Whether a school's year ends with it.
    pub(crate) fn ends_a_year(self) -> bool {
        self.0.is_multiple_of(2)
    }
}

impl Scenario {
    /// Every term, in order.
    pub fn terms(&self) -> impl Iterator<Item = Term> + use<> {
        (0..=self.last_term().0).map(Term)
    }

    /// The last day of a term, on which everything of it is recorded that is not late.
    pub fn recorded_on(&self, term: Term) -> Day {
        self.ends[usize::from(term.0.min(self.last_term().0))]
    }

    /// The instant at which everything of a term is recorded.
    pub fn recorded_at(&self, term: Term) -> Instant {
        Instant::from_micros(Instant::end_of(self.recorded_on(term)).as_micros() - FOURTEEN_HOURS)
    }

    pub(crate) fn last_term(&self) -> Term {
        Term(self.years() * 2)
    }

    /// First and last day of a term; none of what came before.
    pub(crate) fn days_of(&self, term: Term) -> Option<DayRange> {
        let before = Term(term.0.checked_sub(1)?);
        DayRange::new(self.recorded_on(before).next(), self.recorded_on(term)).ok()
    }

    /// The term in which a day lies; the last one for whatever is later.
    pub(crate) fn term_of(&self, day: Day) -> Term {
        self.terms().find(|term| day <= self.recorded_on(*term)).unwrap_or(self.last_term())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario() -> Scenario {
        Scenario::new(1, 300, 5, Day::parse("2026-08-31").unwrap()).unwrap()
    }

    #[test]
    fn every_day_lies_in_the_term_at_whose_end_it_is_recorded() {
        let scenario = scenario();
        let mut day = scenario.start();
        while day < scenario.until() {
            day = day.next();
            let term = scenario.term_of(day);
            assert!(scenario.days_of(term).unwrap().contains(day), "{day}");
            assert!(scenario.recorded_at(term).day() >= day);
        }
        assert_eq!(scenario.recorded_on(scenario.last_term()), scenario.until());
        assert_eq!(scenario.term_of(Day::MIN), Term::BEFORE);
    }

    #[test]
    fn what_is_recorded_is_recorded_on_the_last_day_of_the_term() {
        let scenario = scenario();
        for term in scenario.terms() {
            assert_eq!(scenario.recorded_at(term).day(), scenario.recorded_on(term));
        }
        assert_eq!(scenario.terms().count(), 11);
    }
}

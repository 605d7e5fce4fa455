//! The days on which evidence counts.

use kernel::{Day, DayRange};
use serde::{Deserialize, Serialize};

use crate::calendar;
use crate::interval_set::{END, IntervalSet};

/// Which days before a day, and with it, evidence may lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Window {
    /// The days after the same date so many calendar years earlier, up to and including the day.
    Rolling {
        /// The years.
        years: u8,
    },
    /// The days from the beginning of the cycle the day lies in, up to and including the day.
    Cycle {
        /// How long a cycle lasts.
        years: u8,
        /// The first day of one of the cycles; others follow and precede it.
        starting: Day,
    },
}

/// A stretch of days over which the edge of a window moves in one way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub from: i32,
    pub until: i32,
    pub edge: Edge,
}

/// How the last day before a window follows the day it is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Edge {
    /// So many days behind it.
    Behind(i32),
    /// Not at all.
    Fixed(i32),
}

impl Window {
    /// The first and the last day of the window of a day.
    pub fn on(self, day: Day) -> DayRange {
        let first = Day::from_ordinal(self.edge(day.ordinal()) + 1);
        // Only in the first days of the calendar is there no day between the edge and the day itself.
        #[expect(clippy::expect_used, reason = "the smaller of the two days comes first")]
        DayRange::new(first.min(day), day).expect("a range from the smaller day")
    }

    /// The last day before the window of `day`. Never falls as `day` rises.
    pub(crate) fn edge(self, day: i32) -> i32 {
        match self {
            Self::Rolling { years } => calendar::years_earlier(day, years).max(0),
            Self::Cycle { years, starting } => cycle_start(day, years, starting) - 1,
        }
    }

    /// The days whose window holds `day`.
    pub(crate) fn days_that_see(self, day: i32) -> IntervalSet {
        if self.edge(day) >= day {
            return IntervalSet::default();
        }
        // The edge never falls, so the first day on which it has reached `day` is found by halving.
        let (mut seen, mut beyond) = match self {
            // So many years are at least 365 and at most 366 times as many days.
            Self::Rolling { years } => (day + 365 * i32::from(years) - 1, day + 366 * i32::from(years)),
            Self::Cycle { .. } => (day, END),
        };
        while beyond - seen > 1 {
            let middle = seen + (beyond - seen) / 2;
            if self.edge(middle) >= day { beyond = middle } else { seen = middle }
        }
        IntervalSet::between(day, beyond)
    }

    /// The stretches over which the edge moves in one way, from `from` on and until `until`.
    pub(crate) fn pieces(self, from: i32, until: i32) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(32);
        let mut at = from;
        while at < until {
            let piece = self.piece(at);
            let end = piece.until.min(until);
            pieces.push(Piece { from: at, until: end, ..piece });
            at = end;
        }
        pieces
    }

    /// The rest of the piece that `day` lies in.
    fn piece(self, day: i32) -> Piece {
        match self {
            Self::Rolling { years } => {
                let edge = calendar::years_earlier(day, years);
                let until = calendar::end_of_february_era(day);
                let behind = day - edge;
                if edge < 0 {
                    return Piece { from: day, until: until.min(behind), edge: Edge::Fixed(0) };
                }
                Piece { from: day, until, edge: Edge::Behind(behind) }
            }
            Self::Cycle { years, starting } => {
                let number = cycle_number(day, years, starting);
                let edge = Edge::Fixed(nth_cycle(number, years, starting) - 1);
                Piece { from: day, until: nth_cycle(number + 1, years, starting), edge }
            }
        }
    }
}

/// The first day of the cycle that the day lies in.
fn cycle_start(day: i32, years: u8, starting: Day) -> i32 {
    nth_cycle(cycle_number(day, years, starting), years, starting)
}

fn cycle_number(day: i32, years: u8, starting: Day) -> i32 {
    let years_between = calendar::year(day) - calendar::year(starting.ordinal());
    let number = years_between.div_euclid(i32::from(years.max(1)));
    if nth_cycle(number, years, starting) > day { number - 1 } else { number }
}

fn nth_cycle(number: i32, years: u8, starting: Day) -> i32 {
    calendar::years_later(starting.ordinal(), number * i32::from(years))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_that_see_a_day_are_those_whose_window_holds_it() {
        let starting = Day::from_ordinal(calendar::years_later(0, 120) + 59);
        let around = |from: i32, years: i32| (from..from + 400).chain(from + 365 * years..from + 366 * years + 400);
        for years in [1, 4, 5] {
            for window in [Window::Rolling { years }, Window::Cycle { years, starting }] {
                for day in (0..3).chain(43_400..44_300).chain(END - 500..END) {
                    let seen = window.days_that_see(day);
                    for on in around(day, i32::from(years)).filter(|on| *on < END).step_by(7) {
                        assert_eq!(seen.contains(on), window.edge(on) < day && day <= on, "{window:?} {day} {on}");
                    }
                    let last = seen.stretches().last().map_or(day, |stretch| stretch.1 - 1);
                    for on in (last - 1..=last + 1).filter(|on| (day..END).contains(on)) {
                        assert_eq!(seen.contains(on), window.edge(on) < day, "{window:?} {day} {on}");
                    }
                }
            }
        }
    }
}

//! Sets of days: unions of stretches, without listing the days.

use crate::{Day, DayRange};

/// A set of days, held as disjoint, ascending stretches that do not touch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DaySet {
    ranges: Vec<(i32, i32)>,
}

impl DaySet {
    /// The union of the stretches, in any order, overlapping or not.
    pub fn union_of(ranges: impl IntoIterator<Item = DayRange>) -> Self {
        let mut sorted: Vec<_> = ranges.into_iter().map(|r| (r.from().ordinal(), r.to().ordinal())).collect();
        sorted.sort_unstable();
        let mut merged: Vec<(i32, i32)> = Vec::with_capacity(sorted.len());
        for (from, to) in sorted {
            match merged.last_mut() {
                Some(last) if from <= last.1 + 1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        Self { ranges: merged }
    }

    /// The days that lie in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut a, mut b) = (0, 0);
        let mut common = Vec::new();
        while let (Some(&left), Some(&right)) = (self.ranges.get(a), other.ranges.get(b)) {
            let (from, to) = (left.0.max(right.0), left.1.min(right.1));
            if from <= to {
                common.push((from, to));
            }
            if left.1 < right.1 { a += 1 } else { b += 1 }
        }
        Self { ranges: common }
    }

    /// How many of its days lie on or before `day`.
    pub fn count_until(&self, day: Day) -> i32 {
        let end = day.ordinal();
        self.ranges.iter().take_while(|range| range.0 <= end).map(|range| range.1.min(end) - range.0 + 1).sum()
    }

    /// How many of its days lie after `after`, up to and including `until`.
    pub fn count_within(&self, after: Day, until: Day) -> i32 {
        self.count_until(until) - self.count_until(after)
    }

    /// Whether the day is in the set.
    pub fn contains(&self, day: Day) -> bool {
        let ordinal = day.ordinal();
        self.ranges.iter().any(|range| range.0 <= ordinal && ordinal <= range.1)
    }

    /// How many days it has.
    pub fn len(&self) -> i32 {
        self.ranges.iter().map(|range| range.1 - range.0 + 1).sum()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The stretches, ascending: first and last day of each.
    pub fn stretches(&self) -> impl Iterator<Item = (Day, Day)> + '_ {
        self.ranges.iter().map(|range| (Day::from_ordinal(range.0), Day::from_ordinal(range.1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: &str, to: &str) -> DayRange {
        DayRange::new(Day::parse(from).unwrap(), Day::parse(to).unwrap()).unwrap()
    }

    #[test]
    fn overlapping_stretches_count_a_day_once() {
        let set = DaySet::union_of([
            range("2024-01-05", "2024-01-10"),
            range("2024-01-01", "2024-01-06"),
            range("2024-01-11", "2024-01-12"),
        ]);
        assert_eq!(set.len(), 12);
        assert_eq!(set.stretches().count(), 1);
    }

    #[test]
    fn the_first_day_after_the_window_edge_counts() {
        let set = DaySet::union_of([range("2019-03-01", "2019-03-10")]);
        let day = Day::parse("2024-03-01").unwrap();
        assert_eq!(set.count_within(day.minus_years(5), day), 9);
    }

    #[test]
    fn what_lies_in_both_is_the_intersection() {
        let left = DaySet::union_of([range("2024-01-01", "2024-01-10"), range("2024-02-01", "2024-02-10")]);
        let right = DaySet::union_of([range("2024-01-08", "2024-02-03")]);
        assert_eq!(left.intersection(&right).len(), 6);
    }
}

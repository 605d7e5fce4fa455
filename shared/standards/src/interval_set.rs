//! Sets of days over the whole calendar, as stretches: what every criterion is turned into.

use kernel::{Day, Period};

/// The day number after the last day there is.
pub const END: i32 = 109_938;

/// A set of day numbers: disjoint, ascending stretches that do not touch, each from its first day until the first day
/// that is no longer in it, all within `0..END`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IntervalSet {
    stretches: Vec<(i32, i32)>,
}

impl IntervalSet {
    /// From a day until another, which is not in it; nothing when there is no day in between.
    pub fn between(from: i32, until: i32) -> Self {
        let (from, until) = (from.max(0), until.min(END));
        Self { stretches: if from < until { vec![(from, until)] } else { Vec::new() } }
    }

    /// From a day on.
    pub fn since(day: Day) -> Self {
        Self::between(day.ordinal(), END)
    }

    /// From a day on until another, if there is one.
    pub fn since_until(from: Day, until: Option<Day>) -> Self {
        Self::between(from.ordinal(), until.map_or(END, Day::ordinal))
    }

    /// The days of a period.
    pub fn stretch(period: Period) -> Self {
        Self::between(period.from().ordinal(), period.to().map_or(END, |to| to.ordinal() + 1))
    }

    /// Every day that lies in one of the sets.
    pub fn union_of(sets: impl IntoIterator<Item = Self>) -> Self {
        let mut sorted: Vec<(i32, i32)> = sets.into_iter().flat_map(|set| set.stretches).collect();
        sorted.sort_unstable();
        let mut merged = Self { stretches: Vec::with_capacity(sorted.len()) };
        for (from, until) in sorted {
            merged.push(from, until);
        }
        merged
    }

    /// Adds a stretch that begins no earlier than the last one does.
    pub fn push(&mut self, from: i32, until: i32) {
        match self.stretches.last_mut() {
            _ if from >= until => {}
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => self.stretches.push((from, until)),
        }
    }

    /// Adds the days of another set.
    pub fn extend(&mut self, other: &Self) {
        *self = Self::union_of([std::mem::take(self), other.clone()]);
    }

    /// The days in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let (mut a, mut b) = (0, 0);
        let mut both = Self::default();
        while let (Some(left), Some(right)) = (self.stretches.get(a), other.stretches.get(b)) {
            both.push(left.0.max(right.0), left.1.min(right.1));
            if left.1 < right.1 { a += 1 } else { b += 1 }
        }
        both
    }

    /// The days in this, but not in the other.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        self.and(&other.not())
    }

    /// The days that are not in it.
    #[must_use]
    pub fn not(&self) -> Self {
        let mut rest = Self { stretches: Vec::with_capacity(self.stretches.len() + 1) };
        let mut at = 0;
        for &(from, until) in &self.stretches {
            rest.push(at, from);
            at = until;
        }
        rest.push(at, END);
        rest
    }

    /// The days that lie in at least `k` of the sets.
    pub fn at_least(k: usize, sets: &[Self]) -> Self {
        let mut steps: Vec<(i32, i32)> = Vec::with_capacity(sets.len() * 4);
        for &(from, until) in sets.iter().flat_map(|set| &set.stretches) {
            steps.push((from, 1));
            steps.push((until, -1));
        }
        weighed(i64::try_from(k).unwrap_or(i64::MAX), steps.into_iter().map(|(day, step)| (day, i64::from(step))))
    }

    /// Whether the day is in it.
    pub fn contains(&self, day: i32) -> bool {
        let after = self.stretches.partition_point(|stretch| stretch.0 <= day);
        after > 0 && day < self.stretches[after - 1].1
    }

    /// The first day after `day` that is not in it, if `day` is in it and there is one.
    pub fn ends_after(&self, day: i32) -> Option<i32> {
        let after = self.stretches.partition_point(|stretch| stretch.0 <= day);
        let until = self.stretches.get(after.checked_sub(1)?)?.1;
        (day < until && until < END).then_some(until)
    }

    /// How many of its days lie in `0..=day`.
    pub fn count_until(&self, day: i32) -> i32 {
        self.stretches
            .iter()
            .take_while(|stretch| stretch.0 <= day)
            .map(|stretch| stretch.1.min(day + 1) - stretch.0)
            .sum()
    }

    /// The first day by which so many of its days have come; the first day of all where none is asked for.
    pub fn reaches(&self, threshold: i32) -> Option<i32> {
        if threshold <= 0 {
            return Some(0);
        }
        let mut before = 0;
        for &(from, until) in &self.stretches {
            if before + until - from >= threshold {
                return Some(from + threshold - before - 1);
            }
            before += until - from;
        }
        None
    }

    /// How many days it has.
    pub fn len(&self) -> i32 {
        self.stretches.iter().map(|stretch| stretch.1 - stretch.0).sum()
    }

    /// The stretches.
    pub fn stretches(&self) -> &[(i32, i32)] {
        &self.stretches
    }

    /// The days on which membership changes.
    pub fn edges(&self) -> impl Iterator<Item = i32> {
        self.stretches.iter().flat_map(|&(from, until)| [from, until]).filter(|day| (0..END).contains(day))
    }
}

/// The days on which the sum of all steps so far is at least `threshold`, which is above zero.
pub fn weighed(threshold: i64, steps: impl Iterator<Item = (i32, i64)>) -> IntervalSet {
    let mut steps: Vec<(i32, i64)> = steps.collect();
    steps.sort_unstable();
    let (mut sum, mut reached_on) = (0, None);
    let mut days = IntervalSet::default();
    for group in steps.chunk_by(|left, right| left.0 == right.0) {
        sum += group.iter().map(|step| step.1).sum::<i64>();
        match reached_on {
            None if sum >= threshold => reached_on = Some(group[0].0),
            Some(from) if sum < threshold => {
                days.push(from, group[0].0);
                reached_on = None;
            }
            _ => {}
        }
    }
    if let Some(from) = reached_on {
        days.push(from, END);
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(stretches: &[(i32, i32)]) -> IntervalSet {
        IntervalSet::union_of(stretches.iter().map(|&(from, until)| IntervalSet::between(from, until)))
    }

    #[test]
    fn the_end_is_the_day_after_the_last() {
        assert_eq!(END, Day::MAX.ordinal() + 1);
    }

    #[test]
    fn sets_combine_like_their_days() {
        let sets = [set(&[(0, 5), (7, 9)]), set(&[(3, 8)]), set(&[(4, 5), (20, END)])];
        let counts = |day| sets.iter().filter(|set| set.contains(day)).count();
        for day in 0..30 {
            assert_eq!(sets[0].and(&sets[1]).contains(day), sets[0].contains(day) && sets[1].contains(day), "{day}");
            assert_eq!(sets[0].not().contains(day), !sets[0].contains(day), "{day}");
            for k in 1..=3 {
                assert_eq!(IntervalSet::at_least(k, &sets).contains(day), counts(day) >= k, "{k} on {day}");
            }
        }
    }

    #[test]
    fn stretches_that_touch_are_one() {
        assert_eq!(set(&[(0, 5), (5, 9)]).stretches(), [(0, 9)]);
        assert_eq!(IntervalSet::between(0, END).ends_after(3), None);
        assert_eq!(set(&[(0, 5)]).ends_after(4), Some(5));
        assert_eq!(set(&[(0, 5)]).ends_after(5), None);
    }
}

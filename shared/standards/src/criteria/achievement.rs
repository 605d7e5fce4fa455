//! Achievements.

use kernel::Day;

use super::{Evidence, Given};
use crate::interval_set::{IntervalSet, weighed};
use crate::{Achievement, AchievementAsk, Amount, IgnoreReason};

pub fn days(ask: &AchievementAsk, given: Given<'_>) -> IntervalSet {
    let mut steps = Vec::new();
    let of_a_kind = given.facts.achievements.iter().filter(|achievement| ask.kinds.contains(&achievement.kind));
    for achievement in of_a_kind.filter(|achievement| standing_objection(ask, achievement, given).is_none()) {
        let seen = match ask.window {
            Some(window) => window.days_that_see(achievement.achieved_on.ordinal()),
            None => IntervalSet::since(achievement.achieved_on),
        };
        steps.extend(seen.stretches().iter().flat_map(|&(from, until)| [(from, 1), (until, -1)]));
    }
    weighed(i64::from(ask.count), steps.into_iter())
}

pub fn evidence(ask: &AchievementAsk, given: Given<'_>, on: Day) -> Evidence {
    let of_a_kind = |achievement: &&Achievement| ask.kinds.contains(&achievement.kind);
    let mut achievements: Vec<&Achievement> = given.facts.achievements.iter().filter(of_a_kind).collect();
    achievements.sort_unstable_by_key(|achievement| (achievement.achieved_on, *achievement));
    let mut evidence = Evidence::default();
    let one = Amount::whole(1);
    for achievement in achievements {
        match objection(ask, achievement, given, on) {
            Some(reason) => evidence.ignore(achievement.fact, one, reason),
            None => evidence.count(achievement.fact, one),
        }
    }
    evidence
}

/// Why an achievement does not count, whatever the day.
fn standing_objection(ask: &AchievementAsk, achievement: &Achievement, given: Given<'_>) -> Option<IgnoreReason> {
    if achievement.voided.is_some() {
        Some(IgnoreReason::Voided)
    } else if !high_enough(ask, achievement) {
        Some(IgnoreReason::BelowRank)
    } else {
        given.objection_to_own(achievement.fact)
    }
}

fn objection(ask: &AchievementAsk, achievement: &Achievement, given: Given<'_>, on: Day) -> Option<IgnoreReason> {
    let edge = ask.window.map(|window| window.edge(on.ordinal()));
    let standing = standing_objection(ask, achievement, given);
    if standing.is_some() {
        standing
    } else if on < achievement.achieved_on {
        Some(IgnoreReason::NotYet)
    } else if edge.is_some_and(|edge| achievement.achieved_on.ordinal() <= edge) {
        Some(IgnoreReason::OutsideWindow)
    } else {
        None
    }
}

/// The vocabulary lists tiers from the highest down.
fn high_enough(ask: &AchievementAsk, achievement: &Achievement) -> bool {
    ask.at_least_tier.is_none_or(|least| achievement.tier.is_some_and(|tier| tier <= least))
}

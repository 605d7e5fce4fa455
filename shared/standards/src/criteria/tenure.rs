//! Years in post.

use kernel::Day;
use kernel::vocabulary::Role;

use super::{Evidence, asked};
use crate::interval_set::{END, IntervalSet};
use crate::{Amount, Criterion, Facts, IgnoreReason, Post};

pub fn days(criterion: &Criterion, roles: &[Role], facts: &Facts) -> IntervalSet {
    let (threshold, _) = criterion.threshold();
    let counting = facts.posts.iter().filter(|post| objection(roles, post).is_none());
    let in_post = IntervalSet::union_of(counting.map(|post| IntervalSet::stretch(post.period)));
    let mut before = Amount::ZERO;
    for &(from, until) in in_post.stretches() {
        let with_this = before + Amount::days(until - from);
        if with_this >= threshold {
            // The stretch is cut where what lacks is there; beyond it the criterion stays met.
            let lacking = before.short_of(threshold).as_f64() as i32;
            return IntervalSet::between(from + lacking - 1, END);
        }
        before = with_this;
    }
    IntervalSet::default()
}

pub fn evidence(roles: &[Role], facts: &Facts, on: Day) -> Evidence {
    let mut posts: Vec<&Post> = facts.posts.iter().collect();
    posts.sort_unstable_by_key(|post| (post.period, *post));
    let mut evidence = Evidence::default();
    let mut taken = IntervalSet::default();
    for post in posts {
        let so_far = IntervalSet::stretch(post.period).and(&IntervalSet::between(0, on.ordinal() + 1));
        if let Some(reason) = objection(roles, post) {
            evidence.ignore(post.fact, Amount::days(so_far.len()), reason);
            continue;
        }
        if post.period.from() > on {
            evidence.ignore(post.fact, Amount::ZERO, IgnoreReason::NotYet);
            continue;
        }
        let fresh = so_far.without(&taken);
        evidence.count(post.fact, Amount::days(fresh.len()));
        evidence.ignore_days(post.fact, so_far.len() - fresh.len(), IgnoreReason::Overlapping);
        taken = IntervalSet::union_of([taken, fresh]);
    }
    evidence
}

fn objection(roles: &[Role], post: &Post) -> Option<IgnoreReason> {
    if post.voided.is_some() {
        Some(IgnoreReason::Voided)
    } else if !asked(roles, &post.role) {
        Some(IgnoreReason::OtherKind)
    } else {
        None
    }
}

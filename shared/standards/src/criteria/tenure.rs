//! Years in post.

use std::collections::{BTreeMap, BTreeSet};

use kernel::vocabulary::Role;
use kernel::{Day, OrganisationId};

use super::{Evidence, asked};
use crate::interval_set::{END, IntervalSet};
use crate::{Amount, Criterion, Facts, IgnoreReason, Post};

pub fn days(criterion: &Criterion, (roles, at_one_school): (&[Role], bool), facts: &Facts) -> IntervalSet {
    let (threshold, _) = criterion.threshold();
    let threshold = threshold.as_f64() as i32;
    let mut in_post: BTreeMap<Option<OrganisationId>, Vec<IntervalSet>> = BTreeMap::new();
    for post in facts.posts.iter().filter(|post| objection(roles, post).is_none()) {
        let school = at_one_school.then_some(post.school);
        in_post.entry(school).or_default().push(IntervalSet::stretch(post.period));
    }
    // Once the years are there the criterion stays met.
    let reached = in_post.into_values().filter_map(|posts| IntervalSet::union_of(posts).reaches(threshold));
    reached.min().map_or_else(IntervalSet::default, |from| IntervalSet::between(from, END))
}

pub fn evidence((roles, at_one_school): (&[Role], bool), facts: &Facts, on: Day) -> Evidence {
    if !at_one_school {
        return evidence_at(None, roles, facts, on);
    }
    let schools: BTreeSet<OrganisationId> = facts.posts.iter().map(|post| post.school).collect();
    let at_each = schools.into_iter().map(|school| evidence_at(Some(school), roles, facts, on));
    at_each.max_by_key(Evidence::amount).unwrap_or_default()
}

/// The posts held at a school, or at all of them.
fn evidence_at(school: Option<OrganisationId>, roles: &[Role], facts: &Facts, on: Day) -> Evidence {
    let mut posts: Vec<&Post> = facts.posts.iter().collect();
    posts.sort_unstable_by_key(|post| (post.period, *post));
    let mut evidence = Evidence::default();
    let mut taken = IntervalSet::default();
    for post in posts {
        let so_far = IntervalSet::stretch(post.period).and(&IntervalSet::between(0, on.ordinal() + 1));
        let elsewhere = school.is_some_and(|school| school != post.school).then_some(IgnoreReason::OtherKind);
        if let Some(reason) = objection(roles, post).or(elsewhere) {
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

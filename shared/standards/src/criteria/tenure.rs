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
    // Once the years are there the criterion stays met, for as long as the school is the teacher's own.
    let met = in_post.into_iter().filter_map(|(school, posts)| {
        let from = IntervalSet::union_of(posts).reaches(threshold)?;
        let reached = IntervalSet::between(from, END);
        Some(school.map_or(reached.clone(), |school| reached.and(&days_at(school, facts))))
    });
    IntervalSet::union_of(met.collect::<Vec<_>>())
}

pub fn evidence((roles, at_one_school): (&[Role], bool), facts: &Facts, on: Day) -> Evidence {
    if !at_one_school {
        return evidence_at(None, roles, facts, on);
    }
    let schools: BTreeSet<OrganisationId> = facts.posts.iter().map(|post| post.school).collect();
    let own = schools.into_iter().filter(|school| days_at(*school, facts).contains(on.ordinal()));
    let at_each = own.map(|school| evidence_at(Some(school), roles, facts, on));
    at_each.max_by_key(Evidence::amount).unwrap_or_default()
}

/// The days on which a school is the teacher's own: those in post there, and after the last post of all, or between two, those
/// until the next begins. Years at a school that somebody has left for another do not count at that one.
fn days_at(school: OrganisationId, facts: &Facts) -> IntervalSet {
    let standing = || facts.posts.iter().filter(|post| post.voided.is_none());
    let anywhere = IntervalSet::union_of(standing().map(|post| IntervalSet::stretch(post.period)).collect::<Vec<_>>());
    let here = standing().filter(|post| post.school == school).flat_map(|post| {
        let afterwards = post.period.to().map(|last| last.next().ordinal()).map(|after| {
            let begins = standing().map(|next| next.period.from().ordinal()).filter(|next| *next >= after);
            // In post elsewhere on that day already, or not until the next post begins.
            let end = if anywhere.contains(after) { after } else { begins.min().unwrap_or(END) };
            IntervalSet::between(after, end)
        });
        [Some(IntervalSet::stretch(post.period)), afterwards].into_iter().flatten()
    });
    IntervalSet::union_of(here.collect::<Vec<_>>())
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

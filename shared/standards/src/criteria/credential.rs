//! Holding one of several credentials.

use kernel::Day;

use super::{Evidence, Given};
use crate::interval_set::IntervalSet;
use crate::{Amount, Credential, CredentialAsk, IgnoreReason};

pub fn days(any_of: &[CredentialAsk], given: Given<'_>) -> IntervalSet {
    let counts = |credential: &&Credential| {
        credential.voided.is_none() && fits(any_of, credential) && given.objection_to_own(credential.fact).is_none()
    };
    let fitting = given.facts.credentials.iter().filter(counts);
    IntervalSet::union_of(
        fitting.map(|credential| IntervalSet::since_until(credential.obtained_on, credential.withdrawn_on)),
    )
}

pub fn evidence(any_of: &[CredentialAsk], given: Given<'_>, on: Day) -> Evidence {
    let of_a_kind = |credential: &&Credential| any_of.iter().any(|ask| ask.kind == credential.kind);
    let mut credentials: Vec<&Credential> = given.facts.credentials.iter().filter(of_a_kind).collect();
    credentials.sort_unstable_by_key(|credential| (credential.obtained_on, *credential));
    let mut evidence = Evidence::default();
    let one = Amount::whole(1);
    let mut counted = Vec::new();
    for credential in credentials {
        let what = (credential.kind, credential.obtained_on, credential.grade, credential.rank);
        match objection(any_of, credential, on).or_else(|| given.objection_to_own(credential.fact)) {
            Some(reason) => evidence.ignore(credential.fact, one, reason),
            None if counted.contains(&what) => evidence.ignore(credential.fact, one, IgnoreReason::Duplicate),
            None => {
                counted.push(what);
                evidence.count(credential.fact, one);
            }
        }
    }
    evidence
}

fn objection(any_of: &[CredentialAsk], credential: &Credential, on: Day) -> Option<IgnoreReason> {
    if credential.voided.is_some() {
        Some(IgnoreReason::Voided)
    } else if on < credential.obtained_on {
        Some(IgnoreReason::NotYet)
    } else if credential.withdrawn_on.is_some_and(|withdrawn| withdrawn <= on) {
        Some(IgnoreReason::Withdrawn)
    } else if !fits(any_of, credential) {
        Some(IgnoreReason::BelowRank)
    } else {
        None
    }
}

fn fits(any_of: &[CredentialAsk], credential: &Credential) -> bool {
    any_of.iter().any(|ask| {
        let grade = ask.at_least_grade.is_none_or(|least| credential.grade.is_some_and(|grade| grade.at_least(least)));
        let rank =
            ask.at_least_rank.is_none_or(|least| credential.rank.is_some_and(|rank| rank.height() >= least.height()));
        ask.kind == credential.kind && grade && rank
    })
}

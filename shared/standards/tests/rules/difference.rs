//! What differs between two answers is said with its cause; of two that say the same, nothing is.

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use standards::{
    Amount, Assessment, Cause, Difference, Facts, IgnoreReason, Pack, Verdict, assess, difference, national_basic,
};

use crate::agreement::rich;
use crate::dossier::{approved, complete, day};
use crate::random::{a_day, a_dossier, some_places};

/// The dossier before some of its facts were recorded, and others not yet voided.
fn earlier(facts: &Facts, known: &[bool]) -> Facts {
    let mut number = 0;
    let mut is_known = || {
        number += 1;
        known[number % known.len()]
    };
    let mut before = facts.clone();
    before.posts.retain(|_| is_known());
    before.credentials.retain(|_| is_known());
    before.placements.retain(|_| is_known());
    before.attendances.retain(|_| is_known());
    before.breaches.retain(|_| is_known());
    before.achievements.iter_mut().for_each(|one| one.voided = one.voided.filter(|_| is_known()));
    before
}

fn verdict(assessment: &Assessment, id: &str) -> Option<Verdict> {
    assessment.criteria().into_iter().find(|one| one.id.as_str() == id).map(|one| one.verdict)
}

fn halves(amount: Amount) -> i64 {
    (amount.as_f64() * 2.0) as i64
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_verdict_that_differs_is_listed_with_a_cause_and_the_facts_account_for_the_amounts(
        facts in a_dossier(), places in some_places(), from in a_day(), to in a_day(),
        known in vec(any::<bool>(), 7), packs in any::<(bool, bool)>(),
    ) {
        let pack = |is_rich: bool| if is_rich { rich() } else { national_basic() };
        let (first, second): (Pack, Pack) = (pack(packs.0), pack(packs.1));
        let before = assess(&earlier(&facts, &known), &places, &first, from);
        let after = assess(&facts, &places, &second, to);
        let found = difference(&before, &after);
        for criterion in before.criteria().into_iter().chain(after.criteria()) {
            let id = criterion.id.as_str();
            if verdict(&before, id) != verdict(&after, id) {
                prop_assert!(found.criteria.iter().any(|one| one.id.as_str() == id), "{} is not listed", id);
            }
        }
        for one in &found.criteria {
            prop_assert!(!one.why.causes.is_empty(), "{:?}", one);
            let facts: Vec<_> = one.why.newly_counted.iter().chain(&one.why.no_longer_counted).collect();
            prop_assert_eq!(one.why.causes.contains(&Cause::Facts), !facts.is_empty());
            let moved: i64 = facts.iter().map(|fact| halves(fact.after) - halves(fact.before)).sum();
            let amount = |outcome: Option<standards::Outcome>| outcome.map_or(0, |outcome| halves(outcome.amount));
            prop_assert_eq!(moved, amount(one.after) - amount(one.before));
        }
        prop_assert_eq!(found.status.is_some(), before.status != after.status);
        let back = difference(&after, &before);
        prop_assert_eq!(back.criteria.len(), found.criteria.len());
    }

    #[test]
    fn of_equal_answers_there_is_no_difference(
        facts in a_dossier(), places in some_places(), on in a_day(),
    ) {
        for pack in [national_basic(), rich()] {
            let answer = assess(&facts, &places, &pack, on);
            prop_assert_eq!(difference(&answer, &answer), Difference::default());
        }
    }
}

#[test]
fn a_practice_that_left_the_window_is_named_with_that_reason() {
    let answer = |on| assess(&complete(), &approved(), &national_basic(), day(on));
    let met = answer("2024-06-30");
    let later = answer("2029-06-30");
    let found = difference(&met, &later);
    let practice = found.criteria.iter().find(|one| one.unit == standards::Unit::Days).unwrap();
    assert_eq!(practice.why.causes, [Cause::Facts]);
    assert!(practice.why.newly_counted.is_empty());
    assert_eq!(practice.why.no_longer_counted[0].reason, Some(IgnoreReason::OutsideWindow));
    assert_eq!(practice.after.unwrap().verdict, Verdict::Unmet);
}

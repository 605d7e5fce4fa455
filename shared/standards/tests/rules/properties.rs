//! What holds for every dossier.

use kernel::Day;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::Index;
use standards::{
    CriterionNode, Facts, IgnoreReason, Node, Pack, Places, RecognitionPhase, Verdict, Window, assess, timeline,
};

use crate::agreement::{BOOK, NATIONAL, RICH, SECOND, disagreements, disagreements_by_every_pack};
use crate::dossier::day;
use crate::naive::{Naive, On};
use crate::random::{a_day, a_dossier, some_places};

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 2_000, ..ProptestConfig::default() }
}

fn criteria_of(node: &Node) -> Vec<&CriterionNode> {
    match node {
        Node::Criterion(criterion) => vec![criterion],
        Node::Group(group) => group.of.iter().flat_map(criteria_of).collect(),
    }
}

/// Every day on which something in the dossier begins or has just ended, or on which a window's edge passes one.
fn explained(facts: &Facts, pack: &Pack, on: Day) -> bool {
    let mut begins: Vec<Day> = Vec::new();
    let mut inside: Vec<(Day, Day)> = Vec::new();
    for post in &facts.posts {
        begins.push(post.period.from());
        begins.extend(post.period.to().map(Day::next));
    }
    for credential in &facts.credentials {
        begins.push(credential.obtained_on);
        begins.extend(credential.withdrawn_on);
    }
    for breach in &facts.breaches {
        begins.push(breach.confirmed_on);
        begins.extend(breach.lifted_on);
    }
    for recognition in &facts.recognitions {
        let notice = recognition.review_due.plus_months(-i32::from(pack.review.notice_months));
        begins.extend([recognition.granted_on, recognition.review_due.next(), notice]);
        begins.extend(recognition.revoked_on);
        begins.extend(recognition.flags.iter().filter_map(|flag| flag.from));
    }
    inside.extend(facts.attendances.iter().map(|one| (one.range.to(), one.range.to())));
    inside.extend(facts.placements.iter().map(|one| (one.range.from(), one.range.to())));
    // A day that a window begins to hold, or no longer holds, is a window edge; several may pass on one day.
    let enters = |(from, to): &(Day, Day)| *from <= on && on <= *to;
    let leaves = |(from, to): &(Day, Day)| {
        pack.criteria.iter().filter_map(|criterion| criterion.window()).any(|window| {
            let Window::Rolling { years } = window else { return false };
            let (before, now) = (on.previous().minus_years(years), on.minus_years(years));
            *from <= now && before < *to
        })
    };
    on == Day::MIN || begins.contains(&on) || inside.iter().any(|one| enters(one) || leaves(one))
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn everybody_is_judged_by_the_pack_of_their_province_on_every_day_of_ten_years(
        facts in a_dossier(), sites in some_places(),
    ) {
        prop_assert_eq!(disagreements_by_every_pack(&facts, &sites), Vec::<String>::new());
    }

    #[test]
    fn an_answer_by_all_packs_is_the_timeline_at_its_day(facts in a_dossier(), sites in some_places(), on in a_day()) {
        let (book, _, schools) = &*BOOK;
        let places = Places { approvals: sites.approvals, schools: schools.schools.clone() };
        let answers = book.assess(&facts, &places, on);
        let timeline = book.timeline(&facts, &places).unwrap();
        let now = &answers[0].standing;
        prop_assert_eq!(timeline.at(on), now);
        let falls = |then: &standards::Standing| then.eligible < now.eligible || then.recognised() < now.recognised();
        let lapse = timeline.segments.iter().find(|segment| segment.from > on && falls(&segment.standing));
        prop_assert_eq!(answers[0].lapses_on, lapse.map(|segment| segment.from));
        let stands = book.stands(&facts, &places);
        let at = stands.partition_point(|stand| stand.from <= on) - 1;
        for (_, standing) in &stands[at].elsewhere {
            prop_assert!(answers[1..].iter().any(|answer| answer.standing == *standing));
        }
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn the_national_pack_agrees_with_the_naive_evaluator_on_every_day_of_ten_years(
        facts in a_dossier(), places in some_places(),
    ) {
        prop_assert_eq!(disagreements(&facts, &places, &NATIONAL), Vec::<String>::new());
    }
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn the_second_national_pack_agrees_with_the_naive_evaluator_on_every_day_of_ten_years(
        facts in a_dossier(), places in some_places(),
    ) {
        prop_assert_eq!(disagreements(&facts, &places, &SECOND), Vec::<String>::new());
    }

    #[test]
    fn every_kind_of_criterion_agrees_with_the_naive_evaluator_on_every_day_of_ten_years(
        facts in a_dossier(), places in some_places(),
    ) {
        prop_assert_eq!(disagreements(&facts, &places, &RICH), Vec::<String>::new());
    }

    #[test]
    fn an_assessment_is_the_timeline_at_its_day_and_its_amounts_add_up(
        facts in a_dossier(), places in some_places(), on in a_day(), at in any::<Index>(),
    ) {
        for (pack, edges) in [&*NATIONAL, &*SECOND, &*RICH] {
            let naive = Naive::of(&facts, &places, pack, edges);
            let timeline = timeline(&facts, &places, pack);
            let breakpoint = timeline.segments[at.index(timeline.segments.len())].from.clamp(day("2010-01-01"), day("2030-12-31"));
            for on in [on, breakpoint, breakpoint.previous()] {
                let assessment = assess(&facts, &places, pack, on);
                prop_assert_eq!(timeline.at(on), &assessment.standing);
                prop_assert_eq!(assessment.status, assessment.standing.status());
                for level in &assessment.levels {
                    prop_assert_eq!(level.met, level.tree.met());
                    for node in criteria_of(&level.tree) {
                        let place = pack.criteria.iter().position(|criterion| criterion.id == node.id).unwrap();
                        let halves = naive.halves(place, On::of(on));
                        prop_assert_eq!((node.amount.as_f64() * 2.0) as u32, halves, "{} on {}", node.id.as_str(), on);
                        if node.verdict != Verdict::NotApplicable {
                            prop_assert_eq!(node.verdict == Verdict::Met, naive.met(place, On::of(on)));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_days_of_a_placement_are_counted_or_ignored_to_the_last(
        facts in a_dossier(), places in some_places(), on in a_day(),
    ) {
        let assessment = assess(&facts, &places, &NATIONAL.0, on);
        let nodes = criteria_of(&assessment.levels[0].tree);
        let practice = nodes.iter().find(|node| node.id.as_str() == "enterprise_practice").unwrap();
        for placement in &facts.placements {
            let counted = practice.counted.iter().filter(|one| one.fact == placement.fact).map(|one| one.amount);
            let ignored = practice.ignored.iter().filter(|one| one.fact == placement.fact);
            let ignored_days = ignored.clone().map(|one| one.amount.as_f64()).sum::<f64>();
            prop_assert_eq!(counted.sum::<standards::Amount>().as_f64() + ignored_days, f64::from(placement.range.days()));
            let says_voided = ignored.clone().any(|one| one.reason == IgnoreReason::Voided);
            prop_assert_eq!(says_voided, placement.voided.is_some());
        }
    }

    #[test]
    fn the_order_of_facts_does_not_matter(
        (facts, shuffled) in a_dossier().prop_flat_map(|facts| (Just(facts.clone()), shuffled(facts))),
        places in some_places(), on in a_day(),
    ) {
        for (pack, _) in [&*NATIONAL, &*SECOND, &*RICH] {
            prop_assert_eq!(timeline(&facts, &places, pack), timeline(&shuffled, &places, pack));
            prop_assert_eq!(assess(&facts, &places, pack, on), assess(&shuffled, &places, pack, on));
        }
        prop_assert_eq!(facts.normalised(), shuffled.normalised());
    }

    #[test]
    fn more_evidence_never_lowers_a_level(
        facts in a_dossier(), more in a_dossier(), places in some_places(), on in a_day(),
    ) {
        let mut richer = facts.clone();
        richer.credentials.extend(more.credentials);
        richer.placements.extend(more.placements);
        richer.attendances.extend(more.attendances);
        richer.achievements.extend(more.achievements);
        for (pack, _) in [&*NATIONAL, &*SECOND, &*RICH] {
            let (before, after) = (timeline(&facts, &places, pack), timeline(&richer, &places, pack));
            for on in [on].into_iter().chain(before.segments.iter().chain(&after.segments).map(|segment| segment.from)) {
                prop_assert!(before.at(on).eligible <= after.at(on).eligible, "{}", on);
                prop_assert!(before.at(on).met.iter().all(|id| after.at(on).met.contains(id)), "{}", on);
            }
        }
    }

    #[test]
    fn a_timeline_covers_every_day_once_and_each_breakpoint_has_a_cause(
        facts in a_dossier(), places in some_places(),
    ) {
        let timeline = timeline(&facts, &places, &NATIONAL.0);
        prop_assert_eq!(timeline.segments[0].from, Day::MIN);
        prop_assert_eq!(timeline.segments.last().unwrap().until, None);
        for pair in timeline.segments.windows(2) {
            prop_assert_eq!(pair[0].until, Some(pair[1].from));
            prop_assert!(pair[0].from < pair[1].from);
            prop_assert!(pair[0].standing != pair[1].standing);
        }
        for segment in &timeline.segments {
            prop_assert!(explained(&facts, &NATIONAL.0, segment.from), "{}", segment.from);
        }
    }

    #[test]
    fn an_assessment_says_when_it_lapses(facts in a_dossier(), places in some_places(), on in a_day()) {
        let (pack, _) = &*NATIONAL;
        let timeline = timeline(&facts, &places, pack);
        let assessment = assess(&facts, &places, pack, on);
        let now = &assessment.standing;
        let falls = |then: &standards::Standing| then.eligible < now.eligible || then.recognised() < now.recognised();
        let expected = timeline.segments.iter().find(|segment| segment.from > on && falls(&segment.standing));
        prop_assert_eq!(assessment.lapses_on, expected.map(|segment| segment.from));
        if let Some(recognition) = now.recognition.filter(|one| one.phase == RecognitionPhase::InForce) {
            prop_assert!(on <= recognition.until);
        }
        for node in criteria_of(&assessment.levels[0].tree).into_iter().filter(|node| node.verdict == Verdict::Met) {
            let unmet = timeline.segments.iter().find(|one| one.from > on && !one.standing.met.contains(&node.id));
            prop_assert_eq!(node.lapses_on, unmet.map(|segment| segment.from));
        }
    }
}

fn shuffled(facts: Facts) -> impl Strategy<Value = Facts> {
    let more = (Just(facts.enterprise_work.clone()).prop_shuffle(), Just(facts.judgements.clone()).prop_shuffle());
    let parts = (
        Just(facts.posts.clone()).prop_shuffle(),
        Just(facts.credentials.clone()).prop_shuffle(),
        Just(facts.placements.clone()).prop_shuffle(),
        Just(facts.attendances.clone()).prop_shuffle(),
        Just(facts.achievements.clone()).prop_shuffle(),
        Just(facts.breaches.clone()).prop_shuffle(),
        Just(facts.recognitions.clone()).prop_shuffle(),
    );
    (parts, more).prop_map(move |(parts, (enterprise_work, judgements))| {
        let (posts, credentials, placements, attendances, achievements, breaches, recognitions) = parts;
        Facts {
            posts,
            credentials,
            placements,
            attendances,
            achievements,
            breaches,
            recognitions,
            enterprise_work,
            judgements,
            ..facts.clone()
        }
    })
}

//! What holds for every dossier.

use std::sync::LazyLock;

use kernel::Day;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use standards::{
    CriterionNode, Facts, IgnoreReason, Node, Pack, Places, RecognitionPhase, Rulebook, Verdict, Window, assess,
    national_basic, published, timeline,
};

use crate::dossier::day;
use crate::naive::{Edges, Naive, On};
use crate::random::{a_day, a_dossier, some_places};

static NATIONAL: LazyLock<(Pack, Edges)> = LazyLock::new(|| with_edges(national_basic()));
static RICH: LazyLock<(Pack, Edges)> = LazyLock::new(|| with_edges(rich()));
static SECOND: LazyLock<(Pack, Edges)> = LazyLock::new(|| with_edges(published().remove(1).0));

fn with_edges(pack: Pack) -> (Pack, Edges) {
    let edges = Edges::of(&pack);
    (pack, edges)
}

pub fn rich() -> Pack {
    Pack::parse(include_str!("rich.json")).unwrap()
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 2_000, ..ProptestConfig::default() }
}

/// The ten years that are walked day by day: three leap days, and every window's other end.
static TEN_YEARS: LazyLock<Vec<On>> = LazyLock::new(|| {
    let (first, last) = (day("2015-01-01").ordinal(), day("2025-01-01").ordinal());
    (first..last).map(|day| On::of(Day::from_ordinal(day))).collect()
});

/// Compares every day of ten years with the naive evaluator.
fn agrees_on_every_day(facts: &Facts, places: &Places, (pack, edges): &(Pack, Edges)) -> Result<(), TestCaseError> {
    let naive = Naive::of(facts, places, pack, edges);
    let timeline = timeline(facts, places, pack);
    let mut segments = timeline.segments.iter().peekable();
    let (mut standing, mut met) = (timeline.at(Day::MIN), Vec::new());
    for walked in TEN_YEARS.iter().copied() {
        let on = walked.day;
        while let Some(segment) = segments.next_if(|segment| segment.from <= on) {
            standing = &segment.standing;
            met = pack.criteria.iter().map(|criterion| standing.met.contains(&criterion.id)).collect();
        }
        prop_assert!(standing.post == naive.post(on), "post on {}", on);
        for (place, met) in met.iter().enumerate() {
            prop_assert!(*met == naive.met(place, walked), "{} on {}", pack.criteria[place].id.as_str(), on);
        }
        prop_assert!(standing.eligible == naive.eligible(walked), "eligibility on {}", on);
        prop_assert!(standing.restricted == naive.restricted(on), "restriction on {}", on);
        let recognition = standing.recognition.map(|recognition| (recognition.level, recognition.phase));
        prop_assert!(recognition == naive.recognition(on), "recognition on {}", on);
    }
    Ok(())
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

/// All packs that come with the program, and four schools in three provinces that have some and one that has none.
static BOOK: LazyLock<(Rulebook, Vec<Edges>, Places)> = LazyLock::new(|| {
    let book = crate::rulebook::all_packs();
    let edges = book.packs().iter().map(Edges::of).collect();
    (book, edges, crate::rulebook::schools(["0", "1", "2", "3"]))
});

/// Compares every day of ten years with the naive evaluator under the naively chosen pack.
fn agrees_by_every_pack(facts: &Facts, sites: &Places) -> Result<(), TestCaseError> {
    let (book, edges, schools) = &*BOOK;
    let places = Places { approvals: sites.approvals.clone(), schools: schools.schools.clone() };
    let naive: Vec<Naive<'_>> =
        book.packs().iter().zip(edges).map(|(pack, edges)| Naive::of(facts, &places, pack, edges)).collect();
    let timeline = book.timeline(facts, &places).unwrap();
    for walked in TEN_YEARS.iter().copied() {
        let on = walked.day;
        let expected = crate::rulebook::naive_pack(book, facts, &places, on);
        let at = timeline.segments.partition_point(|segment| segment.from <= on) - 1;
        let segment = &timeline.segments[at];
        prop_assert!(
            segment.pack == expected.reference(),
            "{} instead of {} on {}",
            segment.pack.name,
            expected.name,
            on
        );
        let place = book.packs().iter().position(|pack| pack == expected).unwrap();
        prop_assert!(segment.standing.eligible == naive[place].eligible(walked), "eligibility on {}", on);
        let recognition = segment.standing.recognition.map(|recognition| (recognition.level, recognition.phase));
        prop_assert!(recognition == naive[place].recognition(on), "recognition on {}", on);
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn everybody_is_judged_by_the_pack_of_their_province_on_every_day_of_ten_years(
        facts in a_dossier(), sites in some_places(),
    ) {
        agrees_by_every_pack(&facts, &sites)?;
    }

    #[test]
    fn an_answer_by_all_packs_is_the_timeline_at_its_day(facts in a_dossier(), sites in some_places(), on in a_day()) {
        let (book, _, schools) = &*BOOK;
        let places = Places { approvals: sites.approvals, schools: schools.schools.clone() };
        let answers = book.assess(&facts, &places, on);
        let timeline = book.timeline(&facts, &places).unwrap();
        prop_assert_eq!(timeline.at(on), &answers[0].standing);
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
        agrees_on_every_day(&facts, &places, &NATIONAL)?;
    }
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn the_second_national_pack_agrees_with_the_naive_evaluator_on_every_day_of_ten_years(
        facts in a_dossier(), places in some_places(),
    ) {
        agrees_on_every_day(&facts, &places, &SECOND)?;
    }

    #[test]
    fn every_kind_of_criterion_agrees_with_the_naive_evaluator_on_every_day_of_ten_years(
        facts in a_dossier(), places in some_places(),
    ) {
        agrees_on_every_day(&facts, &places, &RICH)?;
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

//! The first national pack, rule by rule.

use kernel::Day;
use kernel::vocabulary::{CredentialKind, Level, PracticeResult, TitleRank};
use standards::{
    Assessment, Completion, CriterionNode, Facts, IgnoreReason, Node, Places, Status, Verdict, assess, national_basic,
};

use crate::dossier::{
    SITE, approved, attendance, breach, complete, credential, day, fact, grade, placement, places, post, title,
};

fn on(facts: &Facts, places: &Places, text: &str) -> Assessment {
    assess(facts, places, &national_basic(), day(text))
}

fn criterion(assessment: &Assessment, id: &str) -> CriterionNode {
    let Node::Group(group) = &assessment.levels[0].tree else { panic!("the rule is a group") };
    let found = group.of.iter().find_map(|node| match node {
        Node::Criterion(criterion) if criterion.id.as_str() == id => Some(criterion),
        _ => None,
    });
    found.unwrap().as_ref().clone()
}

fn met(facts: &Facts, places: &Places, id: &str, text: &str) -> bool {
    criterion(&on(facts, places, text), id).verdict == Verdict::Met
}

fn practice_days(facts: &Facts, places: &Places, text: &str) -> f64 {
    criterion(&on(facts, places, text), "enterprise_practice").amount.as_f64()
}

fn reasons(facts: &Facts, places: &Places, id: &str, text: &str) -> Vec<(IgnoreReason, f64)> {
    let criterion = criterion(&on(facts, places, text), id);
    criterion.ignored.iter().map(|ignored| (ignored.reason, ignored.amount.as_f64())).collect()
}

fn practised(from: &str, to: &str) -> Facts {
    Facts { placements: vec![placement(4, from, to)], ..Facts::default() }
}

#[test]
fn a_teacher_who_lacks_nothing_is_eligible_at_junior_level() {
    let assessment = on(&complete(), &approved(), "2024-06-30");
    assert_eq!(assessment.status, Status::Eligible { level: Level::Junior });
    assert!(assessment.standing.rotation && assessment.standing.practice && assessment.missing.is_empty());
    assert_eq!(assessment.next_level, None);
    assert_eq!(assessment.standing.met.len(), 5);
}

#[test]
fn both_ends_of_a_post_are_in_post() {
    let facts = Facts { posts: vec![post(1, "2020-09-01", "2023-08-31")], ..complete() };
    let in_post = |text| on(&facts, &approved(), text).standing.in_post();
    assert!(!in_post("2020-08-31") && in_post("2020-09-01") && in_post("2023-08-31") && !in_post("2023-09-01"));
}

#[test]
fn nobody_is_eligible_in_the_gap_between_two_posts() {
    let posts = vec![post(1, "2010-09-01", "2024-03-31"), post(6, "2024-05-01", "")];
    let facts = Facts { posts, ..complete() };
    assert_eq!(on(&facts, &approved(), "2024-03-31").standing.eligible, Some(Level::Junior));
    assert_eq!(on(&facts, &approved(), "2024-04-15").standing.eligible, None);
    assert_eq!(on(&facts, &approved(), "2024-04-15").status, Status::NotInPost);
    assert_eq!(on(&facts, &approved(), "2024-05-01").standing.eligible, Some(Level::Junior));
    assert_eq!(on(&facts, &approved(), "2024-03-01").lapses_on, Some(day("2024-04-01")));
}

#[test]
fn of_two_posts_at_once_the_later_end_counts() {
    let posts = vec![post(1, "2010-09-01", "2024-03-31"), post(6, "2023-01-01", "2024-12-31")];
    let facts = Facts { posts, ..complete() };
    assert!(on(&facts, &approved(), "2024-04-01").standing.in_post());
    assert!(!on(&facts, &approved(), "2025-01-01").standing.in_post());
}

#[test]
fn a_credential_counts_from_the_day_it_is_obtained_to_the_day_before_it_is_withdrawn() {
    let mut certificate = credential(2, CredentialKind::TeacherCertificate, "2020-02-29");
    certificate.withdrawn_on = Some(day("2021-02-28"));
    let facts = Facts { credentials: vec![certificate], ..Facts::default() };
    let held = |text| met(&facts, &approved(), "teacher_certificate", text);
    assert!(!held("2020-02-28") && held("2020-02-29") && held("2021-02-27") && !held("2021-02-28"));
    let ignored = |text| reasons(&facts, &approved(), "teacher_certificate", text);
    assert_eq!(ignored("2020-02-28"), [(IgnoreReason::NotYet, 1.0)]);
    assert_eq!(ignored("2021-02-28"), [(IgnoreReason::Withdrawn, 1.0)]);
}

#[test]
fn skill_grade_three_qualifies_and_grade_four_does_not() {
    for (number, qualifies) in [(1, true), (2, true), (3, true), (4, false), (5, false)] {
        let facts = Facts { credentials: vec![grade(3, number, "2012-05-05")], ..Facts::default() };
        assert_eq!(met(&facts, &approved(), "qualification", "2024-01-01"), qualifies, "grade {number}");
    }
    let facts = Facts { credentials: vec![grade(3, 4, "2012-05-05")], ..Facts::default() };
    assert_eq!(reasons(&facts, &approved(), "qualification", "2024-01-01"), [(IgnoreReason::BelowRank, 1.0)]);
}

#[test]
fn a_technical_title_of_any_rank_qualifies_and_a_teachers_title_does_not() {
    for rank in [TitleRank::Elementary, TitleRank::Assistant, TitleRank::Intermediate, TitleRank::Senior] {
        let facts = Facts { credentials: vec![title(3, rank, "2012-05-05")], ..Facts::default() };
        assert!(met(&facts, &approved(), "qualification", "2012-05-05"), "{rank}");
    }
    let without_rank = credential(3, CredentialKind::TechnicalTitle, "2012-05-05");
    assert!(met(
        &Facts { credentials: vec![without_rank], ..Facts::default() },
        &approved(),
        "qualification",
        "2024-01-01"
    ));
    let teachers = credential(3, CredentialKind::TeacherTitle, "2012-05-05");
    assert!(!met(
        &Facts { credentials: vec![teachers], ..Facts::default() },
        &approved(),
        "qualification",
        "2024-01-01"
    ));
}

#[test]
fn practice_counts_both_its_first_and_its_last_day() {
    let facts = practised("2023-07-01", "2023-12-27");
    assert_eq!(practice_days(&facts, &approved(), "2023-12-27"), 180.0);
    assert!(met(&facts, &approved(), "enterprise_practice", "2023-12-27"));
    assert!(!met(&facts, &approved(), "enterprise_practice", "2023-12-26"));
}

#[test]
fn a_placement_that_ends_later_counts_its_days_so_far() {
    let facts = practised("2023-07-01", "2023-12-27");
    assert_eq!(practice_days(&facts, &approved(), "2023-07-10"), 10.0);
    assert_eq!(reasons(&facts, &approved(), "enterprise_practice", "2023-07-10"), [(IgnoreReason::NotYet, 170.0)]);
}

#[test]
fn practice_that_ends_on_the_first_day_of_the_window_counts_that_day() {
    let facts = practised("2019-01-01", "2019-06-30");
    assert_eq!(practice_days(&facts, &approved(), "2024-06-29"), 1.0);
    assert_eq!(practice_days(&facts, &approved(), "2024-06-30"), 0.0);
}

#[test]
fn the_window_of_29_february_begins_on_1_march_where_there_is_none() {
    let facts = practised("2019-02-01", "2019-03-10");
    assert_eq!(practice_days(&facts, &approved(), "2024-02-28"), 10.0);
    assert_eq!(practice_days(&facts, &approved(), "2024-02-29"), 10.0);
    assert_eq!(practice_days(&facts, &approved(), "2024-03-01"), 9.0);
}

#[test]
fn a_practised_29_february_leaves_the_window_with_the_first_of_march() {
    let facts = practised("2020-02-28", "2020-03-01");
    assert_eq!(practice_days(&facts, &approved(), "2025-02-27"), 3.0);
    assert_eq!(practice_days(&facts, &approved(), "2025-02-28"), 2.0);
    assert_eq!(practice_days(&facts, &approved(), "2025-03-01"), 0.0);
}

#[test]
fn overlapping_placements_count_a_day_once() {
    let placements = vec![placement(4, "2023-01-01", "2023-01-31"), placement(5, "2023-01-22", "2023-02-10")];
    let facts = Facts { placements, ..Facts::default() };
    assert_eq!(practice_days(&facts, &approved(), "2023-12-31"), 41.0);
    assert_eq!(reasons(&facts, &approved(), "enterprise_practice", "2023-12-31"), [(IgnoreReason::Overlapping, 10.0)]);
}

#[test]
fn when_approval_lapses_in_the_middle_of_a_placement_only_the_days_before_count() {
    let facts = practised("2023-01-01", "2023-01-31");
    let lapsing = places(SITE, &[("2018-01-01", "2023-01-20"), ("2023-01-30", "")]);
    assert_eq!(practice_days(&facts, &lapsing, "2023-12-31"), 22.0);
    assert_eq!(reasons(&facts, &lapsing, "enterprise_practice", "2023-12-31"), [(IgnoreReason::SiteNotApproved, 9.0)]);
}

#[test]
fn practice_at_a_site_that_was_never_approved_does_not_count() {
    let facts = practised("2023-01-01", "2023-01-31");
    assert_eq!(practice_days(&facts, &Places::default(), "2023-12-31"), 0.0);
}

#[test]
fn an_unfinished_placement_does_not_count() {
    let mut facts = practised("2023-01-01", "2023-12-31");
    facts.placements[0].completed = None;
    assert_eq!(practice_days(&facts, &approved(), "2024-06-30"), 0.0);
    assert_eq!(
        reasons(&facts, &approved(), "enterprise_practice", "2024-06-30"),
        [(IgnoreReason::NotCompleted, 365.0)]
    );
}

#[test]
fn a_failed_placement_does_not_count_and_an_excellent_one_does() {
    let mut facts = practised("2023-01-01", "2023-12-31");
    facts.placements[0].completed = Some(Completion { fact: fact(9), result: PracticeResult::Fail });
    assert_eq!(reasons(&facts, &approved(), "enterprise_practice", "2024-06-30"), [(IgnoreReason::NotPassed, 365.0)]);
    facts.placements[0].completed = Some(Completion { fact: fact(9), result: PracticeResult::Excellent });
    assert_eq!(practice_days(&facts, &approved(), "2024-06-30"), 365.0);
}

#[test]
fn a_voided_placement_does_not_count_and_is_named() {
    let mut facts = practised("2023-01-01", "2023-01-10");
    facts.placements[0].voided = Some(fact(99));
    assert_eq!(reasons(&facts, &approved(), "enterprise_practice", "2024-06-30"), [(IgnoreReason::Voided, 10.0)]);
}

fn trained(from: &str, to: &str) -> Facts {
    Facts { attendances: vec![attendance(5, from, to)], ..Facts::default() }
}

#[test]
fn a_session_counts_from_its_last_day_on() {
    let facts = trained("2022-03-01", "2022-03-05");
    let rotation = |text| met(&facts, &approved(), "rotation", text);
    assert!(!rotation("2022-03-04") && rotation("2022-03-05"));
}

#[test]
fn a_session_whose_last_day_is_the_first_of_the_window_counts_and_a_day_later_no_longer() {
    let facts = trained("2019-06-26", "2019-06-30");
    let rotation = |text| met(&facts, &approved(), "rotation", text);
    assert!(rotation("2024-06-29") && !rotation("2024-06-30"));
    assert_eq!(criterion(&on(&facts, &approved(), "2024-06-01"), "rotation").lapses_on, Some(day("2024-06-30")));
    assert_eq!(reasons(&facts, &approved(), "rotation", "2024-06-30"), [(IgnoreReason::OutsideWindow, 1.0)]);
}

#[test]
fn a_session_that_ended_on_29_february_counts_to_28_february_five_years_later() {
    let facts = trained("2020-02-24", "2020-02-29");
    let rotation = |text| met(&facts, &approved(), "rotation", text);
    assert!(rotation("2025-02-28") && !rotation("2025-03-01"));
}

#[test]
fn a_session_counts_when_the_base_was_approved_on_its_first_day_only() {
    let facts = trained("2022-03-01", "2022-03-05");
    let first_day_only = places(SITE, &[("2018-01-01", "2022-03-01")]);
    let all_but_the_first = places(SITE, &[("2022-03-02", "")]);
    assert!(met(&facts, &first_day_only, "rotation", "2022-03-05"));
    assert!(!met(&facts, &all_but_the_first, "rotation", "2022-03-05"));
    assert_eq!(reasons(&facts, &all_but_the_first, "rotation", "2022-03-05"), [(IgnoreReason::SiteNotApproved, 1.0)]);
}

#[test]
fn a_breach_is_in_force_from_its_day_to_the_day_before_it_is_lifted() {
    let facts = Facts { breaches: vec![breach(7, "2024-03-10", "2024-04-10")], ..complete() };
    let standing = |text| on(&facts, &approved(), text).standing;
    assert_eq!(standing("2024-03-09").eligible, Some(Level::Junior));
    assert!(standing("2024-03-10").restricted && standing("2024-03-10").eligible.is_none());
    assert_eq!(on(&facts, &approved(), "2024-04-09").status, Status::Restricted);
    assert_eq!(standing("2024-04-10").eligible, Some(Level::Junior));
    assert_eq!(reasons(&facts, &approved(), "conduct", "2024-04-10"), [(IgnoreReason::Lifted, 1.0)]);
}

#[test]
fn a_breach_lifted_on_its_own_day_was_never_in_force() {
    let facts = Facts { breaches: vec![breach(7, "2024-03-10", "2024-03-10")], ..complete() };
    assert!(!on(&facts, &approved(), "2024-03-10").standing.restricted);
}

#[test]
fn a_teacher_of_whom_nothing_is_known_is_not_in_post_on_any_day() {
    let timeline = standards::timeline(&Facts::default(), &Places::default(), &national_basic());
    assert_eq!(timeline.segments.len(), 1);
    assert_eq!(timeline.at(Day::MAX).status(), Status::NotInPost);
}

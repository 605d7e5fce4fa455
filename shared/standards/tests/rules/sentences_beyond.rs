//! What the first national pack does not use: fixed cycles, hours, tenure, achievements, roles, levels, recognitions.

use kernel::vocabulary::{AchievementKind, Level, Role, Theme, Tier, TitleRank};
use standards::{
    Assessment, Facts, Flag, Pack, PostState, Recognition, RecognitionPhase, Status, assess, national_basic, timeline,
};

use crate::dossier::{
    achievement, approved, attendance, breach, complete, day, fact, placement, post, range, recognition, session, title,
};

/// A pack with one junior criterion.
fn pack_asking(asks: &str) -> Pack {
    let json = format!(
        r#"{{"name": "one", "version": 1, "title": {{"zh": "一", "en": "one"}}, "jurisdiction": "nation",
        "education_levels": ["higher"], "source": {{"document": "example", "confidence": "assumed"}},
        "review": {{"validity_years": 5, "notice_months": 6}},
        "criteria": [{{"id": "it", "label": {{"zh": "它", "en": "it"}}, {asks}}}],
        "levels": [{{"level": "junior", "rule": "it"}}]}}"#
    );
    Pack::parse(&json).unwrap()
}

fn met(facts: &Facts, pack: &Pack, text: &str) -> bool {
    assess(facts, &approved(), pack, day(text)).levels[0].met
}

fn national(facts: &Facts, text: &str) -> Assessment {
    assess(facts, &approved(), &national_basic(), day(text))
}

#[test]
fn in_a_fixed_cycle_practice_counts_from_its_first_day_and_is_gone_with_the_next() {
    let pack = pack_asking(
        r#""asks": {"kind": "practice", "at_least_days": 5, "results": ["pass"],
        "window": {"cycle_years": 3, "starting": "2020-02-29"}}"#,
    );
    let facts = Facts { placements: vec![placement(4, "2023-02-26", "2023-03-04")], ..Facts::default() };
    // The cycles begin on 2020-02-29, 2023-02-28 and 2026-02-28.
    assert!(!met(&facts, &pack, "2023-02-28"));
    assert!(!met(&facts, &pack, "2023-03-03") && met(&facts, &pack, "2023-03-04") && met(&facts, &pack, "2026-02-27"));
    assert!(!met(&facts, &pack, "2026-02-28"));
}

#[test]
fn hours_add_up_over_sessions_and_a_session_counts_once_with_the_most_that_is_known() {
    let pack = pack_asking(
        r#""asks": {"kind": "training", "at_least_hours": 40, "window": {"rolling_years": 5}, "themes": ["digital"]}"#,
    );
    let digital = |number, to: &str| {
        let attendance = attendance(number, "2022-03-01", to);
        standards::Attendance { theme: Theme::Digital, ..attendance }
    };
    let mut again = digital(6, "2022-03-10");
    again.session = session(5);
    let two_records_of_one = vec![digital(5, "2022-03-05"), again, attendance(8, "2022-03-01", "2022-03-02")];
    let mut facts = Facts { attendances: two_records_of_one, ..Facts::default() };
    assert!(!met(&facts, &pack, "2022-04-30"));
    facts.attendances.push(digital(7, "2022-04-01"));
    facts.attendances.push(digital(9, "2022-04-02"));
    assert!(!met(&facts, &pack, "2022-04-01") && met(&facts, &pack, "2022-04-02") && !met(&facts, &pack, "2027-03-10"));
}

#[test]
fn years_in_post_add_up_over_gaps_and_count_overlaps_once() {
    let pack = pack_asking(r#""asks": {"kind": "years_in_post", "years": 1}"#);
    let posts =
        vec![post(1, "2021-01-01", "2021-06-30"), post(2, "2021-04-01", "2021-06-30"), post(3, "2022-01-01", "")];
    let facts = Facts { posts, ..Facts::default() };
    // 181 days in the first half of 2021, so the 184th day of 2022 makes the year.
    assert!(!met(&facts, &pack, "2022-07-02") && met(&facts, &pack, "2022-07-03"));
}

#[test]
fn an_achievement_counts_at_its_tier_and_above() {
    let pack = pack_asking(
        r#""asks": {"kind": "achievement", "kinds": ["patent"], "at_least_tier": "provincial", "count": 1}"#,
    );
    let with = |kind, tier| Facts { achievements: vec![achievement(6, kind, tier, "2022-01-01")], ..Facts::default() };
    assert!(met(&with(AchievementKind::Patent, Tier::National), &pack, "2022-01-01"));
    assert!(met(&with(AchievementKind::Patent, Tier::Provincial), &pack, "2040-01-01"));
    assert!(!met(&with(AchievementKind::Patent, Tier::City), &pack, "2022-01-01"));
    assert!(!met(&with(AchievementKind::Paper, Tier::National), &pack, "2022-01-01"));
    assert!(!met(&with(AchievementKind::Patent, Tier::National), &pack, "2021-12-31"));
}

#[test]
fn a_criterion_is_not_asked_of_other_roles() {
    let pack = pack_asking(
        r#""only_for": ["specialised"], "asks": {"kind": "credential", "any_of": [{"kind": "skill_grade"}]}"#,
    );
    let mut counsellor = post(1, "2020-01-01", "");
    counsellor.role = Role::Counsellor;
    let facts = Facts { posts: vec![counsellor, post(2, "2023-01-01", "")], ..Facts::default() };
    assert!(met(&facts, &pack, "2022-12-31") && !met(&facts, &pack, "2023-01-01"));
}

#[test]
fn a_pack_for_some_roles_makes_nobody_else_eligible() {
    let rich = crate::agreement::rich();
    let mut manager = post(1, "2015-01-01", "");
    manager.role = Role::Manager;
    let facts = Facts { posts: vec![manager], ..complete() };
    let standing = assess(&facts, &approved(), &rich, day("2023-12-01")).standing;
    assert_eq!((standing.post, standing.eligible), (PostState::OtherRole, None));
}

#[test]
fn nobody_is_eligible_by_a_pack_that_is_not_in_force() {
    let rich = crate::agreement::rich();
    let line = timeline(&complete(), &approved(), &rich);
    assert_eq!(line.at(day("2023-12-31")).eligible, Some(Level::Junior));
    assert_eq!(line.at(day("2024-01-01")).eligible, None);
}

#[test]
fn a_recognition_holds_to_its_review_day_is_announced_before_and_lapses_after() {
    let facts = Facts { recognitions: vec![recognition(8, Level::Junior, "2020-01-15", "2025-01-14")], ..complete() };
    let status = |text| national(&facts, text).status;
    let (level, until) = (Level::Junior, day("2025-01-14"));
    assert_eq!(status("2020-01-14"), Status::NotEligible);
    assert_eq!(status("2020-01-15"), Status::Recognised { level, until });
    assert_eq!(status("2024-07-13"), Status::Recognised { level, until });
    assert_eq!(status("2024-07-14"), Status::DueForReview { level, until });
    assert_eq!(status("2025-01-14"), Status::DueForReview { level, until });
    assert_eq!(status("2025-01-15"), Status::Lapsed { level });
    assert_eq!(national(&facts, "2020-02-01").lapses_on, Some(day("2025-01-15")));
    let lapsed = national(&facts, "2025-01-15").standing;
    assert_eq!((lapsed.recognised(), lapsed.eligible), (None, Some(Level::Junior)));
}

#[test]
fn a_recognition_is_revoked_from_its_day_on_and_an_older_one_speaks_again() {
    let mut higher = recognition(8, Level::Senior, "2022-01-01", "2026-12-31");
    higher.revoked_on = Some(day("2023-05-01"));
    let older = recognition(9, Level::Junior, "2021-01-01", "2025-12-31");
    let facts = Facts { recognitions: vec![older, higher], ..complete() };
    let recognised = |text| national(&facts, text).standing.recognised();
    assert_eq!(recognised("2021-12-31"), Some(Level::Junior));
    assert_eq!(recognised("2023-04-30"), Some(Level::Senior));
    assert_eq!(recognised("2023-05-01"), Some(Level::Junior));
    assert_eq!(national(&facts, "2023-04-30").lapses_on, Some(day("2023-05-01")));
    let alone = Facts { recognitions: facts.recognitions[1..].to_vec(), ..complete() };
    assert_eq!(national(&alone, "2024-01-01").status, Status::Revoked { level: Level::Senior });
    let phase = national(&alone, "2024-01-01").standing.recognition.unwrap();
    assert_eq!((phase.phase, phase.until), (RecognitionPhase::Revoked, day("2023-04-30")));
}

#[test]
fn a_fact_that_was_withdrawn_flags_a_recognition_from_that_day_on_and_a_voided_one_always() {
    let flagged_by = |from: Option<&str>| {
        let flags = vec![Flag { fact: fact(3), by: fact(50), from: from.map(day) }];
        let stood_on = Recognition { flags, ..recognition(8, Level::Junior, "2023-02-01", "2028-01-31") };
        Facts { recognitions: vec![stood_on], ..complete() }
    };
    let flagged = |facts: &Facts, on: &str| {
        let assessment = national(facts, on);
        let flagged = assessment.standing.recognition.unwrap().flagged;
        assert_eq!(flagged, !assessment.flags.is_empty());
        assert_eq!(timeline(facts, &approved(), &national_basic()).at(day(on)), &assessment.standing);
        flagged
    };
    let (withdrawn, voided) = (flagged_by(Some("2025-06-01")), flagged_by(None));
    assert_eq!(["2024-01-01", "2025-05-31", "2025-06-01"].map(|on| flagged(&withdrawn, on)), [false, false, true]);
    assert_eq!(["2023-02-01", "2025-06-01"].map(|on| flagged(&voided, on)), [true, true]);
}

#[test]
fn a_breach_suspends_a_recognition_and_both_are_shown() {
    let recognitions = vec![recognition(8, Level::Junior, "2022-01-15", "2027-01-14")];
    let facts = Facts { recognitions, breaches: vec![breach(7, "2023-01-01", "")], ..complete() };
    let assessment = national(&facts, "2024-01-01");
    assert_eq!(assessment.status, Status::Restricted);
    let suspended = assessment.standing.recognition.unwrap();
    assert_eq!((suspended.level, suspended.phase), (Level::Junior, RecognitionPhase::Suspended));
    assert_eq!(assessment.standing.recognised(), None);
    let lifted = Facts { breaches: vec![breach(7, "2023-01-01", "2023-06-01")], ..facts };
    assert_eq!(national(&lifted, "2023-06-01").standing.recognised(), Some(Level::Junior));
}

#[test]
fn the_least_that_is_missing_takes_the_shorter_way() {
    let rich = crate::agreement::rich();
    let facts = Facts {
        posts: vec![post(1, "2019-01-01", "")],
        credentials: vec![title(3, TitleRank::Senior, "2018-01-01")],
        achievements: vec![achievement(6, AchievementKind::Patent, Tier::National, "2022-01-01")],
        verified: [fact(3), fact(6)].into(),
        ..Facts::default()
    };
    // One patent of two is half a way; 100 days and 30 hours are two whole ones.
    let assessment = assess(&facts, &approved(), &rich, day("2023-06-01"));
    assert_eq!(assessment.standing.eligible, Some(Level::Intermediate));
    assert_eq!(assessment.next_level, Some(Level::Senior));
    let missing: Vec<&str> = assessment.missing.iter().map(|one| one.words.en.as_str()).collect();
    assert_eq!(missing, ["1 more achievement: patents"]);
}

#[test]
fn the_window_is_shown_with_both_its_days() {
    let window = national_basic().criterion("rotation").unwrap().window().unwrap();
    assert_eq!(window.on(day("2024-02-29")), range("2019-03-01", "2024-02-29"));
    assert_eq!(window.on(day("2024-03-01")), range("2019-03-02", "2024-03-01"));
}

#[test]
fn years_at_the_school_are_those_at_the_school_one_is_at() {
    let pack = pack_asking(r#""asks": {"kind": "years_in_post", "years": 2, "at_one_school": true}"#);
    let mut there = post(1, "2016-09-01", "2024-05-31");
    let mut here = post(2, "2024-06-01", "2030-12-31");
    (there.school, here.school) = (kernel::OrganisationId::of_name("there"), kernel::OrganisationId::of_name("here"));
    let facts = Facts { posts: vec![there.clone()], ..Facts::default() };
    // Whoever has left stays what they were until they are somewhere else.
    assert!(met(&facts, &pack, "2024-05-31") && met(&facts, &pack, "2024-06-01"));
    let facts = Facts { posts: vec![there, here], ..Facts::default() };
    assert!(met(&facts, &pack, "2024-05-31") && !met(&facts, &pack, "2024-06-01"));
    assert!(!met(&facts, &pack, "2026-05-30") && met(&facts, &pack, "2026-06-01"));
    let assessment = assess(&facts, &approved(), &pack, day("2024-06-01"));
    assert_eq!(assessment.criteria()[0].amount, standards::Amount::whole(1));
}

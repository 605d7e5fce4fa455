use kernel::vocabulary::{
    CredentialKind, Employment, PracticeForm, PracticeResult, Role, SiteKind, SkillGrade, Theme, Tier,
};
use kernel::{CommandId, DayRange, EventId, Hours, OrganisationId, Period, SessionId, SiteId};
use standards::{Approval, Attendance, Completion, Credential, Placement, Post, SchoolPlace};

use super::Audience;
use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn range(from: &str, to: &str) -> DayRange {
    DayRange::new(day(from), day(to)).unwrap()
}

fn fact(name: &str) -> EventId {
    EventId::of(CommandId::derived(name), 0)
}

fn national() -> Rulebook {
    Rulebook::of(standards::published().into_iter().map(|(pack, _)| (pack, None)))
}

/// The nation's second pack, written otherwise in one place.
fn draft(from: &str, to: &str) -> Rulebook {
    let (_, bytes) = standards::published().remove(1);
    let text = std::str::from_utf8(bytes).unwrap();
    let written = text.replacen(r#""version": 2"#, r#""version": 3"#, 1).replacen(from, to, 1);
    assert_ne!(written.replacen(r#""version": 3"#, r#""version": 2"#, 1), text);
    national().with(standards::Pack::parse(&written).unwrap())
}

/// Asks for 200 days of practice instead of 180.
fn stricter() -> Rulebook {
    let months = r#""at_least_months": "practice_months",
        "days_a_month": "days_a_month","#;
    draft(months, r#""at_least_days": 200,"#)
}

fn credential(name: &str, kind: CredentialKind, grade: Option<u8>) -> Credential {
    let grade = grade.map(|grade| SkillGrade::parse(&grade.to_string()).unwrap());
    Credential {
        fact: fact(name),
        voided: None,
        kind,
        grade,
        rank: None,
        obtained_on: day("2019-06-01"),
        withdrawn_on: None,
    }
}

/// A specialised teacher in Jiangsu who meets everything by so many days of practice from 1 January 2023 on.
fn person(practised: u32, grade: u8) -> (Facts, Places) {
    let (school, site) = (OrganisationId::of_name("school"), SiteId::new(fact("station").uuid()));
    let first = day("2023-01-01");
    let post = Post {
        fact: fact("post"),
        voided: None,
        school,
        education_level: None,
        role: Role::Specialised,
        employment: Employment::FullTime,
        specialty: None,
        period: Period::new(day("2015-09-01"), None).unwrap(),
    };
    let placement = Placement {
        fact: fact("placement"),
        voided: None,
        site,
        range: DayRange::new(first, first.plus_days(practised as i32 - 1)).unwrap(),
        form: PracticeForm::Post,
        logged: vec![],
        completed: Some(Completion { fact: fact("completion"), result: PracticeResult::Pass }),
    };
    let attendance = Attendance {
        fact: fact("attendance"),
        voided: None,
        session: SessionId::new(fact("session").uuid()),
        base: site,
        range: range("2022-08-01", "2022-08-05"),
        hours: Hours::parse("40").unwrap(),
        tier: Tier::National,
        theme: Theme::Specialty,
        on_site: true,
    };
    let credentials = vec![
        credential("certificate", CredentialKind::TeacherCertificate, None),
        credential("skill", CredentialKind::SkillGrade, Some(grade)),
    ];
    let facts = Facts {
        posts: vec![post],
        credentials,
        placements: vec![placement],
        attendances: vec![attendance],
        ..Facts::default()
    };
    let place = SchoolPlace { province: Province::parse("32").unwrap(), education_level: None };
    let period = Period::new(day("2018-01-01"), None).unwrap();
    let approved = [SiteKind::PracticeStation, SiteKind::TrainingBase].map(|kind| Approval {
        fact: fact("approval"),
        kind,
        period,
    });
    (facts, Places { schools: [(school, place)].into(), approvals: [(site, approved.to_vec())].into() })
}

fn seen(person: &(Facts, Places), then: &Rulebook) -> Look {
    let teacher = TeacherId::new(fact("teacher").uuid());
    look(teacher, (&person.0, &person.1), (&national(), then), day("2024-06-30"))
}

fn ids(look: &Look) -> Vec<&str> {
    look.criteria.iter().map(|(id, _)| id.as_str()).collect()
}

#[test]
fn who_falls_short_of_a_stricter_draft_loses_by_the_criterion_that_was_met_before() {
    let loser = seen(&person(190, 3), &stricter());
    assert_eq!((loser.before, loser.after), (Some(Level::Junior), None));
    assert_eq!(ids(&loser), ["enterprise_practice"]);
    let keeper = seen(&person(200, 3), &stricter());
    assert_eq!((keeper.before, keeper.after, keeper.concerned), (Some(Level::Junior), Some(Level::Junior), true));
    assert!(keeper.criteria.is_empty());
}

#[test]
fn who_meets_a_laxer_draft_gains_by_the_criterion_that_no_longer_stands_in_the_way() {
    let laxer = draft(r#""at_least_grade": 3"#, r#""at_least_grade": 4"#);
    let gainer = seen(&person(200, 4), &laxer);
    assert_eq!((gainer.before, gainer.after), (None, Some(Level::Junior)));
    // A panel's judgement stands in the same place, and is no more there than it was.
    assert_eq!(ids(&gainer), ["qualification"]);
    assert!(gainer.specialised && gainer.in_post);
    assert_eq!(gainer.provinces.len(), 1);
}

#[test]
fn a_draft_that_is_not_for_somebody_changes_nothing_for_them() {
    let elsewhere = standards::provincial().into_iter().find(|(pack, _)| pack.name == "shanxi-basic").unwrap().0;
    let passed = seen(&person(190, 3), &national().with(elsewhere));
    assert!(!passed.concerned);
    assert_eq!(passed.before, passed.after);
    let mut left = person(190, 3);
    left.0.posts[0].period = Period::new(day("2015-09-01"), Some(day("2023-12-31"))).unwrap();
    let left = seen(&left, &stricter());
    assert_eq!((left.in_post, left.before, left.after), (false, None, None));
}

/// A tally of so many who keep and so many who lose in each province.
fn tally(provinces: &[(&str, u64, u64)]) -> Tally {
    let mut tally = Tally::default();
    let (keeps, loses) = (seen(&person(200, 3), &stricter()), seen(&person(190, 3), &stricter()));
    for (code, keep, lose) in provinces {
        let there = BTreeSet::from([Province::parse(code).unwrap()]);
        for _ in 0..*keep {
            tally.add(Look { provinces: there.clone(), ..keeps.clone() });
        }
        for _ in 0..*lose {
            tally.add(Look { provinces: there.clone(), ..loses.clone() });
        }
    }
    tally
}

fn losers(tally: &Tally, audience: Audience) -> (Option<u64>, Vec<Option<u64>>) {
    let pack = standards::national_basic().reference();
    let body = WhatIfBody::of(tally, &pack, day("2024-06-30"), "v1.0:9".to_owned(), audience);
    (body.total.all.lose, body.provinces.iter().map(|row| row.all.lose).collect())
}

#[test]
fn who_holds_posts_in_two_provinces_counts_in_both_and_once_in_all() {
    let mut two = seen(&person(190, 3), &stricter());
    two.provinces.insert(Province::parse("35").unwrap());
    let mut tally = Tally::default();
    tally.add(two);
    assert_eq!(losers(&tally, Audience::Persons), (Some(1), vec![Some(1), Some(1)]));
}

#[test]
fn whoever_sees_persons_gets_every_figure_and_who_it_is() {
    let tally = tally(&[("32", 50, 2), ("35", 60, 9)]);
    assert_eq!(losers(&tally, Audience::Persons), (Some(11), vec![Some(2), Some(9)]));
    assert_eq!(tally.lose.len(), 11);
}

#[test]
fn of_figures_alone_those_of_one_or_two_are_held_back_with_the_next_smallest() {
    let tally = tally(&[("32", 50, 2), ("35", 60, 9), ("37", 70, 30), ("44", 80, 0)]);
    assert_eq!(losers(&tally, Audience::Figures), (Some(41), vec![None, None, Some(30), Some(0)]));
    let pack = standards::national_basic().reference();
    let body = WhatIfBody::of(&tally, &pack, day("2024-06-30"), "v1.0:9".to_owned(), Audience::Figures);
    let held = &body.provinces[0].all;
    assert!(held.suppressed && held.eligible_after.is_none() && held.unchanged.is_none());
    assert_eq!(held.eligible_before, Some(52), "what the draft does not change is shown");
}

#[test]
fn everybody_is_held_back_where_the_others_beside_the_specialised_are_one_or_two() {
    let mut tally = tally(&[("32", 50, 9), ("35", 60, 9), ("37", 70, 30)]);
    for (code, others) in [("32", 2), ("35", 5), ("37", 5)] {
        let mut other = seen(&person(200, 3), &stricter());
        other.specialised = false;
        other.provinces = BTreeSet::from([Province::parse(code).unwrap()]);
        (0..others).for_each(|_| tally.add(other.clone()));
    }
    let pack = standards::national_basic().reference();
    let body = WhatIfBody::of(&tally, &pack, day("2024-06-30"), "v1.0:9".to_owned(), Audience::Figures);
    // Coverage tells how many of the specialised are eligible.
    let shown: Vec<_> = body.provinces.iter().map(|row| row.all.eligible_before).collect();
    assert_eq!(shown, [None, None, Some(105)]);
}

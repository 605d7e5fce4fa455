//! By which pack somebody is judged, on which day.

use kernel::vocabulary::{AchievementKind, Employment, Level, Tier};
use standards::{Assessment, Facts, Pack, Places, Post, Rulebook, provincial, published};

use crate::agreement::{all_packs, school, schools};
use crate::dossier::{achievement, complete, day, post};

fn places() -> Places {
    schools(["jiangsu", "fujian", "jiangxi", "gansu"])
}

fn at(name: &str, number: u32, from: &str, to: &str) -> Post {
    Post { school: school(name), ..post(number, from, to) }
}

fn judged(facts: &Facts, on: &str) -> Vec<(String, u32)> {
    let of = |assessment: Assessment| (assessment.pack.name, assessment.pack.version);
    all_packs().assess(facts, &places(), day(on)).into_iter().map(of).collect()
}

fn named(packs: &[(&str, u32)]) -> Vec<(String, u32)> {
    packs.iter().map(|(name, version)| ((*name).to_owned(), *version)).collect()
}

#[test]
fn a_post_is_judged_by_the_pack_of_its_province_from_the_day_that_is_in_force() {
    let facts = Facts { posts: vec![at("fujian", 1, "2015-09-01", "")], ..complete() };
    assert_eq!(judged(&facts, "2022-10-24"), named(&[("national-basic", 1)]));
    assert_eq!(judged(&facts, "2022-10-25"), named(&[("national-basic", 2)]));
    assert_eq!(judged(&facts, "2023-12-13"), named(&[("national-basic", 2)]));
    assert_eq!(judged(&facts, "2023-12-14"), named(&[("fujian-campus", 1)]));
}

#[test]
fn posts_in_two_provinces_are_judged_by_each_ones_pack() {
    let part_time = Post { employment: Employment::PartTime, ..at("jiangxi", 2, "2024-01-01", "") };
    let facts = Facts { posts: vec![part_time, at("fujian", 1, "2015-09-01", "")], ..complete() };
    assert_eq!(judged(&facts, "2024-06-30"), named(&[("fujian-campus", 1), ("jiangxi-external", 1)]));
    let assessed = all_packs().assess(&facts, &places(), day("2024-06-30"));
    // Fujian asks for results that are not there; Jiangxi only for a year of teaching, which the post in Fujian is.
    assert_eq!(assessed.iter().map(|one| one.standing.eligible).collect::<Vec<_>>(), [None, Some(Level::Junior)]);
    assert_eq!(assessed.iter().map(|one| one.posts.len()).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn a_mover_is_judged_where_they_are_and_a_leaver_where_they_were_last() {
    let posts = vec![at("gansu", 1, "2015-09-01", "2024-01-31"), at("fujian", 2, "2024-03-01", "2024-08-31")];
    let facts = Facts { posts, ..complete() };
    assert_eq!(judged(&facts, "2024-01-31"), named(&[("gansu-campus", 1)]));
    assert_eq!(judged(&facts, "2024-02-15"), named(&[("gansu-campus", 1)]));
    assert_eq!(judged(&facts, "2024-03-01"), named(&[("fujian-campus", 1)]));
    assert_eq!(judged(&facts, "2025-01-01"), named(&[("fujian-campus", 1)]));
    let line = all_packs().timeline(&facts, &places()).unwrap();
    let pack_on =
        |on: &str| line.segments.iter().rev().find(|segment| segment.from <= day(on)).unwrap().pack.name.clone();
    assert_eq!((pack_on("2024-02-29").as_str(), pack_on("2024-03-01").as_str()), ("gansu-campus", "fujian-campus"));
}

#[test]
fn a_retired_pack_judges_to_its_last_day_and_the_nation_after() {
    let fujian = provincial().into_iter().find(|(pack, _)| pack.name == "fujian-campus").unwrap().0;
    let nation = published().into_iter().map(|(pack, _)| (pack, None));
    let book = Rulebook::of(nation.chain([(fujian, Some(day("2024-12-31")))]));
    let facts = Facts { posts: vec![at("fujian", 1, "2015-09-01", "")], ..complete() };
    let by = |on: &str| book.assess(&facts, &places(), day(on))[0].pack.name.clone();
    assert_eq!((by("2024-12-31").as_str(), by("2025-01-01").as_str()), ("fujian-campus", "national-basic"));
}

#[test]
fn a_province_that_asks_for_less_than_a_newer_national_pack_no_longer_judges() {
    let second = std::str::from_utf8(published()[1].1).unwrap();
    let third = second
        .replacen(r#""version": 2"#, r#""version": 3"#, 1)
        .replacen("2022-10-25", "2025-01-01", 1)
        .replacen(r#""value": 6"#, r#""value": 7"#, 1);
    let packs = published().into_iter().chain(provincial()).map(|(pack, _)| pack);
    let book = Rulebook::of(packs.chain([Pack::parse(&third).unwrap()]).map(|pack| (pack, None)));
    let facts = Facts { posts: vec![at("gansu", 1, "2015-09-01", "")], ..complete() };
    let by = |on: &str| book.assess(&facts, &places(), day(on))[0].pack.clone();
    assert_eq!(by("2024-12-31").name, "gansu-campus");
    assert_eq!((by("2025-01-01").name.as_str(), by("2025-01-01").version), ("national-basic", 3));
    let gansu = book.packs().iter().find(|pack| pack.name == "gansu-campus").unwrap();
    assert_eq!(book.overruled_by(gansu, day("2025-06-01")).map(|pack| pack.version), Some(3));
    assert_eq!(book.overruled_by(gansu, day("2024-06-01")), None);
}

#[test]
fn the_end_of_a_pack_is_no_lapse_where_the_next_one_is_met() {
    let second = std::str::from_utf8(published()[1].1).unwrap();
    let gansu = second.replacen(r#""jurisdiction": "nation""#, r#""jurisdiction": { "province": "62" }"#, 1).replacen(
        r#""name": "national-basic""#,
        r#""name": "gansu-like-the-nation""#,
        1,
    );
    let nation = || published().into_iter().map(|(pack, _)| (pack, None));
    let book = Rulebook::of(nation().chain([(Pack::parse(&gansu).unwrap(), Some(day("2024-12-31")))]));
    let facts = Facts { posts: vec![at("gansu", 1, "2015-09-01", "")], ..complete() };
    let answer = |book: &Rulebook| book.assess(&facts, &places(), day("2024-06-30")).remove(0);
    let (by_both, by_nation) = (answer(&book), answer(&Rulebook::of(nation())));
    assert_eq!((by_both.pack.name.as_str(), by_both.standing.eligible), ("gansu-like-the-nation", Some(Level::Junior)));
    assert!(by_nation.lapses_on.is_some_and(|lapse| lapse > day("2025-01-01")));
    assert_eq!(by_both.lapses_on, by_nation.lapses_on);
}

#[test]
fn without_any_pack_there_is_no_answer() {
    let none = Rulebook::default();
    assert!(none.assess(&complete(), &places(), day("2024-06-30")).is_empty());
    assert!(none.timeline(&complete(), &places()).is_none());
    assert!(none.stands(&complete(), &places()).is_empty());
}

#[test]
fn three_levels_are_told_apart_by_credentials_and_results() {
    let facts = |achievements| Facts {
        credentials: vec![
            crate::dossier::credential(2, kernel::vocabulary::CredentialKind::TeacherCertificate, "2010-07-01"),
            crate::dossier::grade(3, 1, "2012-05-05"),
        ],
        achievements,
        posts: vec![at("jiangsu", 1, "2010-09-01", "")],
        ..complete()
    };
    let level =
        |achievements| all_packs().assess(&facts(achievements), &places(), day("2024-06-30"))[0].standing.eligible;
    let patent = |number, tier| achievement(number, AchievementKind::Patent, tier, "2022-01-01");
    assert_eq!(level(vec![]), Some(Level::Junior));
    assert_eq!(level(vec![patent(6, Tier::City)]), Some(Level::Intermediate));
    assert_eq!(level(vec![patent(6, Tier::National), patent(7, Tier::Provincial)]), Some(Level::Senior));
}

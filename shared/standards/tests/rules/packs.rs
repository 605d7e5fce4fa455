//! Packs are sound, or refused with a reason.

use std::collections::BTreeSet;

use kernel::Language;
use kernel::vocabulary::Level;
use standards::{Asks, Jurisdiction, Pack, PackFault, Window, national_basic, published};

#[test]
fn every_published_pack_parses_and_has_a_name_and_version_of_its_own() {
    let mut seen = BTreeSet::new();
    for (pack, bytes) in published() {
        assert!(seen.insert((pack.name.clone(), pack.version)));
        assert_eq!(Pack::parse(std::str::from_utf8(bytes).unwrap()).unwrap(), pack);
    }
}

#[test]
fn a_published_file_is_never_edited() {
    let digests: Vec<String> =
        published().into_iter().map(|(pack, _)| format!("{} {} {}", pack.name, pack.version, pack.digest)).collect();
    assert_eq!(digests, ["national-basic 1 11496d737ed154cb7832e8e1bb05117eb470b7e59b7035398386649181661c0a"]);
}

#[test]
fn the_first_national_pack_asks_for_what_was_agreed() {
    let pack = national_basic();
    let ids: Vec<&str> = pack.criteria.iter().map(|criterion| criterion.id.as_str()).collect();
    assert_eq!(ids, ["teacher_certificate", "qualification", "enterprise_practice", "rotation", "conduct"]);
    assert_eq!(pack.levels.iter().map(|level| level.level).collect::<Vec<_>>(), [Level::Junior]);
    assert_eq!(pack.jurisdiction, Jurisdiction::Nation);
    let Asks::Practice(practice) = &pack.criteria[2].asks else { panic!("practice") };
    assert_eq!((practice.at_least_days, practice.window), (180, Window::Rolling { years: 5 }));
    assert!(pack.effective.contains(kernel::Day::MIN) && pack.effective.contains(kernel::Day::MAX));
}

/// The rich pack with one part of its text replaced.
fn with(from: &str, to: &str) -> Result<Pack, PackFault> {
    let text = include_str!("rich.json");
    assert!(text.contains(from), "{from}");
    Pack::parse(&text.replacen(from, to, 1))
}

#[test]
fn an_unsound_pack_is_refused_with_a_reason() {
    let faults = [
        (r#""id": "hours""#, r#""id": "sessions""#, "`sessions` is there twice"),
        (r#""count": 2"#, r#""count": 0"#, "count of `patents` must be from 1 to 1000"),
        (
            r#""rolling_years": 1 "#,
            r#""rolling_years": 0 "#,
            "years of the window of `practice_day` must be from 1 to 60",
        ),
        (r#""level": "senior""#, r#""level": "junior""#, "the levels must ascend, each once"),
        (r#""at_least_days": "month""#, r#""at_least_days": "week""#, "nothing is called `week`"),
        (r#""tenure", { "any_of""#, r#""seniority", { "any_of""#, "nothing is called `seniority`"),
        (r#""k": 2"#, r#""k": 5"#, "at least 5 of 4 can never be met"),
        (
            r#"{ "any_of": ["practice_day""#,
            r#"{ "any_of": ["conduct""#,
            "`conduct` is a veto: it may only stand under all_of",
        ),
        (
            r#""at_least_sessions": 2"#,
            r#""at_least_sessions": 2, "at_least_hours": 9"#,
            "`sessions` must ask for sessions or for hours; ask for both by two criteria",
        ),
        (
            r#""name": "rich-example""#,
            r#""name": "Rich Example""#,
            "`Rich Example` is not a name: use small letters, digits, - and _",
        ),
        (r#""to": "2023-12-31""#, r#""to": "2015-12-31""#, "it would be in force until a day before it begins"),
        (r#""education_levels": ["higher"]"#, r#""education_levels": []"#, "education_levels is empty"),
        (r#""version": 3"#, r#""version": 3, "colour": "red""#, "not a rule pack"),
        (r#""rotation": "sessions""#, r#""rotation": "session""#, "nothing is called `session`"),
    ];
    for (from, to, why) in faults {
        let told = with(from, to).unwrap_err().to_string();
        assert!(told.starts_with(why), "{told}");
    }
}

#[test]
fn another_byte_is_another_digest() {
    let (as_it_is, spaced) = (with("3", "3").unwrap(), with("\"version\": 3", "\"version\":  3").unwrap());
    assert_ne!(as_it_is.digest, spaced.digest);
    assert_eq!(as_it_is.digest.len(), 64);
}

#[test]
fn a_pack_is_told_in_words() {
    let english = national_basic().in_words(Language::English);
    for line in [
        "  nation · secondary vocational, higher vocational · every role · in force on any day",
        "    - enterprise practice: at least 180 days (excellent, pass), within the last 5 years",
        "    - five-year rotation: at least 1 session, within the last 5 years",
        "    - conduct (no breach in force): no breach in force",
    ] {
        assert!(english.lines().any(|found| found == line), "{line}\n---\n{english}");
    }
    let chinese = national_basic().in_words(Language::Chinese);
    assert!(chinese.contains("    - 企业实践：至少 180 天 (优秀、合格)，近 5 年内\n"), "{chinese}");
}

/// The national pack with one part of its text replaced.
fn province(from: &str, to: &str) -> Pack {
    let text = std::str::from_utf8(published()[0].1).unwrap().to_owned();
    assert!(text.contains(from), "{from}");
    Pack::parse(&text.replace(from, to)).unwrap()
}

#[test]
fn a_province_may_ask_for_more() {
    for (from, to) in [
        ("", ""),
        (r#""value": 180"#, r#""value": 200"#),
        (r#""at_least_grade": 3"#, r#""at_least_grade": 2"#),
        (r#", { "kind": "technical_title" }"#, r#", { "kind": "technical_title", "at_least_rank": "intermediate" }"#),
        (r#"{ "rolling_years": "practice_years" }"#, r#"{ "rolling_years": 3 }"#),
        (r#"{ "rolling_years": "rotation_years" }"#, r#"{ "cycle_years": 5, "starting": "2020-01-01" }"#),
        (r#"["excellent", "pass"]"#, r#"["excellent"]"#),
        (r#""level": "junior""#, r#""level": "senior""#),
        (r#""at_least_sessions": "rotation_sessions""#, r#""at_least_hours": 40"#),
    ] {
        assert_eq!(province(from, to).no_laxer_than(&national_basic()), Ok(()), "{to}");
    }
}

#[test]
fn a_province_may_never_ask_for_less() {
    for (from, to) in [
        (r#""value": 180"#, r#""value": 179"#),
        (r#""at_least_grade": 3"#, r#""at_least_grade": 4"#),
        (r#"{ "rolling_years": "practice_years" }"#, r#"{ "rolling_years": 6 }"#),
        (r#"["excellent", "pass"]"#, r#"["excellent", "pass", "fail"]"#),
        (r#", "conduct"] }"#, "] }"),
        (r#""asks": { "kind": "no_breach" }"#, r#""only_for": ["specialised"], "asks": { "kind": "no_breach" }"#),
        (
            r#"{ "all_of": ["teacher_certificate", "qualification","#,
            r#"{ "all_of": [{ "any_of": ["teacher_certificate", "qualification"] },"#,
        ),
    ] {
        let fault = province(from, to).no_laxer_than(&national_basic());
        assert_eq!(fault, Err(PackFault::Laxer { level: Level::Junior, than: "national-basic".to_owned() }), "{to}");
    }
}

#[test]
fn every_pack_is_no_laxer_than_itself() {
    assert_eq!(crate::properties::rich().no_laxer_than(&crate::properties::rich()), Ok(()));
}

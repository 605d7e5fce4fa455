//! Packs are sound, or refused with a reason.

use std::collections::BTreeSet;

use kernel::Language;
use kernel::vocabulary::Level;
use standards::{
    Asks, Confidence, Jurisdiction, Pack, PackFault, Shelf, Window, national_basic, provincial, published,
};

#[test]
fn every_published_pack_parses_and_has_a_name_and_version_of_its_own() {
    let mut seen = BTreeSet::new();
    let mut shelf = Shelf::default();
    for (pack, bytes) in published().into_iter().chain(provincial()) {
        assert!(seen.insert((pack.name.clone(), pack.version)));
        assert_eq!(shelf.read(std::str::from_utf8(bytes).unwrap()).unwrap(), pack);
        shelf.put(pack);
    }
}

#[test]
fn a_published_file_is_never_edited() {
    let shipped = published().into_iter().chain(provincial());
    let digests: Vec<String> =
        shipped.map(|(pack, _)| format!("{} {} {}", pack.name, pack.version, pack.digest)).collect();
    assert_eq!(
        digests,
        [
            "national-basic 1 11496d737ed154cb7832e8e1bb05117eb470b7e59b7035398386649181661c0a",
            "national-basic 2 f17e681f488dc0d4d57324cd4411827c583bb8aba210c277c3e0771f26b63e8d",
            "shanxi-basic 1 f20b72d3ccb29f35e2059bd6dd1e3c2a417d1d8b1aab418209693def2af677e7",
            "anhui-higher 1 546a8652fa8304086bbc827af262d19fa92974f86d24267b4c7d7cb007a57f56",
            "fujian-campus 1 95b3358eaa1ef722baec8cbe76931f21f37ef9688f3a329d275086db5278da32",
            "jiangxi-campus 1 e84895e09023aa49a5ef118c604aa8f547bd7cb4c00087c35fc097bcfe47879c",
            "jiangxi-external 1 802775bda1261c3bb36e63ed9619bcbe79c288f957c5be386c13d9857d951777",
            "gansu-campus 1 78def3d3d9506c1bee7766b57ea2ab0905d5417d73b1d4f8ec0a6b1977ef43dc",
            "gansu-external 1 580deae4a8fec2f41e4167137cd03607247e2a46704e28f41fc7d19393e37901",
        ]
    );
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
    for (from, to, criterion) in [
        (r#""value": 180"#, r#""value": 179"#, "enterprise_practice"),
        (r#""at_least_grade": 3"#, r#""at_least_grade": 4"#, "qualification"),
        (r#"{ "rolling_years": "practice_years" }"#, r#"{ "rolling_years": 6 }"#, "enterprise_practice"),
        // Between two leap days its cycle runs for a day more than five years.
        (r#"{ "rolling_years": "rotation_years" }"#, r#"{ "cycle_years": 5, "starting": "2020-02-29" }"#, "rotation"),
        (r#"["excellent", "pass"]"#, r#"["excellent", "pass", "fail"]"#, "enterprise_practice"),
        (
            r#""window": { "rolling_years": "practice_years" }"#,
            r#""overlapping": "each", "window": { "rolling_years": 5 }"#,
            "enterprise_practice",
        ),
        (r#", "conduct"] }"#, "] }", "conduct"),
        (
            r#""asks": { "kind": "no_breach" }"#,
            r#""only_for": ["specialised"], "asks": { "kind": "no_breach" }"#,
            "conduct",
        ),
        (
            r#"{ "all_of": ["teacher_certificate", "qualification","#,
            r#"{ "all_of": [{ "any_of": ["teacher_certificate", "qualification"] },"#,
            "teacher_certificate",
        ),
    ] {
        let fault = province(from, to).no_laxer_than(&national_basic());
        let (criterion, than) = (criterion.to_owned(), "national-basic".to_owned());
        assert_eq!(fault, Err(PackFault::Laxer { level: Level::Junior, criterion, than }), "{to}");
    }
}

#[test]
fn every_pack_is_no_laxer_than_itself() {
    assert_eq!(crate::agreement::rich().no_laxer_than(&crate::agreement::rich()), Ok(()));
}

/// A province's pack that builds on the second national one, with these parts.
fn upon_the_nation(parts: &str) -> Result<Pack, PackFault> {
    let mut shelf = Shelf::default();
    published().into_iter().for_each(|(pack, _)| shelf.put(pack));
    shelf.read(&format!(
        r#"{{ "name": "example", "version": 1, "title": {{ "zh": "示例", "en": "example" }},
        "jurisdiction": {{ "province": "35" }}, "inherits": {{ "name": "national-basic", "version": 2 }},
        "source": {{ "document": "example", "confidence": "assumed" }}{parts} }}"#
    ))
}

#[test]
fn a_pack_takes_over_all_that_it_does_not_say_otherwise() {
    let pack = upon_the_nation("").unwrap();
    let nation = published().remove(1).0;
    assert_eq!((&pack.criteria, &pack.levels), (&nation.criteria, &nation.levels));
    assert_eq!((&pack.education_levels, pack.review), (&nation.education_levels, nation.review));
    assert_eq!(pack.inherits, Some(nation.reference()));
}

#[test]
fn a_pack_may_only_sharpen_what_it_builds_on() {
    let practice = |days: u32| {
        format!(
            r#", "criteria": [{{ "id": "enterprise_practice", "label": {{ "zh": "企业实践", "en": "practice" }},
            "asks": {{ "kind": "practice", "at_least_days": {days}, "window": {{ "rolling_years": 5 }},
            "results": ["pass"] }} }}]"#
        )
    };
    assert!(upon_the_nation(&practice(200)).is_ok());
    let told = |parts: &str| upon_the_nation(parts).unwrap_err().to_string();
    assert_eq!(
        told(&practice(150)),
        "its junior level is not proven to ask for `enterprise_practice | enterprise_work` as strictly as `national-basic` does"
    );
    let measures = |id: &str| format!(r#", "measures": {{ "rotation": "{id}" }}"#);
    assert!(upon_the_nation(&measures("rotation")).is_ok());
    assert_eq!(
        told(&measures("teacher_certificate")),
        "its measure of rotation may not be laxer than that of `national-basic`"
    );
    let review = r#", "review": { "validity_years": 5, "notice_months": 3 }"#;
    assert!(upon_the_nation(review).is_ok());
    assert_eq!(
        told(r#", "inherits_not": true"#).split(" at ").next().unwrap().split(',').next().unwrap(),
        "not a rule pack: unknown field `inherits_not`"
    );
    let alone = Pack::parse(std::str::from_utf8(provincial()[0].1).unwrap());
    assert_eq!(alone, Err(PackFault::NoBase { name: "national-basic".to_owned(), version: 2 }));
}

#[test]
fn what_a_pack_adds_is_asked_of_every_level_it_names() {
    let fujian = provincial().into_iter().find(|(pack, _)| pack.name == "fujian-campus").unwrap().0;
    let english = fujian.in_words(Language::English);
    for line in [
        "  福建 · secondary vocational, higher vocational · every role (full-time) · in force from 2023-12-14",
        "  builds on national-basic version 2, and asks for more",
    ] {
        let line = line.replace("福建", "Fujian");
        assert!(english.lines().any(|found| found == line), "{line}\n---\n{english}");
    }
    assert_eq!(english.matches("- the practice set").count(), 3, "{english}");
    let practice_set = fujian.criterion("practice_set").unwrap();
    assert_eq!(practice_set.source.as_ref().unwrap().confidence, Confidence::Assumed);
    assert!(english.contains("[福建省实施办法：校内教师须同时满足教学条件与实践条件；各级别条款与数量未见，按各1项推定; assumed, to be verified]"));
}

#[test]
fn months_are_converted_by_the_pack() {
    let nation = published().remove(1).0;
    let Asks::Practice(practice) = &nation.criterion("enterprise_practice").unwrap().asks else { panic!("practice") };
    assert_eq!(practice.at_least_days, 180);
}

#[test]
fn every_province_asks_for_no_less_than_the_nation() {
    let nation = published().remove(1).0;
    for (pack, _) in provincial() {
        assert_eq!(pack.no_laxer_than(&nation), Ok(()), "{}", pack.name);
    }
}

//! An assessment explains itself, to a program and to a reader.

use kernel::Language;
use kernel::vocabulary::Level;
use standards::{Assessment, Facts, Missing, Places, Timeline, Unit, assess, explain, national_basic, timeline};

use crate::dossier::{approved, breach, complete, day, placement, recognition};

fn close() -> Facts {
    let placements = vec![placement(4, "2023-07-01", "2023-11-20"), placement(6, "2018-01-01", "2018-01-31")];
    Facts { placements, breaches: vec![breach(7, "2024-01-10", "")], ..complete() }
}

fn assessed(facts: &Facts) -> Assessment {
    assess(facts, &approved(), &national_basic(), day("2024-06-30"))
}

#[test]
fn what_is_missing_is_given_as_amounts_and_words() {
    let Assessment { next_level, missing, .. } = assessed(&close());
    assert_eq!(next_level, Some(Level::Junior));
    let told = |Missing { criterion, amount, unit, words }: &Missing| {
        let criterion = criterion.as_ref().unwrap().to_string();
        (criterion, amount.as_f64(), *unit, words.zh.clone(), words.en.clone())
    };
    let expected =
        |id: &str, amount, unit, zh: &str, en: &str| (id.to_owned(), amount, Some(unit), zh.to_owned(), en.to_owned());
    assert_eq!(
        missing.iter().map(told).collect::<Vec<_>>(),
        [
            expected("enterprise_practice", 37.0, Unit::Days, "企业实践还差37天", "37 more days: enterprise practice"),
            expected("conduct", 1.0, Unit::Breaches, "须先解除1项失范记录", "1 breach of conduct to be lifted"),
        ]
    );
}

#[test]
fn a_teacher_out_of_post_lacks_a_post() {
    let missing = assessed(&Facts { posts: Vec::new(), ..complete() }).missing;
    assert_eq!(missing.len(), 1);
    assert_eq!((missing[0].criterion.as_ref(), missing[0].unit), (None, None));
}

#[test]
fn an_assessment_reads_as_lines_in_english() {
    let expected = "\
As of 2024-06-30, by national-basic version 1: restricted (conduct)
  in post · eligible: none · recognition: none
✗ junior level
  ✗ all of
    ✓ teacher certificate: held
    ✓ skill grade 3 or higher, or a non-teacher technical title: held
    ✗ enterprise practice: 143 of 180 days (2019-07-01 to 2024-06-30)
        not counted: 31 days (before the window)
    ✓ five-year rotation: 1 of 1 session (2019-07-01 to 2024-06-30), no longer from 2027-03-05
    ✗ conduct (no breach in force): 1 breach
Missing for the junior level:
  - 37 more days: enterprise practice
  - 1 breach of conduct to be lifted
";
    assert_eq!(explain(&assessed(&close()), Language::English), expected);
}

#[test]
fn an_assessment_reads_as_lines_in_chinese() {
    let recognitions = vec![recognition(8, Level::Junior, "2023-12-30", "2028-12-29")];
    let expected = "\
2024-06-30，按 national-basic 第 1 版：已认定为初级，有效期至 2028-12-29
  在岗 · 符合条件：初级 · 认定：初级（有效，至 2028-12-29）
✓ 初级
  ✓ 须全部满足
    ✓ 教师资格证：已取得
    ✓ 职业技能等级三级及以上，或非教师系列职称：已取得
    ✓ 企业实践：180／180 天（2019-07-01 至 2024-06-30），2028-07-01 起不再满足
    ✓ 五年一轮培训：1／1 期（2019-07-01 至 2024-06-30），2027-03-05 起不再满足
    ✓ 师德师风（无生效的失范记录）：无
如无新的记录，将于 2027-03-05 失效。
";
    assert_eq!(explain(&assessed(&Facts { recognitions, ..complete() }), Language::Chinese), expected);
}

#[test]
fn facts_assessments_and_timelines_are_stored_as_json_and_read_back() {
    let facts = close().normalised();
    let stored = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<Facts>(&stored).unwrap(), facts);
    let stored = serde_json::to_string(&approved()).unwrap();
    assert_eq!(serde_json::from_str::<Places>(&stored).unwrap(), approved());
    let assessment = assessed(&facts);
    let stored = serde_json::to_string(&assessment).unwrap();
    assert_eq!(serde_json::from_str::<Assessment>(&stored).unwrap(), assessment);
    let line = timeline(&facts, &approved(), &national_basic());
    let stored = serde_json::to_string(&line).unwrap();
    assert_eq!(serde_json::from_str::<Timeline>(&stored).unwrap(), line);
}

#[test]
fn a_criterion_is_answered_with_these_fields() {
    let assessment = serde_json::to_value(assessed(&close())).unwrap();
    assert_eq!(assessment["status"], serde_json::json!({ "status": "restricted" }));
    let group = &assessment["levels"][0]["tree"];
    assert_eq!((&group["node"], &group["kind"]["rule"]), (&"group".into(), &"all_of".into()));
    let practice = &group["of"][2];
    assert_eq!((&practice["node"], &practice["id"]), (&"criterion".into(), &"enterprise_practice".into()));
    assert_eq!((&practice["verdict"], &practice["unit"]), (&"unmet".into(), &"days".into()));
    assert_eq!((&practice["amount"], &practice["threshold"]), (&143.into(), &180.into()));
    assert_eq!(practice["ignored"][0]["reason"], "outside_window");
}

#[test]
fn the_answers_describe_themselves_for_the_api() {
    let mut schemas = Vec::new();
    <Assessment as utoipa::ToSchema>::schemas(&mut schemas);
    <Timeline as utoipa::ToSchema>::schemas(&mut schemas);
    let names: Vec<&str> = schemas.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["Standing", "Node", "CriterionNode", "Missing", "Segment", "Amount"] {
        assert!(names.contains(&name), "{name} of {names:?}");
    }
}

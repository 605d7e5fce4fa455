//! A delivery handed in again, after somebody corrected the file or the register.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use kernel::code::{SessionCode, SiteCode};
use kernel::vocabulary::PracticeForm;
use kernel::{PlacementId, SessionId, SiteId, TeacherId};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Place, Registry, TestApp};

use super::{on_both, program, stage};

on_both!(
    one_changed_row_of_a_roster_is_named_and_holds_up_nobody_else,
    what_was_voided_or_amended_since_is_not_told_as_known_and_not_recorded_again,
    what_two_files_say_alike_is_known_to_the_second,
    a_placement_that_was_voided_is_recorded_again_as_it_should_be,
    whoever_is_on_the_register_by_another_name_is_credited_with_nothing,
    whoever_is_restricted_is_named_and_holds_up_nobody_else,
);

async fn one_changed_row_of_a_roster_is_named_and_holds_up_nobody_else(place: Place) {
    let registry = Registry::new(place);
    let folder = delivery(&[(1, 24), (2, 24)]);
    assert_eq!(import(&registry, folder.path(), 0)["files"]["rosters.csv"], tally(3, 0, 0));

    roster(folder.path(), &[(1, 24), (2, 8), (3, 24)]);
    let mixed = import(&registry, folder.path(), 4);
    assert_eq!(mixed["files"]["rosters.csv"], tally(1, 2, 1));
    assert_eq!(refused(&mixed), [("rosters.csv", 3)]);
    assert!(mixed["faults"][0]["what"].as_str().unwrap().contains("other hours"), "{mixed}");

    roster(folder.path(), &[(1, 24), (2, 24), (3, 24)]);
    assert_eq!(import(&registry, folder.path(), 0)["files"]["rosters.csv"], tally(0, 4, 0));
}

async fn what_was_voided_or_amended_since_is_not_told_as_known_and_not_recorded_again(place: Place) {
    let registry = Registry::new(place);
    let folder = delivery(&[(1, 24), (2, 24), (3, 24)]);
    import(&registry, folder.path(), 0);
    let app = registry.start(shuangshi::services()).await;
    correct(&app, &people(&registry)).await;
    app.stop().await;

    let before = events(&registry).await;
    let again = import(&registry, folder.path(), 4);
    assert_eq!(events(&registry).await, before, "an old file recorded something anew");
    let files = &again["files"];
    assert_eq!(files["teachers.csv"], tally(0, 3, 0));
    assert_eq!(files["sites.csv"], tally(0, 2, 0));
    let rows = [
        ("credentials.csv", 2),
        ("placements.csv", 2),
        ("rosters.csv", 2),
        ("rosters.csv", 3),
        ("rosters.csv", 5),
        ("sessions.csv", 3),
    ];
    assert_eq!(refused(&again), rows, "{again}");
    let whys =
        ["voided or withdrawn since", "has been voided", "other hours", "taken off", "refused", "has been voided"];
    for (fault, why) in again["faults"].as_array().unwrap().iter().zip(whys) {
        assert!(fault["what"].as_str().unwrap().contains(why), "{why}: {fault}");
    }
}

async fn what_two_files_say_alike_is_known_to_the_second(place: Place) {
    let registry = Registry::new(place);
    let folder = delivery(&[(1, 24)]);
    import(&registry, folder.path(), 0);
    roster(folder.path(), &[(1, 24), (2, 24)]);
    let more = import(&registry, folder.path(), 0);
    assert_eq!(more["files"]["rosters.csv"], tally(1, 2, 0));
    assert_eq!(more["faults"], json!([]));
}

async fn a_placement_that_was_voided_is_recorded_again_as_it_should_be(place: Place) {
    let registry = Registry::new(place);
    let folder = delivery(&[(1, 24), (2, 24), (3, 24)]);
    import(&registry, folder.path(), 0);
    placement(folder.path(), "2020-10-31");
    let refused = import(&registry, folder.path(), 4);
    assert!(refused["faults"][0]["what"].as_str().unwrap().contains("void"), "{refused}");
    let app = registry.start(shuangshi::services()).await;
    correct(&app, &people(&registry)).await;
    app.stop().await;
    let again = import(&registry, folder.path(), 4);
    assert_eq!(again["files"]["placements.csv"], tally(1, 0, 0));
    assert_eq!(import(&registry, folder.path(), 4)["files"]["placements.csv"], tally(0, 1, 0));
    // The one that was voided stays voided.
    placement(folder.path(), "2020-10-22");
    assert_eq!(import(&registry, folder.path(), 4)["files"]["placements.csv"], tally(0, 0, 1));
}

async fn whoever_is_on_the_register_by_another_name_is_credited_with_nothing(place: Place) {
    let registry = Registry::new(place);
    let folder = delivery(&[(1, 24)]);
    import(&registry, folder.path(), 0);
    let before = events(&registry).await;
    // Somebody else, whose number was mistyped and is that of the second person.
    let mistyped = format!("期次,身份证号,姓名,学时\nT001,{},李大山,24\n", stage::citizen_id(2));
    fs::write(folder.path().join("rosters.csv"), mistyped).unwrap();
    fs::remove_file(folder.path().join("teachers.csv")).unwrap();
    let told = import(&registry, folder.path(), 3);
    assert_eq!(refused(&told), [("rosters.csv", 2)]);
    assert_eq!(told["faults"][0]["column"], "姓名");
    assert_eq!(events(&registry).await, before);
}

async fn whoever_is_restricted_is_named_and_holds_up_nobody_else(place: Place) {
    let registry = Registry::new(place);
    let folder = delivery(&[(3, 24)]);
    import(&registry, folder.path(), 0);
    let app = registry.start(shuangshi::services()).await;
    let (first, grounds) = (people(&registry)[0], json!({ "on": "2026-01-10", "reason": "on request" }));
    app.write(&format!("/api/v1/teachers/{first}/restrictions"), &grounds).await.expect(200);
    app.stop().await;

    placement(folder.path(), "2020-10-23");
    roster(folder.path(), &[(1, 24), (2, 24), (3, 24)]);
    let mixed = import(&registry, folder.path(), 4);
    let rows =
        [("credentials.csv", 2), ("placements.csv", 2), ("rosters.csv", 2), ("rosters.csv", 5), ("teachers.csv", 2)];
    assert_eq!(refused(&mixed), rows, "{mixed}");
    let whys = mixed["faults"].as_array().unwrap().iter().map(|fault| fault["what"].as_str().unwrap());
    assert!(whys.clone().all(|why| why.contains("restricted")), "{mixed}");
    assert_eq!((&mixed["files"]["rosters.csv"], &mixed["files"]["teachers.csv"]), (&tally(1, 1, 2), &tally(0, 2, 1)));
    let shown = program::json(&registry, &["teacher", "show", &first.to_string(), "--json"]);
    assert!(shown.get("name").is_none() && shown["teacher"] == first.to_string(), "{shown}");
}

/// Voids the certificate of the first person, their placement and the second session; gives the first person 8 hours of
/// the first session, and takes the second person off.
async fn correct(app: &TestApp, people: &[TeacherId]) {
    let (first, second) = (people[0], people[1]);
    let grounds = json!({ "on": "2026-01-10", "reason": "another person's" });
    let shown = app.read(&format!("/api/v1/teachers/{first}")).await;
    let facts = shown["facts"].as_array().unwrap();
    let certificate = facts.iter().find(|fact| fact["kind"] == "credential").unwrap()["id"].as_str().unwrap();
    app.write(&format!("/api/v1/teachers/{first}/facts/{certificate}/void"), &grounds).await.expect(200);
    let station = SiteId::of_code(&SiteCode::parse("S-JS-11").unwrap());
    let placement = PlacementId::of_teacher(first, &format!("{station}|{}|2020-08-24", PracticeForm::Post));
    app.write(&format!("/api/v1/placements/{placement}/void"), &grounds).await.expect(200);
    app.write(&format!("/api/v1/sessions/{}/void", session("T002")), &grounds).await.expect(200);
    let amend = format!("/api/v1/sessions/{}/roster-amendments", session("T001"));
    let hours = json!({ "teacher": first, "hours": 8, "on": "2026-01-10", "reason": "left early" });
    app.write(&amend, &hours).await.expect(200);
    let absent = json!({ "teacher": second, "on": "2026-01-10", "reason": "did not attend" });
    app.write(&amend, &absent).await.expect(200);
}

fn session(code: &str) -> SessionId {
    let base = SiteId::of_code(&SiteCode::parse("B-JS-01").unwrap());
    SessionId::of_code(base, &SessionCode::parse(code).unwrap())
}

/// A folder with three people, two sessions – the second for the first person alone – and this roster of the first.
fn delivery(attended: &[(u32, u32)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, headings: &str, rows: &[String]| {
        fs::write(folder.path().join(name), format!("{headings}\n{}\n", rows.join("\n"))).unwrap();
    };
    let first = stage::citizen_id(1);
    let school = ["4132010835,江苏,金陵机电职业技术学院,higher,320100".to_owned()];
    write("schools.csv", "学校标识码,省份,学校名称,层次,行政区划", &school);
    let sites = [
        "B-JS-01,江苏智能制造教师培训基地,320100,training_base,2018-01-01,".to_owned(),
        "S-JS-11,南京数控装备企业实践流动站,320100,practice_station,2018-01-01,".to_owned(),
    ];
    write("sites.csv", "编号,名称,行政区划,类别,批准日期,有效期至", &sites);
    let post = |number| {
        let person = stage::citizen_id(number);
        format!("{number:09},王小明,{person},4132010835,specialised,460103,2019-09-01,")
    };
    let headings = "教职工号,姓名,身份证号,学校标识码,岗位,专业代码,任职起,任职止";
    write("teachers.csv", headings, &[1, 2, 3].map(post));
    let certificate = [format!("{first},teacher_certificate,,2018-08-14")];
    write("credentials.csv", "身份证号,证书类别,等级,取得日期", &certificate);
    let sessions = [
        "T001,B-JS-01,课程思政专题,city,moral_ideology,2024-03-11,2024-03-13,24".to_owned(),
        "T002,B-JS-01,课程思政专题,city,moral_ideology,2024-05-13,2024-05-15,24".to_owned(),
    ];
    write("sessions.csv", "期次,基地编号,项目,级别,主题,开始,结束,学时", &sessions);
    placement(folder.path(), "2020-10-22");
    roster(folder.path(), attended);
    folder
}

/// Writes the placement of the first person, which ends on this day.
fn placement(folder: &Path, last_day: &str) {
    let row = format!("{},S-JS-11,2020-08-24,{last_day},post,合格", stage::citizen_id(1));
    let headings = "身份证号,流动站编号,开始,结束,形式,考核结果";
    fs::write(folder.join("placements.csv"), format!("{headings}\n{row}\n")).unwrap();
}

/// Writes the roster: who attended the first session for how many hours; then the first person in the second session.
fn roster(folder: &Path, attended: &[(u32, u32)]) {
    let row = |session: &str, person, hours: u32| format!("{session},{},王小明,{hours}\n", stage::citizen_id(person));
    let first: String = attended.iter().map(|(person, hours)| row("T001", *person, *hours)).collect();
    let text = format!("期次,身份证号,姓名,学时\n{first}{}", row("T002", 1, 24));
    fs::write(folder.join("rosters.csv"), text).unwrap();
}

/// What `import --json` prints; it has to end with this code.
#[track_caller]
fn import(registry: &Registry, folder: &Path, code: i32) -> Value {
    let output = program::output(registry, &["import", folder.to_str().unwrap(), "--json"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{}{said}", String::from_utf8_lossy(&output.stdout));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn tally(recorded: u64, known: u64, refused: u64) -> Value {
    json!({ "recorded": recorded, "known": known, "refused": refused })
}

fn refused(body: &Value) -> Vec<(&str, u64)> {
    let faults = body["faults"].as_array().unwrap().iter();
    faults.map(|fault| (fault["file"].as_str().unwrap(), fault["row"].as_u64().unwrap())).collect()
}

/// The ids of everybody, in the order of their staff numbers.
fn people(registry: &Arc<Registry>) -> Vec<TeacherId> {
    let listed = program::json(registry, &["teachers", "list", "--as-of", "2024-06-30", "--json"]);
    let mut people: Vec<_> = listed["teachers"].as_array().unwrap().iter().collect();
    people.sort_by_key(|person| person["employed"][0]["staff_number"].as_str().unwrap().to_owned());
    people.iter().map(|person| TeacherId::parse(person["teacher"].as_str().unwrap()).unwrap()).collect()
}

async fn events(registry: &Registry) -> u64 {
    let log = registry.place().open().await;
    let events = log.head().events();
    log.close().await;
    events
}

//! Who is who: what teachers say about their record, duplicates, merges, and the whole record handed out.

use std::time::Duration;

use kernel::vocabulary::Capacity;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Place, Registry, TestApp};

use super::{on_both, program, stage};

on_both!(
    a_teacher_asks_for_a_correction_and_the_school_answers,
    what_the_teacher_confirmed_is_voided_by_two_people_only,
    a_certificate_number_is_shown_to_who_may_see_it_and_makes_no_second_fact,
    the_whole_record_holds_everything_that_was_recorded,
    merged_entries_are_one_person_until_the_merge_is_undone,
    whoever_is_two_people_again_is_found_at_once,
    what_cannot_be_merged_is_refused,
    duplicates_are_found_and_those_out_of_reach_are_not_shown,
    an_import_leaves_the_marks_by_which_duplicates_are_found,
);

async fn a_teacher_asks_for_a_correction_and_the_school_answers(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let eligible = stage::eligible(&app, &sites, 1).await;
    let path = format!("/api/v1/teachers/{}", eligible.teacher);
    let teacher = app.teacher_account("teacher-a", &eligible.teacher).await;
    let hr = app.account("hr-a", Capacity::SchoolHr, Some(&sites.school)).await;
    let wish = json!({ "on": "2024-05-01", "fact": eligible.certificate, "wish": "取得日期应为五月一日" });
    let requests = format!("{path}/correction-requests");
    hr.write(&requests, &wish).await.expect(403);
    let request = teacher.write(&requests, &wish).await.expect(200).event();
    let open = teacher.write(&requests, &wish).await.expect(409);
    assert_eq!(open.body["rejection"], "request_open");
    let unknown = json!({ "on": "2024-05-01", "fact": request, "wish": "x" });
    assert_eq!(teacher.write(&requests, &unknown).await.expect(404).body["rejection"], "no_such_fact");

    let shown = hr.get(&path).await.expect(200).body;
    assert_eq!(shown["requests"][0]["wish"], "取得日期应为五月一日", "{shown}");
    assert_eq!(shown["requests"][0]["fact"], json!(eligible.certificate));
    assert_eq!(fact(&shown, &eligible.certificate)["state"], "recorded");

    let answer = json!({ "on": "2024-06-01", "upheld": true, "reason": "证书原件核对无误" });
    teacher.write(&format!("{requests}/{request}/answer"), &answer).await.expect(403);
    hr.write(&format!("{requests}/{request}/answer"), &answer).await.expect(200);
    let again = hr.write(&format!("{requests}/{request}/answer"), &answer).await.expect(200);
    assert_eq!(again.body["events"], json!([]));
    assert_eq!(hr.get(&path).await.expect(200).body["requests"], json!([]));

    let dispute = json!({ "on": "2024-06-02", "reason": "仍不正确" });
    teacher.write(&format!("{path}/facts/{}/dispute", eligible.certificate), &dispute).await.expect(200);
    let shown = hr.get(&path).await.expect(200).body;
    assert_eq!(fact(&shown, &eligible.certificate)["state"], "disputed");
    assert_eq!(fact(&shown, &eligible.certificate)["dispute"], "仍不正确");
    app.stop().await;
}

async fn what_the_teacher_confirmed_is_voided_by_two_people_only(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let eligible = stage::eligible(&app, &sites, 1).await;
    let path = format!("/api/v1/teachers/{}", eligible.teacher);
    let teacher = app.teacher_account("teacher-a", &eligible.teacher).await;
    let (hr, second) = (
        app.account("hr-a", Capacity::SchoolHr, Some(&sites.school)).await,
        app.account("hr-b", Capacity::SchoolHr, Some(&sites.school)).await,
    );
    let certificate = format!("{path}/facts/{}", eligible.certificate);
    teacher.write(&format!("{certificate}/confirmation"), &json!({ "on": "2024-05-01" })).await.expect(200);
    let grounds = json!({ "on": "2024-06-01", "reason": "recorded twice" });
    let proposal = hr.write(&format!("{certificate}/void"), &grounds).await.expect(202).id();
    let shown = hr.get(&path).await.expect(200).body;
    assert_eq!(fact(&shown, &eligible.certificate)["state"], "confirmed");
    let own = hr.approve(&proposal, &format!("{certificate}/void"), &grounds).await;
    assert!(own.status >= 400, "{}", own.text);
    second.approve(&proposal, &format!("{certificate}/void"), &grounds).await.expect(200);
    assert_eq!(fact(&hr.get(&path).await.expect(200).body, &eligible.certificate), &Value::Null);
    let shown = hr.get(&path).await.expect(200).body;
    let grade = of_kind(&shown, "credential")["id"].as_str().unwrap().to_owned();
    // What was confirmed once is not voided alone when it is disputed later; what never was, one person voids.
    let work = json!({ "dates": { "from": "2012-01-01", "to": "2013-12-31" }, "enterprise": "临江机床厂" });
    let work = app.write(&format!("{path}/enterprise-work"), &work).await.expect(200).event();
    let work = format!("{path}/facts/{work}");
    teacher.write(&format!("{work}/confirmation"), &json!({ "on": "2024-05-01" })).await.expect(200);
    teacher.write(&format!("{work}/dispute"), &json!({ "on": "2024-05-02", "reason": "no" })).await.expect(200);
    hr.write(&format!("{work}/void"), &grounds).await.expect(202);
    hr.write(&format!("{path}/facts/{grade}/void"), &grounds).await.expect(200);
    app.stop().await;
}

async fn a_certificate_number_is_shown_to_who_may_see_it_and_makes_no_second_fact(place: Place) {
    let app = stage::all(place).await;
    let school = stage::school(&app, "4132010835", "320100").await;
    let teacher = stage::teacher(&app, 1).await;
    stage::post(&app, &teacher, &school, "000000001").await;
    let path = format!("/api/v1/teachers/{teacher}");
    let body = json!({ "kind": "teacher_certificate", "obtained_on": "2019-06-01", "number": "20193201171000017" });
    let recorded = app.write(&format!("{path}/credentials"), &body).await.expect(200).event();
    let again = app.write(&format!("{path}/credentials"), &body).await.expect(200);
    assert_eq!(again.body["events"], json!([]), "sealed anew, it is the same certificate");
    let shown = app.get(&path).await.expect(200).body;
    let particulars = fact(&shown, &recorded)["particulars"].as_array().unwrap().clone();
    let number = particulars.iter().find(|one| one["field"] == "number").unwrap();
    assert_eq!((&number["value"], &number["label"]), (&json!("20193201171000017"), &json!("证书编号")));
    app.stop().await;
}

async fn the_whole_record_holds_everything_that_was_recorded(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let person = register(&app, "欧阳静文", Some(&stage::citizen_id(7))).await;
    stage::post(&app, &person, &sites.school, "GH0000007").await;
    let path = format!("/api/v1/teachers/{person}");
    let certificate =
        json!({ "kind": "teacher_certificate", "obtained_on": "2019-06-01", "number": "20193201171000017" });
    let certificate = app.write(&format!("{path}/credentials"), &certificate).await.expect(200).event();
    let achievement = json!({ "kind": "patent", "title": "数控夹具专利", "achieved_on": "2021-04-05" });
    app.write(&format!("{path}/achievements"), &achievement).await.expect(200);
    let work = json!({ "dates": { "from": "2012-01-01", "to": "2013-12-31" }, "enterprise": "临江机床厂" });
    app.write(&format!("{path}/enterprise-work"), &work).await.expect(200);
    stage::practice(&app, &person, &sites.station).await;
    let other = stage::teacher(&app, 8).await;
    stage::hold(&app, &sites.session, &[&person, &other]).await;
    let breach = json!({ "on": "2020-02-02", "document": "苏教〔2020〕9号" });
    app.write(&format!("{path}/breaches"), &breach).await.expect(200);
    let teacher = app.teacher_account("teacher-a", &person).await;
    let wish = json!({ "on": "2024-05-01", "fact": certificate, "wish": "编号有误请更正" });
    teacher.write(&format!("{path}/correction-requests"), &wish).await.expect(200);
    let grounds = json!({ "on": "2024-05-02", "reason": "本人不同意此记录" });
    teacher.write(&format!("{path}/facts/{certificate}/dispute"), &grounds).await.expect(200);
    let hr = app.account("hr-a", Capacity::SchoolHr, Some(&sites.school)).await;
    hr.get(&path).await.expect(200);
    hr.get(&format!("{path}/export")).await.expect(403);

    let planted = [
        "欧阳静文",
        &stage::citizen_id(7),
        "GH0000007",
        "20193201171000017",
        "数控夹具专利",
        "临江机床厂",
        "T001",
        "苏教〔2020〕9号",
        "编号有误请更正",
        "本人不同意此记录",
        "学校4132010835",
        "S-JS-11",
        "teachers_show",
        &certificate,
    ];
    let at_least = format!("at_least={}", app.position());
    let whole = teacher.get(&format!("{path}/export?{at_least}")).await.expect(200);
    let zh = teacher.get(&format!("{path}/export?format=text&language=zh&{at_least}")).await.expect(200);
    let english = teacher.request(Method::GET, &format!("{path}/export?language=en&{at_least}"));
    let english = english.header("Accept", "text/plain").send().await.unwrap();
    let disposition = english.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(disposition, "attachment; filename=\"shuangshi-export.txt\"");
    let en = english.text().await.unwrap();
    assert!(zh.media_type.starts_with("text/plain"), "{}", zh.media_type);
    for value in planted {
        for (form, text) in [("json", &whole.text), ("zh", &zh.text), ("en", &en)] {
            assert!(text.contains(value), "{value} is not in the {form} export: {text}");
        }
    }
    assert!(!whole.text.contains(&other), "nobody else is in it");
    assert!(zh.text.contains("查阅记录") && en.contains("Who looked at your record"));
    let voided = whole.body["record"].as_array().unwrap().iter().any(|told| told["kind"] == "session_attended");
    assert!(voided && whole.body["status"].is_object());
    app.stop().await;
}

async fn merged_entries_are_one_person_until_the_merge_is_undone(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let keeper = stage::eligible(&app, &sites, 1).await;
    let other = register(&app, "王小明", None).await;
    stage::post(&app, &other, &sites.school, "000000099").await;
    let grade = json!({ "kind": "skill_grade", "grade": 1, "obtained_on": "2020-06-01" });
    let grade = stage::credential(&app, &other, grade).await;
    let before = people(&app).await;
    assert_eq!(before, 2);

    let path = format!("/api/v1/teachers/{}", keeper.teacher);
    let compared = app.read(&format!("{path}/comparison/{other}")).await;
    let post = of_kind(&compared["other"], "post")["id"].clone();
    assert!(compared["same"].as_array().unwrap().iter().any(|pair| pair["other"] == post), "{compared}");
    let grounds = json!({ "on": "2024-05-01", "reason": "the same person, registered twice" });
    let merge = app.write_seconded(&format!("{path}/merges/{other}"), &grounds).await.expect(200).event();
    assert_eq!(people(&app).await, 1);
    let coverage = app.read("/api/v1/coverage?as_of=2024-01-31").await;
    assert_eq!(coverage["rows"][0]["specialised"], 1, "{coverage}");
    let shown = app.read(&path).await;
    assert_eq!(fact(&shown, &grade)["kind"], "credential", "the other's facts are the person's");

    let moved = app.get(&format!("/api/v1/teachers/{other}/status?as_of=2024-01-31")).await.expect(308);
    assert_eq!(moved.location, format!("{path}/status"), "{}", moved.text);
    let write = json!({ "kind": "skill_grade", "grade": 2, "obtained_on": "2021-06-01" });
    let moved = app.write(&format!("/api/v1/teachers/{other}/credentials"), &write).await.expect(308);
    assert_eq!(moved.location, format!("{path}/credentials"));
    // A fact that the other entry recorded is corrected under the keeper's id.
    let void = json!({ "on": "2024-05-02", "reason": "recorded twice" });
    app.write(&format!("{path}/facts/{grade}/void"), &void).await.expect(200);

    let undo = json!({ "on": "2024-06-01", "reason": "they are two people" });
    app.write_seconded(&format!("{path}/merges/{merge}/undoing"), &undo).await.expect(200);
    assert_eq!(people(&app).await, 2);
    assert_eq!(app.read(&format!("/api/v1/teachers/{other}")).await["entries"], json!([other]));
    assert_eq!(app.read(&path).await["entries"], json!([keeper.teacher]));
    app.stop().await;
}

async fn whoever_is_two_people_again_is_found_at_once(place: Place) {
    let app = stage::all(place).await;
    for number in 0..12 {
        let (one, two) = (person(&app, 2 * number).await, person(&app, 2 * number + 1).await);
        let grounds = json!({ "on": "2024-05-01", "reason": "the same person" });
        let path = format!("/api/v1/teachers/{one}/merges");
        let merge = app.write_seconded(&format!("{path}/{two}"), &grounds).await.expect(200).event();
        // That they may be asked for outlives the merge by a moment.
        while app.get(&format!("/api/v1/teachers/{two}")).await.status != 308 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        app.write_seconded(&format!("{path}/{merge}/undoing"), &grounds).await.expect(200);
        app.get(&format!("/api/v1/teachers/{two}")).await.expect(200);
    }
    app.stop().await;
}

async fn what_cannot_be_merged_is_refused(place: Place) {
    let app = stage::all(place).await;
    let (one, two, three) = (person(&app, 1).await, person(&app, 2).await, person(&app, 3).await);
    let grounds = json!({ "on": "2024-05-01", "reason": "the same person" });
    let path = |keeper: &str, other: &str| format!("/api/v1/teachers/{keeper}/merges/{other}");
    let refused = |answer: Answer| answer.body["rejection"].as_str().unwrap_or_default().to_owned();
    assert_eq!(refused(app.write(&path(&one, &one), &grounds).await.expect(422)), "itself");
    app.write_seconded(&path(&one, &two), &grounds).await.expect(200);
    assert_eq!(refused(app.write(&path(&three, &two), &grounds).await.expect(409)), "already_merged");
    assert_eq!(refused(app.write(&path(&two, &three), &grounds).await.expect(409)), "keeper_merged");
    assert_eq!(refused(app.write(&path(&two, &one), &grounds).await.expect(409)), "keeper_merged");
    let again = app.write(&path(&one, &two), &grounds).await.expect(200);
    assert_eq!(again.body["events"], json!([]));
    app.write(&format!("/api/v1/teachers/{three}/restrictions"), &grounds).await.expect(200);
    assert_eq!(refused(app.write(&path(&one, &three), &grounds).await.expect(409)), "other_restricted");
    app.write(&format!("/api/v1/teachers/{three}/restriction-liftings"), &grounds).await.expect(200);
    app.write_seconded(&format!("/api/v1/teachers/{three}/erasure"), &grounds).await.expect(200);
    assert_eq!(refused(app.write(&path(&one, &three), &grounds).await.expect(409)), "other_erased");
    app.stop().await;
}

async fn duplicates_are_found_and_those_out_of_reach_are_not_shown(place: Place) {
    let app = stage::all(place).await;
    let here = stage::school(&app, "4132010835", "320100").await;
    let elsewhere = stage::school(&app, "4144010836", "440100").await;
    let own = register(&app, "欧阳静文", Some(&stage::citizen_id(1))).await;
    let same = register(&app, "欧阳静文", Some(&stage::citizen_id(2))).await;
    let near = register(&app, "欧阳静雯", Some(&stage::citizen_id(3))).await;
    let unnumbered = register(&app, "欧阳 静文", None).await;
    let far = register(&app, "欧阳静文", Some(&stage::citizen_id(4))).await;
    let stranger = register(&app, "李大山", Some(&stage::citizen_id(5))).await;
    for (number, teacher) in [&own, &same, &near, &unnumbered, &stranger].into_iter().enumerate() {
        stage::post(&app, teacher, &here, &format!("{number:09}")).await;
    }
    stage::post(&app, &far, &elsewhere, "000000077").await;
    let hr = app.account("hr-a", Capacity::SchoolHr, Some(&here)).await;
    let path = format!("/api/v1/teachers/{own}/duplicates");
    let found = hr.get(&path).await.expect(200);
    let expected = [
        (&same, json!(["same_name_and_birth_date"])),
        (&near, json!(["near_name_same_birth_date"])),
        (&unnumbered, json!(["same_name_no_number"])),
    ];
    assert_eq!(candidates(&found.body), expected.clone().map(|(teacher, reasons)| (teacher.clone(), reasons)).to_vec());
    assert_eq!(found.body["candidates"][1]["name"], "欧阳静雯");
    assert_eq!(found.body["candidates"][1]["schools"], json!([here]));
    assert!(!found.text.contains(&far), "{}", found.text);
    let everybody = candidates(&app.get(&path).await.expect(200).body);
    assert!(everybody.iter().any(|(teacher, _)| *teacher == far), "the operator sees all: {everybody:?}");
    hr.get(&format!("/api/v1/teachers/{own}/comparison/{far}")).await.expect(404);
    hr.get(&format!("/api/v1/teachers/{own}/comparison/{same}")).await.expect(200);

    let correction =
        json!({ "on": "2024-05-01", "name": "钱多多", "citizen_id": stage::citizen_id(2), "reason": "typo" });
    hr.write(&format!("/api/v1/teachers/{same}/identity-corrections"), &correction).await.expect(200);
    let grounds = json!({ "on": "2024-05-01", "reason": "on request" });
    app.write(&format!("/api/v1/teachers/{near}/restrictions"), &grounds).await.expect(200);
    let left = candidates(&hr.get(&path).await.expect(200).body);
    assert_eq!(left, [(unnumbered.clone(), expected[2].1.clone())], "renamed and restricted ones are gone");
    app.stop().await;
}

async fn an_import_leaves_the_marks_by_which_duplicates_are_found(place: Place) {
    let registry = Registry::new(place);
    program::import(&registry);
    let app = registry.start(shuangshi::services()).await;
    let mut listed = app.read("/api/v1/teachers?as_of=2024-01-31&limit=20").await["items"].as_array().unwrap().clone();
    let known = listed.swap_remove(0);
    let (known, name) = (known["teacher"].as_str().unwrap(), known["name"].as_str().unwrap());
    let twin = register(&app, name, None).await;
    let found = candidates(&app.get(&format!("/api/v1/teachers/{twin}/duplicates")).await.expect(200).body);
    assert!(found.iter().any(|(teacher, _)| teacher == known), "{found:?}");
    app.stop().await;
}

async fn register(app: &TestApp, name: &str, number: Option<&str>) -> String {
    let body = json!({ "on": "2019-09-01", "name": name, "citizen_id": number });
    app.write("/api/v1/teachers", &body).await.expect(201).id()
}

async fn person(app: &TestApp, number: u32) -> String {
    register(app, "王小明", Some(&stage::citizen_id(number))).await
}

async fn people(app: &TestApp) -> usize {
    let listed = app.read("/api/v1/teachers?as_of=2024-01-31&status=in_post").await;
    listed["items"].as_array().unwrap().len()
}

fn candidates(body: &Value) -> Vec<(String, Value)> {
    let one = |candidate: &Value| (candidate["teacher"].as_str().unwrap().to_owned(), candidate["reasons"].clone());
    body["candidates"].as_array().unwrap().iter().map(one).collect()
}

fn fact<'a>(shown: &'a Value, id: &str) -> &'a Value {
    shown["facts"].as_array().unwrap().iter().find(|fact| fact["id"] == id).unwrap_or(&Value::Null)
}

fn of_kind<'a>(shown: &'a Value, kind: &str) -> &'a Value {
    shown["facts"].as_array().unwrap().iter().find(|fact| fact["kind"] == kind).unwrap()
}

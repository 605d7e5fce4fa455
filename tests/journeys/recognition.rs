//! Recognition: a decision of an authorised body, shown beside what the rules say and never instead of it.

use kernel::vocabulary::Capacity;
use serde_json::{Value, json};
use testkit::{Place, TestApp};

use super::{on_both, stage};

on_both!(
    a_recognition_is_shown_beside_eligibility_from_its_grant_to_its_revocation,
    whoever_applies_twice_has_applied_once_until_that_is_decided,
    a_review_due_after_more_than_five_years_is_refused,
    a_review_is_due_when_the_pack_has_it_at_the_latest,
    a_revocation_that_an_appeal_overturned_is_taken_back_by_a_decision,
    a_review_may_lower_the_level_from_its_day_on,
    a_recognition_under_older_rules_is_put_on_record_once_and_reviewed_like_any_other,
    a_panel_s_judgement_is_recorded_by_an_authority_and_can_be_voided,
    nobody_is_judged_by_a_pack_that_has_been_retired,
);

async fn a_recognition_is_shown_beside_eligibility_from_its_grant_to_its_revocation(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let eligible = stage::eligible(&app, &sites, 1).await.teacher;
    let other = stage::teacher(&app, 2).await;
    stage::post(&app, &other, &sites.school, "000000002").await;
    for (teacher, fits) in [(&eligible, true), (&other, false)] {
        let recognition = apply(&app, teacher).await;
        let path = format!("/api/v1/recognitions/{recognition}");
        assert_eq!(app.get(&path).await.expect(200).body["state"], "applied");
        assert_eq!(standing(&app, teacher, "2023-07-01").await, (Value::Null, fits));

        let grant = grant(&sites.school, "2028-06-30");
        app.write_seconded(&format!("{path}/grant"), &grant).await.expect(200);
        assert_eq!(app.get(&path).await.expect(200).body["state"], "granted");
        assert_eq!(standing(&app, teacher, "2023-06-30").await, (Value::Null, fits));
        assert_eq!(standing(&app, teacher, "2023-07-01").await, (json!("in_force"), fits));
        assert_eq!(standing(&app, teacher, "2028-06-30").await.0, "due_for_review");
        assert_eq!(standing(&app, teacher, "2028-07-01").await.0, "lapsed");
        let again = app.write_seconded(&format!("{path}/grant"), &grant).await;
        assert!([200, 409].contains(&again.status), "{}", again.text);

        let grounds = json!({ "on": "2024-03-01", "reason": "the evidence was not true" });
        app.write_seconded(&format!("{path}/revocation"), &grounds).await.expect(200);
        assert_eq!(standing(&app, teacher, "2024-02-29").await, (json!("in_force"), fits));
        assert_eq!(standing(&app, teacher, "2024-03-01").await, (json!("revoked"), fits));
        let again = json!({ "on": "2024-04-01", "reason": "another reason" });
        app.write_seconded(&format!("{path}/revocation"), &again).await.expect(409);
    }
    let table = app.read("/api/v1/coverage?as_of=2024-01-31").await;
    assert_eq!((&table["rows"][0]["recognised"], &table["rows"][0]["eligible"]), (&json!(2), &json!(1)));
    let listed = app.read("/api/v1/teachers?as_of=2024-03-01&status=revoked").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    app.stop().await;
}

async fn whoever_applies_twice_has_applied_once_until_that_is_decided(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::eligible(&app, &sites, 1).await.teacher;
    let pack = app.read("/api/v1/rule-packs/current").await["id"].clone();
    let application = json!({ "on": "2023-05-01", "teacher": teacher, "level": "junior", "pack": pack });
    let first = app.post("/api/v1/recognitions", "the-first-time", &application).await.expect(201).id();
    let position = app.position();
    let again = app.post("/api/v1/recognitions", "the-second-time", &application).await.expect(201);
    assert_eq!((again.id(), &again.body["events"]), (first.clone(), &json!([])));
    let mut other = application.clone();
    other["on"] = json!("2023-05-02");
    let refused = app.post("/api/v1/recognitions", "the-third-time", &other).await.expect(409);
    assert_eq!(refused.body["rejection"], "applied_otherwise");
    assert_eq!(app.position(), position);
    // At another level it is another one; and so it is once the first has been decided.
    other["level"] = json!("intermediate");
    assert_ne!(app.write("/api/v1/recognitions", &other).await.expect(201).id(), first);
    let path = format!("/api/v1/recognitions/{first}");
    let refusal = json!({ "on": "2023-06-01", "authority": sites.school, "reason": "not yet" });
    app.write_seconded(&format!("{path}/refusal"), &refusal).await.expect(200);
    other["level"] = json!("junior");
    other["on"] = json!("2023-07-01");
    let second = app.post("/api/v1/recognitions", "after-the-refusal", &other).await.expect(201).id();
    assert_ne!(second, first);
    // Sent again, late, each is what it was.
    for (key, body, id) in [("the-first-time", &application, &first), ("after-the-refusal", &other, &second)] {
        let replayed = app.post("/api/v1/recognitions", key, body).await.expect(201);
        assert_eq!((&replayed.id(), &replayed.body["replayed"]), (id, &json!(true)), "{key}");
    }
    app.stop().await;
}

async fn a_review_due_after_more_than_five_years_is_refused(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::eligible(&app, &sites, 1).await.teacher;
    let recognition = apply(&app, &teacher).await;
    let (path, position) = (format!("/api/v1/recognitions/{recognition}/grant"), app.position());
    for due in ["2028-07-02", "2033-07-01", "2023-06-30"] {
        let refused = app.write_seconded(&path, &grant(&sites.school, due)).await.expect(422);
        assert_eq!(refused.media_type, "application/problem+json");
        assert_eq!(
            (&refused.body["code"], &refused.body["rejection"]),
            (&json!("rejected"), &json!("review_out_of_range"))
        );
        assert_eq!(refused.body["errors"][0]["where"]["field"], "review_due");
        assert_eq!(app.position(), position);
    }
    app.write_seconded(&path, &grant(&sites.school, "2028-06-30")).await.expect(200);
    app.stop().await;
}

async fn a_review_is_due_when_the_pack_has_it_at_the_latest(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::eligible(&app, &sites, 1).await.teacher;
    // Three years instead of five.
    let (value, version) = ("\"review_years\",\n      \"value\": 5", "\"version\": 1");
    assert!(stage::PACK.contains(value) && stage::PACK.contains(version));
    let sooner = stage::PACK.replacen(value, &value.replace('5', "3"), 1).replacen(version, "\"version\": 2", 1);
    app.write("/api/v1/rule-packs", &json!({ "on": "2016-01-01", "content": sooner })).await.expect(201);
    let path = format!("/api/v1/recognitions/{}", apply(&app, &teacher).await);
    let position = app.position();
    let refused = app.write_seconded(&format!("{path}/grant"), &grant(&sites.school, "2026-07-02")).await.expect(422);
    assert_eq!(refused.body["rejection"], "review_out_of_range");
    assert_eq!(refused.body["errors"][0]["where"]["field"], "review_due");
    assert_eq!(app.position(), position);
    app.write_seconded(&format!("{path}/grant"), &grant(&sites.school, "2026-06-30")).await.expect(200);
    let review = |due: &str| json!({ "on": "2026-05-01", "review_due": due });
    let late = app.write_seconded(&format!("{path}/review"), &review("2029-05-02")).await.expect(422);
    assert_eq!(late.body["rejection"], "review_out_of_range");
    app.write_seconded(&format!("{path}/review"), &review("2029-04-30")).await.expect(200);
    app.stop().await;
}

async fn a_revocation_that_an_appeal_overturned_is_taken_back_by_a_decision(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::eligible(&app, &sites, 1).await.teacher;
    let path = format!("/api/v1/recognitions/{}", apply(&app, &teacher).await);
    let step = |step: &str| format!("{path}/{step}");
    let refusal = json!({ "on": "2023-06-01", "authority": sites.school, "reason": "evidence is missing" });
    let grounds = |on: &str| json!({ "on": on, "reason": "an invented reason" });
    let upheld = |on: &str| json!({ "on": on, "upheld": true, "reason": "an invented reason" });
    app.write_seconded(&step("refusal"), &refusal).await.expect(200);
    app.write(&step("appeal"), &grounds("2023-06-10")).await.expect(200);
    app.write_seconded(&step("appeal-resolution"), &upheld("2023-06-20")).await.expect(200);
    app.write_seconded(&step("grant"), &grant(&sites.school, "2028-06-30")).await.expect(200);
    app.write_seconded(&step("revocation"), &grounds("2024-03-01")).await.expect(200);
    let back = json!({ "on": "2024-03-01", "authority": sites.school, "reason": "the certificate was valid" });
    let refused = app.write_seconded(&step("reinstatement"), &back).await.expect(409);
    assert_eq!(refused.body["rejection"], "nothing_to_reinstate");
    app.write(&step("appeal"), &grounds("2024-03-10")).await.expect(200);
    assert_eq!(app.read(&path).await["appealed"], true);
    app.write_seconded(&step("appeal-resolution"), &upheld("2024-04-01")).await.expect(200);
    assert_eq!(standing(&app, &teacher, "2024-04-02").await.0, "revoked", "what follows is a decision of its own");
    app.write_seconded(&step("reinstatement"), &back).await.expect(200);
    for day in ["2024-02-29", "2024-03-01", "2024-04-02"] {
        assert_eq!(standing(&app, &teacher, day).await.0, "in_force", "{day}");
    }
    assert_eq!(standing(&app, &teacher, "2028-07-01").await.0, "lapsed");
    let shown = app.read(&path).await;
    let steps = shown["history"].as_array().unwrap().iter();
    let told: Vec<&str> = steps.map(|step| step["what"].as_str().unwrap()).collect();
    let expected =
        "applied refused appeal_lodged appeal_resolved granted revoked appeal_lodged appeal_resolved reinstated";
    assert_eq!(told.join(" "), expected);
    assert_eq!((&shown["state"], &shown["history"][5]["reason"]), (&json!("granted"), &json!("an invented reason")));
    app.stop().await;
}

async fn a_review_may_lower_the_level_from_its_day_on(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::eligible(&app, &sites, 1).await.teacher;
    let pack = app.read("/api/v1/rule-packs/current").await["id"].clone();
    let application = json!({ "on": "2023-05-01", "teacher": teacher, "level": "intermediate", "pack": pack });
    let id = app.write("/api/v1/recognitions", &application).await.expect(201).id();
    let path = format!("/api/v1/recognitions/{id}");
    let mut granted = grant(&sites.school, "2028-06-30");
    (granted["level"], granted["cut_off"]) = (json!("intermediate"), json!("2023-07-02"));
    let refused = app.write_seconded(&format!("{path}/grant"), &granted).await.expect(422);
    assert_eq!(refused.body["errors"][0]["where"]["field"], "cut_off");
    granted["cut_off"] = json!("2023-06-30");
    app.write_seconded(&format!("{path}/grant"), &granted).await.expect(200);
    let review = |level: &str| json!({ "on": "2024-01-01", "review_due": "2028-12-31", "level": level, "reason": "too little practice" });
    app.write_seconded(&format!("{path}/review"), &review("senior")).await.expect(422);
    app.write_seconded(&format!("{path}/review"), &review("junior")).await.expect(200);
    for (day, level) in [("2023-12-31", "intermediate"), ("2024-01-01", "junior")] {
        let status = stage::status(&app, &teacher, day).await;
        assert_eq!(status["assessment"]["standing"]["recognition"]["level"], level, "{day}");
    }
    assert_eq!(standing(&app, &teacher, "2028-12-31").await.0, "due_for_review");
    let shown = app.read(&path).await;
    assert_eq!((&shown["level"], &shown["cut_off"]), (&json!("junior"), &json!("2023-06-30")));
    app.stop().await;
}

async fn a_recognition_under_older_rules_is_put_on_record_once_and_reviewed_like_any_other(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::eligible(&app, &sites, 1).await.teacher;
    let legacy = |level: &str, review_due: &str| {
        json!({
            "on": "2021-09-01", "teacher": teacher, "level": level, "authority": sites.school, "review_due": review_due,
            "rule": "示例省双师素质教师认定办法（2016年）", "document": "示例〔2021〕8号",
        })
    };
    let path = "/api/v1/legacy-recognitions";
    let refused = app.write_seconded(path, &legacy("senior", "2030-08-31")).await.expect(422);
    assert_eq!(refused.body["rejection"], "legacy_out_of_range");
    let recognition = app.write_seconded(path, &legacy("senior", "2026-08-31")).await.expect(201).id();
    let again = app.write(path, &legacy("senior", "2026-08-31")).await;
    assert_eq!(again.body["events"], json!([]), "{}", again.text);
    let refused = app.write(path, &legacy("junior", "2026-08-31")).await.expect(409);
    assert_eq!(refused.body["rejection"], "recorded_otherwise");
    assert_eq!(standing(&app, &teacher, "2022-09-01").await.0, "in_force");
    let review = json!({ "on": "2026-06-01", "review_due": "2031-05-31" });
    let path = format!("/api/v1/recognitions/{recognition}");
    app.write_seconded(&format!("{path}/review"), &review).await.expect(200);
    assert_eq!(standing(&app, &teacher, "2027-01-01").await.0, "in_force");
    let shown = app.read(&path).await;
    assert_eq!((&shown["level"], &shown["legacy"]["document"]), (&json!("senior"), &json!("示例〔2021〕8号")));
    assert_eq!(shown["review_due"], "2031-05-31");
    app.stop().await;
}

async fn a_panel_s_judgement_is_recorded_by_an_authority_and_can_be_voided(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::eligible(&app, &sites, 1).await.teacher;
    let profile = json!({ "kind": "expert_body", "name": "金陵双师评议委员会", "division": "320100" });
    let panel = json!({ "on": "2020-09-01", "profile": profile });
    let panel = app.write("/api/v1/organisations", &panel).await.expect(201).id();
    let judgement = |panel: &str| json!({ "on": "2023-05-20", "level": "intermediate", "panel": panel });
    let path = format!("/api/v1/teachers/{teacher}/ability-judgements");
    let refused = app.write(&path, &judgement(&sites.school)).await.expect(422);
    assert_eq!(refused.body["rejection"], "not_a_panel");
    assert_eq!(refused.body["errors"][0]["where"]["field"], "panel");
    let unknown = app.write(&path, &judgement("018f2b6e-0000-7000-8000-000000000000")).await.expect(422);
    assert_eq!(unknown.body["rejection"], "no_such_organisation");
    let school = app.account("hr", Capacity::SchoolHr, Some(&sites.school)).await;
    school.write(&path, &judgement(&panel)).await.expect(403);
    let fact = app.write_seconded(&path, &judgement(&panel)).await.expect(200).event();
    assert_eq!(app.write(&path, &judgement(&panel)).await.expect(200).body["events"], json!([]), "it stands once");
    let record = format!("/api/v1/teachers/{teacher}");
    let shown = async || app.read(&record).await["facts"].as_array().unwrap().clone();
    assert!(shown().await.iter().any(|known| known["id"] == fact && known["kind"] == "ability_judgement"));
    let objection = json!({ "on": "2023-06-01", "reason": "another person of that name" });
    school.write(&format!("{record}/facts/{fact}/void"), &objection).await.expect(200);
    assert!(shown().await.iter().all(|known| known["id"] != fact));
    app.stop().await;
}

async fn nobody_is_judged_by_a_pack_that_has_been_retired(place: Place) {
    let app = stage::all(place).await;
    let teacher = stage::teacher(&app, 1).await;
    let pack = app.read("/api/v1/rule-packs/current").await["id"].as_str().unwrap().to_owned();
    let retirement = json!({ "on": "2023-06-30", "reason": "replaced" });
    app.write(&format!("/api/v1/rule-packs/{pack}/retirement"), &retirement).await.expect(200);
    let application = |on: &str, pack: &str| json!({ "on": on, "teacher": teacher, "level": "junior", "pack": pack });
    let refused = app.write("/api/v1/recognitions", &application("2023-07-01", &pack)).await.expect(422);
    assert_eq!(refused.body["rejection"], "pack_retired");
    let unknown = application("2023-07-01", "018f2b6e-0000-7000-8000-000000000000");
    assert_eq!(app.write("/api/v1/recognitions", &unknown).await.expect(422).body["rejection"], "no_such_pack");
    app.write("/api/v1/recognitions", &application("2023-06-30", &pack)).await.expect(201);
    app.stop().await;
}

async fn apply(app: &TestApp, teacher: &str) -> String {
    let pack = app.read("/api/v1/rule-packs/current").await["id"].clone();
    let application = json!({ "on": "2023-05-01", "teacher": teacher, "level": "junior", "pack": pack });
    app.write("/api/v1/recognitions", &application).await.expect(201).id()
}

fn grant(authority: &str, review_due: &str) -> Value {
    json!({
        "on": "2023-07-01", "level": "junior", "authority": authority, "review_due": review_due,
        "document": "教师〔2023〕7号",
    })
}

/// The phase of the recognition, and whether the rules are met.
async fn standing(app: &TestApp, teacher: &str, day: &str) -> (Value, bool) {
    let standing = stage::status(app, teacher, day).await["assessment"]["standing"].clone();
    (standing["recognition"]["phase"].clone(), standing["eligible"] == "junior")
}

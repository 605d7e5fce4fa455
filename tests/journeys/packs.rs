//! Rule packs: enacted by the nation and by provinces, never laxer, judged by where somebody teaches.

use kernel::vocabulary::Capacity;
use serde_json::{Value, json};
use testkit::{Place, TestApp};

use super::{on_both, stage};

on_both!(
    a_province_enacts_a_stricter_pack_and_its_teachers_are_judged_by_it,
    a_laxer_pack_is_refused_and_the_criterion_is_named,
    a_pack_is_explained_in_words_with_what_is_to_be_verified,
    a_fact_that_carried_a_recognition_flags_it_when_it_is_voided_and_a_review_clears_that,
    a_breach_suspends_a_recognition_until_it_is_lifted,
);

const SECOND: &str = include_str!("../../shared/standards/data/national-basic.v2.json");
const FUJIAN: &str = include_str!("../../shared/standards/data/fujian-campus.v1.json");
const DAY: &str = "2024-06-30";

fn publication(content: &str) -> Value {
    json!({ "on": "2023-12-14", "content": content })
}

/// A process with both of the nation's packs.
async fn nation(place: Place) -> TestApp {
    let app = stage::all(place).await;
    app.write("/api/v1/rule-packs", &publication(SECOND)).await.expect(201);
    app
}

/// The authority of a province, and its account.
async fn province(app: &TestApp, name: &str, division: &str) -> testkit::Client {
    let profile = json!({ "kind": "provincial_authority", "name": name, "division": division });
    let id =
        app.write("/api/v1/organisations", &json!({ "on": "2010-09-01", "profile": profile })).await.expect(201).id();
    app.account("province", Capacity::ProvincialAuthority, Some(&id)).await.with_purpose("inspection")
}

async fn a_province_enacts_a_stricter_pack_and_its_teachers_are_judged_by_it(place: Place) {
    let app = nation(place).await;
    let sites = stage::sites(&app).await;
    let person = stage::eligible(&app, &sites, 1).await.teacher;
    let fujian = stage::school(&app, "4135010012", "350100").await;
    let authority = province(&app, "示例福建省教育厅", "350000").await;
    let before = stage::status(&app, &person, DAY).await;
    assert_eq!(
        (&before["assessment"]["pack"]["name"], &before["assessment"]["pack"]["version"]),
        (&json!("national-basic"), &json!(2))
    );
    assert_eq!(before["assessment"]["status"], json!({ "status": "eligible", "level": "junior" }));
    let known = app.position();

    // A city or another province has no say in it, and a province none in the nation's.
    let refused = authority
        .write("/api/v1/rule-packs", &publication(&SECOND.replacen("\"version\": 2", "\"version\": 3", 1)))
        .await;
    assert_eq!(refused.expect(422).body["rejection"], "not_your_jurisdiction");
    let id = authority.write("/api/v1/rule-packs", &publication(FUJIAN)).await.expect(201).id();
    let part_time = json!({
        "school": fujian, "staff_number": "000000777", "employment": "full_time", "role": "specialised",
        "specialty": "460103", "period": { "from": "2020-01-01" },
    });
    app.write(&format!("/api/v1/teachers/{person}/posts"), &part_time).await.expect(200);

    let after = stage::status(&app, &person, DAY).await;
    assert_eq!(after["assessment"]["pack"]["name"], "national-basic", "the post of 2019 comes first");
    let elsewhere = after["elsewhere"].as_array().unwrap();
    assert_eq!(elsewhere.len(), 1);
    assert_eq!(elsewhere[0]["pack"]["name"], "fujian-campus");
    assert_eq!(elsewhere[0]["standing"]["eligible"], Value::Null);
    let eligible = async |by: &str| {
        let table = app.read(&format!("/api/v1/coverage?as_of={DAY}&by={by}")).await;
        let rows = table["rows"].as_array().unwrap().clone();
        rows.iter().map(|row| format!("{} {}", row["code"].as_str().unwrap(), row["eligible"])).collect::<Vec<_>>()
    };
    assert_eq!(eligible("province").await, ["32 1", "35 0"]);
    assert_eq!(eligible("nation").await, ["CN 1"]);
    // What was known before is answered as before.
    let path = format!("/api/v1/teachers/{person}/status?as_of={DAY}&known_at={known}");
    assert_eq!(app.read(&path).await.to_string(), before.to_string());

    let retirement = json!({ "on": "2024-03-31", "reason": "replaced" });
    authority.write(&format!("/api/v1/rule-packs/{id}/retirement"), &retirement).await.expect(200);
    assert_eq!(eligible("province").await, ["32 1", "35 1"]);
    assert_eq!(stage::status(&app, &person, "2024-03-31").await["elsewhere"][0]["pack"]["name"], "fujian-campus");
    assert_eq!(stage::status(&app, &person, "2024-04-01").await["elsewhere"], json!([]));
    app.stop().await;
}

async fn a_laxer_pack_is_refused_and_the_criterion_is_named(place: Place) {
    let app = nation(place).await;
    let authority = province(&app, "示例福建省教育厅", "350000").await;
    let lax = SECOND
        .replacen("\"jurisdiction\": \"nation\"", "\"jurisdiction\": { \"province\": \"35\" }", 1)
        .replacen("\"name\": \"national-basic\"", "\"name\": \"lax\"", 1)
        .replacen("\"at_least_sessions\": \"rotation_sessions\"", "\"at_least_sessions\": 1, \"site_kinds\": []", 1)
        .replacen("\"rolling_years\": \"rotation_years\"", "\"rolling_years\": 6", 1);
    let position = app.position();
    let refused = authority.write("/api/v1/rule-packs", &publication(&lax)).await.expect(422).body;
    assert_eq!(refused["rejection"], "laxer_than_nation");
    assert!(refused["detail"].as_str().unwrap().contains("`rotation`"), "{refused}");
    let checked = authority.write("/api/v1/rule-pack-checks", &publication(&lax)).await.expect(200).body;
    assert_eq!((&checked["sound"], &checked["rejection"]), (&json!(false), &json!("laxer_than_nation")));
    let checked = authority.write("/api/v1/rule-pack-checks", &publication(FUJIAN)).await.expect(200).body;
    assert_eq!(checked["sound"], true);
    assert!(checked["chinese"].as_str().unwrap().contains("在 national-basic 第 2 版基础上从严"), "{checked}");
    assert_eq!(app.position(), position);
    app.stop().await;
}

async fn a_pack_is_explained_in_words_with_what_is_to_be_verified(place: Place) {
    let app = nation(place).await;
    let list = app.read("/api/v1/rule-packs?as_of=2024-06-30").await;
    let packs = list["packs"].as_array().unwrap();
    let named: Vec<String> =
        packs.iter().map(|pack| format!("{} {}", pack["pack"]["name"], pack["pack"]["version"])).collect();
    assert_eq!(named, ["\"national-basic\" 1", "\"national-basic\" 2"]);
    let id = packs[1]["id"].as_str().unwrap();
    let shown = app.read(&format!("/api/v1/rule-packs/{id}")).await;
    assert!(shown["english"].as_str().unwrap().contains("equivalent ability"), "{shown}");
    let unverified = shown["unverified"].as_array().unwrap();
    assert!(unverified.iter().any(|part| part["part"] == "days_a_month" && part["confidence"] == "assumed"), "{shown}");
    let current = app.read("/api/v1/rule-packs/current?as_of=2022-10-24").await;
    assert_eq!(current["pack"]["version"], 1);
    app.get("/api/v1/rule-packs/00000000-0000-0000-0000-000000000000").await.expect(404);
    app.stop().await;
}

/// Applies for the junior level and grants it from July 2023 on; gives the recognition.
async fn recognised(app: &TestApp, person: &str) -> String {
    let pack = app.read("/api/v1/rule-packs/current?as_of=2023-07-01").await["id"].clone();
    let application = json!({ "on": "2023-06-01", "teacher": person, "level": "junior", "pack": pack });
    let id = app.write("/api/v1/recognitions", &application).await.expect(201).id();
    let profile = json!({ "kind": "expert_body", "name": "示例认定委员会", "division": "110000" });
    let body = json!({ "on": "2010-09-01", "profile": profile });
    let authority = app.write("/api/v1/organisations", &body).await.expect(201).id();
    let grant = json!({ "on": "2023-07-01", "level": "junior", "authority": authority, "review_due": "2028-06-30" });
    app.write_seconded(&format!("/api/v1/recognitions/{id}/grant"), &grant).await.expect(200);
    id
}

async fn a_fact_that_carried_a_recognition_flags_it_when_it_is_voided_and_a_review_clears_that(place: Place) {
    let app = nation(place).await;
    let sites = stage::sites(&app).await;
    let person = stage::eligible(&app, &sites, 1).await;
    let recognition = recognised(&app, &person.teacher).await;
    let void = json!({ "on": "2024-01-10", "reason": "the certificate was another person's" });
    let path = format!("/api/v1/teachers/{}/facts/{}/void", person.teacher, person.certificate);
    app.write(&path, &void).await.expect(200);
    // Flagged, and not revoked: a person decides.
    let flagged = stage::status(&app, &person.teacher, DAY).await;
    assert_eq!(flagged["assessment"]["status"]["status"], "recognised");
    assert_eq!(flagged["assessment"]["standing"]["recognition"]["flagged"], true);
    assert_eq!(flagged["assessment"]["flags"][0]["fact"], json!(person.certificate));
    let listed = app.read(&format!("/api/v1/teachers?as_of={DAY}&status=flagged")).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let review = json!({ "on": "2024-02-01", "review_due": "2029-01-31" });
    app.write_seconded(&format!("/api/v1/recognitions/{recognition}/review"), &review).await.expect(200);
    let cleared = stage::status(&app, &person.teacher, DAY).await;
    assert_eq!(cleared["assessment"]["standing"]["recognition"]["flagged"], false);
    app.stop().await;
}

async fn a_breach_suspends_a_recognition_until_it_is_lifted(place: Place) {
    let app = nation(place).await;
    let sites = stage::sites(&app).await;
    let person = stage::eligible(&app, &sites, 1).await.teacher;
    recognised(&app, &person).await;
    let breach = json!({ "on": "2024-01-10" });
    let breach = app.write(&format!("/api/v1/teachers/{person}/breaches"), &breach).await.expect(200).event();
    let suspended = stage::status(&app, &person, DAY).await;
    assert_eq!(suspended["assessment"]["status"]["status"], "restricted");
    assert_eq!(suspended["assessment"]["standing"]["recognition"]["phase"], "suspended");
    assert_eq!(app.read(&format!("/api/v1/coverage?as_of={DAY}")).await["rows"][0]["recognised"], 0);
    let lifting = json!({ "on": "2024-06-01" });
    app.write_seconded(&format!("/api/v1/teachers/{person}/breaches/{breach}/lifting"), &lifting).await.expect(200);
    assert_eq!(stage::status(&app, &person, DAY).await["assessment"]["status"]["status"], "recognised");
    assert_eq!(stage::status(&app, &person, "2024-05-31").await["assessment"]["status"]["status"], "restricted");
    app.stop().await;
}

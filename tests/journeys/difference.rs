//! Two answers about one teacher, and what made them differ: what was recorded in between, or the passing of days.

use kernel::vocabulary::Capacity;
use serde_json::{Value, json};
use testkit::{Place, TestApp};

use super::{on_both, stage};

/// The day that most of this is about.
const DAY: &str = "2023-06-30";

on_both!(
    a_voided_certificate_is_named_as_the_event_that_made_the_difference,
    a_practice_that_the_window_left_behind_is_named_though_nothing_was_recorded,
    a_withdrawn_approval_and_a_new_version_of_the_rules_are_among_the_events,
    two_equal_answers_do_not_differ_and_a_stranger_is_told_nothing,
);

async fn changes(app: &TestApp, teacher: &str, query: &str) -> Value {
    app.read(&format!("/api/v1/teachers/{teacher}/status/changes?{query}")).await
}

fn criterion<'a>(changes: &'a Value, id: &str) -> &'a Value {
    let criteria = changes["criteria"].as_array().unwrap();
    criteria.iter().find(|one| one["id"] == id).unwrap()
}

fn matters(changes: &Value) -> Vec<(&str, &str)> {
    let events = changes["events"].as_array().unwrap().iter();
    events.map(|event| (event["kind"].as_str().unwrap(), event["matter"].as_str().unwrap())).collect()
}

async fn a_voided_certificate_is_named_as_the_event_that_made_the_difference(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let person = stage::eligible(&app, &sites, 1).await;
    let before = app.position();
    // Somebody else's facts, recorded meanwhile, are none of this person's.
    stage::eligible(&app, &sites, 2).await;
    let void = json!({ "on": "2026-01-10", "reason": "the certificate was another person's" });
    let path = format!("/api/v1/teachers/{}/facts/{}/void", person.teacher, person.certificate);
    let voided = app.write(&path, &void).await.expect(200).event();
    let after = app.position();

    let query = format!("from_as_of={DAY}&from_known_at={before}&to_as_of={DAY}&to_known_at={after}");
    let found = changes(&app, &person.teacher, &query).await;
    assert_eq!(found["from"]["status"]["status"], "eligible");
    assert_eq!(found["to"]["status"]["status"], "not_eligible");
    assert_eq!(found["meanwhile"], found["to"]);
    assert_eq!(found["criteria"].as_array().unwrap().len(), 1, "{found}");
    let certificate = criterion(&found, "teacher_certificate");
    assert_eq!((&certificate["before"]["verdict"], &certificate["after"]["verdict"]), (&json!("met"), &json!("unmet")));
    assert_eq!(certificate["recorded"]["causes"], json!(["facts"]));
    let lost = &certificate["recorded"]["no_longer_counted"][0];
    assert_eq!((&lost["fact"], &lost["reason"]), (&json!(person.certificate), &json!("voided")));
    assert!(certificate.get("days").is_none());
    assert_eq!(matters(&found), [("fact_voided", "person")]);
    assert_eq!((&found["events"][0]["event"], &found["events"][0]["position"]), (&json!(voided), &json!(after)));

    // Each half is the answer that the registry gives on its own.
    let status = app.read(&format!("/api/v1/teachers/{}/status?as_of={DAY}&known_at={before}", person.teacher)).await;
    assert_eq!(found["from"]["status"], status["assessment"]["status"]);
    assert_eq!(found["from"]["pack"], status["assessment"]["pack"]);
    app.stop().await;
}

async fn a_practice_that_the_window_left_behind_is_named_though_nothing_was_recorded(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let person = stage::eligible(&app, &sites, 1).await;
    let found = changes(&app, &person.teacher, &format!("from_as_of={DAY}&to_as_of=2029-06-30")).await;
    assert_eq!(found["events"], json!([]));
    let practice = criterion(&found, "enterprise_practice");
    assert_eq!(practice["days"]["causes"], json!(["facts"]));
    assert_eq!(practice["days"]["no_longer_counted"][0]["reason"], "outside_window");
    assert!(practice.get("recorded").is_none());
    assert_eq!(found["meanwhile"]["status"], found["from"]["status"]);
    assert_ne!(found["to"]["status"], found["from"]["status"]);
    // The other way round it comes back.
    let back = changes(&app, &person.teacher, &format!("to_as_of={DAY}&from_as_of=2029-06-30")).await;
    assert_eq!(criterion(&back, "enterprise_practice")["days"]["newly_counted"][0]["reason"], "outside_window");
    app.stop().await;
}

async fn a_withdrawn_approval_and_a_new_version_of_the_rules_are_among_the_events(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let person = stage::eligible(&app, &sites, 1).await;
    let before = app.position();
    let withdrawal = json!({ "on": "2022-07-15", "reason": "an inspection" });
    app.write(&format!("/api/v1/sites/{}/withdrawals", sites.station), &withdrawal).await.expect(200);
    let mut content: Value = serde_json::from_str(stage::PACK).unwrap();
    content["version"] = json!(content["version"].as_u64().unwrap() + 1);
    app.write("/api/v1/rule-packs", &json!({ "on": "2026-01-01", "content": content.to_string() })).await.expect(201);
    let query = format!("from_as_of={DAY}&to_as_of={DAY}&from_known_at={before}");
    let found = changes(&app, &person.teacher, &query).await;
    assert_eq!(matters(&found), [("withdrawn", "site"), ("published", "rule_pack")]);
    let practice = criterion(&found, "enterprise_practice");
    assert_eq!(practice["recorded"]["causes"], json!(["facts", "pack"]));
    assert_eq!(practice["recorded"]["no_longer_counted"][0]["reason"], "site_not_approved");
    assert_ne!(found["from"]["pack"], found["to"]["pack"]);
    app.stop().await;
}

async fn two_equal_answers_do_not_differ_and_a_stranger_is_told_nothing(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let person = stage::eligible(&app, &sites, 1).await;
    let path = format!("/api/v1/teachers/{}/status/changes?from_as_of={DAY}&to_as_of={DAY}", person.teacher);
    let same = app.read(&path).await;
    assert_eq!((&same["criteria"], &same["events"], &same["from"]), (&json!([]), &json!([]), &same["to"]));
    let other = stage::school(&app, "4135010012", "350100").await;
    let stranger = app.account("other-hr", Capacity::SchoolHr, Some(&other)).await;
    stranger.get(&path).await.expect(404);
    let hr = app.account("hr", Capacity::SchoolHr, Some(&sites.school)).await;
    hr.get(&path).await.expect(200);
    let malformed = app.get(&format!("{path}&from_known_at=yesterday")).await.expect(400).body;
    assert_eq!(malformed["errors"][0]["where"]["parameter"], "from_known_at");
    app.stop().await;
}

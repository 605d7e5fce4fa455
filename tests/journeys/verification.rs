//! Verification: HR asks about somebody who comes from elsewhere, for a stated purpose, and it is on record.

use kernel::vocabulary::Capacity;
use serde_json::json;
use testkit::{Answer, Place};

use super::{on_both, stage};

on_both!(
    a_school_verifies_somebody_from_elsewhere_for_a_purpose_and_the_teacher_sees_that_it_did,
    who_is_not_on_the_register_and_who_is_restricted_are_one_answer,
);

const PATH: &str = "/api/v1/verifications";

async fn a_school_verifies_somebody_from_elsewhere_for_a_purpose_and_the_teacher_sees_that_it_did(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::eligible(&app, &sites, 1).await.teacher;
    let other = stage::school(&app, "4135010012", "350100").await;
    let hr = app.account("other-hr", Capacity::SchoolHr, Some(&other)).await;
    let body = json!({ "citizen_id": stage::citizen_id(1), "as_of": "2023-06-30" });

    hr.get(&format!("/api/v1/teachers/{teacher}/status")).await.expect(404);
    let ask = |purpose: Option<&'static str>| {
        let request = hr.request(reqwest::Method::POST, PATH).header("Purpose-Reference", "HR-2026-7").json(&body);
        Answer::of(if let Some(purpose) = purpose { request.header("Purpose", purpose) } else { request })
    };
    assert_eq!(ask(None).await.expect(400).body["code"], "purpose_missing");
    let answer = ask(Some("verification")).await.expect(200).body;
    assert_eq!(answer["teacher"], teacher);
    assert_eq!(answer["assessment"]["standing"]["eligible"], "junior");
    assert!(answer["assessment"]["pack"]["version"].is_number(), "{answer}");

    let owner = app.teacher_account("the-teacher", &teacher).await;
    let seen = owner.get(&format!("/api/v1/teachers/{teacher}/readings")).await.expect(200).body;
    let looks = seen["items"].as_array().unwrap();
    let of_school = looks.iter().filter(|look| look["organisation"] == json!(other)).collect::<Vec<_>>();
    assert_eq!(of_school.len(), 1, "{seen}");
    assert_eq!((&of_school[0]["purpose"], &of_school[0]["reference"]), (&json!("verification"), &json!("HR-2026-7")));
    // Nothing else opens by having asked.
    hr.get(&format!("/api/v1/teachers/{teacher}/status")).await.expect(404);
    app.stop().await;
}

async fn who_is_not_on_the_register_and_who_is_restricted_are_one_answer(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::eligible(&app, &sites, 1).await.teacher;
    let hr = app.account("hr", Capacity::SchoolHr, Some(&sites.school)).await.with_purpose("verification");
    let restriction = json!({ "on": "2026-11-20", "reason": "a complaint is being looked into" });
    app.write(&format!("/api/v1/teachers/{teacher}/restrictions"), &restriction).await.expect(200);
    let mut answers = Vec::new();
    for number in [1, 77] {
        let answer = hr.write(PATH, &json!({ "citizen_id": stage::citizen_id(number) })).await.expect(404);
        let mut body = answer.body;
        body.as_object_mut().unwrap().remove("instance");
        answers.push(body);
    }
    assert_eq!(answers[0], answers[1]);
    app.stop().await;
}

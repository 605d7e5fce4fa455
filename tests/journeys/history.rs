//! Late and back-dated facts: what is known later changes what is said of a day, never what was said of it before.

use serde_json::json;
use testkit::Place;

use super::{on_both, stage};

/// The day that everything here is about.
const DAY: &str = "2023-06-30";

on_both!(
    a_voided_credential_changes_the_status_and_leaves_what_was_known_before_to_the_byte,
    an_amended_roster_changes_the_rotation_of_that_person_alone,
    a_voided_approval_changes_the_status_of_everybody_who_was_there,
    a_fact_handed_in_late_counts_from_its_own_day,
);

async fn a_voided_credential_changes_the_status_and_leaves_what_was_known_before_to_the_byte(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let person = stage::eligible(&app, &sites, 1).await;
    let before = stage::status(&app, &person.teacher, DAY).await;
    assert_eq!(before["assessment"]["status"]["status"], "eligible");
    let position = app.position();

    let void = json!({ "on": "2026-01-10", "reason": "the certificate was another person's" });
    let path = format!("/api/v1/teachers/{}/facts/{}/void", person.teacher, person.certificate);
    app.write(&path, &void).await.expect(200);
    let after = stage::status(&app, &person.teacher, DAY).await;
    assert_eq!(after["assessment"]["status"]["status"], "not_eligible");
    assert_eq!(stage::missing(&app, &person.teacher, DAY).await, ["teacher_certificate"]);

    let path = format!("/api/v1/teachers/{}/status?as_of={DAY}&known_at={position}", person.teacher);
    assert_eq!(app.read(&path).await.to_string(), before.to_string());
    let national = |known: &str| format!("/api/v1/coverage?as_of={DAY}&known_at={known}");
    assert_eq!(app.read(&national(&position)).await["rows"][0]["eligible"], 1);
    assert_eq!(app.read(&national(&app.position())).await["rows"][0]["eligible"], 0);
    app.stop().await;
}

async fn an_amended_roster_changes_the_rotation_of_that_person_alone(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let (first, second) = (stage::eligible(&app, &sites, 1).await, stage::eligible(&app, &sites, 2).await);
    let absent = json!({ "teacher": first.teacher, "on": "2022-09-01", "reason": "did not attend" });
    let path = format!("/api/v1/sessions/{}/roster-amendments", sites.session);
    app.write(&path, &absent).await.expect(200);
    assert_eq!(stage::missing(&app, &first.teacher, DAY).await, ["rotation"]);
    assert_eq!(stage::missing(&app, &second.teacher, DAY).await, [""; 0]);

    let present = json!({ "teacher": first.teacher, "hours": 16, "on": "2022-09-02", "reason": "attended in part" });
    app.write(&path, &present).await.expect(200);
    assert_eq!(stage::missing(&app, &first.teacher, DAY).await, [""; 0]);
    app.stop().await;
}

async fn a_voided_approval_changes_the_status_of_everybody_who_was_there(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let mut people = Vec::new();
    for number in 1..=4 {
        people.push(stage::eligible(&app, &sites, number).await.teacher);
    }
    let position = app.position();
    let station = app.get(&format!("/api/v1/sites/{}", sites.station)).await.expect(200).body;
    let approval = station["approvals"][0]["id"].as_str().unwrap();
    let void = json!({ "on": "2026-01-10", "reason": "recorded for another station" });
    app.write(&format!("/api/v1/sites/{}/approvals/{approval}/void", sites.station), &void).await.expect(200);
    for teacher in &people {
        assert_eq!(stage::missing(&app, teacher, DAY).await, ["enterprise_practice"]);
    }
    let listed = app.read(&format!("/api/v1/teachers?as_of={DAY}&status=eligible")).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 0, "{listed}");
    let known = app.read(&format!("/api/v1/coverage?as_of={DAY}&known_at={position}")).await;
    assert_eq!(known["rows"][0]["eligible"], 4);
    let now = app.read(&format!("/api/v1/coverage?as_of={DAY}")).await;
    assert_eq!((&now["rows"][0]["eligible"], &now["rows"][0]["rotation"]), (&json!(0), &json!(4)));

    let renewal = json!({ "period": { "from": "2018-01-01" } });
    app.write(&format!("/api/v1/sites/{}/renewals", sites.station), &renewal).await.expect(200);
    for teacher in &people {
        assert_eq!(stage::missing(&app, teacher, DAY).await, [""; 0]);
    }
    app.stop().await;
}

async fn a_fact_handed_in_late_counts_from_its_own_day(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::teacher(&app, 1).await;
    stage::post(&app, &teacher, &sites.school, "000000001").await;
    stage::practice(&app, &teacher, &sites.station).await;
    stage::hold(&app, &sites.session, &[&teacher]).await;
    assert_eq!(stage::status(&app, &teacher, DAY).await["assessment"]["status"]["status"], "not_eligible");
    let grade = json!({ "kind": "skill_grade", "grade": 2, "obtained_on": "2020-03-01" });
    stage::credential(&app, &teacher, grade).await;
    let certificate = json!({ "kind": "teacher_certificate", "obtained_on": "2023-06-30" });
    stage::credential(&app, &teacher, certificate).await;
    for (day, status) in [("2023-06-29", "not_eligible"), (DAY, "eligible"), ("2027-07-31", "not_eligible")] {
        assert_eq!(stage::status(&app, &teacher, day).await["assessment"]["status"]["status"], status, "{day}");
    }
    app.stop().await;
}

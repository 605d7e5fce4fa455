//! Recognition: a decision of an authorised body, shown beside what the rules say and never instead of it.

use serde_json::{Value, json};
use testkit::{Place, TestApp};

use super::{on_both, stage};

on_both!(
    a_recognition_is_shown_beside_eligibility_from_its_grant_to_its_revocation,
    a_review_due_after_more_than_five_years_is_refused,
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

//! Tokens for programs, and who is told that somebody looked.

use kernel::vocabulary::Capacity;
use serde_json::{Value, json};
use testkit::{Client, Place, TestApp};

use super::browser::{Browser, account, open};
use super::{on_both, stage};

on_both!(
    a_token_is_shown_once_and_is_good_for_its_scopes_until_it_ends_or_is_revoked,
    a_token_that_makes_no_sense_is_not_issued,
    a_teacher_learns_who_looked_in_which_capacity_and_the_auditor_by_which_account,
);

async fn a_token_is_shown_once_and_is_good_for_its_scopes_until_it_ends_or_is_revoked(place: Place) {
    let app = stage::all(place).await;
    let password = open(&app, "clerk-7").await;
    let id = kernel::AccountId::parse(&account("clerk-7")).unwrap();
    let period = kernel::Period::new(kernel::Day::parse("2015-01-01").unwrap(), None).unwrap();
    app.accounts().grant(id, Capacity::Operator, None, period).await;
    let browser = Browser::signed_in(&app, "clerk-7", &password).await;
    let (reading, of_reading) = issue(&app, &browser, "*:read", "2026-11-30").await;
    let (training, _) = issue(&app, &browser, "training:write", "2026-11-30").await;
    let listed = browser.get("/api/v1/tokens").await.expect(200);
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 2);
    assert!(!listed.text.contains("shs_"), "{}", listed.text);

    assert_eq!(reading.get("/api/v1/session").await.expect(200).body["token"], true);
    reading.get("/api/v1/accounts").await.expect(200);
    let opening = json!({ "on": "2024-01-01", "agent": "another", "kind": "person", "password": false });
    assert_eq!(reading.write("/api/v1/accounts", &opening).await.expect(403).body["code"], "forbidden");
    training.get("/api/v1/accounts").await.expect(403);
    // How somebody signs in is no business of a program's, whatever its token is good for.
    let everything = app.client();
    let token = json!({ "name": "more", "scopes": ["*:write"], "last_day": "2026-12-31" });
    everything.write("/api/v1/tokens", &token).await.expect(403);
    everything.get("/api/v1/tokens").await.expect(403);
    let change = json!({ "old": "x", "new": "correct horse battery" });
    everything.write("/api/v1/session/password", &change).await.expect(403);

    let path = format!("/api/v1/tokens/{of_reading}");
    let other = open(&app, "clerk-8").await;
    Browser::signed_in(&app, "clerk-8", &other).await.delete(&path).await.expect(404);
    browser.delete(&path).await.expect(204);
    reading.get("/api/v1/session").await.expect(401);
    browser.delete(&path).await.expect(404);
    // Its last day ends at midnight in Asia/Shanghai.
    let clock = &app.registry.place().clock;
    clock.set("2026-11-30T15:59:59Z");
    training.get("/api/v1/sessions/018f2b6e-0000-7000-8000-000000000000").await.expect(404);
    clock.set("2026-11-30T16:00:00Z");
    training.get("/api/v1/sessions/018f2b6e-0000-7000-8000-000000000000").await.expect(401);
    app.stop().await;
}

async fn a_token_that_makes_no_sense_is_not_issued(place: Place) {
    let app = stage::all(place).await;
    let password = open(&app, "clerk-7").await;
    let browser = Browser::signed_in(&app, "clerk-7", &password).await;
    let token = |scopes: Value, last_day: &str| json!({ "name": "export", "scopes": scopes, "last_day": last_day });
    for (body, rejection, field) in [
        (token(json!([]), "2027-01-31"), "no_scope", "scopes"),
        (token(json!(["trainning:read"]), "2027-01-31"), "no_such_service", "scopes"),
        (token(json!(["*:read"]), "2026-11-21"), "token_life", "last_day"),
        (token(json!(["*:read"]), "2028-01-31"), "token_life", "last_day"),
    ] {
        let refused = browser.post("/api/v1/tokens", &body).await.expect(422);
        assert_eq!(refused.body["rejection"], rejection);
        assert_eq!(refused.body["errors"][0]["where"]["field"], field);
    }
    browser.post("/api/v1/tokens", &token(json!(["*:delete"]), "2027-01-31")).await.expect(400);
    assert_eq!(browser.get("/api/v1/tokens").await.expect(200).body["items"], json!([]));
    app.stop().await;
}

async fn a_teacher_learns_who_looked_in_which_capacity_and_the_auditor_by_which_account(place: Place) {
    let app = stage::all(place).await;
    let school = stage::school(&app, "4132010835", "320100").await;
    let teacher = stage::teacher(&app, 1).await;
    stage::post(&app, &teacher, &school, "000000901").await;
    let clerk = app.account("hr-1", Capacity::SchoolHr, Some(&school)).await;
    clerk.get(&format!("/api/v1/teachers/{teacher}/status")).await;
    let path = format!("/api/v1/teachers/{teacher}/readings");
    let oneself = app.teacher_account("teacher-1", &teacher).await.get(&path).await.expect(200);
    let newest = &oneself.body["items"][0];
    assert_eq!((newest["capacity"].as_str(), newest["purpose"].as_str()), (Some("school_hr"), Some("own_staff")));
    assert_eq!(
        (newest["organisation"].as_str(), newest["operation"].as_str()),
        (Some(&*school), Some("qualification_status"))
    );
    assert!(!oneself.text.contains(&account("hr-1")), "{}", oneself.text);
    let auditor = app.account("auditor-1", Capacity::Auditor, None).await;
    let watched = auditor.get(&path).await.expect(200).body;
    assert_eq!(watched["items"][0]["account"], account("hr-1"));
    let of_account = auditor.get(&format!("/api/v1/accounts/{}/readings?limit=1", account("hr-1"))).await.expect(200);
    assert_eq!(of_account.body["items"][0]["operation"], "qualification_status");
    clerk.get(&path).await.expect(403);
    app.stop().await;
}

/// A token of somebody who is signed in: a client that uses it, and its id.
async fn issue(app: &TestApp, browser: &Browser, scope: &str, last_day: &str) -> (Client, String) {
    let body = json!({ "name": "export", "scopes": [scope], "last_day": last_day });
    let issued = browser.post("/api/v1/tokens", &body).await.expect(201);
    assert_eq!(issued.headers["cache-control"], "no-store");
    let text = |field: &str| issued.body[field].as_str().unwrap().to_owned();
    (app.stranger().with_token(text("token")), text("id"))
}

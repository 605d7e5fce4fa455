//! Bad input over HTTP: a problem with a stable code and the place, and nothing recorded.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Place};

use super::stage::Sites;
use super::{on_both, stage};

on_both!(
    bad_input_is_refused_with_a_stable_code_and_the_place_and_nothing_is_recorded,
    a_version_that_is_gone_and_a_key_that_is_missing_are_refused,
    a_query_that_cannot_be_read_is_refused_with_the_parameter,
);

/// Path, body, status, code (the rule's own where a rule says no), and the field where it is wrong.
type Refusal = (String, Value, u16, &'static str, &'static str);

async fn bad_input_is_refused_with_a_stable_code_and_the_place_and_nothing_is_recorded(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::eligible(&app, &sites, 1).await.teacher;
    let position = app.position();
    let number = stage::citizen_id(2);
    for (path, body, status, code, field) in malformed(&sites, &teacher).into_iter().chain(refused(&sites, &teacher)) {
        let answer = app.write(&path, &body).await;
        assert_problem(&answer, status, code);
        let found = answer.body["errors"][0]["where"]["field"].as_str().unwrap_or_default();
        assert_eq!(found, field, "{path} {body}: {}", answer.text);
        assert!(!answer.text.contains(&number[..17]), "{}", answer.text);
        assert_eq!(app.position(), position, "{path} {body} was recorded");
    }
    app.stop().await;
}

/// What cannot be read.
fn malformed(sites: &Sites, teacher: &str) -> Vec<Refusal> {
    let person = |name: &str, value: Value| {
        let mut body = json!({ "on": "2019-09-01", "name": "王小明" });
        body[name] = value;
        body
    };
    let number = stage::citizen_id(2);
    let wrong = format!("{}{}", &number[..17], if number.ends_with('7') { '8' } else { '7' });
    let credential = |kind: &str, day: &str| json!({ "kind": kind, "obtained_on": day });
    let (teachers, credentials) = ("/api/v1/teachers".to_owned(), format!("/api/v1/teachers/{teacher}/credentials"));
    let organisation = |code: &str| {
        let profile = json!({ "kind": "school", "name": "学校", "school_code": code, "division": "320100" });
        json!({ "on": "2010-09-01", "profile": profile })
    };
    let hours = |hours: Value| json!({ "on": "2022-08-05", "roster": [{ "teacher": teacher, "hours": hours }] });
    let roster = format!("/api/v1/sessions/{}/roster", sites.session);
    vec![
        (teachers.clone(), person("citizen_id", json!(wrong)), 400, "malformed_body", "citizen_id"),
        (teachers.clone(), person("on", json!("2023-02-29")), 400, "malformed_body", "on"),
        (teachers.clone(), person("on", json!("01.09.2019")), 400, "malformed_body", "on"),
        (teachers.clone(), person("name", json!("")), 400, "malformed_body", "name"),
        (teachers.clone(), person("nickname", json!("小明")), 400, "unknown_field", "nickname"),
        (teachers, json!({ "on": "2019-09-01" }), 400, "malformed_body", "name"),
        (credentials.clone(), credential("diploma", "2019-06-01"), 400, "malformed_body", "kind"),
        (credentials, credential("teacher_certificate", "2019-06-31"), 400, "malformed_body", "obtained_on"),
        ("/api/v1/organisations".to_owned(), organisation("4199010835"), 400, "malformed_body", "profile.school_code"),
        (roster.clone(), hours(json!(-1)), 400, "malformed_body", "roster[0].hours"),
        (roster.clone(), hours(json!("all")), 400, "malformed_body", "roster[0].hours"),
        (roster, json!({ "on": "2022-08-05", "roster": "all" }), 400, "malformed_body", "roster"),
    ]
}

/// What the rules say no to.
fn refused(sites: &Sites, teacher: &str) -> Vec<Refusal> {
    let nobody = "018f2b6e-0000-7000-8000-000000000000";
    let roster =
        |teacher: &str, hours: u32| json!({ "on": "2022-08-05", "roster": [{ "teacher": teacher, "hours": hours }] });
    let session = |hours: u32| {
        let dates = json!({ "from": "2022-09-01", "to": "2022-09-02" });
        json!({
            "base": sites.base, "code": "T009", "title": "教师能力提升", "tier": "city", "theme": "digital",
            "mode": "blended", "dates": dates, "hours": hours,
        })
    };
    let start =
        |teacher: &str| json!({ "on": "2023-07-01", "teacher": teacher, "site": sites.station, "form": "post" });
    let rosters = format!("/api/v1/sessions/{}/roster", sites.session);
    let nowhere = format!("/api/v1/sessions/{nobody}/roster");
    let certificate = json!({ "kind": "teacher_certificate", "obtained_on": "2019-06-01" });
    vec![
        ("/api/v1/sessions".to_owned(), session(49), 422, "hours_above_the_day", "hours"),
        (rosters.clone(), roster(nobody, 40), 422, "no_such_teacher", "roster[0].teacher"),
        (rosters.clone(), roster(teacher, 16), 409, "recorded_otherwise", "roster"),
        (rosters, json!({ "on": "2022-08-05", "roster": [] }), 422, "roster_is_empty", "roster"),
        (nowhere, roster(teacher, 40), 404, "not_found", ""),
        ("/api/v1/placements".to_owned(), start(nobody), 422, "no_such_placement", "site"),
        (format!("/api/v1/teachers/{nobody}/credentials"), certificate, 404, "not_found", ""),
    ]
}

async fn a_version_that_is_gone_and_a_key_that_is_missing_are_refused(place: Place) {
    let app = stage::all(place).await;
    let teacher = stage::teacher(&app, 1).await;
    let path = format!("/api/v1/teachers/{teacher}/credentials");
    let body = json!({ "kind": "teacher_certificate", "obtained_on": "2019-06-01" });
    app.write(&path, &body).await.expect(200);
    let position = app.position();
    let request = |key: Option<&'static str>| {
        let request = app.client().request(Method::POST, &path);
        if let Some(key) = key { request.header("Idempotency-Key", key) } else { request }
    };
    let other = json!({ "kind": "teacher_certificate", "obtained_on": "2019-06-02" });
    let stale = Answer::of(request(Some("key-00000001")).header("If-Match", "\"v1\"").json(&other)).await;
    assert_problem(&stale, 412, "wrong_version");
    let none = Answer::of(request(None).json(&other)).await;
    assert_problem(&none, 400, "idempotency_key_missing");
    assert_eq!(none.body["errors"][0]["where"]["header"], "Idempotency-Key");
    let large = json!({ "kind": "x".repeat(300 * 1024), "obtained_on": "2019-06-02" });
    assert_problem(&Answer::of(request(Some("key-00000002")).json(&large)).await, 413, "too_large");
    let text = request(Some("key-00000003")).header("Content-Type", "text/plain").body(other.to_string());
    assert_problem(&Answer::of(text).await, 415, "unsupported_media_type");
    let broken = request(Some("key-00000004")).header("Content-Type", "application/json").body("{\"kind\":");
    assert_problem(&Answer::of(broken).await, 400, "malformed_body");
    assert_eq!(app.position(), position);
    let fresh = Answer::of(request(Some("key-00000005")).header("If-Match", "\"v2\"").json(&other)).await;
    assert_eq!(fresh.expect(200).body["version"], 3);
    app.stop().await;
}

async fn a_query_that_cannot_be_read_is_refused_with_the_parameter(place: Place) {
    let app = stage::all(place).await;
    let teacher = stage::teacher(&app, 1).await;
    for (path, parameter) in [
        (format!("/api/v1/teachers/{teacher}/status?as_of=2023-02-30"), "as_of"),
        (format!("/api/v1/teachers/{teacher}/status?known_at=yesterday"), "known_at"),
        ("/api/v1/teachers?status=good".to_owned(), "status"),
        ("/api/v1/teachers?after=x".to_owned(), "after"),
        ("/api/v1/coverage?by=street".to_owned(), "by"),
        ("/api/v1/coverage?at_least=soon".to_owned(), "at_least"),
        ("/api/v1/teachers/somebody/status".to_owned(), "teacher"),
    ] {
        let answer = app.get(&path).await;
        assert_problem(&answer, 400, "malformed_parameter");
        assert_eq!(answer.body["errors"][0]["where"]["parameter"], parameter, "{path}: {}", answer.text);
    }
    app.stop().await;
}

/// A problem of this stable code: the rule's own where a rule says no.
#[track_caller]
fn assert_problem(answer: &Answer, status: u16, code: &str) {
    let kind = answer.body["code"].as_str().unwrap();
    let found = answer.body["rejection"].as_str().unwrap_or(kind);
    assert_eq!((answer.status, found), (status, code), "{}", answer.text);
    assert_eq!(answer.media_type, "application/problem+json");
    assert_eq!(answer.body["status"], status);
    assert_eq!(answer.body["type"], format!("urn:shuangshi:problem:{kind}"));
}

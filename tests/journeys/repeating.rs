//! Requests that are sent again.

use futures_util::future::join_all;
use serde_json::json;
use testkit::{Place, TestApp};

use super::{on_both, stage};

on_both!(
    the_same_request_under_the_same_key_is_recorded_once,
    the_same_request_sent_eight_times_at_once_is_recorded_once,
    another_request_under_the_same_key_is_refused,
);

async fn the_same_request_under_the_same_key_is_recorded_once(place: Place) {
    let app = stage::all(place).await;
    let (path, body) = credential(&app).await;
    let first = app.post(&path, "key-00000001", &body).await.expect(200);
    assert_eq!(first.body["replayed"], false);
    let position = app.position();
    for _ in 0..2 {
        let again = app.post(&path, "key-00000001", &body).await.expect(200);
        assert_eq!((again.event(), &again.body["replayed"]), (first.event(), &json!(true)));
        assert_eq!(app.position(), position);
    }
    app.stop().await;
}

async fn the_same_request_sent_eight_times_at_once_is_recorded_once(place: Place) {
    let app = stage::all(place).await;
    let (path, body) = credential(&app).await;
    let before = app.running().app().head().events();
    let answers = join_all((0..8).map(|_| app.post(&path, "key-00000001", &body))).await;
    let events: Vec<String> = answers.into_iter().map(|answer| answer.expect(200).event()).collect();
    assert!(events.iter().all(|event| *event == events[0]), "{events:?}");
    assert_eq!(app.running().app().head().events(), before + 1);
    app.stop().await;
}

async fn another_request_under_the_same_key_is_refused(place: Place) {
    let app = stage::all(place).await;
    let (path, body) = credential(&app).await;
    app.post(&path, "key-00000001", &body).await.expect(200);
    let position = app.position();
    let other = json!({ "kind": "teacher_certificate", "obtained_on": "2018-06-02" });
    let refused = app.post(&path, "key-00000001", &other).await.expect(422);
    assert_eq!(refused.body["code"], "idempotency_key_reused");
    let elsewhere = stage::teacher(&app, 2).await;
    let position_then = app.position();
    let path = format!("/api/v1/teachers/{elsewhere}/credentials");
    app.post(&path, "key-00000001", &body).await.expect(422);
    assert_ne!(position, position_then);
    assert_eq!(app.position(), position_then);
    app.stop().await;
}

/// A write that has not been sent yet.
async fn credential(app: &TestApp) -> (String, serde_json::Value) {
    let teacher = stage::teacher(app, 1).await;
    let body = json!({ "kind": "teacher_certificate", "obtained_on": "2018-06-01" });
    (format!("/api/v1/teachers/{teacher}/credentials"), body)
}

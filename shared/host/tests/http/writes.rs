//! What is recorded, and read again.

use std::time::Duration;

use contracts::{Code, RecordedBody};
use reqwest::StatusCode;
use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::notes::Count;
use crate::{Process, header, problem};

#[tokio::test]
async fn a_write_is_recorded_once_however_often_it_is_sent() {
    let process = Process::start().await;
    let body = json!({ "lines": [{ "text": "first" }] });
    let response = process.write(1, "key-00000001", &body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(header(&response, "etag"), "\"v1\"");
    assert_eq!(header(&response, "location"), "/api/notes/00000000-0000-0000-0000-000000000001");
    let position = header(&response, "shuangshi-position");
    let first: RecordedBody = response.json().await.unwrap();
    assert_eq!((first.version, first.events.len(), first.replayed), (1, 1, false));
    assert_eq!(first.position, position);

    let again: RecordedBody = process.write(1, "key-00000001", &body).send().await.unwrap().json().await.unwrap();
    assert_eq!((again.events, again.replayed), (first.events, true));

    let other = json!({ "lines": [{ "text": "second" }] });
    assert_eq!(problem(process.write(1, "key-00000001", &other)).await.code, Code::IdempotencyKeyReused);
    process.running.stop().await;
}

#[tokio::test]
async fn what_was_written_can_be_read_at_once() {
    let process = Process::start().await;
    for line in 1..=3_u64 {
        let body = json!({ "lines": [{ "text": format!("line {line}") }] });
        let written = process.write(2, &format!("key-0000000{line}"), &body).send().await.unwrap();
        let position = header(&written, "shuangshi-position");
        let read = process.get(&format!("/api/notes?at_least={position}")).send().await.unwrap();
        assert_eq!(header(&read, "shuangshi-position"), position);
        let count: Count = read.json().await.unwrap();
        assert_eq!((count.lines, count.greeting.as_str()), (line, "hello"));
    }
    process.running.stop().await;
}

#[tokio::test]
async fn a_position_that_is_not_reached_in_time_is_behind() {
    let process = Process::start().await;
    let response = process.get("/api/notes?at_least=v1.0:99").send().await.unwrap();
    assert_eq!(header(&response, "retry-after"), "1");
    assert_eq!(problem(process.get("/api/notes").header("Shuangshi-At-Least", "v1.0:99")).await.code, Code::Behind);
    assert_eq!(problem(process.get("/api/notes?at_least=soon")).await.code, Code::MalformedParameter);
    assert_eq!(problem(process.get("/api/notes?most=x")).await.errors[0].place.parameter.as_deref(), Some("most"));
    process.running.stop().await;
}

#[tokio::test]
async fn a_write_on_an_older_version_is_refused() {
    let process = Process::start().await;
    let body = json!({ "lines": [{ "text": "line" }] });
    assert!(process.write(3, "key-00000001", &body).send().await.unwrap().status().is_success());
    let current = process.write(3, "key-00000002", &body).header("If-Match", "\"v1\"").send().await.unwrap();
    assert_eq!(header(&current, "etag"), "\"v2\"");
    let stale = problem(process.write(3, "key-00000003", &body).header("If-Match", "\"v1\"")).await;
    assert_eq!((stale.code, stale.status), (Code::WrongVersion, 412));
    process.running.stop().await;
}

#[tokio::test]
async fn what_changes_nothing_answers_with_the_version_that_is() {
    let process = Process::start().await;
    let body = json!({ "lines": [{ "text": "line" }] });
    assert!(process.write(4, "key-00000001", &body).send().await.unwrap().status().is_success());
    let nothing = json!({ "lines": [{ "text": "nothing" }] });
    let answer: RecordedBody = process.write(4, "key-00000002", &nothing).send().await.unwrap().json().await.unwrap();
    assert_eq!((answer.version, answer.events.len()), (1, 0));
    process.running.stop().await;
}

#[tokio::test]
async fn the_domain_says_no_with_its_own_code() {
    let process = Process::start().await;
    let rude = problem(process.write(5, "key-00000000", &json!({ "lines": [{ "text": "rude" }] }))).await;
    assert_eq!((rude.status, rude.rejection.as_deref()), (422, Some("note_is_rude")));
    assert_eq!(rude.errors[0].place.field.as_deref(), Some("lines[0].text"));
    let body = json!({ "lines": [{ "text": "line" }] });
    for line in 1..=3 {
        let key = format!("key-0000000{line}");
        assert!(process.write(5, &key, &body).send().await.unwrap().status().is_success());
    }
    let full = problem(process.write(5, "key-00000004", &body)).await;
    assert_eq!((full.status, full.rejection.as_deref()), (409, Some("note_is_full")));
    process.running.stop().await;
}

#[tokio::test]
async fn what_a_write_refers_to_must_be_there() {
    let process = Process::start().await;
    let about = uuid::Uuid::from_u128(99);
    let body = json!({ "lines": [{ "text": "line" }], "about": about });
    let missing = problem(process.write(6, "key-00000001", &body)).await;
    assert_eq!((missing.status, missing.rejection.as_deref()), (422, Some("no_such_note")));
    assert!(missing.detail.is_some_and(|detail| detail.contains(&about.to_string())));
    process.running.stop().await;
}

#[tokio::test]
async fn a_caller_that_goes_away_cancels_nothing() {
    let process = Process::start().await;
    let body = r#"{"lines":[{"text":"line"}]}"#;
    let request = format!(
        "POST /api/notes/{} HTTP/1.1\r\nHost: here\r\nIdempotency-Key: key-00000001\r\n\
         Authorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        uuid::Uuid::from_u128(7),
        process.token,
        body.len()
    );
    let before = process.running.app().head().events();
    let mut caller = tokio::net::TcpStream::connect(process.running.address()).await.unwrap();
    caller.write_all(request.as_bytes()).await.unwrap();
    caller.shutdown().await.unwrap();
    drop(caller);
    let mut head = process.running.app().log().watch();
    let arrived = head.wait_for(|head| head.events() > before);
    tokio::time::timeout(Duration::from_secs(10), arrived).await.unwrap().unwrap();
    process.running.stop().await;
}

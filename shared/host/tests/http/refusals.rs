//! Bad input, and what it is answered with.

use std::time::Duration;

use contracts::{Code, Problem};
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{Process, header, problem};

const NOTE: &str = "/api/notes/00000000-0000-0000-0000-000000000001";

fn field(problem: &Problem) -> &str {
    problem.errors[0].place.field.as_deref().unwrap_or_default()
}

#[tokio::test]
async fn a_body_that_is_not_what_the_operation_reads_is_refused_by_place() {
    let process = Process::start().await;
    let unknown = problem(process.write(1, "key-00000001", &json!({ "lines": [{ "text": "a", "size": 4 }] }))).await;
    assert_eq!((unknown.code, field(&unknown)), (Code::UnknownField, "lines[0].size"));
    let wrong = problem(process.write(1, "key-00000001", &json!({ "lines": [{ "text": "a" }, { "text": 7 }] }))).await;
    assert_eq!((wrong.code, field(&wrong)), (Code::MalformedBody, "lines[1].text"));
    assert_eq!(wrong.errors[0].why, "expected text");
    let missing = problem(process.write(1, "key-00000001", &json!({ "lines": [{}] }))).await;
    assert_eq!((field(&missing), missing.errors[0].why.as_str()), ("lines[0].text", "missing field `text`"));
    let empty = problem(process.write(1, "key-00000001", &json!({})).body("")).await;
    assert_eq!(empty.errors[0].why, "missing field `lines`");
    let broken = problem(process.write(1, "key-00000001", &json!({})).body("{\"lines\"")).await;
    assert!(broken.detail.unwrap().contains("line 1, column 8"));
    process.running.stop().await;
}

#[tokio::test]
async fn a_body_of_another_media_type_is_refused() {
    let process = Process::start().await;
    let request = process.request(Method::POST, NOTE).header("Idempotency-Key", "key-00000001").body("lines=1");
    assert_eq!(problem(request).await.code, Code::UnsupportedMediaType);
    process.running.stop().await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whether_or_not_it_says_so() {
    let process = Process::with(|config| config.body_bytes = 1_000).await;
    let large = json!({ "lines": [{ "text": "x".repeat(2_000) }] });
    let refused = problem(process.write(1, "key-00000001", &large)).await;
    assert_eq!((refused.code, refused.status), (Code::TooLarge, 413));
    let chunk = format!("7d0\r\n{}\r\n0\r\n\r\n", " ".repeat(2_000));
    let answer = raw(&process, "Transfer-Encoding: chunked", &chunk).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    process.running.stop().await;
}

#[tokio::test]
async fn a_head_that_does_not_arrive_is_not_waited_for() {
    let process = Process::with(|config| config.head_seconds = 1).await;
    let mut caller = tokio::net::TcpStream::connect(process.running.address()).await.unwrap();
    caller.write_all(b"GET / HTTP/1.1\r\nHost: here\r\n").await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(10), caller.read_to_end(&mut answer)).await.unwrap().unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    process.running.stop().await;
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_not_waited_for() {
    let process = Process::with(|config| config.body_seconds = 1).await;
    let answer = raw(&process, "Content-Length: 100", "{\"lines\"").await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("request_timeout"), "{answer}");
    process.running.stop().await;
}

/// Sends a write with this header and as much of a body, and gives whatever comes back.
async fn raw(process: &Process, length: &str, body: &str) -> String {
    let mut caller = tokio::net::TcpStream::connect(process.running.address()).await.unwrap();
    let head = format!(
        "POST {NOTE} HTTP/1.1\r\nHost: here\r\nIdempotency-Key: key-00000001\r\n\
         Authorization: Bearer {}\r\n\
         Content-Type: application/json\r\nConnection: close\r\n{length}\r\n\r\n",
        process.token
    );
    caller.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut answer = vec![0; 4_096];
    let read = tokio::time::timeout(Duration::from_secs(10), caller.read(&mut answer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test]
async fn a_write_needs_a_key() {
    let process = Process::start().await;
    let body = json!({ "lines": [{ "text": "a" }] });
    let missing = problem(process.request(Method::POST, NOTE).json(&body)).await;
    assert_eq!((missing.code, missing.status), (Code::IdempotencyKeyMissing, 400));
    for key in ["short", "with a space", &"k".repeat(129)] {
        let refused = problem(process.write(1, key, &body)).await;
        assert_eq!(refused.code, Code::MalformedParameter, "{key}");
        assert_eq!(refused.errors[0].place.header.as_deref(), Some("Idempotency-Key"));
    }
    let twice = process.write(1, "key-00000001", &body).header("Idempotency-Key", "key-00000002");
    assert_eq!(problem(twice).await.errors[0].why, "it is sent twice");
    process.running.stop().await;
}

#[tokio::test]
async fn if_match_takes_an_etag_of_ours_and_nothing_else() {
    let process = Process::start().await;
    let body = json!({ "lines": [{ "text": "a" }] });
    for tag in ["*", "v1", "\"1\"", "W/\"v1\"", "\"v-1\"", "\"v99999999999999999999\""] {
        let refused = problem(process.write(1, "key-00000001", &body).header("If-Match", tag)).await;
        assert_eq!(refused.errors[0].place.header.as_deref(), Some("If-Match"), "{tag}");
    }
    process.running.stop().await;
}

#[tokio::test]
async fn a_parameter_of_the_path_is_named() {
    let process = Process::start().await;
    let body = json!({ "lines": [{ "text": "a" }] });
    let request = process.request(Method::POST, "/api/notes/T001").header("Idempotency-Key", "key-00000001");
    let refused = problem(request.json(&body)).await;
    assert_eq!(refused.code, Code::MalformedParameter);
    assert_eq!(refused.errors[0].place.parameter.as_deref(), Some("note"));
    process.running.stop().await;
}

#[tokio::test]
async fn a_path_that_is_there_names_its_methods_and_one_that_is_not_is_not_found() {
    let process = Process::start().await;
    let response = process.request(Method::DELETE, NOTE).send().await.unwrap();
    assert_eq!((response.status().as_u16(), header(&response, "allow").as_str()), (405, "POST"));
    assert_eq!(problem(process.request(Method::POST, "/api/notes")).await.code, Code::MethodNotAllowed);
    assert_eq!(problem(process.request(Method::POST, "/health/live")).await.code, Code::MethodNotAllowed);
    for path in ["/api/nothing", "/api/notes/1/2", "/api", "/nothing"] {
        assert_eq!(problem(process.get(path)).await.code, Code::NotFound, "{path}");
    }
    process.running.stop().await;
}

#[tokio::test]
async fn a_panic_is_a_problem_that_says_nothing_and_the_process_goes_on() {
    let process = Process::start().await;
    for _ in 0..2 {
        let failed = problem(process.get("/api/panic")).await;
        assert_eq!((failed.code, failed.status, failed.detail), (Code::Internal, 500, None));
    }
    assert!(process.get("/health/live").send().await.unwrap().status().is_success());
    process.running.stop().await;
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let process = Process::with(|config| config.answer_seconds = 1).await;
    let response = process.get("/api/slow").send().await.unwrap();
    assert_eq!((response.status().as_u16(), header(&response, "retry-after").as_str()), (503, "1"));
    assert_eq!(problem(process.get("/api/slow")).await.code, Code::Timeout);
    process.running.stop().await;
}

#[tokio::test]
async fn a_problem_is_in_the_language_asked_for() {
    let process = Process::start().await;
    let english = problem(process.get("/api/nothing").header("Accept-Language", "en-GB")).await;
    assert_eq!(english.title, "There is no such thing");
    assert_eq!(problem(process.get("/api/nothing")).await.title, "未找到");
    process.running.stop().await;
}

//! More is asked for than can be done at once.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use contracts::{Code, Problem};
use futures_util::future::join_all;
use host::Config;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::{Process, header, problem};

/// A refusal is at once, even on a machine that builds something beside.
const AT_ONCE: Duration = Duration::from_millis(150);

fn narrow(config: &mut Config) {
    config.requests = Some(2);
    config.long_requests = Some(1);
}

/// What a request ended in, and how long that took.
async fn asked(request: RequestBuilder) -> (StatusCode, Duration, String) {
    let began = Instant::now();
    let answer = request.send().await.unwrap();
    let (status, again) = (answer.status(), header(&answer, "retry-after"));
    answer.text().await.unwrap();
    (status, began.elapsed(), again)
}

#[tokio::test]
async fn who_cannot_be_let_in_is_told_so_at_once_and_when_to_come_back() {
    let process = Process::with(narrow).await;
    let crowd = join_all((0..40).map(|_| asked(process.get("/api/moment")))).await;
    let refused: Vec<_> = crowd.iter().filter(|(status, ..)| *status == StatusCode::SERVICE_UNAVAILABLE).collect();
    let answered = crowd.iter().filter(|(status, ..)| *status == StatusCode::OK).count();
    assert_eq!(answered + refused.len(), 40);
    assert!((2..=6).contains(&answered), "{answered}");
    let at_once = refused.iter().filter(|(_, took, _)| *took < AT_ONCE).count();
    assert!(at_once >= 34, "only {at_once} of {} were refused at once", refused.len());
    let again: BTreeSet<u32> = refused.iter().map(|(.., again)| again.parse().unwrap()).collect();
    assert!(again.iter().all(|seconds| (1..=3).contains(seconds)) && again.len() > 1, "{again:?}");
    let (status, took, _) = asked(process.get("/api/moment")).await;
    assert_eq!(status, StatusCode::OK, "it is as if nothing had been");
    assert!(took < Duration::from_secs(1));
    process.running.stop().await;
}

#[tokio::test]
async fn a_refusal_says_what_to_do_and_asks_neither_who_nor_what_for() {
    let process = Process::with(narrow).await;
    let crowd = join_all((0..12).map(|_| asked(process.get("/api/moment"))));
    let stranger = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let url = format!("{}/api/notes/none", process.running.url());
        problem(process.client.post(url).header("Content-Type", "text/plain").body(vec![b'x'; 1_000_000])).await
    };
    let (_, refusal): (_, Problem) = tokio::join!(crowd, stranger);
    assert_eq!(refusal.code, Code::Overloaded);
    assert!(refusal.detail.unwrap().contains("Idempotency-Key"));
    let answer = process.get("/api/notes").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    process.running.stop().await;
}

#[tokio::test]
async fn probes_and_numbers_are_answered_whatever_else_is_not() {
    let process = Process::with(narrow).await;
    let crowd = join_all((0..40).map(|_| asked(process.get("/api/moment"))));
    let watch = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        for path in ["/health/live", "/health/ready", "/metrics"] {
            assert_eq!(process.get(path).send().await.unwrap().status(), StatusCode::OK, "{path}");
        }
        process.get("/metrics").send().await.unwrap().text().await.unwrap()
    };
    let (_, numbers) = tokio::join!(crowd, watch);
    for line in
        ["shuangshi_requests_refused_total{lane=\"short\"", "shuangshi_requests{lane=\"short\",count=\"at_work\"} "]
    {
        assert!(numbers.contains(line), "{line}");
    }
    process.running.stop().await;
}

#[tokio::test]
async fn what_takes_long_and_what_is_short_do_not_keep_each_other_out() {
    let process = Process::with(narrow).await;
    let long = join_all((0..12).map(|_| asked(process.get("/api/while"))));
    let short = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        asked(process.get("/api/notes")).await
    };
    let (long, (status, took, _)) = tokio::join!(long, short);
    assert_eq!(status, StatusCode::OK);
    assert!(took < Duration::from_secs(1));
    let done = long.iter().filter(|(status, ..)| *status == StatusCode::OK).count();
    assert!((2..=4).contains(&done), "one at work, and those whose turn came within five seconds: {done}");
    let at_once = long.iter().filter(|(status, took, _)| status.is_server_error() && *took < AT_ONCE).count();
    assert_eq!(at_once, 3, "eight wait for each at work");
    let crowd = join_all((0..40).map(|_| asked(process.get("/api/moment"))));
    let long = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        asked(process.get("/api/while")).await.0
    };
    assert_eq!(tokio::join!(crowd, long).1, StatusCode::OK);
    process.running.stop().await;
}

#[tokio::test]
async fn a_body_that_drips_and_a_view_that_is_waited_for_keep_nobody_out() {
    let process = Process::with(narrow).await;
    let mut dripping = Vec::new();
    for _ in 0..2 {
        dripping.push(drip(&process).await);
    }
    let others = async || {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let answers = join_all((0..2).map(|_| asked(process.get("/api/notes")))).await;
        assert!(answers.iter().all(|(status, took, _)| *status == StatusCode::OK && *took < Duration::from_secs(1)));
    };
    others().await;
    drop(dripping);
    let late = |position: u32| asked(process.get(&format!("/api/notes?at_least=v1.0:{position}")));
    let (first, second, ()) = tokio::join!(late(999_998), late(999_999), others());
    assert_eq!((first.0, second.0), (StatusCode::SERVICE_UNAVAILABLE, StatusCode::SERVICE_UNAVAILABLE));
    assert!(first.1 > Duration::from_secs(1), "it was let in, and waited");
    process.running.stop().await;
}

/// A write whose body does not come.
async fn drip(process: &Process) -> TcpStream {
    let mut caller = TcpStream::connect(process.running.address()).await.unwrap();
    let head = format!(
        "POST /api/notes/00000000-0000-0000-0000-000000000001 HTTP/1.1\r\nHost: here\r\nIdempotency-Key: key-0001\r\n\
         Authorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"lines\"",
        process.token
    );
    caller.write_all(head.as_bytes()).await.unwrap();
    caller
}

#[tokio::test]
async fn nothing_that_was_acknowledged_is_lost_and_nothing_refused_is_recorded() {
    let process = Process::with(narrow).await;
    let body: Value = json!({ "lines": [{ "text": "one of many" }] });
    let mut acknowledged: u64 = 0;
    for round in 0..5_u128 {
        let writes =
            (0..40).map(|note| asked(process.write(round * 100 + note, &format!("write-{round}-{note}"), &body)));
        let ended = join_all(writes).await;
        assert!(ended.iter().all(|(status, ..)| matches!(status.as_u16(), 201 | 503)));
        acknowledged += ended.iter().filter(|(status, ..)| *status == StatusCode::CREATED).count() as u64;
    }
    let position = process.running.app().head().to_string();
    let count: Value =
        process.get(&format!("/api/notes?at_least={position}")).send().await.unwrap().json().await.unwrap();
    assert_eq!(count["lines"], acknowledged);
    assert!(acknowledged >= 10, "{acknowledged}");
    process.running.stop().await;
}

//! The process itself: what it says of itself, and how it ends.

use std::time::Duration;

use host::{Config, Server, Service, StartError};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Process, header, notes, operator};

#[tokio::test]
async fn every_answer_carries_its_request_s_id_and_the_headers_of_the_house() {
    let process = Process::start().await;
    let id = "018f2b6e-0000-7000-8000-000000000000";
    for path in ["/api/notes", "/api/nothing", "/api/panic"] {
        let answer = process.get(path).header("X-Request-Id", id).send().await.unwrap();
        assert_eq!(header(&answer, "x-request-id"), id, "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-store", "{path}");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff", "{path}");
        assert!(header(&answer, "content-security-policy").starts_with("default-src 'none'"), "{path}");
    }
    let own = process.get("/api/notes").header("X-Request-Id", "not one").send().await.unwrap();
    assert!(uuid::Uuid::try_parse(&header(&own, "x-request-id")).is_ok());
    process.running.stop().await;
}

#[tokio::test]
async fn the_document_says_what_there_is() {
    let process = Process::start().await;
    let document: Value = process.get("/api/openapi.json").send().await.unwrap().json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["license"]["identifier"], "Apache-2.0");
    assert_eq!(document["tags"][0]["name"], "notes");
    let write = &document["paths"]["/api/notes/{note}"]["post"];
    assert_eq!(write["summary"], "Write a line");
    assert_eq!(write["operationId"], "notes_write");
    let parameters: Vec<_> = write["parameters"].as_array().unwrap().iter().map(|each| &each["name"]).collect();
    assert_eq!(parameters, ["note", "Idempotency-Key", "If-Match"]);
    let problem = &write["responses"]["default"]["content"]["application/problem+json"]["schema"];
    assert_eq!(problem["$ref"], "#/components/schemas/Problem");
    assert!(document["components"]["schemas"]["Place"].is_object());
    assert!(host::schema_clashes(&[notes::service(), notes::service()]).is_empty());
    assert!(document["components"]["schemas"]["RecordedBody"].is_object());
    assert!(document["components"]["schemas"]["Line"].is_object());
    assert_eq!(document["paths"]["/api/notes"]["get"]["parameters"][0]["name"], "at_least");
    let same = serde_json::to_value(host::openapi(&[notes::service()])).unwrap();
    assert_eq!(same, document);
    process.running.stop().await;
}

/// Two shapes of one name, in one service.
mod twins {
    pub mod one {
        use actix_web::get;

        /// Has a name.
        #[derive(serde::Serialize, utoipa::ToSchema)]
        pub struct Twin {
            name: String,
        }

        #[utoipa::path(responses((status = 200, body = Twin)))]
        #[get("/one")]
        pub async fn show() -> actix_web::web::Json<Twin> {
            actix_web::web::Json(Twin { name: "one".to_owned() })
        }
    }

    pub mod other {
        use actix_web::get;

        /// Has an age.
        #[derive(serde::Serialize, utoipa::ToSchema)]
        pub struct Twin {
            age: u8,
        }

        #[utoipa::path(responses((status = 200, body = Twin)))]
        #[get("/other")]
        pub async fn show() -> actix_web::web::Json<Twin> {
            actix_web::web::Json(Twin { age: 2 })
        }
    }
}

#[test]
fn two_shapes_of_one_name_are_found_in_one_service_and_in_two() {
    let one = || Service { routes: |config| _ = config.service(twins::one::show), ..notes::service() };
    let other = || Service { routes: |config| _ = config.service(twins::other::show), ..notes::service() };
    let both = Service {
        routes: |config| _ = config.service(twins::one::show).service(twins::other::show),
        ..notes::service()
    };
    assert_eq!(host::schema_clashes(&[both]), ["Twin"]);
    assert_eq!(host::schema_clashes(&[one(), other()]), ["Twin"]);
    assert_eq!(host::schema_clashes(&[one(), one()]), [""; 0]);
}

#[test]
fn services_may_share_a_path() {
    let reading = Service { routes: |config| _ = config.service(notes::count), name: "reading", ..notes::service() };
    let adding = Service { routes: |config| _ = config.service(notes::add), name: "adding", ..notes::service() };
    let document = serde_json::to_value(host::openapi(&[reading, adding])).unwrap();
    let path = &document["paths"]["/api/notes"];
    assert_eq!((&path["get"]["tags"][0], &path["post"]["tags"][0]), (&json!("reading"), &json!("adding")));
}

#[tokio::test]
async fn the_first_page_lists_the_operations() {
    let process = Process::start().await;
    let page = process.get("/").send().await.unwrap();
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    let page = page.text().await.unwrap();
    assert!(page.contains("<td>POST<td><code>/api/notes/{note}</code><td>Write a line"), "{page}");
    process.running.stop().await;
}

#[tokio::test]
async fn a_process_says_how_it_is() {
    let process = Process::start().await;
    process.running.app().views().catch_up().await.unwrap();
    let answer = process.get("/health/ready").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let health: Value = answer.json().await.unwrap();
    assert_eq!((&health["ready"], &health["store"]), (&json!(true), &json!(true)));
    let views: Vec<_> = health["views"].as_array().unwrap().iter().map(|view| view["view"].as_str().unwrap()).collect();
    assert_eq!(views, ["notes", "access"]);
    assert!(process.get("/api/notes").send().await.unwrap().status().is_success());
    let numbers = process.get("/metrics").send().await.unwrap().text().await.unwrap();
    let counted = r#"shuangshi_http_requests_total{method="GET",route="/api/notes",status="200"}"#;
    assert!(numbers.contains(counted), "{numbers}");
    assert!(numbers.contains(r#"shuangshi_view_lag_events{view="notes"} 0"#), "{numbers}");
    assert!(numbers.contains(r#"shuangshi_http_request_seconds_bucket{route="/api/notes",le="#), "{numbers}");
    process.running.stop().await;
}

#[tokio::test]
async fn a_process_that_is_stopped_keeps_what_it_acknowledged() {
    let data = tempfile::tempdir().unwrap();
    let config = config(&data);
    let (path, position) = writes_a_line_and_stops(&config).await;
    assert!(reqwest::get(&path).await.is_err());

    let second = Server::open(&config, vec![notes::service()]).await.unwrap().start().await.unwrap();
    let read = reqwest::get(format!("{}/api/notes?at_least={position}", second.url())).await.unwrap();
    assert_eq!(read.json::<Value>().await.unwrap()["lines"], 1);
    second.stop().await;
}

#[tokio::test]
async fn a_view_that_is_still_being_built_is_waited_for() {
    let data = tempfile::tempdir().unwrap();
    let config = config(&data);
    writes_a_line_and_stops(&config).await;

    let slowly = notes::service_built_anew(Duration::from_millis(500));
    let second = Server::open(&config, vec![slowly]).await.unwrap().start().await.unwrap();
    let read = reqwest::get(format!("{}/api/notes", second.url())).await.unwrap();
    assert_eq!(read.json::<Value>().await.unwrap()["lines"], 1);
    second.stop().await;
}

fn config(data: &TempDir) -> Config {
    Config { listen: "127.0.0.1:0".parse().unwrap(), ..Config::local(data.path()) }
}

/// A process that acknowledges one line and is stopped: where the note was, and its position.
async fn writes_a_line_and_stops(config: &Config) -> (String, String) {
    let process = Server::open(config, vec![notes::service()]).await.unwrap().start().await.unwrap();
    let path = format!("{}/api/notes/{}", process.url(), uuid::Uuid::from_u128(1));
    let write = reqwest::Client::new().post(&path).header("Idempotency-Key", "key-00000001");
    let write = write.bearer_auth(operator(&process).await).json(&json!({ "lines": [{ "text": "kept" }] }));
    let written = write.send().await.unwrap();
    assert_eq!(written.status(), StatusCode::CREATED);
    process.stop().await;
    (path, header(&written, "shuangshi-position"))
}

#[tokio::test]
async fn a_process_serves_no_strangers() {
    let mut config = Config::local("unused");
    config.listen = "0.0.0.0:0".parse().unwrap();
    let refused = Server::open(&config, Vec::new()).await.err();
    assert!(matches!(refused, Some(StartError::OpenToAll(_))));
}

#[tokio::test]
async fn head_is_answered_as_get_without_its_body() {
    let process = Process::start().await;
    let answer = process.request(reqwest::Method::HEAD, "/health/live").send().await.unwrap();
    assert_eq!((answer.status(), header(&answer, "content-length").as_str()), (StatusCode::OK, "5"));
    assert_eq!(answer.text().await.unwrap(), "");
    process.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_leaves_goes_on_answering_while_others_take_note() {
    let Process { running, client, _data, .. } = Process::with(|config| config.leave_seconds = 2).await;
    running.app().views().catch_up().await.unwrap();
    let url = running.url();
    let ask = |path: &str| client.get(format!("{url}{path}")).send();
    let before = ask("/api/notes").await.unwrap();
    assert_eq!(header(&before, "connection"), "", "control: a connection stays open");
    assert_eq!(ask("/health/ready").await.unwrap().status(), StatusCode::OK);
    let leaving = tokio::spawn(running.stop());
    while ask("/health/ready").await.unwrap().status() == StatusCode::OK {}
    let last = ask("/api/notes").await.unwrap();
    assert_eq!((last.status(), header(&last, "connection").as_str()), (StatusCode::OK, "close"));
    leaving.await.unwrap();
    assert!(ask("/api/notes").await.is_err());
}

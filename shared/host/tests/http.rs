//! The host over HTTP: a process of one small service, asked as its callers ask it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test takes for granted fails the test")]

#[path = "http/notes.rs"]
mod notes;
#[path = "http/overload.rs"]
mod overload;
#[path = "http/process.rs"]
mod process;
#[path = "http/refusals.rs"]
mod refusals;
#[path = "http/split.rs"]
mod split;
#[path = "http/writes.rs"]
mod writes;

use contracts::Problem;
use host::{Config, Running, Server};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tempfile::TempDir;

/// A running process, and the folder that it keeps its data in.
struct Process {
    running: Running,
    client: reqwest::Client,
    /// An operator's.
    token: String,
    _data: TempDir,
}

impl Process {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A process whose limits are short enough to be met in a test.
    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config::local(data.path());
        config.listen = "127.0.0.1:0".parse().unwrap();
        config.workers = Some(1);
        change(&mut config);
        let running = Server::open(&config, vec![notes::service()]).await.unwrap().start().await.unwrap();
        let token = operator(&running).await;
        Self { running, client: reqwest::Client::new(), token, _data: data }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.running.url())).bearer_auth(&self.token)
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// A write of a note, under this key.
    fn write(&self, note: u128, key: &str, body: &Value) -> RequestBuilder {
        let path = format!("/api/notes/{}", uuid::Uuid::from_u128(note));
        self.request(Method::POST, &path).header("Idempotency-Key", key).json(body)
    }
}

/// A token of an operator of this process.
async fn operator(process: &Running) -> String {
    testkit::Accounts::new(process.app().clone(), process.url(), 0).operator_token().await
}

/// The problem that a request is refused with, whatever the request.
async fn problem(request: RequestBuilder) -> Problem {
    let response = request.send().await.unwrap();
    assert_eq!(header(&response, "content-type"), "application/problem+json");
    let status = response.status();
    let problem: Problem = response.json().await.unwrap();
    assert_eq!(StatusCode::from_u16(problem.status).unwrap(), status);
    assert!(problem.instance.is_some());
    problem
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

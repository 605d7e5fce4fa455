//! A client of a process under test.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

/// How long the client keeps a connection that it does not use.
const IDLE: Duration = Duration::from_secs(10);

/// A client of a process under test.
pub struct Client {
    url: String,
    http: reqwest::Client,
    /// Begins the keys of its writes: two clients never use the same one.
    number: u64,
    writes: AtomicU64,
    /// The service token that it signs in by; none for a stranger.
    token: Option<String>,
    /// What it states to look at records for.
    purpose: Option<&'static str>,
}

/// An answer, taken apart.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type.
    pub media_type: String,
    /// Where what was made is; empty when nothing was.
    pub location: String,
    /// The body as it came.
    pub text: String,
    /// The same as JSON; null when it is none.
    pub body: Value,
}

impl Client {
    /// A client of the process at this address.
    pub fn new(url: impl Into<String>, number: u64) -> Self {
        // Where somebody is sent on to is part of the answer.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        // The server ends connections that are idle for 30 seconds: a client that gives them up before never sends on one
        // that is just being ended, which would look like a request that was dropped.
        let http = http.pool_idle_timeout(IDLE).build().unwrap();
        Self { url: url.into(), http, number, writes: AtomicU64::new(0), token: None, purpose: None }
    }

    /// The same, signed in by this service token.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The same, stating this purpose with every request.
    #[must_use]
    pub fn with_purpose(mut self, purpose: &'static str) -> Self {
        self.purpose = Some(purpose);
        self
    }

    /// A request, for what has no method here.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        match self.purpose {
            Some(purpose) => request.header("Purpose", purpose),
            None => request,
        }
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// Writes under a key.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
    }

    /// Writes under a fresh key.
    pub async fn write(&self, path: &str, body: &Value) -> Answer {
        self.post(path, &self.fresh_key(), body).await
    }

    /// Approves what somebody else has proposed by asking for the same.
    pub async fn approve(&self, proposal: &str, path: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, path).header("Idempotency-Key", self.fresh_key());
        Answer::of(request.header("Approves", proposal).json(body)).await
    }

    fn fresh_key(&self) -> String {
        format!("test-{}-{:08}", self.number, self.writes.fetch_add(1, Ordering::SeqCst))
    }
}

impl Answer {
    /// Sends a request and takes its answer apart.
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let (media_type, location) = (header(&response, "content-type"), header(&response, "location"));
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, media_type, location, text, body }
    }

    /// The same, which has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The event that a write recorded.
    #[track_caller]
    pub fn event(&self) -> String {
        self.body["events"][0].as_str().unwrap().to_owned()
    }

    /// The id of what a write made: the end of its location.
    #[track_caller]
    pub fn id(&self) -> String {
        assert!(!self.location.is_empty(), "{} {}", self.status, self.text);
        self.location.rsplit('/').next().unwrap().to_owned()
    }
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

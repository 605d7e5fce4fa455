//! What people do while processes come and go: they write facts and read what they wrote.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::Client;
use tokio::task::JoinHandle;

/// How many write at once, each about a person of their own.
pub const WRITERS: usize = 3;

/// How long one pauses between two requests: processes that start need the machine too.
const PAUSE: Duration = Duration::from_millis(10);

/// What became of it.
#[derive(Default)]
pub struct Outcome {
    pub requests: u64,
    /// Requests that were not answered as they should be.
    pub failed: Vec<String>,
    /// The events that were acknowledged.
    pub recorded: Vec<String>,
}

impl Outcome {
    /// Takes in another one.
    pub fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.failed.extend(other.failed);
        self.recorded.extend(other.recorded);
    }

    fn answered(&mut self, answer: Result<Value, String>) -> Option<Value> {
        self.requests += 1;
        answer.map_err(|why| self.failed.push(why)).ok()
    }
}

/// People at work, until they are told to stop.
pub struct Load {
    stop: Arc<AtomicBool>,
    people: Vec<JoinHandle<Outcome>>,
}

impl Load {
    /// Lets somebody ask for a path, again and again.
    pub fn asking(url: &str, token: &str, path: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let people = vec![tokio::spawn(ask(client(url, token, 900), path.to_owned(), Arc::clone(&stop)))];
        Self { stop, people }
    }

    /// The same, and lets somebody write about each of these people from the first day of a year on, and read what they
    /// wrote.
    pub fn begin(url: &str, token: &str, teachers: &[String], year: i32) -> Self {
        let Self { stop, mut people } = Self::asking(url, token, "/api/v1/rule-packs");
        for (number, teacher) in (1_u64..).zip(teachers) {
            let number = number + 10 * u64::from(year.unsigned_abs());
            let write = write(client(url, token, number), teacher.clone(), year, Arc::clone(&stop));
            people.push(tokio::spawn(write));
        }
        Self { stop, people }
    }

    /// Tells them to stop, and gives what became of all they did.
    pub async fn end(self) -> Outcome {
        self.stop.store(true, Ordering::SeqCst);
        let mut outcome = Outcome::default();
        for person in self.people {
            outcome.add(person.await.unwrap());
        }
        outcome
    }
}

/// A client with an operator's token.
pub fn client(url: &str, token: &str, number: u64) -> Client {
    Client::new(url, number).with_token(token).with_purpose("inspection")
}

async fn write(client: Client, teacher: String, year: i32, stop: Arc<AtomicBool>) -> Outcome {
    let mut outcome = Outcome::default();
    for day in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let on = format!("{:04}-{:02}-{:02}", year + day / 336, 1 + day / 28 % 12, 1 + day % 28);
        let body = json!({ "kind": "teacher_certificate", "obtained_on": on });
        let path = format!("/api/v1/teachers/{teacher}/credentials");
        let key = format!("load-{teacher}-{on}");
        let request = client.request(Method::POST, &path).header("Idempotency-Key", key).json(&body);
        let Some(receipt) = outcome.answered(answered(request).await) else { continue };
        outcome.recorded.push(receipt["events"][0].as_str().unwrap().to_owned());
        let position = receipt["position"].as_str().unwrap();
        let path = format!("/api/v1/teachers/{teacher}/status?as_of=2024-12-31&at_least={position}");
        outcome.answered(answered(client.request(Method::GET, &path)).await);
        tokio::time::sleep(PAUSE).await;
    }
    outcome
}

async fn ask(client: Client, path: String, stop: Arc<AtomicBool>) -> Outcome {
    let mut outcome = Outcome::default();
    while !stop.load(Ordering::SeqCst) {
        outcome.answered(answered(client.request(Method::GET, &path)).await);
        tokio::time::sleep(PAUSE).await;
    }
    outcome
}

/// The answer to a request; what went wrong otherwise.
async fn answered(request: reqwest::RequestBuilder) -> Result<Value, String> {
    let response = request.send().await.map_err(|error| format!("{error:?}"))?;
    let status = response.status();
    let text = response.text().await.map_err(|error| format!("{error:?}"))?;
    if !status.is_success() {
        return Err(format!("{status}: {text}"));
    }
    serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))
}

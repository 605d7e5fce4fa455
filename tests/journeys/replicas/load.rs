//! What people do while processes come and go: they write facts and read what they wrote.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use testkit::Client;
use tokio::task::JoinHandle;

/// How many write at once, each about a person of their own.
pub const WRITERS: usize = 3;

/// How long one pauses between two requests: processes that start need the machine too.
const PAUSE: Duration = Duration::from_millis(10);

/// How long somebody goes on asking for an answer that has not caught up yet.
const PATIENCE: Duration = Duration::from_secs(10);

/// What became of it.
#[derive(Default)]
pub struct Outcome {
    pub requests: u64,
    /// How often an answer had not caught up yet and was asked for again, as it says.
    behind: u64,
    /// Requests that were not answered as they should be.
    pub failed: Vec<String>,
    /// The events that were acknowledged.
    pub recorded: Vec<String>,
}

impl Outcome {
    /// Takes in another one.
    pub fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.behind += other.behind;
        self.failed.extend(other.failed);
        self.recorded.extend(other.recorded);
    }

    /// Sends a request and notes what becomes of it; gives the answer when all went well.
    async fn send(&mut self, request: RequestBuilder) -> Option<Value> {
        self.requests += 1;
        let begun = Instant::now();
        loop {
            let again = request.try_clone().expect("nothing streams here");
            match answer_to(again).await {
                Err(why) if why.contains("\"behind\"") && begun.elapsed() < PATIENCE => self.behind += 1,
                outcome => return outcome.map_err(|why| self.failed.push(why)).ok(),
            }
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (failed, facts) = (self.failed.len(), self.recorded.len());
        write!(f, "{} requests, {failed} failed, {} were behind, {facts} facts", self.requests, self.behind)
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
        let Some(receipt) = outcome.send(request).await else { continue };
        outcome.recorded.push(receipt["events"][0].as_str().unwrap().to_owned());
        let position = receipt["position"].as_str().unwrap();
        let path = format!("/api/v1/teachers/{teacher}/status?as_of=2024-12-31&at_least={position}");
        outcome.send(client.request(Method::GET, &path)).await;
        tokio::time::sleep(PAUSE).await;
    }
    outcome
}

async fn ask(client: Client, path: String, stop: Arc<AtomicBool>) -> Outcome {
    let mut outcome = Outcome::default();
    while !stop.load(Ordering::SeqCst) {
        outcome.send(client.request(Method::GET, &path)).await;
        tokio::time::sleep(PAUSE).await;
    }
    outcome
}

/// The answer to a request; what went wrong otherwise.
async fn answer_to(request: RequestBuilder) -> Result<Value, String> {
    let response = request.send().await.map_err(|error| format!("{error:?}"))?;
    let status = response.status();
    let text = response.text().await.map_err(|error| format!("{error:?}"))?;
    if !status.is_success() {
        return Err(format!("{status}: {text}"));
    }
    serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))
}

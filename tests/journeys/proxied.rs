//! What the proxy in front of the services does by itself.

use reqwest::{Client, Response};
use serde_json::{Value, json};
use testkit::{Place, Registry};

use super::{installed, program};

/// So many failures from one address, in a quarter of an hour, are answered.
const FAILURES: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_tries_passwords_is_stopped_by_their_address_and_nobody_else_is() {
    let registry = Registry::new(Place::postgres().await);
    let opened = program::json(&registry, &["account", "open", "clerk-7", "--json"]);
    let password = opened["password"].as_str().unwrap();
    let (running, _folder) = installed::installed(&registry, &["accounts"]).await;
    let url = format!("{}/api/v1/sign-in", running.url());
    let (trying, other) = (from("127.0.0.2"), from("127.0.0.3"));

    // However often somebody succeeds, it is no failure.
    for _ in 0..3 {
        assert_eq!(sign_in(&trying, &url, "clerk-7", password).await.status(), 200);
    }
    // Names that are no agent's: no account is locked by them, and the service does not count them.
    for guess in 0..FAILURES {
        // A path that only means the same is no way around.
        let url = if guess % 2 == 0 { url.clone() } else { url.replace("sign-in", "sign%2Din") };
        assert_eq!(sign_in(&trying, &url, &format!("no agent {guess}"), "wrong").await.status(), 401, "guess {guess}");
    }
    let stopped = sign_in(&trying, &url, "clerk-7", password).await;
    assert_eq!(stopped.status(), 429);
    assert_eq!(stopped.headers()["retry-after"], "900");
    assert_eq!(stopped.headers()["content-type"], "application/problem+json");
    let problem: Value = stopped.json().await.unwrap();
    assert_eq!(problem["code"], "too_many_requests");
    // What is no sign-in is answered, and so is everybody elsewhere.
    let session = trying.get(format!("{}/api/v1/session", running.url())).send().await.unwrap();
    assert_eq!(session.status(), 401);
    assert_eq!(sign_in(&other, &url, "clerk-7", password).await.status(), 200);
    tokio::task::spawn_blocking(move || drop(running)).await.unwrap();
}

/// Somebody whose requests come from this address of this machine.
fn from(address: &str) -> Client {
    Client::builder().local_address(Some(address.parse().unwrap())).build().unwrap()
}

async fn sign_in(somebody: &Client, url: &str, agent: &str, password: &str) -> Response {
    let body = json!({ "agent": agent, "password": password });
    somebody.post(url).header("Sec-Fetch-Site", "same-origin").json(&body).send().await.unwrap()
}

//! What a process writes to its own log while it is used and misused, at its most talkative: no name, no number, no
//! password, no token.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::{Value, json};
use testkit::{Client, Place, Registry};

use super::canary::Canary;
use super::{program, stage};

const NAME: &str = "魍魉庚辛";
const CERTIFICATE: &str = "20193201171000907";
const PASSWORD: &str = "not-to-be-found-in-a-log";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_at_its_most_talkative_names_nobody() {
    let registry = Registry::new(Place::sqlite());
    let open = program::json(&registry, &["account", "open", "ops", "--role", "operator", "--json"]);
    let first_password = open["password"].as_str().unwrap().to_owned();
    let token = program::json(&registry, &["account", "token", "ops", "--json"])["token"].as_str().unwrap().to_owned();
    let log = tempfile::NamedTempFile::new().unwrap();
    let (mut process, url) = serve(&registry, log.reopen().unwrap());
    use_and_misuse(&Client::new(&url, 1).with_token(&token).with_purpose("operations"), &first_password).await;

    process.kill().unwrap();
    process.wait().unwrap();
    let said = std::fs::read(log.path()).unwrap();
    let text = String::from_utf8_lossy(&said);
    assert!(
        text.contains("DEBUG") && text.matches("answered a request").count() >= 8,
        "the log says too little: {text}"
    );
    let number = stage::citizen_id(907);
    let secrets = [NAME, number.as_str(), CERTIFICATE, PASSWORD, first_password.as_str(), token.as_str()];
    for secret in secrets.map(Canary::of) {
        assert!(!secret.is_in(&said), "the log of the process has {}", secret.text);
    }
    println!("{} bytes of log searched for {} secrets in every form: 0 found", said.len(), secrets.len());
    // The search is not blind: what the log must have is found by the same means.
    assert!(Canary::of("answered a request").is_in(&said));
}

/// The program serving the registry, its log at debug, and where.
fn serve(registry: &Registry, log: File) -> (Child, String) {
    let mut command = program::command(registry, &["serve", "--no-demo", "--listen", "127.0.0.1:0"]);
    command.env("SHUANGSHI_LOG", "debug").stdout(Stdio::piped()).stderr(log);
    let mut process = command.spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let welcome = lines.map(Result::unwrap).find(|line| line.contains("http://")).unwrap();
    let url = welcome.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
    (process, url.trim_end_matches('/').to_owned())
}

/// Requests that hold secrets in their bodies, headers, paths and queries; answered, refused and malformed.
async fn use_and_misuse(client: &Client, first_password: &str) {
    let number = stage::citizen_id(907);
    let person = json!({ "on": "2024-01-01", "name": NAME, "citizen_id": number });
    let id = client.write("/api/v1/teachers", &person).await.expect(201).id();
    let certificate = json!({ "kind": "teacher_certificate", "obtained_on": "2019-06-01", "number": CERTIFICATE });
    client.write(&format!("/api/v1/teachers/{id}/credentials"), &certificate).await.expect(200);
    client.get(&format!("/api/v1/teachers/{id}/export")).await.expect(200);
    client.get("/api/v1/teachers").await.expect(200);
    let malformed: [Value; 3] = [
        json!({ "on": NAME, "name": NAME, "citizen_id": number }),
        json!({ "on": "2024-01-01", "name": [NAME], "citizen_id": number }),
        json!({ "on": "2024-01-01", "name": NAME, "citizen_id": format!("{number}{number}") }),
    ];
    for body in malformed {
        client.write("/api/v1/teachers", &body).await.expect(400);
    }
    client.get(&format!("/api/v1/teachers/{number}/status")).await.expect(400);
    client.get(&format!("/api/v1/teachers?area={number}")).await;
    client.get(&format!("/api/v1/nothing/{number}?token={CERTIFICATE}")).await.expect(404);
    client.write("/api/v1/verifications", &json!({ "citizen_id": number })).await;
    for password in [PASSWORD, first_password] {
        client.write("/api/v1/sign-in", &json!({ "agent": "ops", "password": password })).await;
    }
    client.write("/api/v1/session/password", &json!({ "old": first_password, "new": PASSWORD })).await;
}

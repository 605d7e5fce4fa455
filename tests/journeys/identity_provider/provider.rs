//! A certified OpenID Connect provider on this machine (tests/oidc), a registry that knows it, and what a forger makes of
//! its tokens.

use std::process::Stdio;

use kernel::Instant;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use testkit::{Answer, Client, Place, Registry, TestApp};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;

/// Names the folder with the provider.
const FOLDER: &str = "SHUANGSHI_TEST_OIDC";
const PUBLIC_KEYS: &str = "/jwks";

/// A provider of a test's own. It ends with the test: its input closes.
pub struct Provider {
    /// Its name for itself.
    pub issuer: String,
    /// Another tenant of it, which signs with the same keys.
    pub tenant: String,
    /// What its tokens for us name as their audience, and those for somebody else.
    pub ours: String,
    pub foreign: String,
    /// Its clients that sign in by themselves, one for each way of signing.
    pub machines: Vec<String>,
    /// When it began.
    pub began: Instant,
    secret: String,
    talk: Mutex<(ChildStdin, Lines<BufReader<ChildStdout>>)>,
    _process: Child,
}

impl Provider {
    /// Starts one. Fails, and never skips, when the environment does not say where it is.
    #[expect(clippy::disallowed_methods, reason = "where the provider was installed comes from outside")]
    pub async fn start() -> Self {
        let folder = std::env::var(FOLDER).expect(
            "SHUANGSHI_TEST_OIDC names no OpenID Connect provider: run the tests with `cargo xtask test`, which installs one",
        );
        let mut node = Command::new("node");
        node.arg("provider.mjs").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = node.spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = said.next_line().await.unwrap().expect("the provider ended: is its folder installed (`npm ci`)?");
        let status: Value = serde_json::from_str(&line).unwrap();
        let text = |name: &str| status[name].as_str().unwrap().to_owned();
        let machines = status["machines"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
        Self {
            issuer: text("issuer"),
            tenant: text("tenant"),
            ours: text("ours"),
            foreign: text("foreign"),
            machines: machines.collect(),
            began: Instant::parse(&text("now")).unwrap(),
            secret: text("secret"),
            talk: Mutex::new((process.stdin.take().unwrap(), said)),
            _process: process,
        }
    }

    /// A registry in this place that knows the provider, and whose clock is right.
    pub async fn registry(&self, place: Place) -> TestApp {
        self.registry_with(place, |_| ()).await
    }

    /// The same, set up in another way.
    pub async fn registry_with(&self, place: Place, change: impl FnOnce(&mut host::Config)) -> TestApp {
        place.clock.set(&self.began.to_string());
        let services = shuangshi::services();
        let registry = Registry::new(place);
        let app = registry.start_with(services, |config| {
            config.oidc.oidc_issuer = Some(self.issuer.clone());
            config.oidc.oidc_client_id = Some("portal".to_owned());
            config.oidc.oidc_audience = Some(self.ours.clone());
            change(config);
        });
        let app = app.await;
        let back = format!("{}/api/v1/sign-in/provider/callback", app.running().url());
        self.tell(json!({ "do": "redirects", "to": [back] })).await;
        app
    }

    /// Sets the clock of the registry to so many seconds after the provider began.
    pub fn later(&self, app: &TestApp, seconds: i64) {
        let then = Instant::from_micros(self.began.as_micros() + seconds * 1_000_000);
        app.registry.place().clock.set(&then.to_string());
    }

    /// The secret of its clients.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Tells it to do something.
    pub async fn tell(&self, command: Value) -> Value {
        let mut talk = self.talk.lock().await;
        talk.0.write_all(format!("{command}\n").as_bytes()).await.unwrap();
        let line = talk.1.next_line().await.unwrap().expect("the provider ended");
        serde_json::from_str(&line).unwrap()
    }

    /// How often it was asked for its keys.
    pub async fn keys_asked(&self) -> u64 {
        self.tell(json!({ "do": "status" })).await["asked"][PUBLIC_KEYS].as_u64().unwrap_or(0)
    }

    /// An access token of a client that signs in by itself.
    pub async fn token(&self, machine: &str, audience: &str) -> String {
        self.token_of(&self.issuer, machine, Some(audience)).await
    }

    /// The same of another tenant, or for no audience.
    pub async fn token_of(&self, issuer: &str, machine: &str, audience: Option<&str>) -> String {
        let mut form = vec![("grant_type", "client_credentials")];
        form.extend(audience.map(|audience| ("resource", audience)));
        let request = reqwest::Client::new().post(format!("{issuer}/token"));
        let request = request.basic_auth(machine, Some(encoded(&[("", &self.secret)]).trim_start_matches('=')));
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(encoded(&form));
        Answer::of(request).await.expect(200).body["access_token"].as_str().unwrap().to_owned()
    }

    /// What a forger makes of a token: another header and other claims, with a signature `by` nothing, as before, or
    /// by what everybody knows of the key.
    pub async fn forged(&self, token: &str, header: Value, claims: Value, by: &str) -> String {
        let forged = json!({ "do": "forge", "token": token, "header": header, "claims": claims, "by": by });
        self.tell(forged).await["token"].as_str().unwrap().to_owned()
    }

    /// A number that a token claims.
    pub async fn claim(&self, token: &str, name: &str) -> i64 {
        self.tell(json!({ "do": "read", "token": token })).await["claims"][name].as_i64().unwrap()
    }
}

/// A form, as it is sent.
pub fn encoded(form: &[(&str, &str)]) -> String {
    let url = reqwest::Url::parse_with_params("http://form.example.test", form).unwrap();
    url.query().unwrap_or_default().to_owned()
}

/// Says which account somebody at a provider is.
pub async fn link(app: &TestApp, issuer: &str, subject: &str, agent: &str) {
    let path = format!("/api/v1/accounts/{}/links", crate::journeys::browser::account(agent));
    let body = json!({ "on": "2024-01-01", "issuer": issuer, "subject": subject });
    app.write_seconded(&path, &body).await.expect(200);
}

/// A client that calls with this token.
pub fn calling(app: &TestApp, token: &str) -> Client {
    app.stranger().with_token(token)
}

/// What is answered to a call with this token.
pub async fn called(app: &TestApp, token: &str) -> Answer {
    calling(app, token).get("/api/v1/session").await
}

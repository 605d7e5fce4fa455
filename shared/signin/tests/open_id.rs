//! OpenID Connect against a provider on this machine: what is taken, and all that is refused.
#![expect(clippy::unwrap_used, reason = "a test's way to fail is to panic")]

#[path = "open_id/bearer.rs"]
mod bearer;
#[path = "open_id/flow.rs"]
mod flow;
#[path = "open_id/provider.rs"]
mod provider;
#[path = "open_id/tls.rs"]
mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use eventlog::LogConfig;
use kernel::{Chance, Clock, Instant};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};
use signin::{OidcError, OpenIdConnect, ProviderSettings, SignIn, TokenFault};
use tempfile::TempDir;

use provider::{Key, Provider};

const AUDIENCE: &str = "https://registry.example.test";
const CLIENT: &str = "portal";

/// A provider, we who know it, and a clock that the test moves.
struct Portal {
    provider: Provider,
    key: Key,
    settings: ProviderSettings,
    open_id: OpenIdConnect,
    sign_in: SignIn,
    now: Arc<AtomicI64>,
    folder: TempDir,
}

impl Portal {
    async fn open() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut ProviderSettings)) -> Self {
        let key = Key::p256("first");
        let provider = Provider::start(&[&key]).await;
        Self::at(provider, key, change).await
    }

    /// The same at this provider, which publishes this key.
    async fn at(provider: Provider, key: Key, change: impl FnOnce(&mut ProviderSettings)) -> Self {
        let now = Arc::new(AtomicI64::new(Instant::parse("2026-11-22T08:00:00Z").unwrap().as_micros()));
        let hand = Arc::clone(&now);
        let clock = Clock::new(move || Instant::from_micros(hand.load(Ordering::SeqCst)));
        let folder = tempfile::tempdir().unwrap();
        let chance = Chance::new(|bytes| SystemRandom::new().fill(bytes).unwrap());
        let sign_in = SignIn::open(&LogConfig::sqlite(folder.path()), clock, chance).await.unwrap();
        let mut settings = ProviderSettings {
            issuer: provider.issuer.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: None,
            audience: AUDIENCE.to_owned(),
            redirect_url: "https://registry.example.test/sign-in/back".to_owned(),
            accept_plain_jwt: false,
            extra_roots: None,
        };
        change(&mut settings);
        let open_id = OpenIdConnect::new(settings.clone(), &sign_in).unwrap();
        Self { provider, key, settings, open_id, sign_in, now, folder }
    }

    fn seconds(&self) -> i64 {
        self.now.load(Ordering::SeqCst) / 1_000_000
    }

    fn wait(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// The claims of a good access token.
    fn claims(&self) -> Value {
        let now = self.seconds();
        json!({ "iss": self.provider.issuer, "sub": "s-1", "aud": AUDIENCE, "iat": now, "nbf": now, "exp": now + 300 })
    }

    /// Why a token with these claims and head is refused; none when it is taken.
    async fn fault(&self, head: &Value, claims: &Value) -> Option<TokenFault> {
        self.fault_of(&self.key.signs(head, claims)).await
    }

    async fn fault_of(&self, jwt: &str) -> Option<TokenFault> {
        match self.open_id.bearer(jwt).await {
            Ok(_) => None,
            Err(OidcError::Token(fault)) => Some(fault),
            Err(other) => unreachable!("{other:?}"),
        }
    }
}

/// The same object with one member changed; `null` takes it away.
fn but(object: &Value, member: &str, value: impl Into<Value>) -> Value {
    let (mut changed, value) = (object.clone(), value.into());
    let members = changed.as_object_mut().unwrap();
    members.remove(member);
    if !value.is_null() {
        members.insert(member.to_owned(), value);
    }
    changed
}

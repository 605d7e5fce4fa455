//! A provider for tests: a third party, so a double of it is fair. It serves its discovery document, its keys and its
//! token endpoint on this machine, and signs what the test wants signed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A provider on this machine.
pub struct Provider {
    pub issuer: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    answers: HashMap<String, (u16, String)>,
    asked: HashMap<String, usize>,
    last_form: String,
    last_authorization: Option<String>,
}

impl Provider {
    pub async fn start(keys: &[&Key]) -> Self {
        Self::listen(keys, "http", None).await
    }

    /// The same behind TLS.
    pub async fn start_protected(keys: &[&Key], tls: TlsAcceptor) -> Self {
        Self::listen(keys, "https", Some(tls)).await
    }

    async fn listen(keys: &[&Key], scheme: &str, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("{scheme}://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let provider = Self { issuer, state: Arc::clone(&state) };
        provider.answers("/.well-known/openid-configuration", 200, &provider.document());
        provider.publishes(&keys.iter().map(|key| key.jwk()).collect::<Vec<_>>());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (state, tls) = (Arc::clone(&state), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, state).await,
                        // A client that does not trust us goes away.
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, state).await;
                            }
                        }
                    }
                });
            }
        });
        provider
    }

    pub fn document(&self) -> Value {
        let issuer = &self.issuer;
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize?tenant=1"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
        })
    }

    pub fn answers(&self, path: &str, status: u16, body: &Value) {
        self.state.lock().unwrap().answers.insert(path.to_owned(), (status, body.to_string()));
    }

    pub fn publishes(&self, keys: &[Value]) {
        self.answers("/keys", 200, &json!({ "keys": keys }));
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.state.lock().unwrap().asked.get(path).copied().unwrap_or(0)
    }

    /// What the token endpoint was sent last: the form, and in whose name.
    pub fn redeemed(&self) -> (HashMap<String, String>, Option<String>) {
        let state = self.state.lock().unwrap();
        let form = form_urlencoded::parse(state.last_form.as_bytes()).into_owned().collect();
        (form, state.last_authorization.clone())
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, state: Arc<Mutex<State>>) {
    let mut bytes = Vec::new();
    let (head, length) = loop {
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            break (head.to_owned(), header(head, "content-length").map_or(0, |length| length.parse().unwrap()));
        }
    };
    while bytes.len() < head.len() + 4 + length {
        stream.read_buf(&mut bytes).await.unwrap();
    }
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let (status, body) = {
        let mut state = state.lock().unwrap();
        *state.asked.entry(path.clone()).or_default() += 1;
        if head.starts_with("POST") {
            state.last_form = String::from_utf8(bytes[head.len() + 4..].to_vec()).unwrap();
            state.last_authorization = header(&head, "authorization").map(str::to_owned);
        }
        state.answers.get(&path).cloned().unwrap_or((404, "{}".to_owned()))
    };
    let head = format!(
        "HTTP/1.1 {status} x\r\nlocation: /keys\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// A key of a provider, or of a forger.
pub struct Key {
    pub kid: &'static str,
    pair: Pair,
}

enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Key {
    pub fn p256(kid: &'static str) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self { kid, pair: Pair::P256(pair) }
    }

    pub fn ed25519(kid: &'static str) -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self { kid, pair: Pair::Ed25519(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap()) }
    }

    pub fn public(&self) -> &[u8] {
        match &self.pair {
            Pair::P256(pair) => pair.public_key().as_ref(),
            Pair::Ed25519(pair) => pair.public_key().as_ref(),
        }
    }

    pub fn jwk(&self) -> Value {
        let public = self.public();
        match &self.pair {
            Pair::P256(_) => json!({
                "kty": "EC", "crv": "P-256", "kid": self.kid, "use": "sig", "alg": "ES256",
                "x": encoded(&public[1..33]), "y": encoded(&public[33..]),
            }),
            Pair::Ed25519(_) => json!({ "kty": "OKP", "crv": "Ed25519", "kid": self.kid, "x": encoded(public) }),
        }
    }

    fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::P256(_) => "ES256",
            Pair::Ed25519(_) => "EdDSA",
        }
    }

    /// The head of an access token signed with this key.
    pub fn head(&self) -> Value {
        json!({ "alg": self.algorithm(), "typ": "at+jwt", "kid": self.kid })
    }

    /// Signs, whatever the head says of how.
    pub fn signs(&self, head: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", encoded(head.to_string().as_bytes()), encoded(claims.to_string().as_bytes()));
        let signature = match &self.pair {
            Pair::P256(pair) => encoded(pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap().as_ref()),
            Pair::Ed25519(pair) => encoded(pair.sign(message.as_bytes()).as_ref()),
        };
        format!("{message}.{signature}")
    }
}

pub fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

//! Signing in at a provider with a browser: the code flow with PKCE (OpenID Connect Core, 3.1; RFC 7636).
//!
//! Everything that ties the way there to the way back follows from one random value in the browser's cookie: state,
//! nonce and PKCE verifier. The store knows it by its hash only, and forgets it when it comes back.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use eventlog::args;
use form_urlencoded::{Serializer, byte_serialize};
use kernel::Instant;
use serde::Deserialize;

use super::claims::Kind;
use super::settings::ProviderSettings;
use super::{OidcError, OpenIdConnect};
use crate::secret;
use crate::store::later;

/// So long somebody may take at the provider.
const FLOW: Duration = Duration::from_secs(10 * 60);
/// A longer way back is not kept.
const MAX_RETURN_TO: usize = 2_000;

/// A sign-in that has begun.
pub struct Begun {
    /// Where the browser is sent.
    pub url: String,
    /// What goes into an `HttpOnly`, `Secure`, `SameSite=Lax` cookie: 43 characters.
    pub flow_cookie_value: String,
    /// When it ends.
    pub expires_at: Instant,
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Begun").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// A sign-in that has come to a good end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The provider.
    pub issuer: String,
    /// Who it is there.
    pub subject: String,
    /// Where the browser wanted to go: a path of ours.
    pub return_to: String,
}

/// What the token endpoint answers, as far as it is used.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

impl OpenIdConnect {
    /// Begins a sign-in, after which the browser goes on to `return_to` when that is a path of ours, else to `/`.
    ///
    /// # Errors
    /// When the provider is not known and cannot be asked, or the store fails.
    pub async fn begin(&self, return_to: &str) -> Result<Begun, OidcError> {
        self.sign_in.sweep().await;
        let known = self.provider.known(None, self.clock()).await?;
        let cookie = secret::random(&self.sign_in.chance);
        let expires_at = later(self.clock().now(), FLOW);
        let flow = args![secret::digest(&cookie), local(return_to), expires_at];
        self.sign_in.store.execute(include_str!("../sql/begin_flow.sql"), flow).await?;
        let settings = &self.provider.settings;
        let query = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &settings.client_id)
            .append_pair("redirect_uri", &settings.redirect_url)
            .append_pair("scope", "openid")
            .append_pair("state", &state(&cookie))
            .append_pair("nonce", &nonce(&cookie))
            .append_pair("code_challenge", &secret::challenge(&verifier(&cookie)))
            .append_pair("code_challenge_method", "S256")
            .finish();
        let mark = if known.authorization.query().is_some() { '&' } else { '?' };
        Ok(Begun { url: format!("{}{mark}{query}", known.authorization), flow_cookie_value: cookie, expires_at })
    }

    /// Finishes a sign-in with what the provider sent back by way of the browser. A sign-in is finished once: whatever
    /// comes of it, the same cookie does not serve again.
    ///
    /// # Errors
    /// When it was not begun in this browser or is over, or the provider refuses the code, or its token is not good.
    pub async fn finish(&self, flow_cookie: &str, returned_state: &str, code: &str) -> Result<Finished, OidcError> {
        // Refused before the flow is taken: a stranger's link must not end the sign-in that the browser is about.
        if !secret::same(&state(flow_cookie), returned_state) {
            return Err(OidcError::NoFlow);
        }
        let return_to = self.take_flow(flow_cookie).await?;
        let id_token = self.redeem(flow_cookie, code).await?;
        let nonce = nonce(flow_cookie);
        let kind = Kind::Id { client_id: &self.provider.settings.client_id, nonce: &nonce };
        let who = self.provider.subject(&id_token, &kind, self.clock()).await?;
        Ok(Finished { issuer: who.issuer, subject: who.subject, return_to })
    }

    async fn take_flow(&self, flow_cookie: &str) -> Result<String, OidcError> {
        let digest = secret::digest(flow_cookie);
        let taken = self.sign_in.store.transaction(move |tx| {
            Box::pin(async move { tx.fetch_optional(include_str!("../sql/take_flow.sql"), args![digest]).await })
        });
        let row = taken.await?.ok_or(OidcError::NoFlow)?;
        if self.clock().now().as_micros() >= row.int(1)? {
            return Err(OidcError::NoFlow);
        }
        Ok(row.text(0)?.to_owned())
    }

    /// Gives the provider the code for a token.
    async fn redeem(&self, flow_cookie: &str, code: &str) -> Result<String, OidcError> {
        let known = self.provider.known(None, self.clock()).await?;
        let settings = &self.provider.settings;
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &settings.redirect_url)
            .append_pair("code_verifier", &verifier(flow_cookie));
        if settings.client_secret.is_none() {
            form.append_pair("client_id", &settings.client_id);
        }
        let answer = self.provider.http.post(known.token.clone(), form.finish(), authorization(settings)).await?;
        if answer.status.is_client_error() {
            return Err(OidcError::CodeRefused);
        }
        if !answer.status.is_success() {
            return Err(OidcError::Unreachable("it answers with an error of its own"));
        }
        let tokens: Tokens =
            serde_json::from_slice(&answer.body).map_err(|_| OidcError::Discovery("its answer has no ID token"))?;
        Ok(tokens.id_token)
    }
}

fn state(cookie: &str) -> String {
    secret::derived("state", cookie)
}

fn nonce(cookie: &str) -> String {
    secret::derived("nonce", cookie)
}

fn verifier(cookie: &str) -> String {
    secret::derived("verifier", cookie)
}

/// `client_secret_basic` (RFC 6749, 2.3.1): both parts are encoded as in a form before they are joined.
fn authorization(settings: &ProviderSettings) -> Option<String> {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let secret = settings.client_secret.as_deref()?;
    Some(format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(&settings.client_id), encoded(secret)))))
}

/// The path, when it is one of ours, else `/`, as it can stand in a header. A browser takes `//` and `/\` for the
/// beginning of another host, and leaves out tabs and line ends before it looks.
fn local(path: &str) -> String {
    let bytes = path.as_bytes();
    let ours = bytes.first() == Some(&b'/') && !matches!(bytes.get(1), Some(b'/' | b'\\'));
    let plain = !path.chars().any(char::is_control) && path.len() <= MAX_RETURN_TO;
    if !(ours && plain) {
        return "/".to_owned();
    }
    // What an address may say beyond ASCII it says in percent signs (RFC 3986, 2.5).
    path.bytes().fold(String::with_capacity(path.len()), |mut text, byte| {
        if byte.is_ascii_graphic() {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_gone_back_to() {
        for ours in ["/", "/teachers?name=x#top", "/a//b", "/a\\b"] {
            assert_eq!(local(ours), ours);
        }
        assert_eq!(local("/teachers?name=王&at=a b"), "/teachers?name=%E7%8E%8B&at=a%20b");
        for other in [
            "",
            "teachers",
            "//evil.example.test",
            "/\\evil.example.test",
            "https://evil.example.test",
            "/\t/evil.example.test",
            "\\\\evil",
            " /x",
        ] {
            assert_eq!(local(other), "/", "{other}");
        }
    }
}

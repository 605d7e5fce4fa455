//! What a provider says of itself, and its keys: fetched when needed, kept for an hour, and not asked for too often.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hyper::{StatusCode, Uri};
use kernel::{Clock, Instant};
use serde::Deserialize;

use super::claims::{self, Kind, Subject, TokenFault};
use super::http::Http;
use super::keys::Keys;
use super::settings::{ProviderSettings, address};
use crate::OidcError;
use crate::store::later;

/// What a provider said is believed for so long.
const BELIEVED: Duration = Duration::from_secs(60 * 60);
/// So long it is not asked again, whatever keys tokens name: who forges tokens must not make us hammer it.
const PAUSE: Duration = Duration::from_secs(30);
/// So long it is not asked again when it did not answer.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// A provider.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) settings: ProviderSettings,
    pub(super) http: Http,
    known: RwLock<Option<Arc<Known>>>,
    /// Held by the one who asks; when the provider may be asked again.
    asking: tokio::sync::Mutex<Option<Instant>>,
}

/// What a provider said of itself.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) authorization: Uri,
    pub(super) token: Uri,
    keys: Keys,
    said_at: Instant,
}

/// The discovery document, as far as it is used (OpenID Connect Discovery, 3).
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

impl Provider {
    pub(super) fn new(settings: ProviderSettings) -> Result<Self, OidcError> {
        let http = Http::new(settings.extra_roots.as_deref())?;
        Ok(Self { settings, http, known: RwLock::default(), asking: tokio::sync::Mutex::default() })
    }

    /// Whose token this is.
    pub(super) async fn subject(
        self: &Arc<Self>,
        jwt: &str,
        kind: &Kind<'_>,
        clock: &Clock,
    ) -> Result<Subject, OidcError> {
        let (algorithm, kid) = claims::header(jwt, kind)?;
        let known = self.known(Some(&kid), clock).await?;
        let key = known.keys.find(&kid, algorithm).ok_or(TokenFault::UnknownKey)?;
        Ok(claims::subject(jwt, (algorithm, &key), kind, &self.settings.issuer, clock.now())?)
    }

    /// What the provider says of itself. It is asked again when that is too old, or lacks the key `kid`, unless it has
    /// just been asked.
    pub(super) async fn known(self: &Arc<Self>, kid: Option<&str>, clock: &Clock) -> Result<Arc<Known>, OidcError> {
        if let Some(known) = self.fresh(clock).filter(|known| known.has(kid)) {
            return Ok(known);
        }
        // In a task of its own: whoever asks for the first time in a while and goes away would take the turn of everybody, and
        // could do so for ever.
        let (provider, kid, clock) = (Arc::clone(self), kid.map(str::to_owned), clock.clone());
        let asked = tokio::spawn(async move { provider.in_turn(kid.as_deref(), &clock).await });
        asked.await.unwrap_or(Err(OidcError::Unreachable("it was not asked to the end")))
    }

    /// Asks, unless another has just done so.
    async fn in_turn(&self, kid: Option<&str>, clock: &Clock) -> Result<Arc<Known>, OidcError> {
        let mut again_at = self.asking.lock().await;
        // Another caller may have asked while this one waited for its turn.
        let fresh = self.fresh(clock);
        if fresh.as_ref().is_some_and(|known| known.has(kid)) || again_at.is_some_and(|again_at| clock.now() < again_at)
        {
            return fresh.ok_or(OidcError::Unreachable("it did not answer a moment ago"));
        }
        match self.ask(clock).await {
            Ok(known) => {
                *again_at = Some(later(clock.now(), PAUSE));
                let known = Arc::new(known);
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
                Ok(known)
            }
            Err(error) => {
                *again_at = Some(later(clock.now(), PAUSE_AFTER_FAILURE));
                fresh.ok_or(error)
            }
        }
    }

    fn fresh(&self, clock: &Clock) -> Option<Arc<Known>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        known.filter(|known| clock.now() < later(known.said_at, BELIEVED))
    }

    async fn ask(&self, clock: &Clock) -> Result<Known, OidcError> {
        let said_at = clock.now();
        let place = format!("{}/.well-known/openid-configuration", self.settings.issuer.trim_end_matches('/'));
        let body = self.fetch(address(&place)).await?;
        let document: Document =
            serde_json::from_slice(&body).map_err(|_| OidcError::Discovery("the document lacks what it must have"))?;
        if document.issuer != self.settings.issuer {
            return Err(OidcError::Discovery("it calls itself by another name than the settings do"));
        }
        let insecure = OidcError::Discovery("an address is none with https");
        let (Some(authorization), Some(token)) =
            (address(&document.authorization_endpoint), address(&document.token_endpoint))
        else {
            return Err(insecure);
        };
        let keys = Keys::parse(&self.fetch(address(&document.jwks_uri)).await?);
        let keys = keys.ok_or(OidcError::Discovery("its keys cannot be read"))?;
        Ok(Known { authorization, token, keys, said_at })
    }

    async fn fetch(&self, from: Option<Uri>) -> Result<hyper::body::Bytes, OidcError> {
        let from = from.ok_or(OidcError::Discovery("an address is none with https"))?;
        let answer = self.http.get(from).await?;
        if answer.status == StatusCode::OK {
            Ok(answer.body)
        } else {
            Err(OidcError::Unreachable("it answers with another status than 200"))
        }
    }
}

impl Known {
    fn has(&self, kid: Option<&str>) -> bool {
        kid.is_none_or(|kid| self.keys.has(kid))
    }
}

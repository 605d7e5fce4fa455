//! What a token claims, and whether it is for us, now.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use kernel::Instant;
use serde::Deserialize;

use super::signature::ALLOWED;
use crate::secret;

/// Clocks may differ by so much; also a token that has just been issued may seem to come from the future.
const SKEW: Duration = Duration::from_secs(60);
/// A longer token is none.
const MAX_BYTES: usize = 16 * 1024;

/// Somebody at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    /// The provider.
    pub issuer: String,
    /// Who it is there.
    pub subject: String,
}

/// Why a token is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// It is no signed token, or has an extension that must be understood.
    #[error("this is no signed token")]
    Malformed,
    /// It is signed in a way that is not accepted, or not at all.
    #[error("the token is signed in a way that is not accepted")]
    Algorithm,
    /// It is a token of another kind.
    #[error("the token is of another kind")]
    WrongType,
    /// It does not name its key.
    #[error("the token does not name its key")]
    NoKeyId,
    /// The provider has no such key for this.
    #[error("the provider has no such key")]
    UnknownKey,
    /// The signature is false.
    #[error("the signature is false")]
    Signature,
    /// It is from somebody else.
    #[error("the token is from another issuer")]
    Issuer,
    /// It is for somebody else.
    #[error("the token is for another audience")]
    Audience,
    /// It has several audiences and was issued to another one.
    #[error("the token was issued to another party")]
    AuthorizedParty,
    /// It has ended, or has no end.
    #[error("the token has expired")]
    Expired,
    /// It is not valid yet, or comes from the future.
    #[error("the token is not valid yet")]
    NotYet,
    /// It answers another sign-in.
    #[error("the token answers another sign-in")]
    Nonce,
    /// It does not say whose it is.
    #[error("the token does not say whose it is")]
    NoSubject,
}

/// For what a token is shown.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'a> {
    /// To call our API.
    Access { audience: &'a str, plain: bool },
    /// To prove who has just signed in.
    Id { client_id: &'a str, nonce: &'a str },
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    azp: Option<String>,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    nonce: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

/// Reads what the token says of itself and refuses what need not be verified to be refused; answers how it is signed
/// and the name of its key.
pub(super) fn header(jwt: &str, kind: &Kind<'_>) -> Result<(Algorithm, String), TokenFault> {
    if jwt.len() > MAX_BYTES {
        return Err(TokenFault::Malformed);
    }
    let header = jsonwebtoken::decode_header(jwt).map_err(|_| TokenFault::Malformed)?;
    if !ALLOWED.contains(&header.alg) {
        return Err(TokenFault::Algorithm);
    }
    if header.crit.is_some() {
        return Err(TokenFault::Malformed);
    }
    if !is_of_kind(&header, kind) {
        return Err(TokenFault::WrongType);
    }
    Ok((header.alg, header.kid.ok_or(TokenFault::NoKeyId)?))
}

/// RFC 9068, 4: an ID token must not pass for an access token, nor the other way round.
fn is_of_kind(header: &Header, kind: &Kind<'_>) -> bool {
    let typ = header.typ.as_deref().map(str::to_ascii_lowercase);
    let plain = matches!(typ.as_deref(), None | Some("jwt" | "application/jwt"));
    match kind {
        Kind::Access { plain: accepted, .. } => {
            matches!(typ.as_deref(), Some("at+jwt" | "application/at+jwt")) || (*accepted && plain)
        }
        Kind::Id { .. } => plain,
    }
}

/// Verifies the signature, then the claims.
pub(super) fn subject(
    jwt: &str,
    (algorithm, key): (Algorithm, &DecodingKey),
    kind: &Kind<'_>,
    issuer: &str,
    now: Instant,
) -> Result<Subject, TokenFault> {
    let claims = verified(jwt, algorithm, key)?;
    if claims.iss.as_deref() != Some(issuer) {
        return Err(TokenFault::Issuer);
    }
    check_time(&claims, now)?;
    match kind {
        Kind::Access { audience, .. } => check_audience(&claims, audience)?,
        Kind::Id { client_id, nonce } => {
            check_audience(&claims, client_id)?;
            check_party(&claims, client_id)?;
            if !claims.nonce.as_deref().is_some_and(|claimed| secret::same(claimed, nonce)) {
                return Err(TokenFault::Nonce);
            }
        }
    }
    let subject = claims.sub.filter(|subject| !subject.is_empty()).ok_or(TokenFault::NoSubject)?;
    Ok(Subject { issuer: issuer.to_owned(), subject })
}

/// The library verifies the signature only: the clock it would compare with is not ours.
fn verified(jwt: &str, algorithm: Algorithm, key: &DecodingKey) -> Result<Claims, TokenFault> {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let decoded = jsonwebtoken::decode(jwt, key, &validation).map_err(|fault| match fault.kind() {
        jsonwebtoken::errors::ErrorKind::Json(_) => TokenFault::Malformed,
        _ => TokenFault::Signature,
    })?;
    Ok(decoded.claims)
}

fn check_time(claims: &Claims, now: Instant) -> Result<(), TokenFault> {
    let now = now.as_micros() as f64 / 1e6;
    let not_before = now + SKEW.as_secs_f64();
    if !claims.exp.is_some_and(|end| now < end) {
        return Err(TokenFault::Expired);
    }
    if [claims.nbf, claims.iat].into_iter().flatten().any(|begin| begin > not_before) {
        return Err(TokenFault::NotYet);
    }
    Ok(())
}

fn check_audience(claims: &Claims, us: &str) -> Result<(), TokenFault> {
    let named = claims.aud.as_ref().is_some_and(|audience| audience.names().iter().any(|name| name == us));
    if named { Ok(()) } else { Err(TokenFault::Audience) }
}

/// OpenID Connect Core, 3.1.3.7: with several audiences it must say to whom it was issued; whenever it does, to us.
fn check_party(claims: &Claims, us: &str) -> Result<(), TokenFault> {
    let several = claims.aud.as_ref().is_some_and(|audience| audience.names().len() > 1);
    match claims.azp.as_deref() {
        Some(party) if party == us => Ok(()),
        None if !several => Ok(()),
        _ => Err(TokenFault::AuthorizedParty),
    }
}

//! Who is calling: by a service token, an access token of the identity provider, or the cookie of a session.
//!
//! Nothing else says who somebody is: headers that a proxy might set are not read.

use std::sync::Arc;

use access::{Principal, TokenScope};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName};
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest};
use contracts::{Code, Problem};
use kernel::AccountId;
use signin::OidcError;

use crate::app::App;
use crate::failure::Failure;
use crate::session;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// How service tokens begin; what begins otherwise is the identity provider's.
const SERVICE_TOKEN: &str = "shs_";

/// What a caller came with.
enum Proof {
    Session(AccountId),
    Token(AccountId, Vec<TokenScope>),
}

/// Who is calling. Asked once a request, however many want to know.
///
/// # Errors
/// When nobody has signed in, what they came with is good for nothing any more, or another site makes them ask.
pub(crate) async fn principal(request: &HttpRequest) -> Result<Arc<Principal>, Failure> {
    if let Some(known) = request.extensions().get::<Arc<Principal>>() {
        return Ok(Arc::clone(known));
    }
    let app = app(request)?;
    let proof = match bearer(request)? {
        Some(token) if token.starts_with(SERVICE_TOKEN) => by_service_token(&app, token).await?,
        Some(token) => by_access_token(&app, token).await?,
        None => by_session(&app, request).await?,
    };
    let (account, token) = match proof {
        Proof::Session(account) => (account, None),
        Proof::Token(account, scopes) => (account, Some(scopes)),
    };
    let mut found = app.rights().await.principal(account, app.today()).await?;
    if found.is_none() {
        // What they came with is good, so the account may have been opened this moment.
        app.rights_caught_up().await?;
        found = app.access().principal(account, app.today()).await?;
    }
    let principal = Arc::new(Principal { token, ..found.ok_or_else(not_signed_in)? });
    request.extensions_mut().insert(Arc::clone(&principal));
    Ok(principal)
}

/// The state of the process that answers.
pub(crate) fn app(request: &HttpRequest) -> Result<Data<App>, Failure> {
    let app = request.app_data::<Data<App>>().cloned();
    app.ok_or_else(|| Failure::internal("the application state is missing"))
}

/// Nobody has signed in, or not any more: which of the two is nobody's business.
pub(crate) fn not_signed_in() -> Failure {
    Failure::of(Code::NotSignedIn)
}

fn bearer(request: &HttpRequest) -> Result<Option<&str>, Failure> {
    let mut sent = request.headers().get_all(header::AUTHORIZATION);
    let Some(first) = sent.next() else { return Ok(None) };
    let token = first.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    match token {
        Some(token) if !token.is_empty() && sent.next().is_none() => Ok(Some(token)),
        _ => Err(not_signed_in()),
    }
}

async fn by_service_token(app: &App, token: &str) -> Result<Proof, Failure> {
    let holder = app.sign_in().token(token).await?.ok_or_else(not_signed_in)?;
    let scope =
        |scope: &signin::TokenScope| TokenScope { service: scope.service().map(str::to_owned), writes: scope.writes() };
    Ok(Proof::Token(holder.account, holder.scopes.iter().map(scope).collect()))
}

async fn by_access_token(app: &App, token: &str) -> Result<Proof, Failure> {
    let provider = app.provider().ok_or_else(not_signed_in)?;
    let subject = provider.bearer(token).await.map_err(|error| match error {
        OidcError::Token(_) => {
            tracing::info!(signin.refusal = %error, "an access token was refused");
            not_signed_in()
        }
        error => Failure::caused(Code::Unavailable, error),
    })?;
    let account = app.sign_in().linked(&subject.issuer, &subject.subject).await?;
    let everything = TokenScope { service: None, writes: true };
    Ok(Proof::Token(account.ok_or_else(not_signed_in)?, vec![everything]))
}

async fn by_session(app: &App, request: &HttpRequest) -> Result<Proof, Failure> {
    let token = session::token(request).ok_or_else(not_signed_in)?;
    let account = app.sign_in().session(&token).await?.ok_or_else(not_signed_in)?;
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !is_safe && !is_of_this_site(app, request) {
        return Err(cross_site());
    }
    Ok(Proof::Session(account))
}

/// Refuses a request that another site makes a browser send. One that no browser sends is fine: it brings nobody's
/// cookie.
///
/// # Errors
/// When the browser says that another site is behind it.
pub fn refuse_other_sites(app: &App, request: &HttpRequest) -> Result<(), Failure> {
    let from_browser = request.headers().contains_key(FETCH_SITE) || request.headers().contains_key(header::ORIGIN);
    if from_browser && !is_of_this_site(app, request) { Err(cross_site()) } else { Ok(()) }
}

fn cross_site() -> Failure {
    Problem::new(Code::CrossSite).detail("the request comes from a page of another site").into()
}

/// Whether the browser says that a page of ours is behind the request.
fn is_of_this_site(app: &App, request: &HttpRequest) -> bool {
    let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    match (text(FETCH_SITE), text(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            let of_host = || text(header::HOST).map(|host| format!("http://{host}"));
            app.origin().map(str::to_owned).or_else(of_host).as_deref() == Some(origin)
        }
        (None, None) => false,
    }
}

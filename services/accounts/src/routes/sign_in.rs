//! Signing in with a password.

use access::Principal;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use contracts::{Code, Problem};
use host::{App, Body, Failure, refuse_other_sites, session};
use kernel::{AccountId, Agent, Instant};
use serde::{Deserialize, Serialize};
use signin::NewSession;
use utoipa::ToSchema;

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The name under which the account acts.
    agent: String,
    /// Its password.
    #[schema(format = Password)]
    password: String,
}

/// That somebody is signed in; the session itself is in the cookie.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// The account.
    account: AccountId,
    /// The name under which it acts.
    agent: Agent,
    /// When they have to sign in again, at the latest.
    expires_at: Instant,
}

#[utoipa::path(tag = "accounts", operation_id = "sign_in",
    summary = "Sign in with a password; whether there is such an account is not told", request_body = Credentials,
    responses((status = 200, body = SignedIn), (status = 401, body = Problem), (status = 429, body = Problem)))]
#[post("/v1/sign-in")]
pub async fn sign_in(
    request: HttpRequest,
    credentials: Body<Credentials>,
    app: Data<App>,
) -> Result<HttpResponse, Failure> {
    refuse_other_sites(&app, &request)?;
    let Credentials { agent, password } = credentials.0;
    // What cannot be an agent's name is no account's: to say so tells nothing about any.
    let agent = Agent::parse(&agent).map_err(|_| Failure::of(Code::NotSignedIn))?;
    let account = AccountId::of_agent(&agent);
    app.sign_in().check_password(account, peer(&app, &request).as_deref(), &password).await?;
    let principal = open_account(&app, account).await?.ok_or_else(|| Failure::of(Code::NotSignedIn))?;
    let begun = begin(&app, &request, account).await?;
    Ok(signed_in(&app, &principal, begun))
}

/// The answer to somebody who has proved to be this account.
pub(super) fn signed_in(app: &App, principal: &Principal, begun: NewSession) -> HttpResponse {
    let agent = principal.agent.clone();
    let body = SignedIn { account: principal.account, agent, expires_at: begun.expires_at };
    HttpResponse::Ok().cookie(session::cookie(app, begun.token)).json(body)
}

/// Begins a session, and ends the one that the browser had: it may be somebody else's.
pub(super) async fn begin(app: &App, request: &HttpRequest, account: AccountId) -> Result<NewSession, Failure> {
    if let Some(former) = session::token(request) {
        app.sign_in().end_session(&former).await?;
    }
    Ok(app.sign_in().begin_session(account).await?)
}

/// The account, if it is open. One that has just been opened may be a moment away from the view.
pub(super) async fn open_account(app: &App, account: AccountId) -> Result<Option<Principal>, Failure> {
    let (access, today) = (app.access(), app.today());
    if let Some(principal) = access.principal(account, today).await? {
        return Ok(Some(principal));
    }
    app.rights_caught_up().await?;
    Ok(access.principal(account, today).await?)
}

/// Whose failures are counted: the other end of the connection. What headers say about it, anybody may write. Behind TLS
/// that end is the proxy, for everybody: there it is the proxy that limits by address.
pub(super) fn peer(app: &App, request: &HttpRequest) -> Option<String> {
    let peer = request.peer_addr().filter(|_| !app.is_behind_tls())?;
    Some(peer.ip().to_string())
}

//! Signing in at the identity provider.

use actix_web::http::header::{HeaderName, LOCATION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use contracts::{Code, Problem};
use host::{App, Failure, Params, refuse_other_sites, session};
use serde::Deserialize;
use signin::{OidcError, OpenIdConnect};
use utoipa::IntoParams;

use super::sign_in;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What is said of an identity that no account is linked to, and of one whose account is closed: no more than that.
const NOT_LINKED: &str = "this identity is linked to no account here; ask the operator to link it";

/// Where the browser goes afterwards.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Return {
    /// A path of this registry; its first page when not given, or when it leads elsewhere.
    return_to: Option<String>,
}

/// What the provider sends the browser back with. Providers add parameters of their own, which are not read.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Returned {
    /// The code that stands for the sign-in.
    code: Option<String>,
    /// What ties it to its beginning.
    state: Option<String>,
    /// Why there is no code, where there is none.
    error: Option<String>,
}

#[utoipa::path(tag = "accounts", operation_id = "begin_at_provider",
    summary = "Sign in at the identity provider: sends the browser there", params(Return),
    responses((status = 302, description = "To the identity provider"), (status = 404, body = Problem)))]
#[get("/v1/sign-in/provider")]
pub async fn begin(request: HttpRequest, to: Params<Return>, app: Data<App>) -> Result<HttpResponse, Failure> {
    // An address that somebody typed is no other site's doing.
    if request.headers().get(FETCH_SITE).is_none_or(|site| site != "none") {
        refuse_other_sites(&app, &request)?;
    }
    let begun = provider(&app)?.begin(to.0.return_to.as_deref().unwrap_or("/")).await?;
    let mut response = HttpResponse::Found();
    Ok(response
        .cookie(session::flow_cookie(&app, begun.flow_cookie_value))
        .insert_header((LOCATION, begun.url))
        .finish())
}

#[utoipa::path(tag = "accounts", operation_id = "finish_at_provider",
    summary = "Where the identity provider sends the browser back to", params(Returned),
    responses((status = 302, description = "To where the browser wanted to go, signed in"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
#[get("/v1/sign-in/provider/callback")]
pub async fn finish(request: HttpRequest, back: Params<Returned>, app: Data<App>) -> Result<HttpResponse, Failure> {
    // It is another site that sends the browser here: what ties the request to this browser is the cookie of the
    // sign-in, from which the state follows.
    let provider = provider(&app)?;
    let Returned { code, state, error } = back.0;
    let (Some(code), Some(state), None, Some(flow)) = (code, state, error, session::flow(&request)) else {
        return Err(OidcError::NoFlow.into());
    };
    let finished = provider.finish(&flow, &state, &code).await?;
    let account = app.sign_in().linked(&finished.issuer, &finished.subject).await?.ok_or_else(not_linked)?;
    sign_in::open_account(&app, account).await?.ok_or_else(not_linked)?;
    let begun = sign_in::begin(&app, &request, account).await?;
    let mut response = HttpResponse::Found();
    response.cookie(session::cookie(&app, begun.token)).cookie(session::flow_removal(&app));
    Ok(response.insert_header((LOCATION, finished.return_to)).finish())
}

fn provider(app: &App) -> Result<&OpenIdConnect, Failure> {
    app.provider().ok_or_else(|| Failure::not_found("identity provider"))
}

fn not_linked() -> Failure {
    Problem::new(Code::Forbidden).detail(NOT_LINKED).into()
}

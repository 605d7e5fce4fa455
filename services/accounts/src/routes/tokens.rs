//! One's own tokens, for programs that call in one's name.

use access::Operation;
use access::permissions::{IssueOwnToken, ListOwnTokens, RevokeOwnToken};
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use contracts::Problem;
use host::{App, Body, Failure, May, PathId, Shown};
use kernel::{Day, Instant, Name};
use serde::{Deserialize, Serialize};
use signin::{NewToken, TokenId, TokenRow, TokenScope};
use utoipa::ToSchema;

use super::rejected;

/// A token that somebody asks for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// What its owner calls it.
    name: Name,
    /// What it is good for: a service, or `*` for all, and `read` or `write`.
    #[schema(value_type = Vec<String>, example = json!(["training:write"]))]
    scopes: Vec<TokenScope>,
    /// The last day on which it is good, within a year.
    last_day: Day,
}

/// A token that has just been issued.
#[derive(Serialize, ToSchema)]
pub struct TokenIssued {
    /// Its id, by which it can be revoked.
    #[schema(value_type = String, format = Uuid)]
    id: TokenId,
    /// The token, to be sent as `Authorization: Bearer`. It is shown this once.
    token: String,
    /// When it was issued.
    issued_at: Instant,
    /// When it ends.
    expires_at: Instant,
}

/// The tokens of the account.
#[derive(Serialize, ToSchema)]
pub struct OwnTokens {
    /// Those that are good today, in the order in which they were issued.
    items: Vec<OwnToken>,
}

/// A token in the list of its account.
#[derive(Serialize, ToSchema)]
pub struct OwnToken {
    /// Its id, by which it can be revoked.
    #[schema(value_type = String, format = Uuid)]
    id: TokenId,
    /// What its owner calls it.
    name: Name,
    /// What it is good for.
    #[schema(value_type = Vec<String>)]
    scopes: Vec<TokenScope>,
    /// When it was issued.
    issued_at: Instant,
    /// When it ends.
    expires_at: Instant,
    /// When it was used last, to the minute; none when it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<Instant>,
}

#[utoipa::path(tag = "accounts", operation_id = "tokens", summary = "The own tokens that are good today",
    responses((status = 200, body = OwnTokens), (status = 401, body = Problem), (status = 403, body = Problem)))]
#[get("/v1/tokens")]
pub async fn list(may: May<ListOwnTokens>, app: Data<App>) -> Result<Shown<OwnTokens>, Failure> {
    let tokens = app.sign_in().tokens(may.principal().account).await?;
    let body = OwnTokens { items: tokens.into_iter().map(own).collect() };
    Ok(Shown::new(body, may.decided_at().clone()))
}

#[utoipa::path(tag = "accounts", operation_id = "issue_token", summary = "Issue a token; it is shown this once",
    request_body = TokenRequest,
    responses((status = 201, body = TokenIssued), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/tokens")]
pub async fn issue(
    may: May<IssueOwnToken>,
    asked: Body<TokenRequest>,
    app: Data<App>,
) -> Result<HttpResponse, Failure> {
    let TokenRequest { name, scopes, last_day } = asked.0;
    if !scopes.iter().all(names_a_service) {
        return Err(rejected("no_such_service", "scopes", "there is no service of this name"));
    }
    let ends = Instant::end_of(last_day);
    let NewToken { id, token, issued_at, expires_at } =
        app.sign_in().issue_token(may.principal().account, name, scopes, ends).await?;
    Ok(HttpResponse::Created().json(TokenIssued { id, token, issued_at, expires_at }))
}

#[utoipa::path(tag = "accounts", operation_id = "revoke_token", summary = "Revoke an own token",
    params(("token" = String, Path, format = Uuid)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
#[delete("/v1/tokens/{token}")]
pub async fn revoke(may: May<RevokeOwnToken>, token: PathId<TokenId>, app: Data<App>) -> Result<HttpResponse, Failure> {
    match app.sign_in().revoke_token(may.principal().account, token.0).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(Failure::not_found("token")),
    }
}

fn own(row: TokenRow) -> OwnToken {
    let TokenRow { id, name, scopes, issued_at, expires_at, last_used } = row;
    OwnToken { id, name, scopes, issued_at, expires_at, last_used }
}

/// A scope for a service that is not there is a slip of the pen, and would be found much later.
fn names_a_service(scope: &TokenScope) -> bool {
    scope.service().is_none_or(|name| Operation::ALL.iter().any(|operation| operation.service() == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_names_a_service_or_all_of_them() {
        let scope = |text: &str| TokenScope::parse(text).unwrap();
        assert!(names_a_service(&scope("training:write")) && names_a_service(&scope("*:read")));
        assert!(!names_a_service(&scope("trainning:write")));
    }
}

//! Identities at the identity provider, and the accounts they are.

use access::permissions::LinkIdentity;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use contracts::{Problem, Rejects};
use host::{App, Body, Failure, May, PathId};
use kernel::AccountId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{account, rejected};
use access::account::{Account, Rejection, State};

/// The longest name of a provider, and the longest one there (OpenID Connect Core, 2), in characters.
const LONGEST: (usize, usize) = (2_000, 255);

/// Somebody at the identity provider.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityLink {
    /// The provider's name for itself (`iss`).
    issuer: String,
    /// Who it is there (`sub`).
    subject: String,
}

#[utoipa::path(tag = "accounts", operation_id = "link",
    summary = "Say which account somebody at the identity provider is", params(("account" = AccountId, Path)),
    request_body = IdentityLink,
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/accounts/{account}/links")]
pub async fn link(
    _: May<LinkIdentity>,
    id: PathId<AccountId>,
    link: Body<IdentityLink>,
    app: Data<App>,
) -> Result<HttpResponse, Failure> {
    let IdentityLink { issuer, subject } = link.0;
    checked("issuer", &issuer, LONGEST.0)?;
    checked("subject", &subject, LONGEST.1)?;
    if matches!(app.log().load::<Account>(&account(id.0)).await?.0, State::Closed) {
        return Err(Rejection::AccountIsClosed.problem().into());
    }
    app.sign_in().link(&issuer, &subject, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn checked(field: &str, text: &str, longest: usize) -> Result<(), Failure> {
    let fits = (1..=longest).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(rejected("bad_identity", field, "it is empty, too long, or has control characters")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_has_1_to_255_plain_characters() {
        let ok = |text: &str| checked("subject", text, LONGEST.1).is_ok();
        assert!(ok("a") && ok(&"a".repeat(255)));
        assert!(!ok("") && !ok(&"a".repeat(256)) && !ok("a\nb"));
    }
}

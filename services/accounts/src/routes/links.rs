//! Identities at the identity provider, and the accounts they are.

use access::account::Command;
use access::permissions::LinkIdentity;
use actix_web::post;
use actix_web::web::Data;
use contracts::{Code, Problem, ProposedBody, RecordedBody};
use host::{App, Failure, May, PathId, Recorded, Recording};
use kernel::{AccountId, Day};
use serde::Deserialize;
use signin::SignInError;
use utoipa::ToSchema;

use super::grants::is_own;
use super::{record, rejected};

/// The longest name of a provider, and the longest one there (OpenID Connect Core, 2), in characters.
const LONGEST: (usize, usize) = (2_000, 255);

/// Somebody at the identity provider.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityLink {
    /// The day.
    on: Day,
    /// The provider's name for itself (`iss`).
    issuer: String,
    /// Who it is there (`sub`).
    subject: String,
}

#[utoipa::path(tag = "accounts", operation_id = "link",
    summary = "Say which account somebody at the identity provider is: proposed by one, so once another approves it",
    params(("account" = AccountId, Path),
        ("Approves" = Option<String>, Header, description = "The proposal that the request approves")),
    request_body = IdentityLink,
    responses((status = 202, body = ProposedBody), (status = 200, body = RecordedBody), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/accounts/{account}/links")]
pub async fn link(
    may: May<LinkIdentity>,
    recording: Recording<IdentityLink>,
    id: PathId<AccountId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (IdentityLink { on, issuer, subject }, recording) = recording.take();
    checked("issuer", &issuer, LONGEST.0)?;
    checked("subject", &subject, LONGEST.1)?;
    // Whoever could say who they are elsewhere would leave themself a way in that nobody else knows.
    if is_own(&app, may.principal(), id.0).await? {
        return Err(Failure::of(Code::Forbidden));
    }
    if app.sign_in().linked(&issuer, &subject).await?.is_some_and(|linked| linked != id.0) {
        return Err(SignInError::LinkedElsewhere.into());
    }
    let command = Command::Link { on, identity: signin::identity(&issuer, &subject) };
    let recorded = record(&app, &may, id.0, command, &recording).await?;
    // On record first: nobody gets in as an account without a trace of who let them.
    if recorded.body().is_some() {
        app.sign_in().link(&issuer, &subject, id.0).await?;
    }
    Ok(recorded)
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

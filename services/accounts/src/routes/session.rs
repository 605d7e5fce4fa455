//! The session: who is signed in, signing out, and the password.

use access::permissions::{ChangePassword, EndAllSessions, EndSession, ShowSession};
use access::{Held, Principal};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use contracts::Problem;
use host::{App, Body, Failure, May, Shown, session};
use kernel::vocabulary::Capacity;
use kernel::{AccountId, Agent, EventId, OrganisationId, Reach, TeacherId};
use serde::{Deserialize, Serialize};
use signin::{Password, Refusal};
use utoipa::ToSchema;

use super::rejected;
use super::sign_in::{self, SignedIn};

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub struct SignedInBody {
    /// The account.
    account: AccountId,
    /// The name under which it acts.
    agent: Agent,
    /// The person whose own record it opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<TeacherId>,
    /// The roles held today.
    roles: Vec<HeldRole>,
    /// Whether the request came with a token, and not from a browser's session.
    token: bool,
}

/// A role held today.
#[derive(Serialize, ToSchema)]
pub struct HeldRole {
    /// The event that granted it.
    grant: EventId,
    /// The role.
    role: Capacity,
    /// The organisation it is held at; none for a role of the nation.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<OrganisationId>,
    /// How far it reaches.
    #[schema(example = "province:32")]
    reach: String,
}

/// That every session has been ended.
#[derive(Serialize, ToSchema)]
pub struct SessionsEnded {
    /// How many there were.
    ended: u64,
}

/// A new password instead of the old one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password so far.
    #[schema(format = Password)]
    old: String,
    /// The new one: 12 to 200 characters, and not among the most common ones.
    #[schema(format = Password)]
    new: String,
}

#[utoipa::path(tag = "accounts", operation_id = "session", summary = "Who is signed in, with the roles held today",
    responses((status = 200, body = SignedInBody), (status = 401, body = Problem)))]
#[get("/v1/session")]
pub async fn show(may: May<ShowSession>) -> Result<Shown<SignedInBody>, Failure> {
    Ok(Shown::new(body(may.principal()), may.decided_at().clone()))
}

#[utoipa::path(tag = "accounts", operation_id = "sign_out", summary = "Sign out of this browser",
    responses((status = 204), (status = 401, body = Problem)))]
#[delete("/v1/session")]
pub async fn sign_out(_: May<EndSession>, request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    if let Some(token) = session::token(&request) {
        app.sign_in().end_session(&token).await?;
    }
    Ok(HttpResponse::NoContent().cookie(session::removal(&app)).finish())
}

#[utoipa::path(tag = "accounts", operation_id = "sign_out_everywhere",
    summary = "Sign out of every browser; tokens go on", responses((status = 200, body = SessionsEnded),
        (status = 401, body = Problem)))]
#[delete("/v1/sessions")]
pub async fn sign_out_everywhere(may: May<EndAllSessions>, app: Data<App>) -> Result<HttpResponse, Failure> {
    let ended = app.sign_in().end_all_sessions(may.principal().account).await?;
    Ok(HttpResponse::Ok().cookie(session::removal(&app)).json(SessionsEnded { ended }))
}

#[utoipa::path(tag = "accounts", operation_id = "change_password",
    summary = "Change the password; every other session ends", request_body = PasswordChange,
    responses((status = 200, body = SignedIn), (status = 422, body = Problem), (status = 429, body = Problem)))]
#[post("/v1/session/password")]
pub async fn change_password(
    may: May<ChangePassword>,
    request: HttpRequest,
    change: Body<PasswordChange>,
    app: Data<App>,
) -> Result<HttpResponse, Failure> {
    let (account, PasswordChange { old, new }) = (may.principal().account, change.0);
    let new = Password::parse(&new).map_err(|fault| rejected("bad_password", "new", &fault.to_string()))?;
    let peer = sign_in::peer(&app, &request);
    let checked = app.sign_in().check_password(account, peer.as_deref(), &old).await;
    checked.map_err(|refusal| match refusal {
        Refusal::Wrong => rejected("wrong_password", "old", "it is not the password of this account"),
        other => other.into(),
    })?;
    app.sign_in().set_password(account, &new).await?;
    app.sign_in().end_all_sessions(account).await?;
    let begun = sign_in::begin(&app, &request, account).await?;
    Ok(sign_in::signed_in(&app, may.principal(), begun))
}

fn body(principal: &Principal) -> SignedInBody {
    let Principal { account, agent, person, roles, token } = principal.clone();
    SignedInBody { account, agent, person, roles: roles.into_iter().map(role).collect(), token: token.is_some() }
}

fn role(held: Held) -> HeldRole {
    let Held { grant, role, organisation, reach } = held;
    HeldRole { grant, role, organisation, reach: in_words(&reach) }
}

/// How far a role reaches: `nation`, or what it reaches over and its code.
fn in_words(reach: &Reach) -> String {
    match reach {
        Reach::Nation => "nation".to_owned(),
        Reach::Province(province) => format!("province:{province}"),
        Reach::City(_, city) => format!("city:{city}"),
        Reach::Organisation(organisation) => format!("organisation:{organisation}"),
        Reach::Person(person) => format!("person:{person}"),
    }
}

#[cfg(test)]
mod tests {
    use kernel::code::{Division, Province};

    use super::*;

    #[test]
    fn a_reach_is_written_as_what_it_reaches_over_and_its_code() {
        let province = Province::parse("32").unwrap();
        assert_eq!(in_words(&Reach::Nation), "nation");
        assert_eq!(in_words(&Reach::Province(province)), "province:32");
        assert_eq!(in_words(&Reach::City(province, Division::parse("320100").unwrap())), "city:320100");
    }

    #[test]
    fn what_is_said_of_a_session_holds_its_roles_and_whether_it_is_a_token() {
        let agent = Agent::parse("clerk-7").unwrap();
        let principal =
            Principal { account: AccountId::of_agent(&agent), agent, person: None, roles: vec![], token: None };
        let said = serde_json::to_value(body(&principal)).unwrap();
        assert_eq!(said["token"], false);
        assert!(said.get("person").is_none());
        let by_token = Principal { token: Some(vec![]), ..principal };
        assert_eq!(serde_json::to_value(body(&by_token)).unwrap()["token"], true);
    }
}

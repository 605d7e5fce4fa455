//! Opening an account.

use access::Object;
use access::account::Command;
use access::permissions::OpenAccount;
use actix_web::body::BoxBody;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder, post};
use contracts::{Problem, RecordedBody};
use host::{App, Asks, Failure, POSITION, Recording};
use kernel::vocabulary::AccountKind;
use kernel::{AccountId, Agent, Day, TeacherId};
use serde::{Deserialize, Serialize};
use signin::Password;
use utoipa::ToSchema;

use super::{record, rejected};
use crate::initial_password::initial_password;

/// An account to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountOpening {
    /// The day.
    on: Day,
    /// The name under which it acts; never a person's name.
    agent: Agent,
    /// Whether it is a person's or a machine's.
    kind: AccountKind,
    /// The person whose own record it opens.
    #[serde(default)]
    person: Option<TeacherId>,
    /// Whether it gets a first password: yes, unless whoever it is for signs in elsewhere. A machine's gets none.
    #[serde(default)]
    password: Option<bool>,
}

/// What opening an account led to.
#[derive(Serialize, ToSchema)]
pub struct AccountOpened {
    /// The account.
    account: AccountId,
    /// Where the log is after it. Opaque.
    #[schema(example = "v1.0:1234")]
    position: String,
    /// The account's version.
    version: u64,
    /// Whether the same request had been answered before.
    replayed: bool,
    /// The first password. It is shown this once, and to be changed at the first sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_password: Option<String>,
}

#[utoipa::path(tag = "accounts", operation_id = "open",
    summary = "Open an account; its id follows from the name under which it acts",
    params(("Idempotency-Key" = String, Header, description = "8 to 128 visible ASCII characters, the same when it is \
        sent again")),
    request_body = AccountOpening,
    responses((status = 201, body = AccountOpened), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/accounts")]
pub async fn open(
    asks: Asks<OpenAccount>,
    recording: Recording<AccountOpening>,
    app: Data<App>,
) -> Result<AccountOpened, Failure> {
    let (AccountOpening { on, agent, kind, person, password }, recording) = recording.take();
    let wants_password = wants_password(kind, password)?;
    // Whoever has been merged goes by the entry that stands for them.
    let person = match person {
        Some(person) => Some(app.access().merged_into(person).await?.unwrap_or(person)),
        None => None,
    };
    let may = asks.about(person.map_or(Object::Nothing, Object::Teacher), "person").await?;
    let account = AccountId::of_agent(&agent);
    let recorded = record(&app, &may, account, Command::Open { on, agent, kind, person }, &recording).await?;
    let recorded = recorded.body().cloned().ok_or_else(|| Failure::internal("opening an account was not recorded"))?;
    let initial_password = if wants_password { first_password(&app, account, &recorded).await? } else { None };
    let RecordedBody { position, version, replayed, .. } = recorded;
    Ok(AccountOpened { account, position, version, replayed, initial_password })
}

impl Responder for AccountOpened {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Created();
        response.insert_header((LOCATION, format!("/api/v1/accounts/{}", self.account)));
        response.insert_header((ETAG, format!("\"v{}\"", self.version)));
        response.insert_header((POSITION, self.position.as_str()));
        response.json(self)
    }
}

/// Whether the account gets a first password.
fn wants_password(kind: AccountKind, asked: Option<bool>) -> Result<bool, Failure> {
    match (kind, asked) {
        (AccountKind::Service, Some(true)) => {
            Err(rejected("machine_has_no_password", "password", "a machine signs in by tokens and has no password"))
        }
        (AccountKind::Service, _) => Ok(false),
        (AccountKind::Person, asked) => Ok(asked.unwrap_or(true)),
    }
}

/// Gives the account its first password, if this very request has opened it. Sent again, the request only makes up for
/// a password that could not be set: whoever has one keeps it.
async fn first_password(app: &App, account: AccountId, recorded: &RecordedBody) -> Result<Option<String>, Failure> {
    let opened_it = !recorded.events.is_empty();
    if !opened_it || (recorded.replayed && !is_without_password(app, account).await?) {
        return Ok(None);
    }
    let text = initial_password(app.chance());
    let password = Password::parse(&text).map_err(Failure::internal)?;
    app.sign_in().set_password(account, &password).await?;
    Ok(Some(text))
}

/// Whether the account is open and has never had a password.
async fn is_without_password(app: &App, account: AccountId) -> Result<bool, Failure> {
    let (state, _) = app.log().load::<access::account::Account>(&super::account(account)).await?;
    let is_open = matches!(state, access::account::State::Open(_));
    Ok(is_open && !app.sign_in().has_password(account).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_gets_a_password_unless_told_otherwise_and_a_machine_never() {
        assert!(wants_password(AccountKind::Person, None).unwrap());
        assert!(!wants_password(AccountKind::Person, Some(false)).unwrap());
        assert!(!wants_password(AccountKind::Service, None).unwrap());
        let refused = wants_password(AccountKind::Service, Some(true)).unwrap_err();
        assert_eq!(refused.problem().rejection.as_deref(), Some("machine_has_no_password"));
    }

    #[test]
    fn an_opening_with_a_field_that_nobody_knows_is_refused() {
        let read = |text: &str| serde_json::from_str::<AccountOpening>(text);
        assert!(read(r#"{"on":"2024-01-01","agent":"clerk-7","kind":"person"}"#).is_ok());
        assert!(read(r#"{"on":"2024-01-01","agent":"clerk-7","kind":"person","role":"operator"}"#).is_err());
    }
}

//! Opening an account.

use access::account::Command;
use access::permissions::OpenAccount;
use access::{Object, Operation};
use actix_web::body::BoxBody;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder, post};
use contracts::{Code, Problem, RecordedBody};
use host::{App, Asks, Failure, POSITION, Recording, Right};
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
    /// Whether it gets a first password: yes, unless whoever it is for signs in elsewhere. A machine's gets none, nor one
    /// that opens a person's own record. Whoever asks by a token says `false`.
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
    responses((status = 201, body = AccountOpened), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/accounts")]
pub async fn open(
    asks: Asks<OpenAccount>,
    recording: Recording<AccountOpening>,
    app: Data<App>,
) -> Result<AccountOpened, Failure> {
    let (AccountOpening { on, agent, kind, person, password }, recording) = recording.take();
    let wants_password = wants_password(kind, person, password)?;
    // What a program learns it keeps: first passwords are handed to whoever sits there.
    if wants_password && asks.principal().token.is_some() {
        return Err(Failure::of(Code::Forbidden));
    }
    // Whoever has been merged goes by the entry that stands for them.
    let person = match person {
        Some(person) => Some(app.access().merged_into(person).await?.unwrap_or(person)),
        None => None,
    };
    let may = asks.about(person.map_or(Object::Nothing, Object::Teacher), "person").await?;
    let account = AccountId::of_agent(&agent);
    match person {
        Some(person) => refuse_second(&app, person, account).await?,
        None => refuse_for_nobody(&may)?,
    }
    let recorded = record(&app, &may, account, Command::Open { on, agent, kind, person }, &recording).await?;
    let recorded = recorded.body().cloned().ok_or_else(|| Failure::internal("opening an account was not recorded"))?;
    // Whoever opened it may know its password: nobody takes it for an account that they have just opened.
    if recorded.events.is_empty() {
        let detail = "an account acts under this name already; whether it is the one you mean, only you can tell";
        return Err(conflict("account_exists", detail));
    }
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

/// Whether the account gets a first password. One that opens a person's own record never does: whoever knew it could act
/// as that person.
fn wants_password(kind: AccountKind, person: Option<TeacherId>, asked: Option<bool>) -> Result<bool, Failure> {
    let asks = asked == Some(true);
    match (kind, person) {
        (AccountKind::Service, _) if asks => {
            Err(rejected("machine_has_no_password", "password", "a machine signs in by tokens and has no password"))
        }
        (AccountKind::Person, Some(_)) if asks => {
            let why = "whoever it is about signs in at the identity provider, or gets a password from the machine's own \
                operator";
            Err(rejected("no_password_for_another", "password", why))
        }
        (AccountKind::Service, _) | (AccountKind::Person, Some(_)) => Ok(false),
        (AccountKind::Person, None) => Ok(asked.unwrap_or(true)),
    }
}

/// An account that is nobody's is there to get roles: whoever may grant some opens it.
fn refuse_for_nobody(right: &Right) -> Result<(), Failure> {
    let may = right.principal().roles.iter().any(|held| Operation::GrantRole.is_open_to(held.role));
    if may { Ok(()) } else { Err(Failure::of(Code::Forbidden)) }
}

/// A person has one open account: by a second one somebody else could act as them.
async fn refuse_second(app: &App, person: TeacherId, account: AccountId) -> Result<(), Failure> {
    let access = app.access();
    app.rights_caught_up().await?;
    for known in access.account_of_person(person).await? {
        let is_open = access.account(known).await?.is_some_and(|row| !row.closed);
        if is_open && known != account {
            return Err(conflict("person_has_an_account", "the person has an account already; close it first"));
        }
    }
    Ok(())
}

fn conflict(code: &str, detail: &str) -> Failure {
    Problem::new(Code::Conflict).rejection(code).detail(detail).into()
}

/// Gives the account that the request has opened its first password. Sent again, the request only makes up for
/// a password that could not be set: whoever has one keeps it.
async fn first_password(app: &App, account: AccountId, recorded: &RecordedBody) -> Result<Option<String>, Failure> {
    if recorded.replayed && !is_without_password(app, account).await? {
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
        assert!(wants_password(AccountKind::Person, None, None).unwrap());
        assert!(!wants_password(AccountKind::Person, None, Some(false)).unwrap());
        assert!(!wants_password(AccountKind::Service, None, None).unwrap());
        let refused = wants_password(AccountKind::Service, None, Some(true)).unwrap_err();
        assert_eq!(refused.problem().rejection.as_deref(), Some("machine_has_no_password"));
    }

    #[test]
    fn an_account_that_opens_a_person_s_own_record_gets_no_password() {
        let person = Some(TeacherId::parse("018f2b6e-0000-7000-8000-000000000001").unwrap());
        assert!(!wants_password(AccountKind::Person, person, None).unwrap());
        let refused = wants_password(AccountKind::Person, person, Some(true)).unwrap_err();
        assert_eq!(refused.problem().rejection.as_deref(), Some("no_password_for_another"));
    }

    #[test]
    fn an_opening_with_a_field_that_nobody_knows_is_refused() {
        let read = |text: &str| serde_json::from_str::<AccountOpening>(text);
        assert!(read(r#"{"on":"2024-01-01","agent":"clerk-7","kind":"person"}"#).is_ok());
        assert!(read(r#"{"on":"2024-01-01","agent":"clerk-7","kind":"person","role":"operator"}"#).is_err());
    }
}

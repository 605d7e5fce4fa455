//! Roles: granting by two people, ending by one, or by two where it is the auditor's or an operator's.

use access::account::{Account, Command, State};
use access::permissions::{EndRole, GrantRole};
use access::{Decision, Object, Operation, Principal};
use actix_web::post;
use actix_web::web::Data;
use contracts::{Code, Problem, ProposedBody, RecordedBody};
use host::{App, Asks, Failure, May, PathId, PathIds, Recorded, Recording, Right};
use kernel::vocabulary::Capacity;
use kernel::{AccountId, Day, EventId, OrganisationId, Period, Reason};
use serde::Deserialize;
use utoipa::ToSchema;

use super::accounts::lasts;
use super::{account, is_guarded, record, record_by, rejected};

/// A role to be granted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleGrant {
    /// The day of the decision.
    on: Day,
    /// The role.
    role: Capacity,
    /// The organisation it is held at; none for a role of the nation.
    #[serde(default)]
    organisation: Option<OrganisationId>,
    /// The days on which it is held.
    period: Period,
}

/// The end of a role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleEnd {
    /// The last day on which it is held; the day before its first one when it is not to have been held at all.
    last_day: Day,
    /// Why.
    reason: Reason,
}

#[utoipa::path(tag = "accounts", operation_id = "grant",
    summary = "Grant a role: proposed by one, granted once another approves the same request",
    params(("account" = AccountId, Path),
        ("Approves" = Option<String>, Header, description = "The proposal that the request approves")),
    request_body = RoleGrant,
    responses((status = 202, body = ProposedBody), (status = 200, body = RecordedBody), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/accounts/{account}/grants")]
pub async fn grant(
    asks: Asks<GrantRole>,
    recording: Recording<RoleGrant>,
    id: PathId<AccountId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (RoleGrant { on, role, organisation, period }, recording) = recording.take();
    let may = asks.about(organisation.map_or(Object::Nothing, Object::Organisation), "organisation").await?;
    refuse_higher(&may, role)?;
    refuse_out_of_reach(&app, &may, id.0).await?;
    refuse_oneself(&app, may.principal(), id.0).await?;
    record(&app, &may, id.0, Command::Grant { on, role, organisation, period }, &recording).await
}

#[utoipa::path(tag = "accounts", operation_id = "end_grant",
    summary = "End a role; an auditor's or operator's once another approves the same request",
    params(("account" = AccountId, Path), ("grant" = EventId, Path),
        ("Approves" = Option<String>, Header, description = "The proposal that the request approves")),
    request_body = RoleEnd,
    responses((status = 202, body = ProposedBody), (status = 200, body = RecordedBody), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/accounts/{account}/grants/{grant}/end")]
pub async fn end(
    may: May<EndRole>,
    recording: Recording<RoleEnd>,
    ids: PathIds<AccountId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (RoleEnd { last_day, reason }, recording) = recording.take();
    let PathIds(id, ended) = ids;
    let mut needs_two = false;
    if let (State::Open(opened), _) = app.log().load::<Account>(&account(id)).await? {
        for (_, granted) in opened.grants().filter(|(known, _)| *known == ended) {
            refuse_higher(&may, granted.role)?;
            needs_two = is_guarded(granted.role);
        }
    }
    let command = Command::EndGrant { grant: ended, last_day, reason };
    record_by(needs_two, &app, &may, id, command, &recording).await
}

/// Nobody gives or ends a role that is theirs or higher. A role of the nation is the operator's to give.
pub(super) fn refuse_higher(right: &Right, role: Capacity) -> Result<(), Failure> {
    let may = right.held().is_some_and(|held| access::may_grant(held.role, role));
    if may { Ok(()) } else { Err(Failure::of(Code::Forbidden)) }
}

/// An account with roles lies where they do; one without any is there for whoever knows it, to get its first one.
async fn refuse_out_of_reach(app: &App, right: &Right, id: AccountId) -> Result<(), Failure> {
    let (access, today) = (app.access(), right.today());
    app.rights_caught_up().await?;
    let known = access.account(id).await?.ok_or_else(|| Failure::of(Code::NotFound))?;
    if !known.grants.iter().any(|granted| lasts(granted.period, today)) {
        return Ok(());
    }
    let place = access.place(&Object::Account(id), today).await?;
    match access::decide(right.principal(), Operation::ShowAccount, place.as_ref()) {
        Decision::May(_) => Ok(()),
        Decision::Forbidden | Decision::Absent => Err(Failure::of(Code::NotFound)),
    }
}

/// Whether it is an account of whoever asks, or another one of theirs.
pub(super) async fn is_own(app: &App, principal: &Principal, id: AccountId) -> Result<bool, Failure> {
    let own = match principal.person {
        Some(person) => app.access().account_of_person(person).await?,
        None => Vec::new(),
    };
    Ok(principal.account == id || own.contains(&id))
}

/// Nobody gives themself a role, by whichever of their accounts.
async fn refuse_oneself(app: &App, principal: &Principal, id: AccountId) -> Result<(), Failure> {
    if is_own(app, principal, id).await? {
        return Err(rejected("own_account", "account", "nobody gives themself a role; somebody else has to"));
    }
    Ok(())
}

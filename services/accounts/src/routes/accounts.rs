//! The accounts: listing, showing, closing.

use access::account::{Account, Command, State};
use access::permissions::{CloseAccount, ListAccounts, ShowAccount};
use access::{AccessProjection, AccountRow, GrantRow};
use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Code, Cursor, Page, Problem, ProposedBody, RecordedBody};
use host::{App, AtLeast, Failure, May, Params, PathId, Recorded, Recording, Shown};
use kernel::vocabulary::{AccountKind, Capacity};
use kernel::{AccountId, Agent, Day, EventId, OrganisationId, Period, Reason, TeacherId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::grants::refuse_higher;
use super::{account, after, is_guarded, page_size, record_by};

/// Which page of accounts is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichAccounts {
    /// `next` of the page before.
    after: Option<Cursor>,
    /// At most so many, up to 200; 50 when not given.
    limit: Option<u32>,
}

/// An account.
#[derive(Serialize, ToSchema)]
pub struct AccountBody {
    /// The account.
    account: AccountId,
    /// The name under which it acts.
    agent: Agent,
    /// Whether it is a person's or a machine's.
    kind: AccountKind,
    /// The person whose own record it opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<TeacherId>,
    /// Whether it has been closed.
    closed: bool,
    /// Every role that it ever held or is to hold, by first day.
    grants: Vec<RoleGranted>,
}

/// A role as it was granted.
#[derive(Serialize, ToSchema)]
pub struct RoleGranted {
    /// The event that granted it.
    grant: EventId,
    /// The role.
    role: Capacity,
    /// The organisation it is held at; none for a role of the nation.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<OrganisationId>,
    /// The days on which it is held, as they stand now.
    period: Period,
}

/// The end of an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountClosure {
    /// The day.
    on: Day,
    /// Why.
    reason: Reason,
}

#[utoipa::path(tag = "accounts", operation_id = "list", summary = "The accounts within one's reach",
    params(WhichAccounts, AtLeast), responses((status = 200, body = Page<AccountBody>), (status = 400, body = Problem)))]
#[get("/v1/accounts")]
pub async fn list(
    may: May<ListAccounts>,
    which: Params<WhichAccounts>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<Page<AccountBody>>, Failure> {
    app.fresh(AccessProjection::NAME, &at_least).await?;
    let (size, after) = (page_size(which.0.limit), after(which.0.after.as_ref(), AccountId::parse)?);
    let position = app.access().position();
    let rows = app.access().accounts(&may.scope(), may.today(), after, size + 1).await?;
    let bodies = rows.into_iter().map(body).collect();
    let page = Page::cut(bodies, size, position.to_string(), |row: &AccountBody| vec![row.account.to_string()]);
    Ok(Shown::new(page, position))
}

#[utoipa::path(tag = "accounts", operation_id = "show", summary = "Show an account with its roles",
    params(("account" = AccountId, Path), AtLeast),
    responses((status = 200, body = AccountBody), (status = 404, body = Problem)))]
#[get("/v1/accounts/{account}")]
pub async fn show(
    _: May<ShowAccount>,
    id: PathId<AccountId>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<AccountBody>, Failure> {
    app.fresh(AccessProjection::NAME, &at_least).await?;
    let position = app.access().position();
    let row = app.access().account(id.0).await?.ok_or_else(|| Failure::of(Code::NotFound))?;
    Ok(Shown::new(body(row), position))
}

#[utoipa::path(tag = "accounts", operation_id = "close", 
    summary = "Close an account: nobody signs in with it any more; an auditor's or operator's once another approves it",
    params(("account" = AccountId, Path),
        ("Approves" = Option<String>, Header, description = "The proposal that the request approves")),
    request_body = AccountClosure,
    responses((status = 202, body = ProposedBody), (status = 200, body = RecordedBody), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/accounts/{account}/closure")]
pub async fn close(
    may: May<CloseAccount>,
    recording: Recording<AccountClosure>,
    id: PathId<AccountId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (AccountClosure { on, reason }, recording) = recording.take();
    let mut needs_two = false;
    if let (State::Open(opened), _) = app.log().load::<Account>(&account(id.0)).await? {
        for (_, granted) in opened.grants().filter(|(_, granted)| lasts(granted.period, may.today())) {
            refuse_higher(&may, granted.role)?;
            needs_two |= is_guarded(granted.role);
        }
    }
    let recorded = record_by(needs_two, &app, &may, id.0, Command::Close { on, reason }, &recording).await?;
    // The log says first that it is closed: from then on nothing opens it, whatever becomes of what follows.
    if recorded.body().is_some() {
        app.sign_in().close_account(id.0).await?;
    }
    Ok(recorded)
}

/// Whether a role is held on the day or later.
pub(super) fn lasts(period: Period, today: Day) -> bool {
    period.to().is_none_or(|last| last >= today)
}

fn body(row: AccountRow) -> AccountBody {
    let AccountRow { account, agent, kind, person, closed, grants } = row;
    AccountBody { account, agent, kind, person, closed, grants: grants.iter().map(granted).collect() }
}

fn granted(row: &GrantRow) -> RoleGranted {
    let GrantRow { grant, role, organisation, period } = *row;
    RoleGranted { grant, role, organisation, period }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_lasts_to_the_end_of_its_last_day() {
        let day = |text: &str| Day::parse(text).unwrap();
        let period = Period::new(day("2024-01-01"), Some(day("2024-06-30"))).unwrap();
        assert!(lasts(period, day("2024-06-30")));
        assert!(!lasts(period, day("2024-07-01")));
        assert!(lasts(Period::new(day("2030-01-01"), None).unwrap(), day("2024-07-01")));
    }
}

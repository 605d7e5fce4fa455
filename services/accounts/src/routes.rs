//! The operations of the service. A handler takes apart, executes, answers.

mod accounts;
mod grants;
mod links;
mod opening;
mod proposals;
mod provider;
mod readings;
mod session;
mod sign_in;
mod tokens;

use access::account::{Account, Command};
use contracts::{Code, Cursor, Fault, Place, Problem};
use eventlog::StreamId;
use events::AccountEvent;
use host::{App, Failure, Recorded, Recording, Right};
use kernel::vocabulary::Capacity;
use kernel::{AccountId, Malformed};
use utoipa_actix_web::service_config::ServiceConfig;

/// The longest page.
const MOST: u32 = 200;

/// The usual page.
const USUAL: u32 = 50;

/// Adds the operations.
pub fn add(config: &mut ServiceConfig<'_>) {
    config
        .service(sign_in::sign_in)
        .service(provider::begin)
        .service(provider::finish)
        .service(session::show)
        .service(session::sign_out)
        .service(session::sign_out_everywhere)
        .service(session::change_password)
        .service(tokens::list)
        .service(tokens::issue)
        .service(tokens::revoke)
        .service(opening::open)
        .service(accounts::list)
        .service(accounts::show)
        .service(accounts::close)
        .service(grants::grant)
        .service(grants::end)
        .service(links::link)
        .service(proposals::list)
        .service(proposals::show)
        .service(proposals::reject)
        .service(proposals::withdraw)
        .service(readings::of_teacher)
        .service(readings::of_account);
}

/// The stream of an account.
fn account(id: AccountId) -> StreamId {
    StreamId::of::<AccountEvent>(id.uuid())
}

/// Records what is asked of an account.
async fn record(
    app: &App,
    right: &Right,
    id: AccountId,
    command: Command,
    recording: &Recording<()>,
) -> Result<Recorded, Failure> {
    app.record::<Account>(right, account(id), vec![], command, recording).await
}

/// The same; `needs_two` says whether it becomes a proposal first, where the operation alone does not say so.
async fn record_by(
    needs_two: bool,
    app: &App,
    right: &Right,
    id: AccountId,
    command: Command,
    recording: &Recording<()>,
) -> Result<Recorded, Failure> {
    // An approval that is sent again stays one, whatever it has changed.
    if needs_two || recording.approves.is_some() {
        return app.record_seconded::<Account>(right, account(id), vec![], command, recording).await;
    }
    record(app, right, id, command, recording).await
}

/// Whether it takes two people to take this role away: whoever watches, or runs the machine, is not put out by one.
fn is_guarded(role: Capacity) -> bool {
    matches!(role, Capacity::Auditor | Capacity::Operator)
}

/// How many rows a page has at most.
fn page_size(asked: Option<u32>) -> usize {
    asked.unwrap_or(USUAL).clamp(1, MOST) as usize
}

/// The key after which a page begins.
fn after<T>(cursor: Option<&Cursor>, parse: fn(&str) -> Result<T, Malformed>) -> Result<Option<T>, Failure> {
    let key = cursor.map(|cursor| cursor.key::<1>().and_then(|[key]| parse(key))).transpose();
    key.map_err(|malformed| Failure::parameter("after", &malformed))
}

/// A rule of sign-in says no to a field of the body.
fn rejected(code: &str, field: &str, why: &str) -> Failure {
    let problem = Problem::new(Code::Rejected).rejection(code).detail(why);
    problem.fault(Fault::new(Place::field(field), why)).into()
}

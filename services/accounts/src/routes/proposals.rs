//! What waits for a second person: listing, showing, rejecting, withdrawing. Approving is sending the same request.

mod shown;

use access::permissions::{ListProposals, RejectProposal, ShowProposal, WithdrawProposal};
use access::proposal::{Command, Proposal};
use access::{AccessProjection, Held, Object, Place, ProposalRow, ProposalState};
use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Code, Cursor, Page, Problem, RecordedBody};
use eventlog::{Context, Order, StreamId};
use events::{ProposalEvent, Proposed};
use host::{App, AtLeast, Failure, May, Params, PathId, Recorded, Recording, Right, Shown};
use kernel::{Day, ProposalId, Reason};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use self::shown::{ProposalBody, ProposalStage, ProposalSummary};
use super::{after, page_size};
use crate::proposals;

/// So many candidates are fetched at once.
const CANDIDATES: usize = 100;

/// Which proposals are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichProposals {
    /// How far they have come; any when not given.
    #[param(inline)]
    state: Option<ProposalStage>,
    /// `next` of the page before.
    after: Option<Cursor>,
    /// At most so many, up to 200; 50 when not given.
    limit: Option<u32>,
}

/// That a proposal is refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalRejection {
    /// The day.
    on: Day,
    /// Why.
    reason: Reason,
}

/// That a proposal is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalWithdrawal {
    /// The day.
    on: Day,
}

#[utoipa::path(tag = "accounts", operation_id = "proposals", summary = "The proposals that one may decide on",
    params(WhichProposals, AtLeast),
    responses((status = 200, body = Page<ProposalSummary>), (status = 400, body = Problem)))]
#[get("/v1/proposals")]
pub async fn list(
    may: May<ListProposals>,
    which: Params<WhichProposals>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<Page<ProposalSummary>>, Failure> {
    app.fresh(AccessProjection::NAME, &at_least).await?;
    let WhichProposals { state, after: cursor, limit } = which.0;
    let (size, after) = (page_size(limit), after(cursor.as_ref(), ProposalId::parse)?);
    let position = app.access().position();
    let rows = visible(&app, &may, state.map(ProposalState::from), after, size + 1).await?;
    let bodies = rows.into_iter().map(ProposalSummary::of).collect();
    let page = Page::cut(bodies, size, position.to_string(), |row: &ProposalSummary| vec![row.proposal().to_string()]);
    Ok(Shown::new(page, position))
}

#[utoipa::path(tag = "accounts", operation_id = "proposal", summary = "Show a proposal, and how to approve it",
    params(("proposal" = ProposalId, Path)),
    responses((status = 200, body = ProposalBody), (status = 404, body = Problem)))]
#[get("/v1/proposals/{proposal}")]
pub async fn show(
    may: May<ShowProposal>,
    id: PathId<ProposalId>,
    app: Data<App>,
) -> Result<Shown<ProposalBody>, Failure> {
    let (state, version) = app.log().load::<Proposal>(&stream(id.0)).await?;
    let proposed = state.proposed().ok_or_else(absent)?;
    let place = place(&app, &may, id.0).await?;
    let held = proposals::may_look(may.principal(), &proposed.operation, &place);
    if held.is_none() && !is_proposer(&may, proposed) {
        return Err(absent());
    }
    let said = match held {
        Some(held) => shown::said(&app, &may, held.as_ref(), proposed).await?,
        None => None,
    };
    Ok(Shown::new(ProposalBody::of(id.0, &state, proposed, said), may.decided_at().clone()).version(version))
}

#[utoipa::path(tag = "accounts", operation_id = "reject_proposal", summary = "Refuse what somebody proposed",
    params(("proposal" = ProposalId, Path)), request_body = ProposalRejection,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/proposals/{proposal}/rejection")]
pub async fn reject(
    may: May<RejectProposal>,
    recording: Recording<ProposalRejection>,
    id: PathId<ProposalId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (ProposalRejection { on, reason }, recording) = recording.take();
    let (state, _) = app.log().load::<Proposal>(&stream(id.0)).await?;
    let proposed = state.proposed().ok_or_else(absent)?;
    let place = place(&app, &may, id.0).await?;
    let held = proposals::may_decide(may.principal(), proposed, &place).ok_or_else(absent)?;
    let principal = may.principal();
    let command = Command::Reject { on, reason, by: principal.account, by_person: principal.person };
    record(&app, &may, held.as_ref(), id.0, command, &recording).await
}

#[utoipa::path(tag = "accounts", operation_id = "withdraw_proposal", summary = "Take back what one has proposed",
    params(("proposal" = ProposalId, Path)), request_body = ProposalWithdrawal,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/proposals/{proposal}/withdrawal")]
pub async fn withdraw(
    may: May<WithdrawProposal>,
    recording: Recording<ProposalWithdrawal>,
    id: PathId<ProposalId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (ProposalWithdrawal { on }, recording) = recording.take();
    let (state, _) = app.log().load::<Proposal>(&stream(id.0)).await?;
    let proposed = state.proposed().ok_or_else(absent)?;
    let place = place(&app, &may, id.0).await?;
    let held = proposals::may_decide(may.principal(), proposed, &place);
    if held.is_none() && !is_proposer(&may, proposed) {
        return Err(absent());
    }
    let command = Command::Withdraw { on, by: may.principal().account };
    record(&app, &may, held.flatten().as_ref(), id.0, command, &recording).await
}

/// The proposals, in one state or in any, that the caller may look at: at most `limit`, by id, after `after`.
async fn visible(
    app: &App,
    right: &Right,
    state: Option<ProposalState>,
    mut after: Option<ProposalId>,
    limit: usize,
) -> Result<Vec<ProposalRow>, Failure> {
    let scope = proposals::scope(right.principal());
    let mut found = Vec::new();
    loop {
        let candidates = app.access().proposals(&scope, state, right.today(), after, CANDIDATES).await?;
        let were_all = candidates.len() < CANDIDATES;
        for candidate in candidates {
            after = Some(candidate.proposal);
            let place = place(app, right, candidate.proposal).await?;
            if proposals::may_look(right.principal(), &candidate.operation, &place).is_some() {
                found.push(candidate);
            }
            if found.len() == limit {
                return Ok(found);
            }
        }
        if were_all {
            return Ok(found);
        }
    }
}

/// Records what is asked of a proposal, in the role in which the caller may decide on it: everybody may ask, so that
/// the right to ask names none.
async fn record(
    app: &App,
    right: &Right,
    held: Option<&Held>,
    id: ProposalId,
    command: Command,
    recording: &Recording<()>,
) -> Result<Recorded, Failure> {
    let stream = stream(id);
    let actor = right.principal().actor(held);
    let context = Context { actor, ..recording.context(right) };
    let order =
        Order::<Proposal> { stream: stream.clone(), command, context, if_version: recording.seen, requires: vec![] };
    let receipt = app.execute(order).await?;
    let version = match receipt.version(&stream) {
        Some(version) => version,
        // It was so already: nothing was written, and the receipt says nothing of the stream.
        None => app.log().load::<Proposal>(&stream).await?.1,
    };
    let (position, events) = (receipt.position.to_string(), receipt.events);
    Ok(Recorded::new(RecordedBody { position, version: version.0, events, replayed: receipt.replayed }))
}

/// The stream of a proposal.
fn stream(id: ProposalId) -> StreamId {
    StreamId::of::<ProposalEvent>(id.uuid())
}

async fn place(app: &App, right: &Right, id: ProposalId) -> Result<Place, Failure> {
    app.access().place(&Object::Proposal(id), right.today()).await?.ok_or_else(absent)
}

fn is_proposer(right: &Right, proposed: &Proposed) -> bool {
    right.principal().account == proposed.by
}

/// Out of reach is not there: nobody can tell which.
fn absent() -> Failure {
    Failure::of(Code::NotFound)
}

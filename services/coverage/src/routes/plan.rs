//! The action plan: published with its counted measures, and what is counted towards them.

use access::permissions::{PublishPlan, SelectItem, ShowPlan, WithdrawItem};
use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Problem, RecordedBody};
use eventlog::StreamId;
use events::{Measure, PlanEvent};
use host::{App, Failure, May, PathId, Recorded, Recording, Right, Shown};
use kernel::{ActionPlanId, Day, Document, Name, Reason};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::plan::{ActionPlan, Command, Published, Rejection, State};

/// A plan with its measures.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanPublication {
    /// The day.
    on: Day,
    /// Its document number.
    document: Document,
    /// Its title.
    title: Name,
    /// Its measures with figures.
    measures: Vec<Measure>,
}

/// Something selected that counts towards a measure.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanSelection {
    /// The day.
    on: Day,
    /// The measure's key.
    measure: Name,
    /// What was selected.
    item: Name,
    /// The decision.
    #[serde(default)]
    document: Option<Document>,
}

/// A selected item that no longer counts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanWithdrawal {
    /// The first day on which it no longer counts.
    on: Day,
    /// The measure's key.
    measure: Name,
    /// What was withdrawn.
    item: Name,
    /// Why.
    reason: Reason,
}

/// A plan as it stands.
#[derive(Serialize, ToSchema)]
pub struct PlanBody {
    /// The plan.
    plan: ActionPlanId,
    /// The day of publication.
    on: Day,
    /// Its document number.
    document: Document,
    /// Its title.
    title: Name,
    /// Its measures with figures.
    measures: Vec<Measure>,
    /// What counts towards them.
    items: Vec<PlanItem>,
}

/// Something that counts towards a measure.
#[derive(Serialize, ToSchema)]
pub struct PlanItem {
    /// The measure's key.
    measure: Name,
    /// What.
    item: Name,
}

#[utoipa::path(tag = "coverage", summary = "Publish an action plan; its id follows from its document number",
    request_body = PlanPublication,
    responses((status = 201, body = RecordedBody), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/action-plans")]
pub async fn publish(
    may: May<PublishPlan>,
    recording: Recording<PlanPublication>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (PlanPublication { on, document, title, measures }, recording) = recording.take();
    let id = ActionPlanId::of_document(document.as_str());
    let command = Command::Publish { on, document, title, measures };
    let recorded = record(&app, &may, id, command, &recording).await?;
    Ok(recorded.at(format!("/api/v1/action-plans/{id}")))
}

#[utoipa::path(tag = "coverage", summary = "Show an action plan with what counts towards its measures",
    params(("plan" = ActionPlanId, Path)),
    responses((status = 200, body = PlanBody), (status = 404, body = Problem)))]
#[get("/v1/action-plans/{plan}")]
pub async fn show(_: May<ShowPlan>, id: PathId<ActionPlanId>, app: Data<App>) -> Result<Shown<PlanBody>, Failure> {
    let position = app.head();
    let (state, version) = app.log().load::<ActionPlan>(&plan(id.0)).await?;
    let body = body(id.0, &state).ok_or_else(|| Failure::rejected(&Rejection::NotPublished))?;
    Ok(Shown::new(body, position).version(version))
}

#[utoipa::path(tag = "coverage", summary = "Count something towards a measure",
    params(("plan" = ActionPlanId, Path)), request_body = PlanSelection,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/action-plans/{plan}/items")]
pub async fn select(
    may: May<SelectItem>,
    recording: Recording<PlanSelection>,
    id: PathId<ActionPlanId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (PlanSelection { on, measure, item, document }, recording) = recording.take();
    record(&app, &may, id.0, Command::Select { on, measure, item, document }, &recording).await
}

#[utoipa::path(tag = "coverage", summary = "Stop counting something towards a measure",
    params(("plan" = ActionPlanId, Path)), request_body = PlanWithdrawal,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/action-plans/{plan}/withdrawals")]
pub async fn withdraw(
    may: May<WithdrawItem>,
    recording: Recording<PlanWithdrawal>,
    id: PathId<ActionPlanId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (PlanWithdrawal { on, measure, item, reason }, recording) = recording.take();
    record(&app, &may, id.0, Command::Withdraw { on, measure, item, reason }, &recording).await
}

/// The stream of a plan.
fn plan(id: ActionPlanId) -> StreamId {
    StreamId::of::<PlanEvent>(id.uuid())
}

/// Records what is asked of a plan.
async fn record(
    app: &Data<App>,
    right: &Right,
    id: ActionPlanId,
    command: Command,
    recording: &Recording<()>,
) -> Result<Recorded, Failure> {
    app.record::<ActionPlan>(right, plan(id), vec![], command, recording).await
}

fn body(plan: ActionPlanId, state: &State) -> Option<PlanBody> {
    let Published { on, document, title, measures } = state.published()?.clone();
    let items = state.selected().map(|(measure, item)| PlanItem { measure: measure.clone(), item: item.clone() });
    Some(PlanBody { plan, on, document, title, measures, items: items.collect() })
}

//! Placements of teachers in enterprises: started, logged, completed.

use access::Object;
use access::permissions::{BeginPlacement, CompletePlacement, LogDays, ShowPlacement, VoidPlacement};
use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Problem, RecordedBody};
use host::{App, Asks, Failure, May, PathId, Recorded, Recording, Shown};
use kernel::vocabulary::PracticeResult;
use kernel::{Day, DayRange, Hours, PlacementId, Reason};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{enterprise, person, placement, site};
use crate::placement::{Command, Placement, Rejection, Start, State};

/// Days at the site.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementDays {
    /// The days.
    dates: DayRange,
    /// Hours a day.
    hours_a_day: Hours,
}

/// The end of a placement and its assessment.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementCompletion {
    /// The last day.
    last_day: Day,
    /// The result.
    result: PracticeResult,
}

/// That a placement never took place, or was recorded twice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementVoid {
    /// The day of the correction.
    on: Day,
    /// Why.
    reason: Reason,
}

/// A placement as it stands.
#[derive(Serialize, ToSchema)]
pub struct PlacementBody {
    /// The placement.
    placement: PlacementId,
    /// How it began.
    start: Start,
    /// The stretches of days logged.
    logged: Vec<PlacementDays>,
    /// Its end, once it is complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    completion: Option<PlacementCompletion>,
}

#[utoipa::path(tag = "practice", summary = "Start a teacher's placement in an enterprise", request_body = Start,
    responses((status = 201, body = RecordedBody), (status = 422, body = Problem)))]
#[post("/v1/placements")]
pub async fn begin(
    asks: Asks<BeginPlacement>,
    recording: Recording<Start>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (start, recording) = recording.take();
    let may = asks.about(Object::Visit(start.site, start.teacher), "site").await?;
    // Nothing about a placement names it for life, so that the command does: a retry is the same placement.
    let id = PlacementId::of_teacher(start.teacher, &recording.command(&may).to_string());
    let mut requires = vec![person(start.teacher), site(start.site)];
    requires.extend(start.enterprise.map(enterprise));
    let recorded = app.record::<Placement>(&may, placement(id), requires, Command::Start(start), &recording).await?;
    Ok(recorded.at(format!("/api/v1/placements/{id}")))
}

#[utoipa::path(operation_id = "show_placement", tag = "practice", summary = "Show a placement", params(("placement" = PlacementId, Path)),
    responses((status = 200, body = PlacementBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[get("/v1/placements/{placement}")]
pub async fn show(
    _: May<ShowPlacement>,
    id: PathId<PlacementId>,
    app: Data<App>,
) -> Result<Shown<PlacementBody>, Failure> {
    let position = app.head();
    let (state, version) = app.log().load::<Placement>(&placement(id.0)).await?;
    let body = body(id.0, state).map_err(|rejection| Failure::rejected(&rejection))?;
    Ok(Shown::new(body, position).version(version))
}

#[utoipa::path(tag = "practice", summary = "Log days at the site", params(("placement" = PlacementId, Path)),
    request_body = PlacementDays,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/placements/{placement}/days")]
pub async fn log_days(
    may: May<LogDays>,
    recording: Recording<PlacementDays>,
    id: PathId<PlacementId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (PlacementDays { dates, hours_a_day }, recording) = recording.take();
    let command = Command::LogDays { dates, hours_a_day };
    app.record::<Placement>(&may, placement(id.0), vec![], command, &recording).await
}

#[utoipa::path(tag = "practice", summary = "Record the end of a placement and its assessment",
    params(("placement" = PlacementId, Path)), request_body = PlacementCompletion,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/placements/{placement}/completion")]
pub async fn complete(
    may: May<CompletePlacement>,
    recording: Recording<PlacementCompletion>,
    id: PathId<PlacementId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (PlacementCompletion { last_day, result }, recording) = recording.take();
    app.record::<Placement>(&may, placement(id.0), vec![], Command::Complete { last_day, result }, &recording).await
}

#[utoipa::path(tag = "practice", summary = "Void a placement: it never took place, or was recorded twice",
    params(("placement" = PlacementId, Path)), request_body = PlacementVoid,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/placements/{placement}/void")]
pub async fn void(
    may: May<VoidPlacement>,
    recording: Recording<PlacementVoid>,
    id: PathId<PlacementId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (PlacementVoid { on, reason }, recording) = recording.take();
    app.record::<Placement>(&may, placement(id.0), vec![], Command::Void { on, reason }, &recording).await
}

fn body(placement: PlacementId, state: State) -> Result<PlacementBody, Rejection> {
    let (start, logged, completion) = match state {
        State::Running { start, logged } => (start, logged, None),
        State::Completed { start, logged, last_day, result } => {
            (start, logged, Some(PlacementCompletion { last_day, result }))
        }
        State::Voided => return Err(Rejection::PlacementIsVoided),
        State::Absent => return Err(Rejection::NotStarted),
    };
    let logged = logged.into_iter().map(|(dates, hours_a_day)| PlacementDays { dates, hours_a_day });
    Ok(PlacementBody { placement, start, logged: logged.collect(), completion })
}

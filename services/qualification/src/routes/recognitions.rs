//! Recognitions: applied for, listed, shown, and put on record from the time of older rules.

use access::Object;
use access::permissions::{ApplyForRecognition, ListRecognitions, RecordLegacy, ShowRecognition};
use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Cursor, Page, Problem, ProposedBody, RecordedBody};
use dossiers::{ApplicationFilter, ApplicationState, DossierProjection, Dossiers};
use eventlog::StreamId;
use events::TeacherEvent;
use host::{App, Asks, AtLeast, Failure, May, Params, PathId, Recorded, Recording, Shown};
use kernel::{Day, RecognitionId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::applying::applied_for;
use super::{organisation, pack, recognition, refuse_retired_pack};
use crate::recognition::{Application, Command, Legacy, Recognition, Rejection, legacy_id};
use crate::shown::{ApplicationBody, RecognitionBody};

/// The longest page.
const MOST: u32 = 200;

/// Which applications are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichApplications {
    /// How far they have come; those that are open when not given.
    #[param(inline)]
    state: Option<ApplicationState>,
    /// A school's id or code, a city's 6 digits or a province's 2.
    area: Option<String>,
    /// `next` of the page before.
    after: Option<Cursor>,
    /// At most so many, up to 200.
    limit: Option<u32>,
}

#[utoipa::path(tag = "qualification", summary = "Apply for recognition as double-qualified; one application at a level is open at a time", request_body = Application,
    responses((status = 201, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/recognitions")]
pub async fn apply(
    asks: Asks<ApplyForRecognition>,
    recording: Recording<Application>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (application, recording) = recording.take();
    let may = asks.about(Object::Teacher(application.teacher), "teacher").await?;
    refuse_retired_pack(&app, application.pack, application.on).await?;
    let id = applied_for(&app, application.teacher, application.level, recording.command(&may)).await?;
    let requires = vec![StreamId::of::<TeacherEvent>(application.teacher.uuid()), pack(application.pack)];
    let command = Command::Apply(application);
    let recorded = app.record::<Recognition>(&may, recognition(id), requires, command, &recording).await?;
    Ok(recorded.at(format!("/api/v1/recognitions/{id}")))
}

#[utoipa::path(tag = "qualification", summary = "Put a recognition on record that was granted under older rules",
    request_body = Legacy,
    responses((status = 201, body = RecordedBody), (status = 202, body = ProposedBody), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/legacy-recognitions")]
pub async fn record_legacy(
    asks: Asks<RecordLegacy>,
    recording: Recording<Legacy>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (legacy, recording) = recording.take();
    let may = asks.about(Object::Teacher(legacy.teacher), "teacher").await?;
    let id = legacy_id(legacy.teacher, legacy.rule.as_str(), legacy.on);
    let requires = vec![StreamId::of::<TeacherEvent>(legacy.teacher.uuid()), organisation(legacy.authority)];
    let command = Command::RecordLegacy(legacy);
    let recorded = app.record::<Recognition>(&may, recognition(id), requires, command, &recording).await?;
    Ok(recorded.at(format!("/api/v1/recognitions/{id}")))
}

#[utoipa::path(operation_id = "recognitions", tag = "qualification",
    summary = "Applications for recognition, the oldest first", params(WhichApplications, AtLeast),
    responses((status = 200, body = Page<ApplicationBody>), (status = 400, body = Problem),
        (status = 503, body = Problem)))]
#[get("/v1/recognitions")]
pub async fn list_applications(
    may: May<ListRecognitions>,
    which: Params<WhichApplications>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<Page<ApplicationBody>>, Failure> {
    let view = app.fresh(DossierProjection::NAME, &at_least).await?;
    let dossiers = Dossiers::new(view, may.scope(), may.today());
    let limit = which.0.limit.unwrap_or(MOST).clamp(1, MOST);
    let filter = filter(which.0, limit + 1)?;
    let position = dossiers.position();
    let rows = dossiers.applications(&filter).await?.into_iter().map(ApplicationBody::from).collect();
    let key = |row: &ApplicationBody| vec![row.on.to_string(), row.recognition.to_string()];
    let page = Page::cut(rows, limit as usize, position.to_string(), key);
    may.saw(&app, page.items.iter().map(|row| row.teacher).collect()).await?;
    Ok(Shown::new(page, position))
}

fn filter(which: WhichApplications, limit: u32) -> Result<ApplicationFilter, Failure> {
    let after = match &which.after {
        Some(cursor) => {
            let key = cursor.key::<2>().and_then(|[day, id]| Ok((Day::parse(day)?, RecognitionId::parse(id)?)));
            Some(key.map_err(|malformed| Failure::parameter("after", &malformed))?)
        }
        None => None,
    };
    let (state, area) = (which.state.unwrap_or_default(), which.area.unwrap_or_default());
    Ok(ApplicationFilter { state, area, after, limit })
}

#[utoipa::path(tag = "qualification", summary = "Show a recognition, with what it was decided on and what became of it",
    params(("recognition" = RecognitionId, Path)),
    responses((status = 200, body = RecognitionBody), (status = 404, body = Problem)))]
#[get("/v1/recognitions/{recognition}")]
pub async fn show(
    _: May<ShowRecognition>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Shown<RecognitionBody>, Failure> {
    let position = app.head();
    let (state, version) = app.log().load::<Recognition>(&recognition(id.0)).await?;
    let record = state.record().ok_or_else(|| Failure::rejected(&Rejection::NotApplied))?;
    Ok(Shown::new(RecognitionBody::of(id.0, record), position).version(version))
}

//! Recognitions: applied for, decided, reviewed, revoked, appealed.

use access::Object;
use access::permissions::{
    ApplyForRecognition, GrantRecognition, LodgeAppeal, RefuseRecognition, ResolveAppeal, ReviewRecognition,
    RevokeRecognition, ShowRecognition,
};
use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Code, Fault, Place, Problem, RecordedBody};
use eventlog::StreamId;
use events::{OrganisationEvent, PackEvent, RecognitionEvent, TeacherEvent};
use host::{App, Asks, Failure, May, PathId, Recorded, Recording, Right, Shown};
use kernel::vocabulary::Level;
use kernel::{Day, Document, OrganisationId, Reason, RecognitionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::recognition::{Application, Command, Grant, Recognition, Rejection, State};

/// A grant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantBody {
    /// The first day it is valid.
    on: Day,
    /// The level granted.
    level: Level,
    /// The body that decides.
    authority: OrganisationId,
    /// The last day before it must have been reviewed; at most five years later.
    review_due: Day,
    /// The decision.
    #[serde(default)]
    document: Option<Document>,
}

/// A refusal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The day.
    on: Day,
    /// The body that decides.
    authority: OrganisationId,
    /// Why.
    reason: Reason,
}

/// A review.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// The day.
    on: Day,
    /// The last day before the next review.
    review_due: Day,
}

/// When and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grounds {
    /// The day.
    on: Day,
    /// Why.
    reason: Reason,
}

/// How an appeal was decided.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    /// The day.
    on: Day,
    /// Whether it is upheld.
    upheld: bool,
    /// Why.
    reason: Reason,
}

/// How far a recognition has come.
#[derive(Serialize, ToSchema)]
pub struct RecognitionBody {
    /// The recognition.
    recognition: RecognitionId,
    /// `applied`, `granted`, `refused` or `revoked`.
    #[schema(example = "granted")]
    state: &'static str,
    /// The application, unless revoked.
    application: Option<Application>,
    /// The last day before it must have been reviewed, once granted.
    review_due: Option<Day>,
    /// Whether an appeal is open.
    appealed: bool,
}

fn stream(id: RecognitionId) -> StreamId {
    StreamId::of::<RecognitionEvent>(id.uuid())
}

fn organisation(id: OrganisationId) -> StreamId {
    StreamId::of::<OrganisationEvent>(id.uuid())
}

#[utoipa::path(tag = "qualification", summary = "Apply for recognition as double-qualified", request_body = Application,
    responses((status = 201, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/recognitions")]
pub async fn apply(
    asks: Asks<ApplyForRecognition>,
    recording: Recording<Application>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (application, recording) = recording.take();
    let may = asks.about(Object::Teacher(application.teacher), "teacher").await?;
    let id = RecognitionId::new(recording.command(&may).uuid());
    let teacher = StreamId::of::<TeacherEvent>(application.teacher.uuid());
    let pack = StreamId::of::<PackEvent>(application.pack.uuid());
    let command = Command::Apply(application);
    let recorded = app.record::<Recognition>(&may, stream(id), vec![teacher, pack], command, &recording).await?;
    Ok(recorded.at(format!("/api/v1/recognitions/{id}")))
}

#[utoipa::path(tag = "qualification", summary = "Show a recognition", params(("recognition" = RecognitionId, Path)),
    responses((status = 200, body = RecognitionBody), (status = 404, body = Problem)))]
#[get("/v1/recognitions/{recognition}")]
pub async fn show(
    _: May<ShowRecognition>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Shown<RecognitionBody>, Failure> {
    let position = app.head();
    let (state, version) = app.log().load::<Recognition>(&stream(id.0)).await?;
    let recognition = id.0;
    let body = |state, application, review_due, appealed| RecognitionBody {
        recognition,
        state,
        application,
        review_due,
        appealed,
    };
    let body = match state {
        State::Absent => return Err(Failure::rejected(&Rejection::NotApplied)),
        State::Applied(application) => body("applied", Some(application), None, false),
        State::Granted { application, review_due, .. } => body("granted", Some(application), Some(review_due), false),
        State::Refused { application, appealed } => body("refused", Some(application), None, appealed),
        State::Revoked { appealed } => body("revoked", None, None, appealed),
    };
    Ok(Shown::new(body, position).version(version))
}

#[utoipa::path(tag = "qualification", summary = "Grant a recognition", params(("recognition" = RecognitionId, Path)),
    request_body = GrantBody,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/recognitions/{recognition}/grant")]
pub async fn grant(
    may: May<GrantRecognition>,
    recording: Recording<GrantBody>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (GrantBody { on, level, authority, review_due, document }, recording) = recording.take();
    refuse_other_authority(&may, authority)?;
    let evidence_position = app.head().to_string();
    let command = Command::Grant(Grant { on, level, authority, review_due, evidence_position, document });
    app.record::<Recognition>(&may, stream(id.0), vec![organisation(authority)], command, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Refuse an application", params(("recognition" = RecognitionId, Path)),
    request_body = Refusal,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/recognitions/{recognition}/refusal")]
pub async fn refuse(
    may: May<RefuseRecognition>,
    recording: Recording<Refusal>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Refusal { on, authority, reason }, recording) = recording.take();
    refuse_other_authority(&may, authority)?;
    let command = Command::Refuse { on, authority, reason };
    app.record::<Recognition>(&may, stream(id.0), vec![organisation(authority)], command, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Review a recognition", params(("recognition" = RecognitionId, Path)),
    request_body = Review,
    responses((status = 200, body = RecordedBody), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/recognitions/{recognition}/review")]
pub async fn review(
    may: May<ReviewRecognition>,
    recording: Recording<Review>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Review { on, review_due }, recording) = recording.take();
    app.record::<Recognition>(&may, stream(id.0), vec![], Command::Review { on, review_due }, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Revoke a recognition", params(("recognition" = RecognitionId, Path)),
    request_body = Grounds,
    responses((status = 200, body = RecordedBody), (status = 409, body = Problem)))]
#[post("/v1/recognitions/{recognition}/revocation")]
pub async fn revoke(
    may: May<RevokeRecognition>,
    recording: Recording<Grounds>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Grounds { on, reason }, recording) = recording.take();
    app.record::<Recognition>(&may, stream(id.0), vec![], Command::Revoke { on, reason }, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Appeal", params(("recognition" = RecognitionId, Path)),
    request_body = Grounds,
    responses((status = 200, body = RecordedBody), (status = 409, body = Problem)))]
#[post("/v1/recognitions/{recognition}/appeal")]
pub async fn lodge_appeal(
    may: May<LodgeAppeal>,
    recording: Recording<Grounds>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Grounds { on, reason }, recording) = recording.take();
    app.record::<Recognition>(&may, stream(id.0), vec![], Command::LodgeAppeal { on, reason }, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Decide an appeal", params(("recognition" = RecognitionId, Path)),
    request_body = Resolution,
    responses((status = 200, body = RecordedBody), (status = 409, body = Problem)))]
#[post("/v1/recognitions/{recognition}/appeal-resolution")]
pub async fn resolve_appeal(
    may: May<ResolveAppeal>,
    recording: Recording<Resolution>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Resolution { on, upheld, reason }, recording) = recording.take();
    let command = Command::ResolveAppeal { on, upheld, reason };
    app.record::<Recognition>(&may, stream(id.0), vec![], command, &recording).await
}

/// An authority decides in its own name: whoever acts in a role held at one names that one. The operator, who puts on
/// record what others decided, names any.
fn refuse_other_authority(right: &Right, authority: OrganisationId) -> Result<(), Failure> {
    match right.held().and_then(|held| held.organisation) {
        Some(own) if own != authority => {
            let fault = Fault::new(Place::field("authority"), "the role is held at another organisation");
            Err(Problem::new(Code::Rejected).rejection("not_your_authority").fault(fault).into())
        }
        _ => Ok(()),
    }
}

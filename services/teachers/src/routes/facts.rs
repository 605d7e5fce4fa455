//! What is said about a person and about recorded facts: breaches, confirmation, dispute, verification, voiding.

use actix_web::post;
use actix_web::web::Data;
use contracts::{Problem, RecordedBody};
use host::{App, Failure, PathId, PathIds, Recorded, Recording};
use kernel::{Day, Document, EventId, OrganisationId, Reason, TeacherId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::record;
use crate::teacher::Command;

/// A confirmed breach of teacher ethics.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Breach {
    /// The first day in force.
    on: Day,
    /// The decision.
    #[serde(default)]
    document: Option<Document>,
}

/// A day.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnDay {
    /// The day.
    on: Day,
}

/// When and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// The day.
    on: Day,
    /// Why.
    reason: Reason,
}

/// A school's verification.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// The day.
    on: Day,
    /// The school.
    school: OrganisationId,
}

#[utoipa::path(tag = "teachers", summary = "Record a confirmed breach of teacher ethics",
    params(("teacher" = TeacherId, Path)), request_body = Breach,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/breaches")]
pub async fn confirm_breach(
    recording: Recording<Breach>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Breach { on, document }, recording) = recording.take();
    record(&app, teacher.0, vec![], Command::ConfirmBreach { on, document }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Lift a breach; the day is the first on which it is no longer in force",
    params(("teacher" = TeacherId, Path), ("breach" = EventId, Path)), request_body = OnDay,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/teachers/{teacher}/breaches/{breach}/lifting")]
pub async fn lift_breach(
    recording: Recording<OnDay>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (OnDay { on }, recording) = recording.take();
    record(&app, ids.0, vec![], Command::LiftBreach { breach: ids.1, on }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "The teacher confirms a fact",
    params(("teacher" = TeacherId, Path), ("fact" = EventId, Path)), request_body = OnDay,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/facts/{fact}/confirmation")]
pub async fn confirm(
    recording: Recording<OnDay>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (OnDay { on }, recording) = recording.take();
    record(&app, ids.0, vec![], Command::ConfirmFact { fact: ids.1, on }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "The teacher disputes a fact",
    params(("teacher" = TeacherId, Path), ("fact" = EventId, Path)), request_body = Objection,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/facts/{fact}/dispute")]
pub async fn dispute(
    recording: Recording<Objection>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Objection { on, reason }, recording) = recording.take();
    record(&app, ids.0, vec![], Command::DisputeFact { fact: ids.1, on, reason }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "A school verifies a fact",
    params(("teacher" = TeacherId, Path), ("fact" = EventId, Path)), request_body = Verification,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/teachers/{teacher}/facts/{fact}/verification")]
pub async fn verify(
    recording: Recording<Verification>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Verification { on, school }, recording) = recording.take();
    record(&app, ids.0, vec![], Command::VerifyFact { fact: ids.1, on, school }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Void a fact: it was never true, or was recorded twice",
    params(("teacher" = TeacherId, Path), ("fact" = EventId, Path)), request_body = Objection,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/facts/{fact}/void")]
pub async fn void(
    recording: Recording<Objection>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Objection { on, reason }, recording) = recording.take();
    record(&app, ids.0, vec![], Command::VoidFact { fact: ids.1, on, reason }, &recording).await
}

//! What is said about a person and about recorded facts: breaches, confirmation, dispute, verification, voiding.

use access::permissions::{ConfirmBreach, ConfirmFact, DisputeFact, LiftBreach, VerifyFact, VoidFact};
use actix_web::post;
use actix_web::web::Data;
use contracts::{Problem, ProposedBody, RecordedBody};
use host::{App, Failure, May, PathId, PathIds, Recorded, Recording};
use kernel::{Day, Document, EventId, OrganisationId, Reason, TeacherId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::record;
use crate::person::{holder, refuse_other_school, refuse_other_schools, stream};
use crate::said_of::of_oneself;
use crate::teacher::{Command, Teacher};

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
    may: May<ConfirmBreach>,
    recording: Recording<Breach>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Breach { on, document }, recording) = recording.take();
    record(&app, &may, teacher.0, vec![], Command::ConfirmBreach { on, document }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Lift a breach; the day is the first on which it is no longer in force",
    params(("teacher" = TeacherId, Path), ("breach" = EventId, Path)), request_body = OnDay,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/teachers/{teacher}/breaches/{breach}/lifting")]
pub async fn lift_breach(
    may: May<LiftBreach>,
    recording: Recording<OnDay>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (OnDay { on }, recording) = recording.take();
    let entry = holder(&app, ids.0, ids.1).await?;
    record(&app, &may, entry, vec![], Command::LiftBreach { breach: ids.1, on }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "The teacher confirms a fact of the own record, a training session or a placement",
    params(("teacher" = TeacherId, Path), ("fact" = EventId, Path)), request_body = OnDay,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/facts/{fact}/confirmation")]
pub async fn confirm(
    may: May<ConfirmFact>,
    recording: Recording<OnDay>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (OnDay { on }, recording) = recording.take();
    let (entry, fact, of) = of_oneself(&app, &may, ids.0, ids.1).await?;
    record(&app, &may, entry, vec![], Command::ConfirmFact { fact, of, on }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "The teacher disputes a fact of the own record, a training session or a placement",
    params(("teacher" = TeacherId, Path), ("fact" = EventId, Path)), request_body = Objection,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/facts/{fact}/dispute")]
pub async fn dispute(
    may: May<DisputeFact>,
    recording: Recording<Objection>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Objection { on, reason }, recording) = recording.take();
    let (entry, fact, of) = of_oneself(&app, &may, ids.0, ids.1).await?;
    record(&app, &may, entry, vec![], Command::DisputeFact { fact, of, on, reason }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "A school verifies a fact",
    params(("teacher" = TeacherId, Path), ("fact" = EventId, Path)), request_body = Verification,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/teachers/{teacher}/facts/{fact}/verification")]
pub async fn verify(
    may: May<VerifyFact>,
    recording: Recording<Verification>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Verification { on, school }, recording) = recording.take();
    let entry = holder(&app, ids.0, ids.1).await?;
    refuse_other_school(&may, school)?;
    refuse_other_schools(&app, &may, entry, ids.1).await?;
    record(&app, &may, entry, vec![], Command::VerifyFact { fact: ids.1, on, school }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Void a fact: it was never true, or was recorded twice; what the teacher confirmed, and a breach, needs a second person",
    params(("teacher" = TeacherId, Path), ("fact" = EventId, Path)), request_body = Objection,
    responses((status = 200, body = RecordedBody), (status = 202, body = ProposedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/facts/{fact}/void")]
pub async fn void(
    may: May<VoidFact>,
    recording: Recording<Objection>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Objection { on, reason }, recording) = recording.take();
    let entry = holder(&app, ids.0, ids.1).await?;
    let command = Command::VoidFact { fact: ids.1, on, reason };
    refuse_other_schools(&app, &may, entry, ids.1).await?;
    let (state, _) = app.log().load::<Teacher>(&stream(entry)).await?;
    if state.needs_two_to_void(ids.1) {
        return app.record_seconded::<Teacher>(&may, stream(entry), vec![], command, &recording).await;
    }
    record(&app, &may, entry, vec![], command, &recording).await
}

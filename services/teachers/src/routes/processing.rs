//! What may be done with a person's data: restriction, its lifting, erasure. The event comes first; then the vault,
//! which a retry reaches as well.

use access::permissions::{EraseTeacher, LiftRestriction, RestrictProcessing};
use actix_web::post;
use actix_web::web::Data;
use contracts::{Problem, ProposedBody, RecordedBody};
use host::{App, Failure, May, PathId, Recorded, Recording, Right};
use kernel::{Day, Reason, TeacherId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::following::follow;
use crate::person;
use crate::teacher::{Command, Teacher};

/// When and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Because {
    /// The day.
    pub(super) on: Day,
    /// Why.
    pub(super) reason: Reason,
}

#[utoipa::path(tag = "teachers", summary = "Restrict processing of a person's data to storage",
    params(("teacher" = TeacherId, Path)), request_body = Because,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/restrictions")]
pub async fn restrict(
    may: May<RestrictProcessing>,
    recording: Recording<Because>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Because { on, reason }, recording) = recording.take();
    carry_out(&app, &may, teacher.0, Command::Restrict { on, reason }, recording).await
}

#[utoipa::path(tag = "teachers", summary = "Lift a restriction",
    params(("teacher" = TeacherId, Path)), request_body = Because,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/restriction-liftings")]
pub async fn lift_restriction(
    may: May<LiftRestriction>,
    recording: Recording<Because>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Because { on, reason }, recording) = recording.take();
    carry_out(&app, &may, teacher.0, Command::LiftRestriction { on, reason }, recording).await
}

#[utoipa::path(tag = "teachers", summary = "Erase a person: their keys are destroyed, and nobody can read who it was",
    params(("teacher" = TeacherId, Path)), request_body = Because,
    responses((status = 200, body = RecordedBody), (status = 202, body = ProposedBody), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
#[post("/v1/teachers/{teacher}/erasure")]
pub async fn erase(
    may: May<EraseTeacher>,
    recording: Recording<Because>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Because { on, reason }, recording) = recording.take();
    carry_out(&app, &may, teacher.0, Command::Erase { on, reason }, recording).await
}

/// Records it, then does in the vault what follows, whether or not the caller stays to hear of it.
async fn carry_out(
    app: &App,
    right: &Right,
    teacher: TeacherId,
    command: Command,
    recording: Recording<()>,
) -> Result<Recorded, Failure> {
    let (to_do, right) = (app.clone(), right.clone());
    let work = async move {
        let recorded = to_do.record::<Teacher>(&right, person::stream(teacher), vec![], command, &recording).await?;
        // A proposal has changed nothing yet.
        if recorded.body().is_some() {
            follow(&to_do, teacher).await?;
        }
        Ok(recorded)
    };
    app.detached(work).await?
}

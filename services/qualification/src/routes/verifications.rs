//! Verification: a school asks about somebody who comes from elsewhere, by their id number and for a stated purpose.

use access::permissions::VerifyTeacher;
use access::{Object, Place};
use actix_web::post;
use actix_web::web::Data;
use contracts::Problem;
use dossiers::{DossierProjection, Dossiers};
use host::{App, AtLeast, Body, Failure, May, Shown};
use kernel::code::CitizenId;
use kernel::{Day, Reach, Scope, TeacherId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::no_answer;
use crate::pace::Pace;
use crate::standing::{self, StatusBody};

/// Who is to be verified. The number stands in the body, because addresses end up in logs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerificationRequest {
    /// The citizen id number, as the person shows it.
    citizen_id: CitizenId,
    /// The day it is about; today when not given.
    #[serde(default)]
    as_of: Option<Day>,
}

#[utoipa::path(operation_id = "verify", tag = "qualification",
    summary = "Verify somebody's qualification by their id number, for a stated purpose", params(AtLeast),
    request_body = VerificationRequest,
    responses((status = 200, body = StatusBody), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
#[post("/v1/verifications")]
pub async fn verify(
    may: May<VerifyTeacher>,
    asked: Body<VerificationRequest>,
    at_least: AtLeast,
    pace: Data<Pace>,
    app: Data<App>,
) -> Result<Shown<StatusBody>, Failure> {
    pace.step(may.principal().account, app.clock().now())?;
    let teacher = found(&app, &asked.0.citizen_id, may.today()).await?;
    may.saw(&app, vec![teacher]).await?;
    let view = app.fresh_for(&may, DossierProjection::NAME, &at_least).await?;
    let dossiers = Dossiers::new(view, Scope::of([Reach::Person(teacher)]), may.today());
    let known = standing::known(&dossiers, None);
    let on = asked.0.as_of.unwrap_or(may.today());
    let body = standing::status(&dossiers, teacher, on, &known).await.map_err(no_answer)?;
    Ok(Shown::new(body, known))
}

/// The person with this number, unless their processing is restricted or they have been erased.
async fn found(app: &App, number: &CitizenId, today: Day) -> Result<TeacherId, Failure> {
    let person = app.vault().find(number).await?.ok_or_else(nobody)?;
    match app.access().place(&Object::Teacher(person), today).await? {
        Some(Place { is_closed: false, subject, .. }) => Ok(subject.unwrap_or(person)),
        Some(_) | None => Err(nobody()),
    }
}

/// Not on the register, and not to be spoken of, are one answer.
fn nobody() -> Failure {
    Failure::not_found("person on the register")
}

//! Identity: registration, correction, restriction.

use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Problem, RecordedBody};
use host::{App, Failure, PathId, Recorded, Recording, Shown};
use kernel::code::CitizenId;
use kernel::{Day, Name, Reason, TeacherId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vault::Identity;

use super::{person, record};
use crate::teacher::{Command, Rejection, State, Teacher};

/// Who somebody is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The day of registration.
    on: Day,
    /// The name.
    name: Name,
    /// The citizen id number; a foreign expert may have none.
    #[serde(default)]
    citizen_id: Option<CitizenId>,
}

/// A corrected identity.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// From this day on.
    on: Day,
    /// The name.
    name: Name,
    /// The citizen id number.
    #[serde(default)]
    citizen_id: Option<CitizenId>,
    /// Why.
    reason: Reason,
}

/// When and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Because {
    /// The day.
    on: Day,
    /// Why.
    reason: Reason,
}

/// A person's record as it stands.
#[derive(Serialize, ToSchema)]
pub struct PersonBody {
    /// The person.
    teacher: TeacherId,
    /// The recorded facts that stand, by the ids of the events that recorded them.
    facts: Vec<FactBody>,
}

/// A recorded fact.
#[derive(Serialize, ToSchema)]
pub struct FactBody {
    /// The event that recorded it.
    id: kernel::EventId,
    /// What it is.
    kind: &'static str,
}

#[utoipa::path(tag = "teachers", summary = "Put a person on the register; the same id number is always the same person",
    request_body = Registration,
    responses((status = 201, body = RecordedBody), (status = 400, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/teachers")]
pub async fn register(recording: Recording<Registration>, app: Data<App>) -> Result<Recorded, Failure> {
    let (Registration { on, name, citizen_id }, recording) = recording.take();
    let teacher = match &citizen_id {
        Some(number) => app.vault().enrol(std::slice::from_ref(number)).await?.into_iter().next(),
        None => None,
    };
    // Without an id number the person is named by the command, so that a retry is the same person.
    let teacher = teacher.unwrap_or_else(|| TeacherId::new(recording.command.uuid()));
    if citizen_id.is_none() {
        app.vault().enrol_unnumbered(teacher).await?;
    }
    let identity = app.vault().seal(teacher, &Identity { name, citizen_id }).await?;
    let recorded = record(&app, teacher, vec![], Command::Register { on, identity }, &recording).await?;
    Ok(recorded.at(format!("/api/v1/teachers/{teacher}")))
}

#[utoipa::path(tag = "teachers", summary = "Show the facts that stand in a person's own record",
    params(("teacher" = TeacherId, Path)),
    responses((status = 200, body = PersonBody), (status = 404, body = Problem)))]
#[get("/v1/teachers/{teacher}")]
pub async fn show(teacher: PathId<TeacherId>, app: Data<App>) -> Result<Shown<PersonBody>, Failure> {
    let position = app.head();
    let (state, version) = app.log().load::<Teacher>(&person(teacher.0)).await?;
    if version.0 == 0 {
        return Err(Failure::rejected(&Rejection::NotRegistered));
    }
    Ok(Shown::new(body(teacher.0, &state), position).version(version))
}

#[utoipa::path(tag = "teachers", summary = "Correct name or id number",
    params(("teacher" = TeacherId, Path)), request_body = Correction,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/teachers/{teacher}/identity-corrections")]
pub async fn correct(
    recording: Recording<Correction>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Correction { on, name, citizen_id, reason }, recording) = recording.take();
    if let Some(number) = &citizen_id {
        app.vault().assign(number, teacher.0).await?;
    }
    let identity = app.vault().seal(teacher.0, &Identity { name, citizen_id }).await?;
    record(&app, teacher.0, vec![], Command::CorrectIdentity { on, identity, reason }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Restrict processing of a person's data to storage",
    params(("teacher" = TeacherId, Path)), request_body = Because,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/restrictions")]
pub async fn restrict(
    recording: Recording<Because>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Because { on, reason }, recording) = recording.take();
    record(&app, teacher.0, vec![], Command::Restrict { on, reason }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Lift a restriction",
    params(("teacher" = TeacherId, Path)), request_body = Because,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/restriction-liftings")]
pub async fn lift_restriction(
    recording: Recording<Because>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Because { on, reason }, recording) = recording.take();
    record(&app, teacher.0, vec![], Command::LiftRestriction { on, reason }, &recording).await
}

fn body(teacher: TeacherId, state: &State) -> PersonBody {
    let facts = state.facts().map(|(id, fact)| FactBody { id, kind: fact.kind() });
    PersonBody { teacher, facts: facts.collect() }
}

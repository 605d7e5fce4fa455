//! Identity: registration and correction.

use access::permissions::{CorrectIdentity, RegisterTeacher};
use actix_web::post;
use actix_web::web::Data;
use contracts::{Problem, RecordedBody};
use decider::Decider;
use host::{App, Failure, May, PathId, Recorded, Recording, Right};
use kernel::code::CitizenId;
use kernel::{Day, Name, Reason, TeacherId};
use serde::Deserialize;
use utoipa::ToSchema;
use vault::{Identity, VaultError};

use super::known::{Known, answered_before, learned_of, numbered, refuse_stale};
use super::record;
use crate::person::{Opening, Person, stream};
use crate::teacher::{Command, Teacher};

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
    /// The citizen id number; as it is on record when not given. The one before no longer leads to the person.
    #[serde(default)]
    citizen_id: Option<CitizenId>,
    /// Why.
    reason: Reason,
}

#[utoipa::path(tag = "teachers", summary = "Put a person on the register; the same id number is always the same person",
    request_body = Registration,
    responses((status = 201, body = RecordedBody), (status = 400, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/teachers")]
pub async fn register(
    may: May<RegisterTeacher>,
    recording: Recording<Registration>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Registration { on, name, citizen_id }, recording) = recording.take();
    let known = match &citizen_id {
        Some(number) => numbered(&app, &may, number, &name, &recording).await?,
        None => {
            // Without an id number the person is named by the command, so that a retry is the same person.
            let teacher = TeacherId::new(recording.command(&may).uuid());
            app.vault().enrol_unnumbered(teacher).await?;
            Known::Free(teacher)
        }
    };
    let clear = Identity { name, citizen_id };
    let (teacher, recorded) = match known {
        Known::Answered(teacher, recorded) => (teacher, recorded),
        Known::Free(teacher) => {
            let identity = app.vault().seal(teacher, &clear).await?;
            let command = Command::Register { on, identity };
            (teacher, record(&app, &may, teacher, vec![], command, &recording).await?)
        }
    };
    settle(&app, teacher, &clear, &recorded).await?;
    Ok(recorded.at(format!("/api/v1/teachers/{teacher}")))
}

#[utoipa::path(tag = "teachers", summary = "Correct name or id number",
    params(("teacher" = TeacherId, Path)), request_body = Correction,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/teachers/{teacher}/identity-corrections")]
pub async fn correct(
    may: May<CorrectIdentity>,
    recording: Recording<Correction>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Correction { on, name, citizen_id, reason }, recording) = recording.take();
    let citizen_id = match citizen_id {
        Some(number) => Some(number),
        None => on_record(&app, teacher.0).await?.and_then(|identity| identity.citizen_id),
    };
    let clear = Identity { name, citizen_id };
    let identity = app.vault().seal(teacher.0, &clear).await?;
    let command = Command::CorrectIdentity { on, identity, reason };
    if let Some(number) = &clear.citizen_id {
        if let Some(answered) = answered_before(&app, &may, teacher.0, command.clone(), &recording).await? {
            settle(&app, teacher.0, &clear, &answered).await?;
            return Ok(answered);
        }
        // Decided first: what is refused must not leave the number with the wrong person.
        let (state, version) = app.log().load::<Teacher>(&stream(teacher.0)).await?;
        refuse_stale(&recording, version)?;
        Teacher::decide(&state, &command).map_err(|rejection| Failure::rejected(&rejection))?;
        assign(&app, &may, number, teacher.0, &recording).await?;
    }
    let recorded = record(&app, &may, teacher.0, vec![], command, &recording).await?;
    settle(&app, teacher.0, &clear, &recorded).await?;
    Ok(recorded)
}

/// Makes the number lead to the person. Whoever learns that it leads to somebody else is on record for it.
async fn assign(
    app: &App,
    right: &Right,
    number: &CitizenId,
    teacher: TeacherId,
    recording: &Recording<()>,
) -> Result<(), Failure> {
    match app.vault().assign(number, teacher).await {
        Err(VaultError::SomebodyElse) => {
            if let Some(other) = app.vault().find(number).await? {
                let keeper = app.access().merged_into(other).await?.unwrap_or(other);
                learned_of(app, right, keeper, recording).await?;
            }
            Err(VaultError::SomebodyElse.into())
        }
        assigned => Ok(assigned?),
    }
}

/// Once the identity is on record, leaves the marks by which duplicates are found, and no other number that leads to the
/// person. Who was on record before keeps the identity of then, and so its marks; a request that is sent again leaves those of
/// what is on record now.
async fn settle(app: &App, teacher: TeacherId, identity: &Identity, recorded: &Recorded) -> Result<(), Failure> {
    let now = match recorded.body() {
        Some(body) if body.replayed => on_record(app, teacher).await?,
        Some(body) if !body.events.is_empty() => Some(identity.clone()),
        _ => None,
    };
    let Some(identity) = now else { return Ok(()) };
    if let Some(number) = &identity.citizen_id {
        app.vault().leave_only(number, teacher).await?;
    }
    Ok(app.vault().mark(teacher, &identity).await?)
}

/// Who the person is by the entry that stands for them; none where that may not be opened.
async fn on_record(app: &App, teacher: TeacherId) -> Result<Option<Identity>, Failure> {
    Person::load(app, teacher).await?.identity(app, Opening::Everyday).await
}

//! Organisations: schools, enterprises, authorities.

use access::Object;
use access::permissions::{
    CloseOrganisation, RegisterOrganisation, RenameOrganisation, ReportEnrolment, ReportHeadcount, ShowOrganisation,
};
use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Problem, RecordedBody};
use events::OrganisationProfile;
use host::{App, Asks, Failure, May, PathId, Recorded, Recording, Shown};
use kernel::{Day, Location, Name, OrganisationId, Reason};
use serde::Deserialize;
use utoipa::ToSchema;

use super::organisation;
use crate::organisation::{Command, Organisation, Rejection, State};

/// An organisation to be put on the register.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationRegistration {
    /// The day of registration.
    on: Day,
    /// What it is.
    profile: OrganisationProfile,
}

/// Another name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Renaming {
    /// The first day of the new name.
    on: Day,
    /// The new name.
    name: Name,
}

/// A closure.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    /// The last day.
    on: Day,
    /// Why.
    reason: Reason,
}

/// Reported staff.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Headcount {
    /// The day the count refers to.
    on: Day,
    /// Full-time teachers.
    full_time: u32,
    /// Of these, specialised-course teachers.
    specialised: u32,
    /// Part-time teachers.
    part_time: u32,
}

/// Reported students.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// The day the count refers to.
    on: Day,
    /// Full-time students.
    full_time: u32,
}

#[utoipa::path(operation_id = "register_organisation", tag = "teachers", summary = "Put an organisation on the register; a school's id follows from its code",
    request_body = OrganisationRegistration,
    responses((status = 201, body = RecordedBody), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/organisations")]
pub async fn register(
    asks: Asks<RegisterOrganisation>,
    recording: Recording<OrganisationRegistration>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (OrganisationRegistration { on, profile }, recording) = recording.take();
    let id = match &profile.school_code {
        Some(code) => OrganisationId::of_school(code),
        None => OrganisationId::of_name(profile.name.as_str()),
    };
    let location = Location { organisation: id, city: profile.division.city(), province: profile.reporting_province() };
    let may = asks.about(Object::At(location), "profile.division").await?;
    let command = Command::Register { on, profile };
    let recorded = app.record::<Organisation>(&may, organisation(id), vec![], command, &recording).await?;
    Ok(recorded.at(format!("/api/v1/organisations/{id}")))
}

#[utoipa::path(operation_id = "show_organisation", tag = "teachers", summary = "Show an organisation", params(("organisation" = OrganisationId, Path)),
    responses((status = 200, body = OrganisationProfile), (status = 404, body = Problem)))]
#[get("/v1/organisations/{organisation}")]
pub async fn show(
    _: May<ShowOrganisation>,
    id: PathId<OrganisationId>,
    app: Data<App>,
) -> Result<Shown<OrganisationProfile>, Failure> {
    let position = app.head();
    let (state, version) = app.log().load::<Organisation>(&organisation(id.0)).await?;
    match state {
        State::Active(profile) => Ok(Shown::new(profile, position).version(version)),
        State::Closed => Err(Failure::rejected(&Rejection::Closed)),
        State::Absent => Err(Failure::rejected(&Rejection::NotRegistered)),
    }
}

#[utoipa::path(tag = "teachers", summary = "Rename an organisation; its code stays",
    params(("organisation" = OrganisationId, Path)), request_body = Renaming,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/organisations/{organisation}/renamings")]
pub async fn rename(
    may: May<RenameOrganisation>,
    recording: Recording<Renaming>,
    id: PathId<OrganisationId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Renaming { on, name }, recording) = recording.take();
    app.record::<Organisation>(&may, organisation(id.0), vec![], Command::Rename { on, name }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Close an organisation",
    params(("organisation" = OrganisationId, Path)), request_body = Closure,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/organisations/{organisation}/closure")]
pub async fn close(
    may: May<CloseOrganisation>,
    recording: Recording<Closure>,
    id: PathId<OrganisationId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Closure { on, reason }, recording) = recording.take();
    app.record::<Organisation>(&may, organisation(id.0), vec![], Command::Close { on, reason }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Report staff",
    params(("organisation" = OrganisationId, Path)), request_body = Headcount,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/organisations/{organisation}/headcounts")]
pub async fn report_headcount(
    may: May<ReportHeadcount>,
    recording: Recording<Headcount>,
    id: PathId<OrganisationId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Headcount { on, full_time, specialised, part_time }, recording) = recording.take();
    let command = Command::ReportHeadcount { on, full_time, specialised, part_time };
    app.record::<Organisation>(&may, organisation(id.0), vec![], command, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Report students",
    params(("organisation" = OrganisationId, Path)), request_body = Enrolment,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/organisations/{organisation}/enrolments")]
pub async fn report_enrolment(
    may: May<ReportEnrolment>,
    recording: Recording<Enrolment>,
    id: PathId<OrganisationId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Enrolment { on, full_time }, recording) = recording.take();
    let command = Command::ReportEnrolment { on, full_time };
    app.record::<Organisation>(&may, organisation(id.0), vec![], command, &recording).await
}

//! The operations of the service. A handler takes apart, executes, answers.

mod listing;
mod members;

use actix_web::web::Data;
use eventlog::StreamId;
use events::{OrganisationEvent, TeacherEvent, TeamEvent};
use host::{App, Failure, Recorded, Recording, Right};
use kernel::{OrganisationId, TeacherId, TeamId};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::team::{Command, Team};

/// Adds the operations.
pub fn add(config: &mut ServiceConfig<'_>) {
    config
        .service(listing::approve)
        .service(listing::show)
        .service(listing::accept)
        .service(listing::send_to_rectify)
        .service(listing::delist)
        .service(members::join)
        .service(members::leave);
}

/// The stream of a team.
fn team(id: TeamId) -> StreamId {
    StreamId::of::<TeamEvent>(id.uuid())
}

/// The stream of the school that leads a team.
fn school(id: OrganisationId) -> StreamId {
    StreamId::of::<OrganisationEvent>(id.uuid())
}

/// The stream of a person.
fn person(teacher: TeacherId) -> StreamId {
    StreamId::of::<TeacherEvent>(teacher.uuid())
}

/// Records what is asked of a team.
async fn record(
    app: &Data<App>,
    right: &Right,
    id: TeamId,
    requires: Vec<StreamId>,
    command: Command,
    recording: &Recording<()>,
) -> Result<Recorded, Failure> {
    app.record::<Team>(right, team(id), requires, command, recording).await
}

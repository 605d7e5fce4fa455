//! The operations of the service. A handler takes apart, executes, answers.

mod imports;
mod sessions;

use actix_web::web::Data;
use eventlog::StreamId;
use events::{SessionEvent, SiteEvent, TeacherEvent};
use host::{App, Failure, Recorded, Recording, Right};
use kernel::{SessionId, SiteId, TeacherId};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::session::{Command, Session};

/// Adds the operations.
pub fn add(config: &mut ServiceConfig<'_>) {
    config
        .service(sessions::schedule)
        .service(sessions::show)
        .service(sessions::hold)
        .service(sessions::amend)
        .service(sessions::void)
        .service(imports::show);
}

/// The stream of a session.
fn session(id: SessionId) -> StreamId {
    StreamId::of::<SessionEvent>(id.uuid())
}

/// The stream of the base that holds a session.
fn base(id: SiteId) -> StreamId {
    StreamId::of::<SiteEvent>(id.uuid())
}

/// The stream of a person.
fn person(teacher: TeacherId) -> StreamId {
    StreamId::of::<TeacherEvent>(teacher.uuid())
}

/// Records what is asked of a session.
async fn record(
    app: &Data<App>,
    right: &Right,
    id: SessionId,
    requires: Vec<StreamId>,
    command: Command,
    recording: &Recording<()>,
) -> Result<Recorded, Failure> {
    app.record::<Session>(right, session(id), requires, command, recording).await
}

//! The operations of the service. A handler takes apart, executes, answers.

mod career;
mod facts;
mod identity;
mod organisations;

use actix_web::web::Data;
use eventlog::StreamId;
use events::{OrganisationEvent, TeacherEvent};
use host::{App, Failure, Recorded, Recording};
use kernel::{OrganisationId, TeacherId};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::teacher::{Command, Teacher};

/// Adds the operations.
pub fn add(config: &mut ServiceConfig<'_>) {
    config
        .service(identity::register)
        .service(identity::show)
        .service(identity::correct)
        .service(identity::restrict)
        .service(identity::lift_restriction)
        .service(career::record_post)
        .service(career::end_post)
        .service(career::assign_role)
        .service(career::end_role)
        .service(career::record_credential)
        .service(career::withdraw_credential)
        .service(career::record_enterprise_work)
        .service(career::record_achievement)
        .service(facts::confirm_breach)
        .service(facts::lift_breach)
        .service(facts::confirm)
        .service(facts::dispute)
        .service(facts::verify)
        .service(facts::void)
        .service(organisations::register)
        .service(organisations::show)
        .service(organisations::rename)
        .service(organisations::close)
        .service(organisations::report_headcount)
        .service(organisations::report_enrolment);
}

/// The stream of a person.
fn person(teacher: TeacherId) -> StreamId {
    StreamId::of::<TeacherEvent>(teacher.uuid())
}

/// The stream of an organisation.
fn organisation(id: OrganisationId) -> StreamId {
    StreamId::of::<OrganisationEvent>(id.uuid())
}

/// Records what is asked of a person.
async fn record(
    app: &Data<App>,
    teacher: TeacherId,
    requires: Vec<StreamId>,
    command: Command,
    recording: &Recording<()>,
) -> Result<Recorded, Failure> {
    app.record::<Teacher>(person(teacher), requires, command, recording).await
}

//! The operations of the service. A handler takes apart, executes, answers.

mod career;
mod corrections;
mod facts;
mod identity;
mod judgements;
mod known;
mod merging;
mod organisations;
mod processing;
mod showing;

use actix_web::web::Data;
use eventlog::StreamId;
use events::OrganisationEvent;
use host::{App, Failure, Recorded, Recording, Right};
use kernel::{OrganisationId, TeacherId};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::person::stream;
use crate::teacher::{Command, Teacher};

/// Adds the operations.
pub fn add(config: &mut ServiceConfig<'_>) {
    config
        .service(identity::register)
        .service(identity::correct)
        .service(showing::show)
        .service(showing::export)
        .service(showing::duplicates)
        .service(showing::compare)
        .service(processing::restrict)
        .service(processing::lift_restriction)
        .service(processing::erase)
        .service(merging::merge)
        .service(merging::unmerge)
        .service(corrections::request_correction)
        .service(corrections::answer_correction)
        .service(career::record_post)
        .service(career::end_post)
        .service(career::assign_role)
        .service(career::end_role)
        .service(career::record_credential)
        .service(career::withdraw_credential)
        .service(career::record_enterprise_work)
        .service(career::record_achievement)
        .service(judgements::judge_ability)
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

/// The stream of an organisation.
fn organisation(id: OrganisationId) -> StreamId {
    StreamId::of::<OrganisationEvent>(id.uuid())
}

/// Records what is asked of a person.
async fn record(
    app: &Data<App>,
    right: &Right,
    teacher: TeacherId,
    requires: Vec<StreamId>,
    command: Command,
    recording: &Recording<()>,
) -> Result<Recorded, Failure> {
    app.record::<Teacher>(right, stream(teacher), requires, command, recording).await
}

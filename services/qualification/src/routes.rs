//! The operations of the service. A handler takes apart, executes, answers.

mod changes;
mod lists;
mod packs;
mod recognitions;
mod standings;
mod verifications;

use contracts::{Code, Problem};
use host::Failure;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::standing::NoAnswer;

/// Adds the operations.
pub fn add(config: &mut ServiceConfig<'_>) {
    config
        .service(standings::status)
        .service(changes::changes)
        .service(standings::timeline)
        .service(standings::list)
        .service(verifications::verify)
        .service(lists::verify_list)
        .service(recognitions::apply)
        .service(recognitions::show)
        .service(recognitions::grant)
        .service(recognitions::refuse)
        .service(recognitions::review)
        .service(recognitions::revoke)
        .service(recognitions::lodge_appeal)
        .service(recognitions::resolve_appeal)
        .service(packs::publish)
        .service(packs::retire)
        .service(packs::current);
}

/// Why there is no answer, as a problem.
fn no_answer(reason: NoAnswer) -> Failure {
    match reason {
        NoAnswer::UnknownTeacher | NoAnswer::NoPack => Problem::new(Code::NotFound).detail(reason.to_string()).into(),
        NoAnswer::View(error) => error.into(),
        NoAnswer::Vault(error) => error.into(),
        NoAnswer::BrokeOff(error) => Failure::internal(error),
    }
}

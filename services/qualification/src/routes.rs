//! The operations of the service. A handler takes apart, executes, answers.

mod applying;
mod batches;
mod changes;
mod decisions;
mod lists;
mod packs;
mod recognitions;
mod simulations;
mod standings;
mod terms;
mod told;
mod verifications;

use contracts::{Code, Fault, Place, Problem};
use eventlog::{StreamId, Version};
use events::{OrganisationEvent, PackEvent, RecognitionEvent};
use host::{App, Failure, Right};
use kernel::{Day, OrganisationId, PackId, RecognitionId};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::batch::asked_for;
use crate::pack::{RulePack, State};
use crate::standing::NoAnswer;

/// Adds the operations.
pub fn add(config: &mut ServiceConfig<'_>) {
    config
        .service(standings::status)
        .service(changes::changes)
        .service(standings::timeline)
        .service(standings::list)
        .service(told::contradictions)
        .service(told::contradictions_at_site)
        .service(told::feed)
        .service(verifications::verify)
        .service(lists::verify_list)
        .service(recognitions::apply)
        .service(recognitions::record_legacy)
        .service(recognitions::list_applications)
        .service(recognitions::show)
        .service(decisions::grant)
        .service(decisions::refuse)
        .service(decisions::review)
        .service(decisions::revoke)
        .service(decisions::reinstate)
        .service(decisions::lodge_appeal)
        .service(decisions::resolve_appeal)
        .service(batches::decide_batch)
        .service(packs::publish)
        .service(packs::check)
        .service(packs::retire)
        .service(packs::list)
        .service(packs::current)
        .service(packs::show)
        .service(simulations::simulate)
        .service(simulations::show_simulation)
        .service(simulations::cancel_simulation)
        .service(simulations::simulated_teachers);
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

/// The stream of a recognition.
fn recognition(id: RecognitionId) -> StreamId {
    StreamId::of::<RecognitionEvent>(id.uuid())
}

/// The stream of an organisation.
fn organisation(id: OrganisationId) -> StreamId {
    StreamId::of::<OrganisationEvent>(id.uuid())
}

/// The stream of a version of a pack.
fn pack(id: PackId) -> StreamId {
    StreamId::of::<PackEvent>(id.uuid())
}

/// Nobody decides on what they asked for themself, in whichever role: neither the application nor the appeal.
async fn refuse_own(app: &App, right: &Right, id: RecognitionId) -> Result<(), Failure> {
    let history = app.log().read_stream(&recognition(id), Version::NONE, u32::MAX).await?;
    if asked_for(&right.actor(), &history) {
        let detail = "whoever asked for it does not decide on it; somebody else has to";
        return Err(Problem::new(Code::Rejected).rejection("own_request").detail(detail).into());
    }
    Ok(())
}

/// A pack that has been retired by the day judges nobody any more. One that is not there is refused where it is named.
async fn refuse_retired_pack(app: &App, id: PackId, on: Day) -> Result<(), Failure> {
    let (state, _) = app.log().load::<RulePack>(&pack(id)).await?;
    if matches!(state, State::Retired { .. }) && state.on(on).is_none() {
        let fault = Fault::new(Place::field("pack"), "it has been retired by that day");
        return Err(Problem::new(Code::Rejected).rejection("pack_retired").fault(fault).into());
    }
    Ok(())
}

//! The operations of the service. A handler takes apart, executes, answers.

mod placements;
mod sites;

use eventlog::StreamId;
use events::{OrganisationEvent, PlacementEvent, SiteEvent, TeacherEvent};
use kernel::{OrganisationId, PlacementId, SiteId, TeacherId};
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the operations.
pub fn add(config: &mut ServiceConfig<'_>) {
    config
        .service(sites::approve)
        .service(sites::show)
        .service(sites::renew)
        .service(sites::withdraw)
        .service(sites::void_approval)
        .service(placements::begin)
        .service(placements::show)
        .service(placements::log_days)
        .service(placements::complete)
        .service(placements::void);
}

/// The stream of a site.
fn site(id: SiteId) -> StreamId {
    StreamId::of::<SiteEvent>(id.uuid())
}

/// The stream of a placement.
fn placement(id: PlacementId) -> StreamId {
    StreamId::of::<PlacementEvent>(id.uuid())
}

/// The stream of a person.
fn person(teacher: TeacherId) -> StreamId {
    StreamId::of::<TeacherEvent>(teacher.uuid())
}

/// The stream of an enterprise.
fn enterprise(id: OrganisationId) -> StreamId {
    StreamId::of::<OrganisationEvent>(id.uuid())
}

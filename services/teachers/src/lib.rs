//! Who is who: people on the register with their posts, roles, credentials and achievements, and the organisations
//! they work for. It refuses to know sessions, placements and what follows from any of it.

mod comparison;
mod duplicates;
mod export;
mod following;
pub mod organisation;
mod particulars;
mod person;
mod routes;
mod said_of;
mod showing;
pub mod teacher;

use std::sync::Arc;

use dossiers::DossierProjection;
use host::Service;

pub use following::follow_everybody;

/// The service.
pub fn service() -> Service {
    Service {
        name: "teachers",
        about: "Who is who: people with posts, roles, credentials and achievements, and their organisations",
        routes: routes::add,
        pages: None,
        long: &[],
        projections: vec![Arc::new(DossierProjection)],
        needs: vec![following::sweep()],
    }
}

//! Enterprise practice: the sites that are approved for it and for training, and the placements of teachers there. It
//! refuses to know what a placement counts for.

pub mod placement;
mod routes;
pub mod site;

use host::Service;

/// The service.
pub fn service() -> Service {
    Service {
        name: "practice",
        about: "Enterprise practice: approved sites, and the placements of teachers there",
        routes: routes::add,
        pages: None,
        long: &[],
        projections: vec![],
        needs: vec![],
    }
}

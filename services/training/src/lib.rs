//! Training: bases log sessions of the five-year rotation, one by one or as a batch of rows. It refuses to know who
//! a participant is and what a session counts for.

pub mod import;
mod routes;
pub mod session;

use host::Service;

/// The service.
pub fn service() -> Service {
    Service {
        name: "training",
        about: "Training sessions of the five-year rotation with their rosters, and the imports they arrive in",
        routes: routes::add,
        pages: None,
        long: &[],
        projections: vec![],
        needs: vec![],
    }
}

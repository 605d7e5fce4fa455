//! Teaching innovation teams: approval, composition, acceptance. It refuses to know who of the members is
//! double-qualified.

mod routes;
pub mod team;

use host::Service;

/// The service.
pub fn service() -> Service {
    Service {
        name: "teams",
        about: "Teaching innovation teams: approval, composition, acceptance",
        routes: routes::add,
        pages: None,
        long: &[],
        projections: vec![],
        needs: vec![],
    }
}

//! Coverage: how many teachers are double-qualified, on course, practised, by any slice and on any date; and the
//! action plan's counted measures. It asks for no personal data.

pub mod plan;
mod recent;
mod routes;
pub mod table;

use std::convert::Infallible;
use std::sync::Arc;

use dossiers::DossierProjection;
use host::{Need, Service};

use crate::recent::Recent;

/// The service.
pub fn service() -> Service {
    Service {
        name: "coverage",
        about: "How many teachers are double-qualified, on course, practised, by area and on any date",
        routes: routes::add,
        pages: None,
        long: &[],
        projections: vec![Arc::new(DossierProjection)],
        needs: vec![Need::of(|_| async { Ok::<_, Infallible>(Recent::default()) })],
    }
}

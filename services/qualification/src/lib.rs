//! Qualification: who is double-qualified 双师型, since when, until when and why; rule packs, and recognitions as
//! recorded decisions of authorised bodies.

pub mod batch;
pub mod changes;
mod pace;
pub mod pack;
pub mod packs;
pub mod recognition;
mod routes;
mod shown;
mod simulations;
pub mod standing;
pub mod told;
pub mod verified;
pub mod what_if;

use std::convert::Infallible;
use std::sync::Arc;

use dossiers::DossierProjection;
use host::{Need, Service};

use crate::pace::Pace;
use crate::simulations::Simulations;

/// The service.
pub fn service() -> Service {
    Service {
        name: "qualification",
        about: "Who is double-qualified, since when, until when and why; rule packs and recognitions",
        routes: routes::add,
        pages: None,
        long: &["/api/v1/verifications/lists", "/api/v1/recognition-batches"],
        projections: vec![Arc::new(DossierProjection)],
        needs: vec![
            Need::of(|_| async { Ok::<_, Infallible>(Pace::default()) }),
            Need::of(|_| async { Ok::<_, Infallible>(Simulations::default()) }),
        ],
    }
}

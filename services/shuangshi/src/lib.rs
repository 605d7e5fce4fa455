//! The one program: every service in one process, and the command line.
//!
//! It puts services together and holds no logic of its own: what a command records goes through the same write models
//! as a request, what it shows comes from the same questions.

mod commands;
mod delivery;
mod demo;
mod line;
mod outcome;
mod present;
mod registry;
mod simulate;

pub use commands::run;
pub use line::Line;

use host::Service;

/// Every service there is.
pub fn services() -> Vec<Service> {
    // A request is compared with the paths of one after another: what is asked most stands first.
    vec![
        qualification::service(),
        coverage::service(),
        accounts::service(),
        teachers::service(),
        training::service(),
        practice::service(),
        teams::service(),
    ]
}

//! An invented registry, drawn from a seed: schools, sites, people and what happens to them, term by term.
//!
//! The same [`Scenario`] gives the same entries in the same order for ever, and no other input is read. Nothing is kept
//! of a person once the part that they stand in has been handed out, so a country of 1.4 million teachers needs the
//! memory of its schools. The crate refuses to know how anything is recorded: it says what happened, in the words of the
//! event catalogue, and which of it is dirt.

mod career;
mod country;
mod draw;
mod entry;
mod fate;
mod geography;
mod measures;
mod parts;
mod person;
mod placements;
mod recognitions;
mod scenario;
mod schools;
mod sessions;
pub mod shares;
mod sites;
mod teams;
mod terms;
mod words;

pub use country::Country;
pub use entry::{Dirt, Entry, Happening, Invented};
pub use parts::Parts;
pub use scenario::{Scenario, ScenarioFault};
pub use terms::Term;

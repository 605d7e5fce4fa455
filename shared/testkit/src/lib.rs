//! For tests: a database of their own, a movable clock, and the behaviour suite that every database must pass.
//!
//! The suite is written once, against an opened log; the crate `journeys` stamps it onto each database. Each behaviour
//! has a control: something that gets it wrong on purpose, and of which the same checker must say so.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test's way to fail is to panic")]

mod accounts;
mod app;
pub mod behaviour;
mod client;
mod clock;
mod goal;
mod in_one_go;
mod place;

pub use accounts::Accounts;
pub use app::{Registry, TestApp};
pub use client::{Answer, Client};
pub use clock::MovableClock;
pub use goal::Goal;
pub use in_one_go::InOneGo;
pub use place::Place;

//! Who may do what, through the real log and view: relation by relation by hand, and against an oracle that was written
//! from the sentences of the domain.
#![expect(clippy::unwrap_used, reason = "a test's way to fail is to panic")]

mod random;
mod rebuilt;
mod relations;
mod rules;
mod sentences;
mod stage;
mod table;
mod world;

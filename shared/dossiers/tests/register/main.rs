//! The read model over a log in a folder of the test's own: events in, answers out.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod book;
mod hands;
mod identities;
mod in_one_go;
mod many;
mod naive;
mod scope;
mod silence;

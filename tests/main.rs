//! The one integration binary: the behaviour suite on every database, and journeys across services.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test's way to fail is to panic")]

mod behaviour;
mod journeys;

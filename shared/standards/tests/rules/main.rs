//! The rules, tested as rules: values in, values out.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod agreement;
mod contradictory;
mod difference;
mod dossier;
mod explained;
mod naive;
mod packs;
mod properties;
mod random;
mod rulebook;
mod sentences;
mod sentences_beyond;
mod twice;

//! Values of the registry: typed ids and codes, dates, hours, intervals, actors and the field's vocabulary.
//!
//! Everything here is parsed once, at the edge, and trusted afterwards. The crate refuses to know I/O, async, the
//! clock and chance: [`Clock`] and [`Chance`] are the shapes in which a process hands them in.

mod actor;
mod ambient;
pub mod code;
mod day;
mod event;
mod hours;
mod id;
mod instant;
mod interval;
mod language;
mod parse;
mod reach;
mod text;
pub mod vocabulary;

pub use actor::{Actor, Agent};
pub use ambient::{Chance, Clock};
pub use day::{Day, DayRange, Period};
pub use event::DomainEvent;
pub use hours::{Days, Hours};
pub use id::{
    AccountId, ActionPlanId, CommandId, CorrelationId, EventId, ImportId, OrganisationId, PackId, PlacementId,
    ProposalId, RecognitionId, SessionId, SimulationId, SiteId, TeacherId, TeamId,
};
pub use instant::Instant;
pub use interval::DaySet;
pub use language::Language;
pub use parse::Malformed;
pub use reach::{Location, Reach, Scope};
pub use text::{Document, Name, Reason};

//! Dossiers: what all streams together say about each teacher, and where that puts the teacher on every day.
//!
//! A session with 40 participants is one event in the session's stream; here it becomes an entry in 40 dossiers. An
//! entry keeps the position of its event, so the dossier *as known at* any position is a fold of its first entries;
//! and each change of a timeline at a position adds steps `(profile, standing, day, position, ±1)`, so coverage *as of*
//! a day *as known at* a position is one sum. The crate refuses to know who asks.
//!
//! Several services read this one read model; only its projection writes it.

mod entry;
mod ledger;
mod mark;
mod profile;
mod projection;
mod reader;

pub use entry::Entry;
pub use mark::Mark;
pub use profile::{Profile, ProfileId, Seat};
pub use projection::DossierProjection;
pub use reader::{
    AfterContradiction, Application, ApplicationFilter, ApplicationState, AreaName, Change, Closed, Concerning,
    ContradictionOnFile, Dossier, Dossiers, Lapse, ListFilter, Listed, Matter, School, StatusFilter, Step,
    UnknownTeacher,
};

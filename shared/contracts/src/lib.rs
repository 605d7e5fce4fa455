//! What crosses the wire and is the same for every service: problems, receipts and pages.
//!
//! The bodies of a service's own requests and answers live with the service. This crate refuses to know HTTP servers,
//! storage and the clock: it is shapes and their stable codes.

mod code;
mod page;
mod problem;
mod proposed;
mod recorded;
mod rejection;

pub use code::Code;
pub use page::{Cursor, Page};
pub use problem::{Fault, Place, Problem};
pub use proposed::ProposedBody;
pub use recorded::RecordedBody;
pub use rejection::{Refused, Rejects};

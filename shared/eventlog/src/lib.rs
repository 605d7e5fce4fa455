//! The append-only log: append, read, subscribe, project, checkpoint.
//!
//! The only crate that knows a database driver. It refuses to know what an event means: categories, kinds and payloads
//! pass through as they were written. A transaction never lives in a caller's future: appends run in the appender's own
//! task, projections in their workers, so that a caller that goes away cancels nothing and leaves nothing open.

mod address;
mod canonical;
mod config;
mod database;
mod failure;
mod log;
mod record;
mod scrub;
mod side_store;
mod store;
mod token;
mod transaction;
mod value;
mod view;

pub use address::{Expected, Position, StreamId, Version};
pub use config::{Grouping, LogConfig, QueueBounds, Storage};
pub use failure::{AppendError, Behind, Failure, OpenError, Refusal, ViewError};
pub use log::{EventLog, Fault, Order, Ordered, Page, Report, Sequence};
pub use record::{Append, CallerKey, Context, NewEvent, Receipt, Recorded};
pub use side_store::SideStore;
pub use store::create_database;
pub use token::LogPosition;
pub use transaction::ViewTx;
pub use value::{Row, Value};
pub use view::{
    Builder, Heap, PileReader, Piles, Projection, Room, SortedPiles, View, ViewStatus, Views, Within, WorkerOptions,
};

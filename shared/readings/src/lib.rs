//! Who looked at whose record, and why: a log of its own, so that reading does not move the register's log.
//!
//! [`Readings::record`] returns when the reading is on disk, and is called before the first byte of an answer leaves:
//! what cannot be recorded is not shown. The log lies beside the register's, with positions and a view of its own, so
//! that a register that is only read stays where it is. The crate refuses to know what was shown: it keeps ids, codes
//! and days, never a name, an id number or a value of a record. It refuses to know, too, who may ask.

mod looked;
mod projection;
mod readings;
mod reference;

pub use looked::{Looked, Reading};
pub use readings::{Readings, ReadingsError};
pub use reference::Reference;

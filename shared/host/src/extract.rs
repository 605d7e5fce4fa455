//! What handlers take apart a request with. Each refuses what it does not understand with a problem that names the
//! place.

mod body;
mod parameters;
mod recording;
mod upload;

pub use body::Body;
pub use parameters::{Params, PathId, PathIds};
pub use recording::{Nothing, Recording, Said};
pub use upload::{TableForm, Upload, Wanted};

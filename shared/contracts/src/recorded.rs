//! The answer to a write.

use kernel::EventId;
use serde::{Deserialize, Serialize};

/// What a write led to. The same request sent again gets the same answer, with `replayed` set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordedBody {
    /// Where the log is after it: hand it to a query as `at_least` to read your own write. Opaque.
    #[schema(example = "v1.0:1234")]
    pub position: String,
    /// The version of what was written to; the answer's ETag is `"v<version>"`.
    #[schema(example = 17)]
    pub version: u64,
    /// The ids of the events that were recorded; none when everything asked for was already so.
    pub events: Vec<EventId>,
    /// Whether the same request had been answered before.
    pub replayed: bool,
}

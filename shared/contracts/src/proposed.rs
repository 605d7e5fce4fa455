//! What is answered when something needs a second person.

use kernel::{Day, ProposalId};
use serde::{Deserialize, Serialize};

/// What was asked for is proposed. It is recorded once somebody else, who may do it too, sends the same request with
/// `Approves` and the proposal's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProposedBody {
    /// The proposal.
    pub proposal: ProposalId,
    /// The SHA-256 of what is proposed, in hexadecimal: an approval is bound to it.
    pub digest: String,
    /// The last day on which it may be approved.
    pub last_day: Day,
    /// Where the log is after it. Opaque.
    #[schema(example = "v1.0:1234")]
    pub position: String,
    /// Whether the same request had been answered before.
    pub replayed: bool,
}

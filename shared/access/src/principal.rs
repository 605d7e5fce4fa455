//! Who asks, with the roles they hold on the day.

use kernel::vocabulary::Capacity;
use kernel::{AccountId, Actor, Agent, EventId, OrganisationId, Reach, TeacherId};

/// A role held on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The event that granted it.
    pub grant: EventId,
    /// The role.
    pub role: Capacity,
    /// The organisation it is held at; none for a role of the nation.
    pub organisation: Option<OrganisationId>,
    /// How far it reaches.
    pub reach: Reach,
}

/// Which operations a token is good for: those of a service or of all, reading only or recording too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenScope {
    /// The service; none for all.
    pub service: Option<String>,
    /// Whether it is good for recording too.
    pub writes: bool,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The account.
    pub account: AccountId,
    /// The name under which it acts.
    pub agent: Agent,
    /// The person whose own record it opens.
    pub person: Option<TeacherId>,
    /// The roles it holds on the day.
    pub roles: Vec<Held>,
    /// What the token that it came with is good for; none when it came without one.
    pub token: Option<Vec<TokenScope>>,
}

impl Principal {
    /// How it stands on record when it acts in a role; as itself when in none.
    pub fn actor(&self, held: Option<&Held>) -> Actor {
        Actor {
            agent: self.agent.clone(),
            capacity: held.map_or(Capacity::Teacher, |held| held.role),
            organisation: held.and_then(|held| held.organisation),
        }
    }
}

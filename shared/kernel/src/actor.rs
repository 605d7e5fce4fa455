//! Who records something, in which capacity, for which organisation.

use crate::parse::text_value;
use crate::vocabulary::Capacity;
use crate::{Malformed, OrganisationId};

text_value! {
    /// The account or machine that acts: an opaque name, never a person's.
    Agent, example = "local"
}

impl Agent {
    /// The name under which whoever runs the machine stands on record.
    pub const LOCAL: &str = "local";
    /// The name under which what is simulated stands on record.
    pub const SIMULATION: &str = "simulation";

    /// Whether it is a name of the machine's own, under which no account may act.
    pub fn is_reserved(&self) -> bool {
        [Self::LOCAL, Self::SIMULATION].contains(&self.0.as_str())
    }

    /// Reads 1 to 80 letters, digits, `-`, `_`, `.`, `:` or `@`.
    ///
    /// # Errors
    /// When it is empty, too long or has another character.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.:@".contains(c);
        if text.is_empty() || text.len() > 80 || !text.chars().all(allowed) {
            return Err(Malformed::new("agent", "write 1 to 80 letters, digits, - _ . : or @"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Who recorded an event, in which capacity, for which organisation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The account or machine.
    pub agent: Agent,
    /// The capacity it acts in.
    pub capacity: Capacity,
    /// The organisation it acts for; none for the registry's own operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
}

//! Who somebody is.

use kernel::Name;
use kernel::code::CitizenId;

/// Who somebody is, in clear. Lives only as long as it takes to answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name.
    pub name: Name,
    /// The citizen id number; a foreign expert may have none.
    pub citizen_id: Option<CitizenId>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity")
    }
}

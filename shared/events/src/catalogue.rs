//! The catalogue: every kind of event there is.

use kernel::DomainEvent;

/// One kind of event.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The category of streams it is recorded in.
    pub category: &'static str,
    /// Its kind within the category.
    pub kind: &'static str,
    /// Parses a stored payload of this category and writes it again.
    pub reparse: fn(&[u8]) -> Result<Vec<u8>, serde_json::Error>,
}

/// Every kind of event, by category in the order in which the domain is read.
pub fn catalogue() -> Vec<Entry> {
    let mut entries = Vec::new();
    entries.extend(kinds_of::<crate::OrganisationEvent>());
    entries.extend(kinds_of::<crate::SiteEvent>());
    entries.extend(kinds_of::<crate::TeacherEvent>());
    entries.extend(kinds_of::<crate::SessionEvent>());
    entries.extend(kinds_of::<crate::PlacementEvent>());
    entries.extend(kinds_of::<crate::TeamEvent>());
    entries.extend(kinds_of::<crate::PackEvent>());
    entries.extend(kinds_of::<crate::RecognitionEvent>());
    entries.extend(kinds_of::<crate::PlanEvent>());
    entries.extend(kinds_of::<crate::ImportEvent>());
    entries.extend(kinds_of::<crate::AccountEvent>());
    entries.extend(kinds_of::<crate::ProposalEvent>());
    entries.extend(kinds_of::<crate::ReadingEvent>());
    entries
}

fn kinds_of<E: DomainEvent>() -> impl Iterator<Item = Entry> {
    E::kinds().iter().map(|kind| Entry { category: E::CATEGORY, kind, reparse: reparse::<E> })
}

fn reparse<E: DomainEvent>(payload: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let event: E = serde_json::from_slice(payload)?;
    serde_json::to_vec(&event)
}

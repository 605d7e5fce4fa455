//! What a simulation recorded, by kind, and how much dirt of each sort: what readers find can be counted against it.

use std::collections::BTreeMap;

use kernel::ImportId;
use serde::Serialize;
use simulation::{Country, Dirt};

/// What a simulation recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The batch that every event names as its correlation.
    pub import: ImportId,
    /// What it was drawn from.
    pub scenario: String,
    /// How many schools it has.
    pub schools: usize,
    /// Events recorded now.
    pub recorded: u64,
    /// Entries that were on record already, from a simulation that was cut short.
    pub before: u64,
    /// Whether the same registry had been recorded to its end before: then nothing was recorded now.
    pub known_already: bool,
    /// Events recorded now, by category and kind.
    pub kinds: BTreeMap<String, u64>,
    /// Dirt put in now, by sort.
    pub dirt: BTreeMap<&'static str, u64>,
}

impl Report {
    pub(super) fn new(country: &Country) -> Self {
        Self {
            import: country.scenario().import(),
            scenario: country.scenario().words(),
            schools: country.schools(),
            recorded: 0,
            before: 0,
            known_already: false,
            kinds: BTreeMap::new(),
            dirt: Dirt::ALL.iter().map(|dirt| (dirt.code(), 0)).collect(),
        }
    }

    pub(super) fn known(country: &Country) -> Self {
        Self { known_already: true, ..Self::new(country) }
    }

    pub(super) fn count(&mut self, category: &str, kinds: &[&'static str]) {
        for kind in kinds {
            self.recorded += 1;
            match self.kinds.get_mut(&format!("{category}.{kind}")) {
                Some(count) => *count += 1,
                None => drop(self.kinds.insert(format!("{category}.{kind}"), 1)),
            }
        }
    }

    pub(super) fn count_dirt(&mut self, dirt: Dirt) {
        *self.dirt.entry(dirt.code()).or_default() += 1;
    }

    /// Entries that led to an event, now or before.
    pub(super) fn on_record(&self) -> u64 {
        self.recorded + self.before
    }

    pub(super) fn duplicates(&self) -> u64 {
        self.dirt.get(Dirt::Duplicate.code()).copied().unwrap_or(0)
    }
}

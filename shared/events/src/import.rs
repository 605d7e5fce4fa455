//! The stream of an import: a batch of rows from files that somebody handed in. Every event that it caused carries
//! the import's id as its correlation id.

use kernel::{Day, Name, Reason};

use crate::domain_event;

/// What can happen to an import.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ImportEvent {
    /// The files arrived and every row was read.
    Received {
        /// The day.
        on: Day,
        /// The files.
        files: Vec<ImportedFile>,
    },
    /// Every row was recorded.
    Confirmed {
        /// The day.
        on: Day,
        /// Rows that recorded something new.
        recorded: u64,
        /// Rows that were on record already.
        known: u64,
    },
    /// The import was taken back: every fact it recorded was voided.
    Undone {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
}

/// A file of an import.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ImportedFile {
    /// Its name, without a path.
    pub name: Name,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// How many rows it holds.
    pub rows: u64,
}

domain_event!(ImportEvent in "import", on
    Self::Received { on, .. } | Self::Confirmed { on, .. } | Self::Undone { on, .. } => *on,
);

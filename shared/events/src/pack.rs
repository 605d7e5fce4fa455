//! The stream of a version of a rule pack.

use kernel::{Day, Name, Reason};

use crate::domain_event;

/// What can happen to a rule pack. A version is never edited; another version follows it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PackEvent {
    /// The pack was published.
    Published {
        /// The day.
        on: Day,
        /// The pack's name, the same for all its versions.
        name: Name,
        /// The version.
        version: u32,
        /// The pack itself, byte for byte as in its file.
        content: String,
    },
    /// The pack was retired.
    Retired {
        /// The last day on which it applies.
        on: Day,
        /// Why.
        reason: Reason,
    },
}

domain_event!(PackEvent in "pack", on
    Self::Published { on, .. } | Self::Retired { on, .. } => *on,
);

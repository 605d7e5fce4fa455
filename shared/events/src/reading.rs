//! The stream of an account's readings: at whose record it looked, and why. It is kept in a log of its own.

use kernel::vocabulary::Purpose;
use kernel::{Day, TeacherId};

use crate::domain_event;

/// What an account has looked at.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ReadingEvent {
    /// It looked at the records of these people. Written before the first byte of the answer leaves.
    Looked {
        /// The day.
        on: Day,
        /// At whose records.
        subjects: Vec<TeacherId>,
        /// By which operation.
        operation: String,
        /// What for.
        purpose: Purpose,
        /// The case or ticket it belongs to, as the reader stated it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
}

domain_event!(ReadingEvent in "reading", on
    Self::Looked { on, .. } => *on,
);

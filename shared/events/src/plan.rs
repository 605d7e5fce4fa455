//! The stream of an action plan: its numbered measures with figures, and what is counted towards them.

use kernel::vocabulary::Comparator;
use kernel::{Day, Document, Name, Reason};

use crate::domain_event;

/// What can happen to an action plan.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PlanEvent {
    /// The plan was published.
    Published {
        /// The day.
        on: Day,
        /// Its document number.
        document: Document,
        /// Its title.
        title: Name,
        /// Its measures with figures.
        measures: Vec<Measure>,
    },
    /// Something was selected that counts towards a measure.
    ItemSelected {
        /// The day.
        on: Day,
        /// The measure's key.
        measure: Name,
        /// What was selected.
        item: Name,
        /// The decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<Document>,
    },
    /// A selected item no longer counts.
    ItemWithdrawn {
        /// The first day on which it no longer counts.
        on: Day,
        /// The measure's key.
        measure: Name,
        /// What was withdrawn.
        item: Name,
        /// Why.
        reason: Reason,
    },
}

/// A measure of a plan that has a figure.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// A key within the plan.
    pub key: Name,
    /// Its number in the plan.
    pub number: Name,
    /// Its text in Chinese.
    pub chinese: Name,
    /// Its text in English.
    pub english: Name,
    /// The figure.
    pub target: f64,
    /// How the figure is meant.
    pub comparator: Comparator,
    /// The day by which it is due.
    pub deadline: Day,
}

domain_event!(PlanEvent in "plan", on
    Self::Published { on, .. } | Self::ItemSelected { on, .. } | Self::ItemWithdrawn { on, .. } => *on,
);

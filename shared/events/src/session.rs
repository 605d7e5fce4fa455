//! The stream of a training session of the five-year rotation.

use kernel::code::SessionCode;
use kernel::vocabulary::{Mode, Theme, Tier};
use kernel::{Day, DayRange, Hours, Name, Reason, SiteId, TeacherId};

use crate::domain_event;

/// What can happen to a session. A session held with 40 participants is one event.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SessionEvent {
    /// A base announced the session.
    Scheduled(Programme),
    /// The session took place.
    Held {
        /// The last day.
        on: Day,
        /// Who attended, and for how many class hours.
        roster: Vec<Attendance>,
    },
    /// The roster was wrong for one person.
    RosterAmended {
        /// The day of the correction.
        on: Day,
        /// The person.
        teacher: TeacherId,
        /// The right hours; none: the person did not attend.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hours: Option<Hours>,
        /// Why.
        reason: Reason,
    },
    /// The session never took place, or was recorded twice.
    Voided {
        /// The day of the correction.
        on: Day,
        /// Why.
        reason: Reason,
    },
}

/// What a session is: where, when, about what.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// The base that holds it.
    pub base: SiteId,
    /// The base's own code for it.
    pub code: SessionCode,
    /// The name of the programme.
    pub title: Name,
    /// The level at which it is organised.
    pub tier: Tier,
    /// What it is about.
    pub theme: Theme,
    /// How it is held.
    pub mode: Mode,
    /// Whether it is held abroad.
    #[serde(default)]
    pub abroad: bool,
    /// First and last day.
    pub dates: DayRange,
    /// Class hours of the whole session.
    pub hours: Hours,
}

/// One person's attendance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    /// Who.
    pub teacher: TeacherId,
    /// Class hours attended.
    pub hours: Hours,
}

domain_event!(SessionEvent in "session", on
    Self::Scheduled(programme) => programme.dates.from(),
    Self::Held { on, .. } | Self::RosterAmended { on, .. } | Self::Voided { on, .. } => *on,
);

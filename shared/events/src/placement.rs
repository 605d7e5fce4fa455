//! The stream of a teacher's enterprise practice.

use kernel::vocabulary::{PracticeForm, PracticeResult};
use kernel::{Day, DayRange, Hours, OrganisationId, Reason, SiteId, TeacherId};

use crate::domain_event;

/// What can happen to a placement (教师〔2016〕3号).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PlacementEvent {
    /// A teacher began to practise.
    Started {
        /// The first day.
        on: Day,
        /// Who.
        teacher: TeacherId,
        /// The station or base.
        site: SiteId,
        /// The enterprise, where it is not the site's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        enterprise: Option<OrganisationId>,
        /// The form.
        form: PracticeForm,
    },
    /// Days at the site were logged.
    DaysLogged {
        /// The days.
        dates: DayRange,
        /// Hours a day.
        hours_a_day: Hours,
    },
    /// The practice ended and was assessed.
    Completed {
        /// The last day.
        last_day: Day,
        /// The result.
        result: PracticeResult,
    },
    /// The placement never took place, or was recorded twice.
    Voided {
        /// The day of the correction.
        on: Day,
        /// Why.
        reason: Reason,
    },
}

domain_event!(PlacementEvent in "placement", on
    Self::Started { on, .. } | Self::Voided { on, .. } => *on,
    Self::DaysLogged { dates, .. } => dates.to(),
    Self::Completed { last_day, .. } => *last_day,
);

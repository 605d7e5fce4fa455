//! The stream of an organisation: a school, base, enterprise or authority.

use kernel::code::{Division, Province, SchoolCode};
use kernel::vocabulary::{EducationLevel, OrganisationKind};
use kernel::{Day, Name, OrganisationId, Reason};

use crate::domain_event;

/// What can happen to an organisation.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OrganisationEvent {
    /// The organisation was put on the register.
    Registered {
        /// The day of registration.
        on: Day,
        /// What it is.
        profile: OrganisationProfile,
    },
    /// It took another name; its code stays.
    Renamed {
        /// The first day of the new name.
        on: Day,
        /// The new name.
        name: Name,
    },
    /// It became part of another.
    Merged {
        /// The first day it is part of the other.
        on: Day,
        /// The other.
        into: OrganisationId,
    },
    /// It was closed.
    Closed {
        /// The last day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// It reported its staff.
    HeadcountReported {
        /// The day the count refers to.
        on: Day,
        /// Full-time teachers.
        full_time: u32,
        /// Of these, specialised-course teachers.
        specialised: u32,
        /// Part-time teachers.
        part_time: u32,
    },
    /// It reported its students.
    EnrolmentReported {
        /// The day the count refers to.
        on: Day,
        /// Full-time students.
        full_time: u32,
    },
}

/// What an organisation is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationProfile {
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: Name,
    /// Its code, if it is a school.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school_code: Option<SchoolCode>,
    /// The education level, if it is a school.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub education_level: Option<EducationLevel>,
    /// Where it lies.
    pub division: Division,
    /// The provincial unit it reports to, where that is not the one it lies in: the XPCC 兵团.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reports_to: Option<Province>,
}

impl OrganisationProfile {
    /// The provincial unit that counts it.
    pub fn reporting_province(&self) -> Province {
        self.reports_to.unwrap_or_else(|| self.division.province())
    }
}

domain_event!(OrganisationEvent in "organisation", on
    Self::Registered { on, .. }
    | Self::Renamed { on, .. }
    | Self::Merged { on, .. }
    | Self::Closed { on, .. }
    | Self::HeadcountReported { on, .. }
    | Self::EnrolmentReported { on, .. } => *on,
);

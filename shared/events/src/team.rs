//! The stream of a teaching innovation team 教师教学创新团队.

use kernel::code::SpecialtyCode;
use kernel::vocabulary::{EducationLevel, TeamGrade, TeamKind, TeamRole, Tier};
use kernel::{Day, Name, OrganisationId, Reason, TeacherId};

use crate::domain_event;

/// What can happen to a team.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum TeamEvent {
    /// The team was approved to be built.
    Approved {
        /// The day.
        on: Day,
        /// What the team is.
        profile: TeamProfile,
    },
    /// A person joined.
    MemberJoined {
        /// The first day.
        on: Day,
        /// Who.
        teacher: TeacherId,
        /// In which part.
        role: TeamRole,
    },
    /// A person left.
    MemberLeft {
        /// The last day.
        last_day: Day,
        /// Who.
        teacher: TeacherId,
    },
    /// The team passed acceptance.
    Accepted {
        /// The day.
        on: Day,
        /// How well.
        grade: TeamGrade,
    },
    /// The team did not pass and has to rectify.
    SentToRectify {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// The team was taken off the list.
    Delisted {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
}

/// What a team is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamProfile {
    /// Its name.
    pub name: Name,
    /// What it is about.
    pub kind: TeamKind,
    /// The level at which it was approved.
    pub tier: Tier,
    /// The batch, such as 2021.
    pub batch: Name,
    /// The school that leads it.
    pub school: OrganisationId,
    /// The education level, on which the composition rules depend.
    pub education_level: EducationLevel,
    /// Its specialty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specialty: Option<SpecialtyCode>,
}

domain_event!(TeamEvent in "team", on
    Self::Approved { on, .. }
    | Self::MemberJoined { on, .. }
    | Self::Accepted { on, .. }
    | Self::SentToRectify { on, .. }
    | Self::Delisted { on, .. } => *on,
    Self::MemberLeft { last_day, .. } => *last_day,
);

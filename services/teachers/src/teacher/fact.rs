//! Recorded facts: what later events can refer to.

use events::{AbilityJudgement, Achievement, Credential, TeacherEvent};
use kernel::code::SpecialtyCode;
use kernel::vocabulary::Role;
use kernel::{Day, Document, EventId, Name, Period};

use super::Post;

/// A recorded fact that later events can refer to.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// A post, and the last day of the role it is held for where that ended earlier.
    Post {
        /// The post.
        post: Post,
        /// The last day of its role.
        role_ended: Option<Day>,
    },
    /// A further role within a post.
    Role {
        /// The post.
        post: EventId,
        /// The role.
        role: Role,
        /// The specialty.
        specialty: Option<SpecialtyCode>,
        /// The first day.
        from: Day,
        /// The last day.
        ended: Option<Day>,
    },
    /// A credential.
    Credential {
        /// The credential.
        credential: Credential,
        /// The first day on which it no longer holds.
        withdrawn: Option<Day>,
    },
    /// Earlier enterprise work.
    EnterpriseWork {
        /// The first day.
        from: Day,
        /// The last day.
        to: Day,
        /// The enterprise.
        enterprise: Name,
    },
    /// An achievement.
    Achievement(Achievement),
    /// A panel's judgement of ability.
    Ability(AbilityJudgement),
    /// A breach of ethics.
    Breach {
        /// The first day in force.
        on: Day,
        /// The decision.
        document: Option<Document>,
        /// The first day on which it is no longer in force.
        lifted: Option<Day>,
    },
}

impl Fact {
    /// The fact that an event records, if it records one.
    pub(super) fn of(event: &TeacherEvent) -> Option<Self> {
        Some(match event {
            TeacherEvent::PostStarted {
                on,
                last_day,
                school,
                staff_number,
                employment,
                role,
                specialty,
                education_level,
            } => Self::Post {
                post: Post {
                    school: *school,
                    staff_number: staff_number.clone(),
                    employment: *employment,
                    role: *role,
                    specialty: specialty.clone(),
                    education_level: *education_level,
                    period: Period::new(*on, *last_day).ok()?,
                },
                role_ended: None,
            },
            TeacherEvent::RoleAssigned { on, post, role, specialty, .. } => {
                Self::Role { post: *post, role: *role, specialty: specialty.clone(), from: *on, ended: None }
            }
            TeacherEvent::CredentialRecorded(credential) => {
                Self::Credential { credential: credential.clone(), withdrawn: None }
            }
            TeacherEvent::EnterpriseWorkRecorded { from, to, enterprise } => {
                Self::EnterpriseWork { from: *from, to: *to, enterprise: enterprise.clone() }
            }
            TeacherEvent::AchievementRecorded(achievement) => Self::Achievement(achievement.clone()),
            TeacherEvent::AbilityJudged(judgement) => Self::Ability(judgement.clone()),
            TeacherEvent::BreachConfirmed { on, document } => {
                Self::Breach { on: *on, document: document.clone(), lifted: None }
            }
            _ => return None,
        })
    }

    /// What it is, as a stable code.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Post { .. } => "post",
            Self::Role { .. } => "role",
            Self::Credential { .. } => "credential",
            Self::EnterpriseWork { .. } => "enterprise_work",
            Self::Achievement(_) => "achievement",
            Self::Ability(_) => "ability_judgement",
            Self::Breach { .. } => "breach",
        }
    }

    /// Whether the two record the same, whatever happened to either since. A credential's number does not count: sealed
    /// twice, it is not the same twice.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Credential { credential: one, .. }, Self::Credential { credential: another, .. }) => {
                let said = |credential: &Credential| {
                    (credential.kind, credential.obtained_on, credential.grade, credential.rank)
                };
                said(one) == said(another)
            }
            (Self::Post { post: one, .. }, Self::Post { post: another, .. }) => {
                one.school == another.school && one.period.from() == another.period.from() && one.role == another.role
            }
            (Self::Breach { on: one, document: by, .. }, Self::Breach { on: another, document, .. }) => {
                one == another && by == document
            }
            _ => self == other,
        }
    }
}

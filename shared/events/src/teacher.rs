//! The stream of a person: identity, posts, roles, credentials, achievements, conduct.

use kernel::code::{SpecialtyCode, StaffNumber, TeacherCertificateNumber};
use kernel::vocabulary::{
    AchievementKind, CredentialKind, EducationLevel, Employment, Level, Role, SkillGrade, Tier, TitleRank,
};
use kernel::{Day, Document, EventId, Name, OrganisationId, Reason, TeacherId};

use crate::{Sealed, SealedIdentity, domain_event};

/// What can happen to a person on the register. A fact is named by the id of the event that recorded it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum TeacherEvent {
    /// The person was put on the register.
    Registered {
        /// The day of registration.
        on: Day,
        /// Who it is.
        identity: SealedIdentity,
    },
    /// Name or id number were wrong or have changed.
    IdentityCorrected {
        /// The day from which the new identity holds.
        on: Day,
        /// Who it is.
        identity: SealedIdentity,
        /// Why.
        reason: Reason,
    },
    /// Another entry turned out to be the same person; its facts count here from now on.
    IdentitiesMerged {
        /// The day of the decision.
        on: Day,
        /// The entry that is taken in.
        other: TeacherId,
        /// Why.
        reason: Reason,
    },
    /// A merge was wrong; both histories stand on their own again.
    IdentitiesUnmerged {
        /// The day of the decision.
        on: Day,
        /// The event that merged.
        merge: EventId,
        /// Why.
        reason: Reason,
    },
    /// A post at a school began.
    PostStarted {
        /// The first day.
        on: Day,
        /// The last day, where it was known when the post was recorded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_day: Option<Day>,
        /// The school.
        school: OrganisationId,
        /// The number under which the school employs the person.
        staff_number: StaffNumber,
        /// Full-time or part-time.
        employment: Employment,
        /// The role the post is held for; further ones are assigned.
        role: Role,
        /// The specialty taught, where the role has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        specialty: Option<SpecialtyCode>,
        /// The education level taught.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        education_level: Option<EducationLevel>,
    },
    /// A post ended.
    PostEnded {
        /// The last day in post.
        last_day: Day,
        /// The event that started the post.
        post: EventId,
    },
    /// A further role was taken up within a post.
    RoleAssigned {
        /// The first day.
        on: Day,
        /// The event that started the post.
        post: EventId,
        /// The role.
        role: Role,
        /// The specialty taught, where the role has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        specialty: Option<SpecialtyCode>,
        /// The education level taught.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        education_level: Option<EducationLevel>,
    },
    /// A role was given up.
    RoleEnded {
        /// The last day in the role.
        last_day: Day,
        /// The event that assigned the role, or that started the post for the role it is held for.
        assignment: EventId,
    },
    /// A credential was put on record.
    CredentialRecorded(Credential),
    /// A credential was withdrawn by its issuer.
    CredentialWithdrawn {
        /// The first day on which it no longer holds.
        on: Day,
        /// The event that recorded it.
        credential: EventId,
        /// Why.
        reason: Reason,
    },
    /// Work in an enterprise before the first post was put on record.
    EnterpriseWorkRecorded {
        /// The first day.
        from: Day,
        /// The last day.
        to: Day,
        /// The enterprise.
        enterprise: Name,
    },
    /// An achievement was put on record.
    AchievementRecorded(Achievement),
    /// An expert panel judged the person's ability to teach theory and practice: the route by *equivalent ability* that
    /// every level of the standard leaves open (教师厅〔2022〕2号, annex). A judgement is a person's, never the software's.
    AbilityJudged(AbilityJudgement),
    /// The teacher confirmed a fact about themself.
    FactConfirmed {
        /// The day.
        on: Day,
        /// The fact.
        fact: EventId,
    },
    /// The teacher disputed a fact about themself.
    FactDisputed {
        /// The day.
        on: Day,
        /// The fact.
        fact: EventId,
        /// Why.
        reason: Reason,
    },
    /// The teacher asked for a correction (Personal Information Protection Law, Art. 46).
    CorrectionRequested {
        /// The day.
        on: Day,
        /// The fact, where it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fact: Option<EventId>,
        /// What should be corrected, in the teacher's words, sealed under the teacher's key.
        wish: Sealed,
    },
    /// The request was answered; what follows from a yes is a correction of its own.
    CorrectionAnswered {
        /// The day.
        on: Day,
        /// The event that requested it.
        request: EventId,
        /// Whether it was right.
        upheld: bool,
        /// Why.
        reason: Reason,
    },
    /// The school verified a fact.
    FactVerified {
        /// The day.
        on: Day,
        /// The fact.
        fact: EventId,
        /// The school that verified.
        school: OrganisationId,
    },
    /// A breach of teacher ethics was confirmed by a decision.
    BreachConfirmed {
        /// The first day in force.
        on: Day,
        /// The decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<Document>,
    },
    /// A breach was lifted.
    BreachLifted {
        /// The first day on which it is no longer in force.
        on: Day,
        /// The event that confirmed the breach.
        breach: EventId,
    },
    /// Processing was restricted to storage (Personal Information Protection Law, Art. 47).
    ProcessingRestricted {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// A restriction was lifted.
    RestrictionLifted {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// The person's key was destroyed: identity cannot be read any more, anywhere.
    Erased {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// A recorded fact was never true, or was recorded twice.
    FactVoided {
        /// The day of the correction.
        on: Day,
        /// The fact.
        fact: EventId,
        /// Why.
        reason: Reason,
    },
}

/// A credential: a certificate, title, grade or qualification.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// What it is.
    pub kind: CredentialKind,
    /// The day it was obtained.
    pub obtained_on: Day,
    /// The skill grade, of a skill grade or vocational qualification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<SkillGrade>,
    /// The rank, of a title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<TitleRank>,
    /// The number of a teacher certificate, as it was recorded before numbers were sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<TeacherCertificateNumber>,
    /// The number of a teacher certificate, sealed under the person's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_number: Option<Sealed>,
}

/// An achievement: a project, patent, award, textbook and the like.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Achievement {
    /// What it is.
    pub kind: AchievementKind,
    /// Its title.
    pub title: Name,
    /// The level at which it was awarded or commissioned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The day it was achieved.
    pub achieved_on: Day,
}

/// What an expert panel found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbilityJudgement {
    /// The day of the judgement.
    pub on: Day,
    /// The level whose ability the panel found to be there.
    pub level: Level,
    /// The expert organisation.
    pub panel: OrganisationId,
    /// The panel's decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
}

domain_event!(TeacherEvent in "teacher", on
    Self::Registered { on, .. }
    | Self::IdentityCorrected { on, .. }
    | Self::IdentitiesMerged { on, .. }
    | Self::IdentitiesUnmerged { on, .. }
    | Self::PostStarted { on, .. }
    | Self::RoleAssigned { on, .. }
    | Self::CredentialWithdrawn { on, .. }
    | Self::FactConfirmed { on, .. }
    | Self::FactDisputed { on, .. }
    | Self::FactVerified { on, .. }
    | Self::CorrectionRequested { on, .. }
    | Self::CorrectionAnswered { on, .. }
    | Self::BreachConfirmed { on, .. }
    | Self::BreachLifted { on, .. }
    | Self::ProcessingRestricted { on, .. }
    | Self::RestrictionLifted { on, .. }
    | Self::Erased { on, .. }
    | Self::FactVoided { on, .. } => *on,
    Self::PostEnded { last_day, .. } | Self::RoleEnded { last_day, .. } => *last_day,
    Self::CredentialRecorded(credential) => credential.obtained_on,
    Self::EnterpriseWorkRecorded { to, .. } => *to,
    Self::AchievementRecorded(achievement) => achievement.achieved_on,
    Self::AbilityJudged(judgement) => judgement.on,
);

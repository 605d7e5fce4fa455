//! What is known about one teacher: the input of every evaluation.

use std::collections::BTreeSet;

use kernel::code::SpecialtyCode;
use kernel::vocabulary::{
    AchievementKind, CredentialKind, EducationLevel, Employment, Level, PracticeForm, PracticeResult, Role, SkillGrade,
    Theme, Tier, TitleRank,
};
use kernel::{Day, DayRange, EventId, Hours, OrganisationId, Period, SessionId, SiteId};
use serde::{Deserialize, Serialize};

/// Everything on the register about one teacher that a rule pack can ask about. Each fact names the event that
/// recorded it and, where it was voided since, the event that voided it: voided facts never count, but an assessment
/// says that they were there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Posts held at schools.
    pub posts: Vec<Post>,
    /// Certificates, titles and grades.
    pub credentials: Vec<Credential>,
    /// Placements in enterprises.
    pub placements: Vec<Placement>,
    /// Training sessions attended.
    pub attendances: Vec<Attendance>,
    /// Projects, awards, patents and the like.
    pub achievements: Vec<Achievement>,
    /// Confirmed breaches of conduct.
    pub breaches: Vec<Breach>,
    /// Recognitions as double-qualified, as decided.
    pub recognitions: Vec<Recognition>,
    /// Work in enterprises.
    pub enterprise_work: Vec<EnterpriseWork>,
    /// Judgements of expert panels.
    pub judgements: Vec<Judgement>,
    /// The facts that a school has verified.
    pub verified: BTreeSet<EventId>,
    /// The facts that the teacher disputes, and has not confirmed since.
    pub disputed: BTreeSet<EventId>,
}

impl Facts {
    /// The same facts in their one normal order, so that equal knowledge is stored as equal bytes. Evaluation does
    /// not need it.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        self.posts.sort_unstable();
        self.credentials.sort_unstable();
        self.placements.iter_mut().for_each(|placement| placement.logged.sort_unstable());
        self.placements.sort_unstable();
        self.attendances.sort_unstable();
        self.achievements.sort_unstable();
        self.breaches.sort_unstable();
        self.recognitions.sort_unstable();
        self.enterprise_work.sort_unstable();
        self.judgements.sort_unstable();
        self
    }
}

/// A post with a role at a school.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Post {
    /// The event that recorded it.
    pub fact: EventId,
    /// The event that voided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<EventId>,
    /// The school.
    pub school: OrganisationId,
    /// The education level taught there, where it is not the school's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub education_level: Option<EducationLevel>,
    /// What the teacher does there.
    pub role: Role,
    /// Whether the post is full-time.
    pub employment: Employment,
    /// The specialty taught, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specialty: Option<SpecialtyCode>,
    /// First day and, if it ended, last day; both in post.
    pub period: Period,
}

/// A credential, from the day it was obtained to the day before it was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Credential {
    /// The event that recorded it.
    pub fact: EventId,
    /// The event that voided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<EventId>,
    /// What it is.
    pub kind: CredentialKind,
    /// The grade of a skill grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<SkillGrade>,
    /// The rank of a title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<TitleRank>,
    /// The first day on which it is held.
    pub obtained_on: Day,
    /// The first day on which it is no longer held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_on: Option<Day>,
}

/// A stay in an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Placement {
    /// The event that recorded its start.
    pub fact: EventId,
    /// The event that voided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<EventId>,
    /// The station or base it was at.
    pub site: SiteId,
    /// First and last day, both spent there.
    pub range: DayRange,
    /// What was done there.
    pub form: PracticeForm,
    /// How it was completed, once it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed: Option<Completion>,
    /// The days that were logged, with their hours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logged: Vec<LoggedDays>,
}

/// Days of a placement that were logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LoggedDays {
    /// The event that logged them.
    pub fact: EventId,
    /// First and last day.
    pub days: DayRange,
    /// Hours on each of them.
    pub hours_a_day: Hours,
}

/// The assessed end of a placement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Completion {
    /// The event that recorded it.
    pub fact: EventId,
    /// The result.
    pub result: PracticeResult,
}

/// The teacher's part in a training session that was held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attendance {
    /// The event that recorded it.
    pub fact: EventId,
    /// The event that voided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<EventId>,
    /// The session.
    pub session: SessionId,
    /// The base that held it.
    pub base: SiteId,
    /// First and last day of the session.
    pub range: DayRange,
    /// The hours of this teacher.
    pub hours: Hours,
    /// The tier of the session.
    pub tier: Tier,
    /// What it was about.
    pub theme: Theme,
    /// Whether it was attended at the base, not online.
    #[serde(default)]
    pub on_site: bool,
}

/// Something achieved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Achievement {
    /// The event that recorded it.
    pub fact: EventId,
    /// The event that voided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<EventId>,
    /// What it is.
    pub kind: AchievementKind,
    /// The tier at which it was awarded, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The day.
    pub achieved_on: Day,
}

/// A breach of conduct, in force from the day it was confirmed to the day before it was lifted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Breach {
    /// The event that recorded it.
    pub fact: EventId,
    /// The event that voided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<EventId>,
    /// The first day on which it is in force.
    pub confirmed_on: Day,
    /// The first day on which it is no longer in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted_on: Option<Day>,
}

/// A decision of an authorised body that the teacher is double-qualified.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Recognition {
    /// The event that recorded the grant.
    pub fact: EventId,
    /// The event that voided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<EventId>,
    /// The level.
    pub level: Level,
    /// The first day on which it is valid.
    pub granted_on: Day,
    /// The last day on which it is valid unless reviewed.
    pub review_due: Day,
    /// The first day on which it is no longer valid because it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_on: Option<Day>,
    /// The facts it stood on that have been voided, withdrawn or taken back since, and that nobody has reviewed it for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// Whether the decision was recorded by the teacher's own account.
    #[serde(default)]
    pub by_own_hand: bool,
}

/// Why somebody should look at a recognition again: a fact it stood on no longer stands. It flags, it never revokes:
/// that is decided by a person (Personal Information Protection Law, Art. 24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Flag {
    /// The event that recorded the fact.
    pub fact: EventId,
    /// The event that took it back.
    pub by: EventId,
    /// The first day on which the fact does not stand; none where it never stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
}

impl Flag {
    /// Whether the fact does not stand on a day.
    pub fn holds(&self, on: Day) -> bool {
        self.from.is_none_or(|from| from <= on)
    }
}

/// Work in an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EnterpriseWork {
    /// The event that recorded it.
    pub fact: EventId,
    /// The event that voided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<EventId>,
    /// First and last day, both worked.
    pub range: DayRange,
}

/// What an expert panel found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Judgement {
    /// The event that recorded it.
    pub fact: EventId,
    /// The event that voided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<EventId>,
    /// The level whose ability is there.
    pub level: Level,
    /// The day of the judgement.
    pub judged_on: Day,
}

//! Entries: what one event says about one teacher.

use events::{Achievement as AchievementRecord, Credential as CredentialRecord};
use kernel::code::SpecialtyCode;
use kernel::vocabulary::{EducationLevel, Employment, Level, PracticeForm, PracticeResult, Role, Theme, Tier};
use kernel::{Day, DayRange, EventId, Hours, OrganisationId, PackId, PlacementId, RecognitionId, SessionId, SiteId};
use serde::{Deserialize, Serialize};

/// What one event says about one teacher. The event's id names the fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The teacher was put on the register.
    Registered {
        /// The organisation that did it; none for the registry's own operator.
        by: Option<OrganisationId>,
    },
    /// A post began.
    PostStarted {
        /// The school.
        school: OrganisationId,
        /// Full-time or part-time.
        employment: Employment,
        /// The role it is held for.
        role: Role,
        /// The specialty taught.
        specialty: Option<SpecialtyCode>,
        /// The education level taught.
        education_level: Option<EducationLevel>,
        /// The first day.
        on: Day,
        /// The last day, where it was known from the start.
        last_day: Option<Day>,
    },
    /// A post ended.
    PostEnded {
        /// The post.
        post: EventId,
        /// The last day.
        last_day: Day,
    },
    /// A further role began.
    RoleAssigned {
        /// The post.
        post: EventId,
        /// The role.
        role: Role,
        /// The specialty taught.
        specialty: Option<SpecialtyCode>,
        /// The education level taught.
        education_level: Option<EducationLevel>,
        /// The first day.
        on: Day,
    },
    /// A role ended.
    RoleEnded {
        /// The assignment, or the post for the role it is held for.
        assignment: EventId,
        /// The last day.
        last_day: Day,
    },
    /// A credential was recorded.
    Credential(CredentialRecord),
    /// A credential was withdrawn.
    CredentialWithdrawn {
        /// The credential.
        credential: EventId,
        /// The first day on which it no longer holds.
        on: Day,
    },
    /// An achievement was recorded.
    Achievement(AchievementRecord),
    /// Work in an enterprise was recorded.
    EnterpriseWork {
        /// First and last day.
        dates: DayRange,
    },
    /// An expert panel found the ability of a level.
    AbilityJudged {
        /// The level.
        level: Level,
        /// The day.
        on: Day,
    },
    /// A school verified a fact.
    Verified {
        /// The fact.
        fact: EventId,
    },
    /// The teacher said whether a fact is right.
    Stated {
        /// The fact.
        fact: EventId,
        /// Whether it is disputed.
        disputed: bool,
    },
    /// A breach was confirmed.
    BreachConfirmed {
        /// The first day in force.
        on: Day,
    },
    /// A breach was lifted.
    BreachLifted {
        /// The breach.
        breach: EventId,
        /// The first day on which it is no longer in force.
        on: Day,
    },
    /// The teacher attended a session; a later entry for the same session takes its place.
    Attended {
        /// The session.
        session: SessionId,
        /// The base that held it.
        base: SiteId,
        /// First and last day.
        dates: DayRange,
        /// Class hours.
        hours: Hours,
        /// The session's tier.
        tier: Tier,
        /// What it was about.
        theme: Theme,
        /// Whether it was attended at the base, not online.
        on_site: bool,
    },
    /// The teacher was taken off a roster, or the session was voided.
    AttendanceVoided {
        /// The session.
        session: SessionId,
    },
    /// A placement began.
    PlacementStarted {
        /// The placement.
        placement: PlacementId,
        /// The site.
        site: SiteId,
        /// The form.
        form: PracticeForm,
        /// The first day.
        on: Day,
    },
    /// Days of a placement were logged.
    DaysLogged {
        /// The placement.
        placement: PlacementId,
        /// The days.
        dates: DayRange,
        /// Hours on each of them.
        hours_a_day: Hours,
    },
    /// A placement was completed.
    PlacementCompleted {
        /// The placement.
        placement: PlacementId,
        /// The last day.
        last_day: Day,
        /// The result.
        result: PracticeResult,
    },
    /// A placement was voided.
    PlacementVoided {
        /// The placement.
        placement: PlacementId,
    },
    /// A recognition was applied for.
    Applied {
        /// The recognition.
        recognition: RecognitionId,
        /// The pack to be judged by.
        pack: PackId,
        /// The facts that the application relies on.
        evidence: Vec<EventId>,
    },
    /// A recognition was granted.
    Granted {
        /// The facts that it stands on: those that the application relied on, or else those that counted.
        evidence: Vec<EventId>,
        /// Whether the teacher's own account recorded it.
        by_own_hand: bool,
        /// The recognition.
        recognition: RecognitionId,
        /// The level.
        level: Level,
        /// The first valid day.
        on: Day,
        /// The last valid day.
        review_due: Day,
    },
    /// A recognition was reviewed.
    Reviewed {
        /// The recognition.
        recognition: RecognitionId,
        /// The day.
        on: Day,
        /// The last valid day from now on.
        review_due: Day,
    },
    /// A recognition was revoked.
    Revoked {
        /// The recognition.
        recognition: RecognitionId,
        /// The first day on which it is no longer valid.
        on: Day,
    },
    /// A recognition goes on from a day: at another level, or again after its revocation.
    Continued {
        /// The recognition.
        recognition: RecognitionId,
        /// The first day.
        on: Day,
        /// The level from then on, where it is another.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<Level>,
        /// The last valid day from then on, where it is another.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        review_due: Option<Day>,
    },
    /// A fact of the teacher's own stream was voided.
    Voided {
        /// The fact.
        fact: EventId,
    },
}

//! What can be asked of a person's record.

use events::{AbilityJudgement, Achievement, Credential, Sealed, SealedIdentity};
use kernel::code::{SpecialtyCode, StaffNumber};
use kernel::vocabulary::{EducationLevel, Employment, OrganisationKind, Role};
use kernel::{Day, DayRange, Document, EventId, Name, OrganisationId, Period, Reason, TeacherId};

/// What can be asked of a person's record.
#[derive(Debug, Clone)]
pub enum Command {
    /// Put the person on the register.
    Register {
        /// The day of registration.
        on: Day,
        /// Who it is.
        identity: SealedIdentity,
    },
    /// Correct name or id number.
    CorrectIdentity {
        /// From this day on.
        on: Day,
        /// Who it is.
        identity: SealedIdentity,
        /// Why.
        reason: Reason,
    },
    /// Start a post, and end it too if its last day is known.
    RecordPost(Post),
    /// End a post.
    EndPost {
        /// The post.
        post: EventId,
        /// The last day in post.
        last_day: Day,
    },
    /// Take up a further role within a post.
    AssignRole {
        /// The post.
        post: EventId,
        /// The first day.
        on: Day,
        /// The role.
        role: Role,
        /// The specialty taught.
        specialty: Option<SpecialtyCode>,
        /// The education level taught.
        education_level: Option<EducationLevel>,
    },
    /// Give a role up.
    EndRole {
        /// The role's assignment, or the post for the role it is held for.
        assignment: EventId,
        /// The last day.
        last_day: Day,
    },
    /// Put a credential on record.
    RecordCredential(Credential),
    /// Record that a credential was withdrawn.
    WithdrawCredential {
        /// The credential.
        credential: EventId,
        /// The first day on which it no longer holds.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Put earlier enterprise work on record.
    RecordEnterpriseWork {
        /// First and last day.
        dates: DayRange,
        /// The enterprise.
        enterprise: Name,
    },
    /// Put an achievement on record.
    RecordAchievement(Achievement),
    /// Put on record what an expert panel judged.
    JudgeAbility {
        /// The judgement.
        judgement: AbilityJudgement,
        /// What the panel is on the register; none where it is not on it, which is refused where it is required.
        panel: Option<OrganisationKind>,
    },
    /// The teacher confirms a fact.
    ConfirmFact {
        /// The fact.
        fact: EventId,
        /// Who recorded it.
        of: RecordedBy,
        /// The day.
        on: Day,
    },
    /// The teacher disputes a fact.
    DisputeFact {
        /// The fact.
        fact: EventId,
        /// Who recorded it.
        of: RecordedBy,
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// The school verifies a fact.
    VerifyFact {
        /// The fact.
        fact: EventId,
        /// The day.
        on: Day,
        /// The school.
        school: OrganisationId,
    },
    /// Record a confirmed breach of ethics, and its lifting if that is known.
    ConfirmBreach {
        /// The first day in force.
        on: Day,
        /// The decision.
        document: Option<Document>,
    },
    /// Lift a breach.
    LiftBreach {
        /// The breach.
        breach: EventId,
        /// The first day on which it is no longer in force.
        on: Day,
    },
    /// Void a recorded fact.
    VoidFact {
        /// The fact.
        fact: EventId,
        /// The day of the correction.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Take in another entry of the same person.
    Merge {
        /// The other entry.
        other: TeacherId,
        /// What stands in the way on its side, or on this entry's as others see it.
        obstacle: Option<Obstacle>,
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Undo a merge.
    Unmerge {
        /// The event that merged.
        merge: EventId,
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Restrict processing to storage.
    Restrict {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Lift a restriction.
    LiftRestriction {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Erase the person: whatever follows, their key is to be destroyed.
    Erase {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// The teacher asks for a correction.
    RequestCorrection {
        /// The day.
        on: Day,
        /// The fact, where it is about one.
        fact: Option<EventId>,
        /// What should be corrected, sealed.
        wish: Sealed,
    },
    /// The school answers such a request.
    AnswerCorrection {
        /// The event that requested it.
        request: EventId,
        /// The day.
        on: Day,
        /// Whether it was right.
        upheld: bool,
        /// Why.
        reason: Reason,
    },
}

/// Who recorded a fact that a teacher says something of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordedBy {
    /// It is in this stream, or nowhere.
    Record,
    /// A base or a station, in the stream of a session or a placement: whoever asks has found it in the dossier.
    Site,
}

/// What stands in the way of a merge and cannot be told from the keeper's own events: whoever asks looks it up first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Both are the same entry.
    Itself,
    /// The other is not on the register.
    OtherAbsent,
    /// The other has been erased.
    OtherErased,
    /// Processing of the other's data is restricted to storage.
    OtherRestricted,
    /// The other has been merged into a third entry.
    OtherMerged,
    /// The entry that is to stay has itself been merged into another.
    KeeperMerged,
}

/// A post as somebody hands it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The school.
    pub school: OrganisationId,
    /// The staff number there.
    pub staff_number: StaffNumber,
    /// Full-time or part-time.
    pub employment: Employment,
    /// The role it is held for.
    pub role: Role,
    /// The specialty taught.
    pub specialty: Option<SpecialtyCode>,
    /// The education level taught.
    pub education_level: Option<EducationLevel>,
    /// First and, if known, last day.
    pub period: Period,
}

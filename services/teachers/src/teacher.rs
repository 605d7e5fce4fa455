//! The write model of a person on the register: posts, roles, credentials, achievements, conduct.
//!
//! Recording what is on record already is no error and no event: the same fact handed in twice, by two files or two
//! people, stands once.

mod rejection;
mod state;

use decider::Decider;
use events::{Achievement, Credential, SealedIdentity, TeacherEvent};
use kernel::Day;
use kernel::code::{SpecialtyCode, StaffNumber};
use kernel::vocabulary::{CredentialKind, EducationLevel, Employment, Role};
use kernel::{DayRange, Document, EventId, Name, OrganisationId, Period, Reason, TeacherId};

pub use rejection::Rejection;
pub use state::{Fact, State};

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
    /// The teacher confirms a fact.
    ConfirmFact {
        /// The fact.
        fact: EventId,
        /// The day.
        on: Day,
    },
    /// The teacher disputes a fact.
    DisputeFact {
        /// The fact.
        fact: EventId,
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

/// The write model.
#[derive(Debug)]
pub struct Teacher;

impl Decider for Teacher {
    type State = State;
    type Command = Command;
    type Event = TeacherEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<TeacherEvent>, Rejection> {
        match command {
            Command::Register { on, identity } if !state.registered => {
                Ok(vec![TeacherEvent::Registered { on: *on, identity: identity.clone() }])
            }
            Command::Register { .. } => Ok(vec![]),
            _ if !state.registered => Err(Rejection::NotRegistered),
            _ if state.erased => Err(Rejection::Erased),
            Command::LiftRestriction { on, reason } if state.restricted => {
                Ok(vec![TeacherEvent::RestrictionLifted { on: *on, reason: reason.clone() }])
            }
            Command::LiftRestriction { .. } => Ok(vec![]),
            _ if state.restricted => Err(Rejection::Restricted),
            _ => decide_on_record(state, command),
        }
    }

    fn evolve(state: &mut State, event: &TeacherEvent, id: EventId) {
        state.evolve(event, id);
    }
}

/// What is decided for a person who is on the register, neither erased nor restricted.
fn decide_on_record(state: &State, command: &Command) -> Result<Vec<TeacherEvent>, Rejection> {
    match command {
        Command::Register { .. } | Command::LiftRestriction { .. } => Ok(vec![]),
        Command::CorrectIdentity { on, identity, reason } => {
            Ok(vec![TeacherEvent::IdentityCorrected { on: *on, identity: identity.clone(), reason: reason.clone() }])
        }
        Command::RecordPost(post) => record_post(state, post),
        Command::EndPost { post, last_day } => end_post(state, *post, *last_day),
        Command::AssignRole { post, on, role, specialty, education_level } => {
            let period = state.post(*post)?;
            require(period.contains(*on), Rejection::OutsidePost)?;
            require(!role.is_specialised() || specialty.is_some(), Rejection::SpecialtyMissing)?;
            if state.has_role(*post, *role, specialty.as_ref(), *on) {
                return Ok(vec![]);
            }
            Ok(vec![TeacherEvent::RoleAssigned {
                on: *on,
                post: *post,
                role: *role,
                specialty: specialty.clone(),
                education_level: *education_level,
            }])
        }
        Command::EndRole { assignment, last_day } => end_role(state, *assignment, *last_day),
        Command::RecordCredential(credential) => record_credential(state, credential),
        Command::WithdrawCredential { credential, on, reason } => withdraw_credential(state, *credential, *on, reason),
        Command::RecordEnterpriseWork { dates, enterprise } => {
            let event = TeacherEvent::EnterpriseWorkRecorded {
                from: dates.from(),
                to: dates.to(),
                enterprise: enterprise.clone(),
            };
            Ok(state.unless_on_record(event))
        }
        Command::RecordAchievement(achievement) => {
            Ok(state.unless_on_record(TeacherEvent::AchievementRecorded(achievement.clone())))
        }
        Command::ConfirmBreach { on, document } => {
            if state.has_breach(*on) {
                return Ok(vec![]);
            }
            Ok(vec![TeacherEvent::BreachConfirmed { on: *on, document: document.clone() }])
        }
        Command::LiftBreach { breach, on } => lift_breach(state, *breach, *on),
        Command::ConfirmFact { .. }
        | Command::DisputeFact { .. }
        | Command::VerifyFact { .. }
        | Command::VoidFact { .. } => decide_on_fact(state, command),
        Command::Merge { other, on, reason } => {
            require(!state.merged.contains_key(other), Rejection::AlreadyMerged)?;
            Ok(vec![TeacherEvent::IdentitiesMerged { on: *on, other: *other, reason: reason.clone() }])
        }
        Command::Unmerge { merge, on, reason } => {
            require(state.merged.values().any(|id| id == merge), Rejection::NoSuchFact)?;
            Ok(vec![TeacherEvent::IdentitiesUnmerged { on: *on, merge: *merge, reason: reason.clone() }])
        }
        Command::Restrict { on, reason } => {
            Ok(vec![TeacherEvent::ProcessingRestricted { on: *on, reason: reason.clone() }])
        }
    }
}

/// What is said about a recorded fact: confirmed, disputed, verified, voided.
fn decide_on_fact(state: &State, command: &Command) -> Result<Vec<TeacherEvent>, Rejection> {
    match command {
        Command::ConfirmFact { fact, on } => {
            state.standing(*fact)?;
            Ok(vec![TeacherEvent::FactConfirmed { on: *on, fact: *fact }])
        }
        Command::DisputeFact { fact, on, reason } => {
            state.standing(*fact)?;
            Ok(vec![TeacherEvent::FactDisputed { on: *on, fact: *fact, reason: reason.clone() }])
        }
        Command::VerifyFact { fact, on, school } => {
            state.standing(*fact)?;
            require(state.has_post_at(*school), Rejection::NotInPostThere)?;
            Ok(vec![TeacherEvent::FactVerified { on: *on, fact: *fact, school: *school }])
        }
        Command::VoidFact { fact, on, reason } => match state.standing(*fact) {
            Err(Rejection::Voided) => Ok(vec![]),
            Err(rejection) => Err(rejection),
            Ok(_) => Ok(vec![TeacherEvent::FactVoided { on: *on, fact: *fact, reason: reason.clone() }]),
        },
        _ => Ok(vec![]),
    }
}

fn record_post(state: &State, post: &Post) -> Result<Vec<TeacherEvent>, Rejection> {
    require(!post.role.is_specialised() || post.specialty.is_some(), Rejection::SpecialtyMissing)?;
    if let Some((id, known)) = state.same_post(post) {
        return match (known.to(), post.period.to()) {
            (None, Some(last_day)) => Ok(vec![TeacherEvent::PostEnded { last_day, post: id }]),
            (known, given) if known == given || given.is_none() => Ok(vec![]),
            _ => Err(Rejection::PostEndedOtherwise),
        };
    }
    require(!state.overlaps_post(post), Rejection::PostOverlaps)?;
    Ok(vec![TeacherEvent::PostStarted {
        on: post.period.from(),
        last_day: post.period.to(),
        school: post.school,
        staff_number: post.staff_number.clone(),
        employment: post.employment,
        role: post.role,
        specialty: post.specialty.clone(),
        education_level: post.education_level,
    }])
}

fn end_post(state: &State, post: EventId, last_day: Day) -> Result<Vec<TeacherEvent>, Rejection> {
    let period = state.post(post)?;
    require(last_day >= period.from(), Rejection::EndsBeforeItBegins)?;
    match period.to() {
        None => Ok(vec![TeacherEvent::PostEnded { last_day, post }]),
        Some(known) if known == last_day => Ok(vec![]),
        Some(_) => Err(Rejection::PostEndedOtherwise),
    }
}

fn end_role(state: &State, assignment: EventId, last_day: Day) -> Result<Vec<TeacherEvent>, Rejection> {
    let (from, ended) = match state.standing(assignment)? {
        Fact::Post { post, role_ended } => (post.period.from(), *role_ended),
        Fact::Role { from, ended, .. } => (*from, *ended),
        _ => return Err(Rejection::NotARole),
    };
    require(last_day >= from, Rejection::EndsBeforeItBegins)?;
    match ended {
        None => Ok(vec![TeacherEvent::RoleEnded { last_day, assignment }]),
        Some(known) if known == last_day => Ok(vec![]),
        Some(_) => Err(Rejection::RoleEndedOtherwise),
    }
}

fn record_credential(state: &State, credential: &Credential) -> Result<Vec<TeacherEvent>, Rejection> {
    match credential.kind {
        CredentialKind::SkillGrade => require(credential.grade.is_some(), Rejection::GradeMissing)?,
        CredentialKind::TechnicalTitle | CredentialKind::TeacherTitle => {
            require(credential.rank.is_some(), Rejection::RankMissing)?;
        }
        CredentialKind::TeacherCertificate | CredentialKind::VocationalQualification => {}
    }
    Ok(state.unless_on_record(TeacherEvent::CredentialRecorded(credential.clone())))
}

fn withdraw_credential(
    state: &State,
    credential: EventId,
    on: Day,
    reason: &Reason,
) -> Result<Vec<TeacherEvent>, Rejection> {
    match state.standing(credential)? {
        Fact::Credential { credential: known, .. } if on < known.obtained_on => Err(Rejection::EndsBeforeItBegins),
        Fact::Credential { withdrawn: Some(_), .. } => Ok(vec![]),
        Fact::Credential { .. } => {
            Ok(vec![TeacherEvent::CredentialWithdrawn { on, credential, reason: reason.clone() }])
        }
        _ => Err(Rejection::NotACredential),
    }
}

fn lift_breach(state: &State, breach: EventId, on: Day) -> Result<Vec<TeacherEvent>, Rejection> {
    match state.standing(breach)? {
        Fact::Breach { on: confirmed, .. } if on < *confirmed => Err(Rejection::EndsBeforeItBegins),
        Fact::Breach { lifted: Some(known), .. } if *known == on => Ok(vec![]),
        Fact::Breach { lifted: Some(_), .. } => Err(Rejection::BreachLiftedOtherwise),
        Fact::Breach { lifted: None, .. } => Ok(vec![TeacherEvent::BreachLifted { on, breach }]),
        _ => Err(Rejection::NotABreach),
    }
}

fn require(holds: bool, otherwise: Rejection) -> Result<(), Rejection> {
    if holds { Ok(()) } else { Err(otherwise) }
}

#[cfg(test)]
mod tests;

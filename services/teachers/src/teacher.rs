//! The write model of a person on the register: posts, roles, credentials, achievements, conduct.
//!
//! Recording what is on record already is no error and no event: the same fact handed in twice, by two files or two
//! people, stands once.

mod command;
mod fact;
mod person;
mod rejection;
mod state;

use decider::Decider;
use events::{Credential, TeacherEvent};
use kernel::vocabulary::{CredentialKind, OrganisationKind};
use kernel::{Day, EventId, Reason};

pub use command::{Command, Obstacle, Post, RecordedBy};
pub use fact::Fact;
pub use rejection::Rejection;
pub use state::{Request, State, Statement};

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
            // Asked again, they let whoever asks finish what follows from the event, and are no event.
            Command::Erase { .. } if state.erased => Ok(vec![]),
            Command::Erase { on, reason } => Ok(vec![TeacherEvent::Erased { on: *on, reason: reason.clone() }]),
            _ if state.erased => Err(Rejection::Erased),
            Command::LiftRestriction { on, reason } if state.restricted => {
                Ok(vec![TeacherEvent::RestrictionLifted { on: *on, reason: reason.clone() }])
            }
            Command::LiftRestriction { .. } => Ok(vec![]),
            Command::Restrict { .. } if state.restricted => Ok(vec![]),
            _ if state.restricted => Err(Rejection::Restricted),
            _ => decide_on_record(state, command),
        }
    }

    fn happened_by(command: &Command) -> Option<Day> {
        match command {
            Command::RecordCredential(credential) => Some(credential.obtained_on),
            Command::RecordEnterpriseWork { dates, .. } => Some(dates.to()),
            Command::RecordAchievement(achievement) => Some(achievement.achieved_on),
            Command::JudgeAbility { judgement, .. } => Some(judgement.on),
            _ => None,
        }
    }

    fn evolve(state: &mut State, event: &TeacherEvent, id: EventId) {
        state.evolve(event, id);
    }
}

/// What is decided for a person who is on the register, neither erased nor restricted.
fn decide_on_record(state: &State, command: &Command) -> Result<Vec<TeacherEvent>, Rejection> {
    match command {
        Command::Register { .. } | Command::LiftRestriction { .. } | Command::Erase { .. } => Ok(vec![]),
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
        Command::JudgeAbility { judgement, panel } => {
            require(panel.is_none_or(may_judge), Rejection::NotAPanel)?;
            Ok(state.unless_on_record(TeacherEvent::AbilityJudged(judgement.clone())))
        }
        Command::ConfirmBreach { on, document } => {
            if state.has_breach(*on, document.as_ref()) {
                return Ok(vec![]);
            }
            Ok(vec![TeacherEvent::BreachConfirmed { on: *on, document: document.clone() }])
        }
        Command::LiftBreach { breach, on } => lift_breach(state, *breach, *on),
        Command::ConfirmFact { .. }
        | Command::DisputeFact { .. }
        | Command::VerifyFact { .. }
        | Command::VoidFact { .. } => person::decide_on_fact(state, command),
        Command::RequestCorrection { .. } | Command::AnswerCorrection { .. } => {
            person::decide_on_correction(state, command)
        }
        Command::Merge { .. } | Command::Unmerge { .. } => person::decide_on_identity(state, command),
        Command::Restrict { on, reason } => {
            Ok(vec![TeacherEvent::ProcessingRestricted { on: *on, reason: reason.clone() }])
        }
    }
}

/// An expert organisation judges, or an authority that convened the experts itself. A school does not: a judgement stands
/// in the place of a credential, and schools are counted by how many of theirs are double-qualified.
fn may_judge(panel: OrganisationKind) -> bool {
    match panel {
        OrganisationKind::ExpertBody
        | OrganisationKind::CityAuthority
        | OrganisationKind::ProvincialAuthority
        | OrganisationKind::Ministry => true,
        OrganisationKind::School | OrganisationKind::Base | OrganisationKind::Enterprise => false,
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
        Fact::Credential { withdrawn: Some(known), .. } if *known == on => Ok(vec![]),
        Fact::Credential { withdrawn: Some(_), .. } => Err(Rejection::CredentialWithdrawnOtherwise),
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

//! What an event enters in a dossier.

use events::{Attendance, Programme, TeacherEvent};
use kernel::vocabulary::Mode;
use kernel::{DayRange, OrganisationId, SessionId};

use crate::Entry;

/// The entry that an event of the teacher's own stream makes, if it says something that rules can ask about.
pub(super) fn entry_of(event: &TeacherEvent, by: Option<OrganisationId>) -> Option<Entry> {
    Some(match event {
        TeacherEvent::Registered { .. } => Entry::Registered { by },
        TeacherEvent::PostStarted { on, last_day, school, employment, role, specialty, education_level, .. } => {
            Entry::PostStarted {
                education_level: *education_level,
                last_day: *last_day,
                school: *school,
                employment: *employment,
                role: *role,
                specialty: specialty.clone(),
                on: *on,
            }
        }
        TeacherEvent::PostEnded { last_day, post } => Entry::PostEnded { post: *post, last_day: *last_day },
        TeacherEvent::RoleAssigned { on, post, role, specialty, education_level } => Entry::RoleAssigned {
            post: *post,
            role: *role,
            specialty: specialty.clone(),
            education_level: *education_level,
            on: *on,
        },
        TeacherEvent::RoleEnded { last_day, assignment } => {
            Entry::RoleEnded { assignment: *assignment, last_day: *last_day }
        }
        TeacherEvent::CredentialRecorded(credential) => Entry::Credential(credential.clone()),
        TeacherEvent::CredentialWithdrawn { on, credential, .. } => {
            Entry::CredentialWithdrawn { credential: *credential, on: *on }
        }
        TeacherEvent::AchievementRecorded(achievement) => Entry::Achievement(achievement.clone()),
        TeacherEvent::BreachConfirmed { on, .. } => Entry::BreachConfirmed { on: *on },
        TeacherEvent::BreachLifted { on, breach } => Entry::BreachLifted { breach: *breach, on: *on },
        TeacherEvent::FactVoided { fact, .. } => Entry::Voided { fact: *fact },
        TeacherEvent::EnterpriseWorkRecorded { from, to, .. } => {
            Entry::EnterpriseWork { dates: DayRange::new(*from, *to).ok()? }
        }
        TeacherEvent::AbilityJudged(judgement) => Entry::AbilityJudged { level: judgement.level, on: judgement.on },
        TeacherEvent::FactVerified { fact, .. } => Entry::Verified { fact: *fact },
        TeacherEvent::FactConfirmed { fact, .. } => Entry::Stated { fact: *fact, disputed: false },
        TeacherEvent::FactDisputed { fact, .. } => Entry::Stated { fact: *fact, disputed: true },
        TeacherEvent::IdentityCorrected { .. }
        | TeacherEvent::IdentitiesMerged { .. }
        | TeacherEvent::IdentitiesUnmerged { .. }
        | TeacherEvent::CorrectionRequested { .. }
        | TeacherEvent::CorrectionAnswered { .. }
        | TeacherEvent::ProcessingRestricted { .. }
        | TeacherEvent::RestrictionLifted { .. }
        | TeacherEvent::Erased { .. } => return None,
    })
}

/// The entry that a line of a session's roster makes.
pub(super) fn attended(session: SessionId, programme: &Programme, attendance: &Attendance) -> Entry {
    Entry::Attended {
        session,
        base: programme.base,
        dates: programme.dates,
        hours: attendance.hours,
        tier: programme.tier,
        theme: programme.theme,
        // Of a blended session nobody knows which days were spent at the base.
        on_site: matches!(programme.mode, Mode::FaceToFace | Mode::StudyVisit),
    }
}

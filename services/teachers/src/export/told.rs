//! Events as a person's record tells them: the section, what happened, and the particulars that concern this person.
//! What a session's event says about others is not told.

use events::{PlacementEvent, Programme, RecognitionEvent, SessionEvent, TeacherEvent};
use kernel::TeacherId;
use kernel::vocabulary::{RecordField as F, RecordKind as K, RecordSection as S};
use vault::Field;

use crate::particulars::{Particulars, Said, text, word, yes_no};

/// An event as it is told.
pub struct Told {
    /// The section.
    pub section: S,
    /// What happened.
    pub kind: K,
    /// The particulars.
    pub particulars: Particulars,
}

fn told(section: S, kind: K, particulars: Particulars) -> Told {
    Told { section, kind, particulars }
}

/// An event of the person's own stream.
pub fn of_teacher(teacher: TeacherId, event: &TeacherEvent) -> Told {
    let of = Particulars::default();
    match event {
        TeacherEvent::Registered { .. }
        | TeacherEvent::IdentityCorrected { .. }
        | TeacherEvent::IdentitiesMerged { .. }
        | TeacherEvent::IdentitiesUnmerged { .. }
        | TeacherEvent::ProcessingRestricted { .. }
        | TeacherEvent::RestrictionLifted { .. }
        | TeacherEvent::Erased { .. } => of_identity(teacher, event),
        TeacherEvent::FactConfirmed { .. }
        | TeacherEvent::FactDisputed { .. }
        | TeacherEvent::FactVerified { .. }
        | TeacherEvent::CorrectionRequested { .. }
        | TeacherEvent::CorrectionAnswered { .. }
        | TeacherEvent::FactVoided { .. } => of_statement(teacher, event),
        TeacherEvent::PostStarted {
            on,
            last_day,
            school,
            staff_number,
            employment,
            role,
            specialty,
            education_level,
        } => {
            let of = of
                .say(F::School, Said::Organisation(*school))
                .say(F::StaffNumber, text(staff_number))
                .say(F::Employment, word(*employment))
                .say(F::Role, word(*role))
                .may(F::Specialty, specialty.as_ref().map(text))
                .may(F::EducationLevel, education_level.map(word));
            told(S::Posts, K::PostStarted, of.say(F::From, text(on)).may(F::To, last_day.map(text)))
        }
        TeacherEvent::PostEnded { last_day, post } => {
            told(S::Posts, K::PostEnded, of.say(F::To, text(last_day)).say(F::Fact, text(post)))
        }
        TeacherEvent::RoleAssigned { on, post, role, specialty, education_level } => {
            let of = of
                .say(F::Role, word(*role))
                .may(F::Specialty, specialty.as_ref().map(text))
                .may(F::EducationLevel, education_level.map(word));
            told(S::Roles, K::RoleAssigned, of.say(F::From, text(on)).say(F::Post, text(post)))
        }
        TeacherEvent::RoleEnded { last_day, assignment } => {
            told(S::Roles, K::RoleEnded, of.say(F::To, text(last_day)).say(F::Fact, text(assignment)))
        }
        TeacherEvent::CredentialRecorded(credential) => {
            told(S::Credentials, K::CredentialRecorded, of.credential(teacher, credential))
        }
        TeacherEvent::CredentialWithdrawn { on, credential, reason } => {
            let of = of.say(F::NoLonger, text(on)).say(F::Fact, text(credential)).say(F::Reason, text(reason));
            told(S::Credentials, K::CredentialWithdrawn, of)
        }
        TeacherEvent::EnterpriseWorkRecorded { from, to, enterprise } => {
            let of = of.say(F::Enterprise, text(enterprise)).say(F::From, text(from)).say(F::To, text(to));
            told(S::EnterpriseWork, K::EnterpriseWork, of)
        }
        TeacherEvent::AchievementRecorded(achievement) => {
            told(S::Achievements, K::Achievement, of.achievement(achievement))
        }
        TeacherEvent::AbilityJudged(judgement) => told(S::Achievements, K::AbilityJudged, of.judgement(judgement)),
        TeacherEvent::BreachConfirmed { on, document } => {
            let of = of.say(F::On, text(on)).may(F::Document, document.as_ref().map(text));
            told(S::Conduct, K::BreachConfirmed, of)
        }
        TeacherEvent::BreachLifted { on, breach } => {
            told(S::Conduct, K::BreachLifted, of.say(F::NoLonger, text(on)).say(F::Fact, text(breach)))
        }
    }
}

/// Identity, merges, and what may be done with the data.
fn of_identity(teacher: TeacherId, event: &TeacherEvent) -> Told {
    let of = Particulars::default();
    let because = |reason: &kernel::Reason| Particulars::default().say(F::Reason, text(reason));
    match event {
        TeacherEvent::Registered { identity, .. } => {
            let of = of.say(F::Name, Said::Name(teacher, identity.clone()));
            told(S::Identity, K::Registered, of.say(F::CitizenId, Said::CitizenId(teacher, identity.clone())))
        }
        TeacherEvent::IdentityCorrected { identity, reason, .. } => {
            let of = of.say(F::Name, Said::Name(teacher, identity.clone()));
            let of = of.say(F::CitizenId, Said::CitizenId(teacher, identity.clone()));
            told(S::Identity, K::IdentityCorrected, of.say(F::Reason, text(reason)))
        }
        TeacherEvent::IdentitiesMerged { other, reason, .. } => {
            told(S::Merges, K::Merged, of.say(F::Other, text(other)).say(F::Reason, text(reason)))
        }
        TeacherEvent::IdentitiesUnmerged { merge, reason, .. } => {
            told(S::Merges, K::Unmerged, of.say(F::Fact, text(merge)).say(F::Reason, text(reason)))
        }
        TeacherEvent::ProcessingRestricted { reason, .. } => told(S::Processing, K::Restricted, because(reason)),
        TeacherEvent::RestrictionLifted { reason, .. } => told(S::Processing, K::RestrictionLifted, because(reason)),
        TeacherEvent::Erased { reason, .. } => told(S::Processing, K::Erased, because(reason)),
        _ => told(S::Processing, K::Registered, of),
    }
}

/// What was said about recorded facts.
fn of_statement(teacher: TeacherId, event: &TeacherEvent) -> Told {
    let of = Particulars::default();
    match event {
        TeacherEvent::FactDisputed { fact, reason, .. } => {
            told(S::Statements, K::FactDisputed, of.say(F::Fact, text(fact)).say(F::Reason, text(reason)))
        }
        TeacherEvent::FactVerified { fact, school, .. } => {
            let of = of.say(F::Fact, text(fact)).say(F::School, Said::Organisation(*school));
            told(S::Statements, K::FactVerified, of)
        }
        TeacherEvent::CorrectionRequested { fact, wish, .. } => {
            let of = of.may(F::Fact, fact.map(text)).say(F::Wish, Said::Sealed(teacher, Field::Wish, wish.clone()));
            told(S::Corrections, K::CorrectionRequested, of)
        }
        TeacherEvent::CorrectionAnswered { request, upheld, reason, .. } => {
            let of = of.say(F::Fact, text(request)).say(F::Upheld, yes_no(*upheld));
            told(S::Corrections, K::CorrectionAnswered, of.say(F::Reason, text(reason)))
        }
        TeacherEvent::FactVoided { fact, reason, .. } => {
            told(S::Corrections, K::FactVoided, of.say(F::Fact, text(fact)).say(F::Reason, text(reason)))
        }
        TeacherEvent::FactConfirmed { fact, .. } => told(S::Statements, K::FactConfirmed, of.say(F::Fact, text(fact))),
        _ => told(S::Statements, K::FactConfirmed, of),
    }
}

/// An event of a session, as far as it concerns the person; none where it does not.
pub fn of_session(person: &[TeacherId], programme: &Programme, event: &SessionEvent) -> Option<Told> {
    let of = Particulars::default()
        .say(F::Code, text(&programme.code))
        .say(F::Title, text(&programme.title))
        .say(F::Site, Said::Site(programme.base))
        .say(F::Tier, word(programme.tier))
        .say(F::Theme, word(programme.theme))
        .say(F::Mode, word(programme.mode))
        .say(F::From, text(programme.dates.from()))
        .say(F::To, text(programme.dates.to()));
    match event {
        SessionEvent::Held { roster, .. } => {
            let own = roster.iter().find(|one| person.contains(&one.teacher))?;
            Some(told(S::Sessions, K::SessionAttended, of.say(F::Hours, text(own.hours))))
        }
        SessionEvent::RosterAmended { teacher, hours, reason, .. } if person.contains(teacher) => {
            let of = of.say(F::Hours, hours.map_or_else(|| text(0), text)).say(F::Reason, text(reason));
            Some(told(S::Sessions, K::AttendanceAmended, of))
        }
        SessionEvent::Voided { reason, .. } => {
            Some(told(S::Sessions, K::SessionVoided, of.say(F::Reason, text(reason))))
        }
        SessionEvent::Scheduled(_) | SessionEvent::RosterAmended { .. } => None,
    }
}

/// An event of a placement.
pub fn of_placement(event: &PlacementEvent) -> Told {
    let of = Particulars::default();
    match event {
        PlacementEvent::Started { on, site, enterprise, form, .. } => {
            let of = of
                .say(F::Site, Said::Site(*site))
                .may(F::Enterprise, enterprise.map(Said::Organisation))
                .say(F::Form, word(*form));
            told(S::Placements, K::PlacementStarted, of.say(F::From, text(on)))
        }
        PlacementEvent::DaysLogged { dates, hours_a_day } => {
            let of = of.say(F::From, text(dates.from())).say(F::To, text(dates.to()));
            told(S::Placements, K::DaysLogged, of.say(F::HoursADay, text(hours_a_day)))
        }
        PlacementEvent::Completed { last_day, result } => {
            let of = of.say(F::To, text(last_day)).say(F::Result, word(*result));
            told(S::Placements, K::PlacementCompleted, of)
        }
        PlacementEvent::Voided { reason, .. } => {
            told(S::Placements, K::PlacementVoided, of.say(F::Reason, text(reason)))
        }
    }
}

/// An event of a recognition.
pub fn of_recognition(event: &RecognitionEvent) -> Told {
    let of = Particulars::default();
    let section = S::Recognitions;
    match event {
        RecognitionEvent::Applied { on, level, pack, .. } => {
            let of = of.say(F::On, text(on)).say(F::Level, word(*level)).say(F::Pack, text(pack));
            told(section, K::Applied, of)
        }
        RecognitionEvent::LegacyRecorded { on, level, authority, review_due, rule, document, .. } => {
            let of = of
                .say(F::Level, word(*level))
                .say(F::Authority, Said::Organisation(*authority))
                .say(F::Pack, text(rule))
                .say(F::From, text(on))
                .say(F::ReviewDue, text(review_due));
            told(section, K::LegacyRecognition, of.may(F::Document, document.as_ref().map(text)))
        }
        RecognitionEvent::Granted { on, level, authority, review_due, document, .. } => {
            let of = of
                .say(F::Level, word(*level))
                .say(F::Authority, Said::Organisation(*authority))
                .say(F::From, text(on))
                .say(F::ReviewDue, text(review_due));
            told(section, K::Granted, of.may(F::Document, document.as_ref().map(text)))
        }
        RecognitionEvent::Refused { authority, reason, .. } => {
            let of = of.say(F::Authority, Said::Organisation(*authority)).say(F::Reason, text(reason));
            told(section, K::Refused, of)
        }
        RecognitionEvent::Reviewed { on, review_due } => {
            told(section, K::Reviewed, of.say(F::On, text(on)).say(F::ReviewDue, text(review_due)))
        }
        RecognitionEvent::Lowered { on, level, review_due, reason } => {
            let of = of.say(F::Level, word(*level)).say(F::From, text(on)).say(F::ReviewDue, text(review_due));
            told(section, K::Lowered, of.say(F::Reason, text(reason)))
        }
        RecognitionEvent::Reinstated { on, authority, reason } => {
            let of = of.say(F::Authority, Said::Organisation(*authority)).say(F::From, text(on));
            told(section, K::Reinstated, of.say(F::Reason, text(reason)))
        }
        RecognitionEvent::Revoked { on, reason } => {
            told(section, K::Revoked, of.say(F::NoLonger, text(on)).say(F::Reason, text(reason)))
        }
        RecognitionEvent::AppealLodged { reason, .. } => {
            told(section, K::AppealLodged, of.say(F::Reason, text(reason)))
        }
        RecognitionEvent::AppealResolved { upheld, reason, .. } => {
            told(section, K::AppealResolved, of.say(F::Upheld, yes_no(*upheld)).say(F::Reason, text(reason)))
        }
    }
}

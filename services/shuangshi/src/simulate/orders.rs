//! From what happened to what is asked of a write model so that it goes on record.

use eventlog::StreamId;
use events::PackEvent;
use events::{
    OrganisationEvent, PlacementEvent, PlanEvent, RecognitionEvent, SealedIdentity, SessionEvent, SiteEvent,
    TeacherEvent, TeamEvent,
};
use kernel::{DayRange, DomainEvent, OrganisationId, PackId, SiteId, TeacherId};
use practice::{placement, site};
use qualification::recognition;
use simulation::Happening;
use teachers::{organisation, teacher};
use teams::team;
use training::session;

use crate::outcome::Trouble;

/// What is asked of a write model.
pub enum Asked {
    /// Of an organisation.
    Organisation(organisation::Command),
    /// Of a site.
    Site(site::Command),
    /// Of a person's record.
    Teacher(teacher::Command),
    /// Of a session.
    Session(session::Command),
    /// Of a placement.
    Placement(placement::Command),
    /// Of a recognition.
    Recognition(recognition::Command),
    /// Of a team.
    Team(team::Command),
    /// Of an action plan.
    Plan(coverage::plan::Command),
}

/// What an entry needs that is not in it.
pub struct Given<'a> {
    /// The sealed identity of a person who is put on the register.
    pub identity: Option<&'a SealedIdentity>,
    /// The log position of the evidence that a grant stands on.
    pub evidence_position: &'a str,
}

/// What to ask, and which streams must exist.
pub fn of(happening: Happening, given: &Given<'_>) -> Result<(Asked, Vec<StreamId>), Trouble> {
    let (asked, requires) = match happening {
        Happening::Organisation(_, event) => (Asked::Organisation(organisation(event)?), vec![]),
        Happening::Site(_, event) => (Asked::Site(site(event)?), vec![]),
        Happening::Registered(invented) => {
            let unsealed = || Trouble::No("a person was to be registered unsealed".to_owned());
            let identity = given.identity.ok_or_else(unsealed)?.clone();
            (Asked::Teacher(teacher::Command::Register { on: invented.on, identity }), vec![])
        }
        Happening::Teacher(_, event) => teacher(event)?,
        Happening::Session(_, event) => session(event),
        Happening::Placement(_, event) => placement(event),
        Happening::Recognition(_, event) => recognition(event, given.evidence_position)?,
        Happening::Team(_, event) => team(event)?,
        Happening::Plan(_, event) => (Asked::Plan(plan(event)), vec![]),
    };
    Ok((asked, requires))
}

fn school(id: OrganisationId) -> StreamId {
    StreamId::of::<OrganisationEvent>(id.uuid())
}

fn person(id: TeacherId) -> StreamId {
    StreamId::of::<TeacherEvent>(id.uuid())
}

fn place(id: SiteId) -> StreamId {
    StreamId::of::<SiteEvent>(id.uuid())
}

fn rules(id: PackId) -> StreamId {
    StreamId::of::<PackEvent>(id.uuid())
}

/// An event that no simulation draws.
fn undrawn(event: &impl DomainEvent) -> Trouble {
    Trouble::No(format!("{} is recorded by no simulation", event.kind()))
}

fn organisation(event: OrganisationEvent) -> Result<organisation::Command, Trouble> {
    Ok(match event {
        OrganisationEvent::Registered { on, profile } => organisation::Command::Register { on, profile },
        OrganisationEvent::HeadcountReported { on, full_time, specialised, part_time } => {
            organisation::Command::ReportHeadcount { on, full_time, specialised, part_time }
        }
        OrganisationEvent::EnrolmentReported { on, full_time } => {
            organisation::Command::ReportEnrolment { on, full_time }
        }
        OrganisationEvent::Renamed { on, name } => organisation::Command::Rename { on, name },
        OrganisationEvent::Merged { on, into } => organisation::Command::Merge { on, into },
        OrganisationEvent::Closed { on, reason } => organisation::Command::Close { on, reason },
    })
}

fn site(event: SiteEvent) -> Result<site::Command, Trouble> {
    Ok(match event {
        SiteEvent::Approved { profile, period, document } => site::Command::Approve { profile, period, document },
        SiteEvent::Renewed { period, document } => site::Command::Renew { period, document },
        SiteEvent::Withdrawn { on, reason } => site::Command::Withdraw { on, reason },
        SiteEvent::ApprovalVoided { on, approval, reason } => site::Command::VoidApproval { approval, on, reason },
    })
}

fn teacher(event: TeacherEvent) -> Result<(Asked, Vec<StreamId>), Trouble> {
    use teacher::Command;
    let mut requires = Vec::new();
    let command = match event {
        TeacherEvent::PostStarted {
            on,
            last_day,
            school: at,
            staff_number,
            employment,
            role,
            specialty,
            education_level,
        } => {
            requires.push(school(at));
            let period = kernel::Period::new(on, last_day)?;
            Command::RecordPost(teacher::Post {
                school: at,
                staff_number,
                employment,
                role,
                specialty,
                education_level,
                period,
            })
        }
        TeacherEvent::PostEnded { last_day, post } => Command::EndPost { post, last_day },
        TeacherEvent::RoleAssigned { on, post, role, specialty, education_level } => {
            Command::AssignRole { post, on, role, specialty, education_level }
        }
        TeacherEvent::RoleEnded { last_day, assignment } => Command::EndRole { assignment, last_day },
        TeacherEvent::CredentialRecorded(credential) => Command::RecordCredential(credential),
        TeacherEvent::EnterpriseWorkRecorded { from, to, enterprise } => {
            Command::RecordEnterpriseWork { dates: DayRange::new(from, to)?, enterprise }
        }
        TeacherEvent::AchievementRecorded(achievement) => Command::RecordAchievement(achievement),
        TeacherEvent::FactConfirmed { on, fact } => Command::ConfirmFact { fact, of: teacher::RecordedBy::Record, on },
        TeacherEvent::FactDisputed { on, fact, reason } => {
            Command::DisputeFact { fact, of: teacher::RecordedBy::Record, on, reason }
        }
        TeacherEvent::FactVerified { on, fact, school } => Command::VerifyFact { fact, on, school },
        TeacherEvent::BreachConfirmed { on, document } => Command::ConfirmBreach { on, document },
        TeacherEvent::BreachLifted { on, breach } => Command::LiftBreach { breach, on },
        TeacherEvent::FactVoided { on, fact, reason } => Command::VoidFact { fact, on, reason },
        other => return Err(undrawn(&other)),
    };
    Ok((Asked::Teacher(command), requires))
}

fn session(event: SessionEvent) -> (Asked, Vec<StreamId>) {
    let (command, requires) = match event {
        SessionEvent::Scheduled(programme) => {
            let base = place(programme.base);
            (session::Command::Schedule(programme), vec![base])
        }
        SessionEvent::Held { on, roster } => {
            let people = roster.iter().map(|attendance| person(attendance.teacher)).collect();
            (session::Command::Hold { roster, on }, people)
        }
        SessionEvent::RosterAmended { on, teacher, hours, reason } => {
            (session::Command::Amend { teacher, hours, on, reason }, vec![person(teacher)])
        }
        SessionEvent::Voided { on, reason } => (session::Command::Void { on, reason }, vec![]),
    };
    (Asked::Session(command), requires)
}

fn placement(event: PlacementEvent) -> (Asked, Vec<StreamId>) {
    let (command, requires) = match event {
        PlacementEvent::Started { on, teacher, site, enterprise, form } => {
            let start = placement::Start { on, teacher, site, enterprise, form };
            (placement::Command::Start(start), vec![person(teacher), place(site)])
        }
        PlacementEvent::DaysLogged { dates, hours_a_day } => {
            (placement::Command::LogDays { dates, hours_a_day }, vec![])
        }
        PlacementEvent::Completed { last_day, result } => (placement::Command::Complete { last_day, result }, vec![]),
        PlacementEvent::Voided { on, reason } => (placement::Command::Void { on, reason }, vec![]),
    };
    (Asked::Placement(command), requires)
}

fn recognition(event: RecognitionEvent, evidence_position: &str) -> Result<(Asked, Vec<StreamId>), Trouble> {
    use recognition::{Application, Command, Grant, Review};
    let (command, requires) = match event {
        RecognitionEvent::Applied { on, teacher, level, pack, evidence } => {
            let application = Application { on, teacher, level, pack, evidence };
            (Command::Apply(application), vec![person(teacher), rules(pack)])
        }
        RecognitionEvent::Granted { on, level, authority, review_due, cut_off, document, .. } => {
            let evidence_position = evidence_position.to_owned();
            let grant = Grant { on, level, authority, review_due, evidence_position, cut_off, document };
            (Command::Grant(grant), vec![school(authority)])
        }
        RecognitionEvent::Refused { on, authority, reason } => {
            (Command::Refuse { on, authority, reason }, vec![school(authority)])
        }
        RecognitionEvent::Reviewed { on, review_due } => {
            (Command::Review(Review { on, review_due, level: None, reason: None }), vec![])
        }
        RecognitionEvent::Revoked { on, reason } => (Command::Revoke { on, reason }, vec![]),
        RecognitionEvent::AppealLodged { on, reason } => (Command::LodgeAppeal { on, reason }, vec![]),
        RecognitionEvent::AppealResolved { on, upheld, reason } => {
            (Command::ResolveAppeal { on, upheld, reason }, vec![])
        }
        other @ (RecognitionEvent::LegacyRecorded { .. }
        | RecognitionEvent::Lowered { .. }
        | RecognitionEvent::Reinstated { .. }) => return Err(undrawn(&other)),
    };
    Ok((Asked::Recognition(command), requires))
}

fn team(event: TeamEvent) -> Result<(Asked, Vec<StreamId>), Trouble> {
    let (command, requires) = match event {
        TeamEvent::Approved { on, profile } => {
            let leads = school(profile.school);
            (team::Command::Approve { on, profile }, vec![leads])
        }
        TeamEvent::MemberJoined { on, teacher, role } => {
            (team::Command::Join { teacher, role, on }, vec![person(teacher)])
        }
        TeamEvent::MemberLeft { last_day, teacher } => (team::Command::Leave { teacher, last_day }, vec![]),
        TeamEvent::Accepted { on, grade } => (team::Command::Accept { on, grade }, vec![]),
        TeamEvent::SentToRectify { on, reason } => (team::Command::SendToRectify { on, reason }, vec![]),
        TeamEvent::Delisted { on, reason } => (team::Command::Delist { on, reason }, vec![]),
    };
    Ok((Asked::Team(command), requires))
}

fn plan(event: PlanEvent) -> coverage::plan::Command {
    use coverage::plan::Command;
    match event {
        PlanEvent::Published { on, document, title, measures } => Command::Publish { on, document, title, measures },
        PlanEvent::ItemSelected { on, measure, item, document } => Command::Select { on, measure, item, document },
        PlanEvent::ItemWithdrawn { on, measure, item, reason } => Command::Withdraw { on, measure, item, reason },
    }
}

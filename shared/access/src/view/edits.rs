//! What an event comes to: edits of the view, each about one subject. Whatever edits a row is about the subject that the row
//! is about, so that the edits about a subject, in their order, leave its rows whatever happens to others in between.

use eventlog::{Failure, Recorded, Value, args};
use events::{
    AccountEvent, OrganisationEvent, PlacementEvent, ProposalEvent, RecognitionEvent, SessionEvent, SiteEvent,
    TeacherEvent, TeamEvent,
};
use kernel::code::{Division, Province};
use kernel::{Day, DomainEvent, OrganisationId, Period, SiteId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How an open end is kept, so that days compare as text.
const FOR_EVER: &str = "9999-12-31";

/// How the body of a site is told from the organisations of the register.
const SITE_BODY: &str = "site";

/// An edit of the view.
pub(super) struct Edit {
    /// Mostly the key of the row; of what concerns an approved site, its body.
    pub subject: Uuid,
    pub what: What,
    pub values: Vec<Value>,
}

/// What an edit does.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum What {
    /// Adds a row to a table.
    Add(Table),
    /// Changes rows that were added before.
    Change(Change),
}

/// A table that rows are added to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, strum::EnumIter)]
pub(super) enum Table {
    Place,
    Site,
    Approval,
    Teacher,
    Post,
    Merged,
    Session,
    Placement,
    Recognition,
    Team,
    Account,
    Held,
    Proposal,
    Confirmed,
}

impl Table {
    /// The statement that adds to it, and how many columns it has.
    pub fn insert(self) -> (&'static str, usize) {
        match self {
            Self::Place => (include_str!("../sql/insert_place.sql"), 4),
            Self::Site => (include_str!("../sql/insert_site.sql"), 2),
            Self::Approval => (include_str!("../sql/insert_approval.sql"), 6),
            Self::Teacher => (include_str!("../sql/insert_teacher.sql"), 3),
            Self::Post => (include_str!("../sql/insert_post.sql"), 6),
            Self::Merged => (include_str!("../sql/insert_merged.sql"), 3),
            Self::Session => (include_str!("../sql/insert_session.sql"), 2),
            Self::Placement => (include_str!("../sql/insert_placement.sql"), 3),
            Self::Recognition => (include_str!("../sql/insert_recognition.sql"), 2),
            Self::Team => (include_str!("../sql/insert_team.sql"), 2),
            Self::Account => (include_str!("../sql/insert_account.sql"), 5),
            Self::Held => (include_str!("../sql/insert_held.sql"), 6),
            Self::Proposal => (include_str!("../sql/insert_proposal.sql"), 9),
            Self::Confirmed => (include_str!("../sql/insert_confirmed.sql"), 1),
        }
    }
}

/// A change of rows that were added before.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum Change {
    WithdrawApprovals,
    VoidApproval,
    TeacherState,
    EndPost,
    VoidPost,
    Unmerge,
    EndHeld,
    CloseAccount,
    ProposalState,
}

impl Change {
    /// The statement that does it.
    pub fn statement(self) -> &'static str {
        match self {
            Self::WithdrawApprovals => include_str!("../sql/withdraw_approval.sql"),
            Self::VoidApproval => include_str!("../sql/void_approval.sql"),
            Self::TeacherState => include_str!("../sql/change_teacher.sql"),
            Self::EndPost => include_str!("../sql/end_post.sql"),
            Self::VoidPost => include_str!("../sql/void_post.sql"),
            Self::Unmerge => include_str!("../sql/unmerge.sql"),
            Self::EndHeld => include_str!("../sql/end_held.sql"),
            Self::CloseAccount => include_str!("../sql/close_account.sql"),
            Self::ProposalState => include_str!("../sql/change_proposal.sql"),
        }
    }
}

/// What an event comes to, in order; most come to nothing.
pub(super) fn of(recorded: &Recorded) -> Result<Vec<Edit>, Failure> {
    let id = recorded.stream.id();
    Ok(match recorded.stream.category() {
        OrganisationEvent::CATEGORY => organisation(recorded)?,
        SiteEvent::CATEGORY => site(recorded)?,
        TeacherEvent::CATEGORY => teacher(recorded)?,
        SessionEvent::CATEGORY => match recorded.event()? {
            SessionEvent::Scheduled(programme) => vec![add(Table::Session, id, args![id, programme.base])],
            SessionEvent::Held { .. } | SessionEvent::RosterAmended { .. } | SessionEvent::Voided { .. } => vec![],
        },
        PlacementEvent::CATEGORY => match recorded.event()? {
            PlacementEvent::Started { teacher, site, .. } => {
                vec![add(Table::Placement, id, args![id, site, teacher])]
            }
            PlacementEvent::DaysLogged { .. } | PlacementEvent::Completed { .. } | PlacementEvent::Voided { .. } => {
                vec![]
            }
        },
        RecognitionEvent::CATEGORY => match recorded.event()? {
            RecognitionEvent::Applied { teacher, .. } | RecognitionEvent::LegacyRecorded { teacher, .. } => {
                vec![add(Table::Recognition, id, args![id, teacher])]
            }
            _ => vec![],
        },
        TeamEvent::CATEGORY => match recorded.event()? {
            TeamEvent::Approved { profile, .. } => vec![add(Table::Team, id, args![id, profile.school])],
            _ => vec![],
        },
        AccountEvent::CATEGORY => account(recorded)?,
        ProposalEvent::CATEGORY => vec![proposal(recorded)?],
        _ => vec![],
    })
}

fn add(table: Table, subject: Uuid, values: Vec<Value>) -> Edit {
    Edit { subject, what: What::Add(table), values }
}

fn change(change: Change, subject: Uuid, values: Vec<Value>) -> Edit {
    Edit { subject, what: What::Change(change), values }
}

fn place(organisation: OrganisationId, kind: &str, division: &Division, province: Province) -> Edit {
    let values = args![organisation, kind, division.city().as_str(), province.to_string()];
    add(Table::Place, organisation.uuid(), values)
}

fn organisation(recorded: &Recorded) -> Result<Vec<Edit>, Failure> {
    let organisation = OrganisationId::new(recorded.stream.id());
    Ok(match recorded.event()? {
        OrganisationEvent::Registered { profile, .. } => {
            vec![place(organisation, &profile.kind.to_string(), &profile.division, profile.reporting_province())]
        }
        _ => vec![],
    })
}

fn site(recorded: &Recorded) -> Result<Vec<Edit>, Failure> {
    let site = SiteId::new(recorded.stream.id());
    let body = OrganisationId::of_site(site);
    let approval = |period: Period| {
        let (from, last) = (period.from(), last_day(period));
        add(Table::Approval, body.uuid(), args![recorded.id, body, from, last, recorded.position.0, false])
    };
    Ok(match recorded.event()? {
        SiteEvent::Approved { profile, period, .. } => vec![
            place(body, SITE_BODY, &profile.division, profile.division.province()),
            add(Table::Site, body.uuid(), args![site, body]),
            approval(period),
        ],
        SiteEvent::Renewed { period, .. } => vec![approval(period)],
        // Approvals that were given later stay as they are, also those that are filed at the same time.
        SiteEvent::Withdrawn { on, .. } => {
            let values = args![on.previous(), body, recorded.position.0];
            vec![change(Change::WithdrawApprovals, body.uuid(), values)]
        }
        SiteEvent::ApprovalVoided { approval, .. } => {
            vec![change(Change::VoidApproval, body.uuid(), args![approval])]
        }
    })
}

fn teacher(recorded: &Recorded) -> Result<Vec<Edit>, Failure> {
    let (teacher, id) = (recorded.stream.id(), recorded.id);
    let state = |state: &str| change(Change::TeacherState, teacher, args![state, teacher]);
    Ok(vec![match recorded.event()? {
        TeacherEvent::Registered { .. } => {
            add(Table::Teacher, teacher, args![teacher, "active", recorded.actor.organisation])
        }
        TeacherEvent::PostStarted { on, last_day, school, .. } => {
            let last_day = last_day.map_or_else(|| FOR_EVER.to_owned(), |day| day.to_string());
            add(Table::Post, id.uuid(), args![id, teacher, school, on, last_day, false])
        }
        TeacherEvent::PostEnded { last_day, post } => change(Change::EndPost, post.uuid(), args![last_day, post]),
        TeacherEvent::FactVoided { fact, .. } => change(Change::VoidPost, fact.uuid(), args![fact]),
        TeacherEvent::FactConfirmed { fact, .. } => add(Table::Confirmed, fact.uuid(), args![fact]),
        TeacherEvent::IdentitiesMerged { other, .. } => add(Table::Merged, id.uuid(), args![id, other, teacher]),
        TeacherEvent::IdentitiesUnmerged { merge, .. } => change(Change::Unmerge, merge.uuid(), args![merge]),
        TeacherEvent::ProcessingRestricted { .. } => state("restricted"),
        TeacherEvent::RestrictionLifted { .. } => state("active"),
        TeacherEvent::Erased { .. } => state("erased"),
        _ => return Ok(vec![]),
    }])
}

fn account(recorded: &Recorded) -> Result<Vec<Edit>, Failure> {
    let (account, id) = (recorded.stream.id(), recorded.id);
    Ok(vec![match recorded.event()? {
        AccountEvent::Opened { agent, kind, person, .. } => {
            add(Table::Account, account, args![account, agent.as_str(), kind.to_string(), person, false])
        }
        AccountEvent::RoleGranted { role, organisation, period, .. } => {
            let (from, last) = (period.from(), last_day(period));
            add(Table::Held, id.uuid(), args![id, account, role.to_string(), organisation, from, last])
        }
        AccountEvent::RoleEnded { last_day, grant, .. } => {
            change(Change::EndHeld, grant.uuid(), args![last_day, grant])
        }
        // Who signs in as whom elsewhere is no right.
        AccountEvent::IdentityLinked { .. } => return Ok(vec![]),
        AccountEvent::Closed { .. } => change(Change::CloseAccount, account, args![account]),
    }])
}

fn proposal(recorded: &Recorded) -> Result<Edit, Failure> {
    let proposal = recorded.stream.id();
    let state = match recorded.event()? {
        ProposalEvent::Proposed(proposed) => {
            let values = args![
                proposal,
                proposed.operation,
                proposed.subject,
                proposed.organisation,
                proposed.by.uuid(),
                proposed.person,
                "open",
                proposed.last_day,
                recorded.position.0,
            ];
            return Ok(add(Table::Proposal, proposal, values));
        }
        ProposalEvent::Approved { .. } => "approved",
        ProposalEvent::Rejected { .. } => "rejected",
        ProposalEvent::Withdrawn { .. } => "withdrawn",
    };
    Ok(change(Change::ProposalState, proposal, args![state, proposal]))
}

/// The last day of a period as it is kept.
fn last_day(period: Period) -> String {
    period.to().map_or_else(|| FOR_EVER.to_owned(), |day: Day| day.to_string())
}

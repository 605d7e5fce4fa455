//! The projection: where things lie, and who holds which role, as ids, days and codes. No name comes here.

use async_trait::async_trait;
use eventlog::{Building, Failure, Heap, Projection, Recorded, Value, ViewError, ViewTx, args};
use events::{
    AccountEvent, OrganisationEvent, PlacementEvent, ProposalEvent, RecognitionEvent, SessionEvent, SiteEvent,
    TeacherEvent, TeamEvent,
};
use kernel::code::{Division, Province};
use kernel::{Day, DomainEvent, OrganisationId, Period, SiteId};

/// The projection `access`.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccessProjection;

impl AccessProjection {
    /// The name of its view.
    pub const NAME: &'static str = "access";
}

#[async_trait]
impl Projection for AccessProjection {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn version(&self) -> u32 {
        1
    }

    fn schema(&self) -> &'static str {
        include_str!("sql/schema.sql")
    }

    fn categories(&self) -> Option<&'static [&'static str]> {
        Some(&["organisation", "site", "teacher", "session", "placement", "recognition", "team", "account", "proposal"])
    }

    async fn apply(&self, tx: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError> {
        let mut changes = Changes::default();
        for recorded in page {
            changes.take_in(recorded)?;
        }
        changes.file(tx).await?;
        Ok(())
    }

    fn building(&self) -> Option<Building> {
        Some(Building::InOneTransaction(&HEAPS))
    }
}

/// The tables in which nothing is ever changed, and that pages are not about: most of the rows.
const HEAPS: [Heap; 4] = [
    Heap { table: "session", in_order: "select distinct * from session order by session" },
    Heap { table: "placement", in_order: "select distinct * from placement order by placement" },
    Heap { table: "recognition", in_order: "select distinct * from recognition order by recognition" },
    Heap { table: "confirmed", in_order: "select distinct * from confirmed order by fact" },
];

/// How an open end is kept, so that days compare as text.
pub(crate) const FOR_EVER: &str = "9999-12-31";

/// How the body of a site is told from the organisations of the register.
const SITE_BODY: &str = "site";

/// What a page adds and changes. A row is changed only by events that follow the one that made it: filed new rows
/// first, then changes in order, pages of one and of a thousand leave the same.
#[derive(Default)]
struct Changes {
    new: [Vec<Vec<Value>>; TABLES.len()],
    changed: Vec<(&'static str, Vec<Value>)>,
}

/// A table that rows are added to.
#[derive(Clone, Copy)]
enum Table {
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

/// The statement that adds to a table, and how many columns it has; in the order of [`Table`].
const TABLES: [(&str, usize); 14] = [
    (include_str!("sql/insert_place.sql"), 4),
    (include_str!("sql/insert_site.sql"), 2),
    (include_str!("sql/insert_approval.sql"), 6),
    (include_str!("sql/insert_teacher.sql"), 3),
    (include_str!("sql/insert_post.sql"), 6),
    (include_str!("sql/insert_merged.sql"), 3),
    (include_str!("sql/insert_session.sql"), 2),
    (include_str!("sql/insert_placement.sql"), 3),
    (include_str!("sql/insert_recognition.sql"), 2),
    (include_str!("sql/insert_team.sql"), 2),
    (include_str!("sql/insert_account.sql"), 5),
    (include_str!("sql/insert_held.sql"), 6),
    (include_str!("sql/insert_proposal.sql"), 9),
    (include_str!("sql/insert_confirmed.sql"), 1),
];

impl Changes {
    fn add(&mut self, table: Table, row: Vec<Value>) {
        self.new[table as usize].push(row);
    }

    fn change(&mut self, sql: &'static str, args: Vec<Value>) {
        self.changed.push((sql, args));
    }

    async fn file(self, tx: &mut ViewTx) -> Result<(), Failure> {
        for ((insert, columns), rows) in TABLES.into_iter().zip(self.new) {
            tx.bulk(insert, columns, &rows, "on conflict do nothing").await?;
        }
        for (sql, args) in self.changed {
            tx.execute(sql, args).await?;
        }
        Ok(())
    }

    fn take_in(&mut self, recorded: &Recorded) -> Result<(), Failure> {
        let id = recorded.stream.id();
        match recorded.stream.category() {
            OrganisationEvent::CATEGORY => self.organisation(recorded)?,
            SiteEvent::CATEGORY => self.site(recorded)?,
            TeacherEvent::CATEGORY => self.teacher(recorded)?,
            SessionEvent::CATEGORY => {
                if let SessionEvent::Scheduled(programme) = recorded.event()? {
                    self.add(Table::Session, args![id, programme.base]);
                }
            }
            PlacementEvent::CATEGORY => {
                if let PlacementEvent::Started { teacher, site, .. } = recorded.event()? {
                    self.add(Table::Placement, args![id, site, teacher]);
                }
            }
            RecognitionEvent::CATEGORY => {
                if let RecognitionEvent::Applied { teacher, .. } | RecognitionEvent::LegacyRecorded { teacher, .. } =
                    recorded.event()?
                {
                    self.add(Table::Recognition, args![id, teacher]);
                }
            }
            TeamEvent::CATEGORY => {
                if let TeamEvent::Approved { profile, .. } = recorded.event()? {
                    self.add(Table::Team, args![id, profile.school]);
                }
            }
            AccountEvent::CATEGORY => self.account(recorded)?,
            ProposalEvent::CATEGORY => self.proposal(recorded)?,
            _ => {}
        }
        Ok(())
    }

    fn place(&mut self, organisation: OrganisationId, kind: &str, division: &Division, province: Province) {
        self.add(Table::Place, args![organisation, kind, division.city().as_str(), province.to_string()]);
    }

    fn organisation(&mut self, recorded: &Recorded) -> Result<(), Failure> {
        if let OrganisationEvent::Registered { profile, .. } = recorded.event()? {
            let organisation = OrganisationId::new(recorded.stream.id());
            self.place(organisation, &profile.kind.to_string(), &profile.division, profile.reporting_province());
        }
        Ok(())
    }

    fn site(&mut self, recorded: &Recorded) -> Result<(), Failure> {
        let site = SiteId::new(recorded.stream.id());
        let body = OrganisationId::of_site(site);
        match recorded.event()? {
            SiteEvent::Approved { profile, period, .. } => {
                self.place(body, SITE_BODY, &profile.division, profile.division.province());
                self.add(Table::Site, args![site, body]);
                self.approval(recorded, body, period);
            }
            SiteEvent::Renewed { period, .. } => self.approval(recorded, body, period),
            SiteEvent::Withdrawn { on, .. } => {
                // Approvals that were given later stay as they are, also those that the same page adds.
                let args = args![on.previous(), body, recorded.position.0];
                self.change(include_str!("sql/withdraw_approval.sql"), args);
            }
            SiteEvent::ApprovalVoided { approval, .. } => {
                self.change(include_str!("sql/void_approval.sql"), args![approval]);
            }
        }
        Ok(())
    }

    fn approval(&mut self, recorded: &Recorded, body: OrganisationId, period: Period) {
        let (from, last) = (period.from(), last_day(period));
        self.add(Table::Approval, args![recorded.id, body, from, last, recorded.position.0, false]);
    }

    fn teacher(&mut self, recorded: &Recorded) -> Result<(), Failure> {
        let teacher = recorded.stream.id();
        let state = |state: &str| args![state, teacher];
        match recorded.event()? {
            TeacherEvent::Registered { .. } => {
                self.add(Table::Teacher, args![teacher, "active", recorded.actor.organisation]);
            }
            TeacherEvent::PostStarted { on, last_day, school, .. } => {
                let last_day = last_day.map_or_else(|| FOR_EVER.to_owned(), |day| day.to_string());
                self.add(Table::Post, args![recorded.id, teacher, school, on, last_day, false]);
            }
            TeacherEvent::PostEnded { last_day, post } => {
                self.change(include_str!("sql/end_post.sql"), args![last_day, post]);
            }
            TeacherEvent::FactVoided { fact, .. } => self.change(include_str!("sql/void_post.sql"), args![fact]),
            TeacherEvent::FactConfirmed { fact, .. } => self.add(Table::Confirmed, args![fact]),
            TeacherEvent::IdentitiesMerged { other, .. } => {
                self.add(Table::Merged, args![recorded.id, other, teacher]);
            }
            TeacherEvent::IdentitiesUnmerged { merge, .. } => {
                self.change(include_str!("sql/unmerge.sql"), args![merge]);
            }
            TeacherEvent::ProcessingRestricted { .. } => {
                self.change(include_str!("sql/change_teacher.sql"), state("restricted"));
            }
            TeacherEvent::RestrictionLifted { .. } => {
                self.change(include_str!("sql/change_teacher.sql"), state("active"));
            }
            TeacherEvent::Erased { .. } => self.change(include_str!("sql/change_teacher.sql"), state("erased")),
            _ => {}
        }
        Ok(())
    }

    fn account(&mut self, recorded: &Recorded) -> Result<(), Failure> {
        let account = recorded.stream.id();
        match recorded.event()? {
            AccountEvent::Opened { agent, kind, person, .. } => {
                self.add(Table::Account, args![account, agent.as_str(), kind.to_string(), person, false]);
            }
            AccountEvent::RoleGranted { role, organisation, period, .. } => {
                let (from, last) = (period.from(), last_day(period));
                self.add(Table::Held, args![recorded.id, account, role.to_string(), organisation, from, last]);
            }
            AccountEvent::RoleEnded { last_day, grant, .. } => {
                self.change(include_str!("sql/end_held.sql"), args![last_day, grant]);
            }
            // Who signs in as whom elsewhere is no right.
            AccountEvent::IdentityLinked { .. } => {}
            AccountEvent::Closed { .. } => self.change(include_str!("sql/close_account.sql"), args![account]),
        }
        Ok(())
    }

    fn proposal(&mut self, recorded: &Recorded) -> Result<(), Failure> {
        let proposal = recorded.stream.id();
        let state = match recorded.event()? {
            ProposalEvent::Proposed(proposed) => {
                let row = args![
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
                self.add(Table::Proposal, row);
                return Ok(());
            }
            ProposalEvent::Approved { .. } => "approved",
            ProposalEvent::Rejected { .. } => "rejected",
            ProposalEvent::Withdrawn { .. } => "withdrawn",
        };
        self.change(include_str!("sql/change_proposal.sql"), args![state, proposal]);
        Ok(())
    }
}

/// The last day of a period as it is kept.
fn last_day(period: Period) -> String {
    period.to().map_or_else(|| FOR_EVER.to_owned(), |day: Day| day.to_string())
}

//! The desk: takes events in, one by one, at their own positions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use eventlog::Failure;
use events::{
    AccountEvent, Attendance, OrganisationEvent, PlacementEvent, Programme, SessionEvent, SiteEvent, TeacherEvent,
};
use kernel::code::StaffNumber;
use kernel::vocabulary::ChangeKind;
use kernel::{Agent, Day, EventId, OrganisationId, PlacementId, RecognitionId, SessionId, SiteId, TeacherId};
use standards::{Contradiction, Rulebook, SchoolPlace, Shelf};

use super::allotting::Share;
use super::commons::Commons;
use super::entering::{attended, entry_of};
use super::file::to_json;
use super::happening::{Happening, What};
use super::identities::{Identities, Merge};
use super::packs::PackOnFile;
use super::sheet::Sheet;
use super::watching::{Changed, Found, Place, When};
use crate::{Entry, Mark, Profile, ProfileId};

/// A session as the desk knows it.
#[derive(Debug, Clone)]
pub(super) struct SessionRecord {
    pub programme: Programme,
    pub members: BTreeSet<TeacherId>,
}

/// Everything that a page touches, or a share of its people, and everything that it adds.
#[derive(Debug, Clone, Default)]
pub(super) struct Desk {
    /// Whose sheets lie on it.
    pub share: Share,
    /// The packs on file, oldest first, and what they add up to.
    pub packs: Vec<PackOnFile>,
    pub shelf: Shelf,
    pub rulebook: Arc<Rulebook>,
    /// Where schools lie.
    pub schools: BTreeMap<OrganisationId, SchoolPlace>,
    pub sheets: BTreeMap<TeacherId, Sheet>,
    pub sessions: BTreeMap<SessionId, SessionRecord>,
    pub placements: BTreeMap<PlacementId, TeacherId>,
    pub recognitions: BTreeMap<RecognitionId, TeacherId>,
    pub visitors: BTreeMap<SiteId, BTreeSet<TeacherId>>,
    pub approvals: BTreeMap<SiteId, Vec<(EventId, SiteEvent)>>,
    /// Teachers' own accounts.
    pub agents: BTreeMap<Agent, TeacherId>,
    pub merges: BTreeMap<EventId, Merge>,
    pub identities: Identities,
    /// Whoever a merge names, of the past or of this page.
    pub merging: BTreeSet<TeacherId>,
    pub added: Added,
    /// What is new and nobody's own: on the desk that shares are made of, not on theirs.
    pub commons: Commons,
    /// What changes in the sums, by position, day, profile and mark.
    pub steps: BTreeMap<(u64, Day, ProfileId, Mark), i64>,
}

/// What is new about people, to be filed.
#[derive(Debug, Clone, Default)]
pub(super) struct Added {
    pub persons: BTreeMap<TeacherId, Person>,
    pub entries: Vec<(TeacherId, u64, EventId, String)>,
    pub employed: BTreeSet<(OrganisationId, StaffNumber, TeacherId)>,
    pub visitors: BTreeSet<(SiteId, TeacherId)>,
    pub members: BTreeSet<(SessionId, TeacherId)>,
    pub profiles: BTreeMap<ProfileId, Profile>,
    pub found: BTreeMap<Place, Found>,
    /// What contradictions are about by now.
    pub amended: BTreeMap<Place, Contradiction>,
    pub resolved: Vec<(Place, u64, EventId)>,
    pub changes: BTreeMap<(u64, TeacherId, ChangeKind), Changed>,
    pub merges: BTreeSet<EventId>,
    /// Who stands for whom now; none: each for themself again.
    pub keepers: BTreeMap<TeacherId, Option<TeacherId>>,
    /// Whose staff numbers go.
    pub erased: BTreeSet<TeacherId>,
}

/// What is new about a person as such.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub position: u64,
    pub state: Option<&'static str>,
    pub identity: Option<String>,
}

impl Desk {
    /// Takes one event in: entries for whom it is about, then their timelines anew.
    pub(super) fn take_in(&mut self, happening: &Happening) -> Result<(), Failure> {
        let Happening { position, id, by, agent, day, what } = happening;
        let affected: BTreeSet<TeacherId> = match what {
            What::Teacher(teacher, event) => self.teacher((*position, *id, *by), *teacher, event)?,
            What::Session(session, event) => self.session(*position, *id, *session, event)?,
            What::Placement(placement, event) => self.placement(*position, *id, *placement, event)?,
            What::Recognition(recognition, event) => self.recognition((*position, *id), agent, *recognition, event)?,
            What::Site(site, event) => {
                self.approvals.entry(*site).or_default().push((*id, event.clone()));
                self.visitors.get(site).cloned().unwrap_or_default()
            }
            What::Pack(pack, event) => {
                // A pack that is retired was known before, one that is published is so now.
                let before = self.jurisdiction(*pack);
                self.pack(*position, *pack, event)?;
                before
                    .or_else(|| self.jurisdiction(*pack))
                    .map(|concerned| self.added_by(concerned))
                    .unwrap_or_default()
            }
            What::Organisation(organisation, event) => {
                if let OrganisationEvent::Registered { profile, .. } = event {
                    let (province, education_level) = (profile.reporting_province(), profile.education_level);
                    self.schools.insert(*organisation, SchoolPlace { province, education_level });
                }
                BTreeSet::new()
            }
            What::Account(event) => {
                if let AccountEvent::Opened { agent, person: Some(person), .. } = event {
                    self.agents.insert(agent.clone(), *person);
                }
                BTreeSet::new()
            }
            What::Other => BTreeSet::new(),
        };
        self.redraw(When { position: *position, event: *id, day: *day }, &affected);
        Ok(())
    }

    pub(super) fn enter(
        &mut self,
        position: u64,
        id: EventId,
        teacher: TeacherId,
        entry: &Entry,
    ) -> Result<(), Failure> {
        let sheet = self.sheets.entry(teacher).or_default();
        sheet.ledger.enter(teacher, id, entry);
        if self.merging.contains(&teacher) {
            sheet.entries.push((position, id, entry.clone()));
        }
        self.added.entries.push((teacher, position, id, to_json(entry)?));
        Ok(())
    }

    fn teacher(
        &mut self,
        (position, id, by): (u64, EventId, Option<OrganisationId>),
        teacher: TeacherId,
        event: &TeacherEvent,
    ) -> Result<BTreeSet<TeacherId>, Failure> {
        let mut person = |state: Option<&'static str>, identity: Option<String>| {
            let known = self.added.persons.entry(teacher);
            let known = known.or_insert(Person { position, state: None, identity: None });
            known.state = state.or(known.state);
            known.identity = identity.or_else(|| known.identity.take());
        };
        match event {
            TeacherEvent::Registered { identity, .. } => person(Some("active"), Some(to_json(identity)?)),
            TeacherEvent::IdentityCorrected { identity, .. } => person(None, Some(to_json(identity)?)),
            TeacherEvent::ProcessingRestricted { .. } => person(Some("restricted"), None),
            TeacherEvent::RestrictionLifted { .. } => person(Some("active"), None),
            TeacherEvent::Erased { .. } => {
                person(Some("erased"), Some(String::new()));
                self.added.employed.retain(|(_, _, employed)| *employed != teacher);
                self.added.erased.insert(teacher);
            }
            TeacherEvent::IdentitiesMerged { other, .. } => {
                let merge = Merge { event: id, position, keeper: teacher, other: *other, undone: None };
                return Ok(self.merge(merge));
            }
            TeacherEvent::IdentitiesUnmerged { merge, .. } => return Ok(self.unmerge(position, teacher, *merge)),
            TeacherEvent::PostStarted { school, staff_number, .. } => {
                self.added.employed.insert((*school, staff_number.clone(), teacher));
            }
            _ => {}
        }
        let Some(entry) = entry_of(event, by) else { return Ok(BTreeSet::new()) };
        self.enter(position, id, teacher, &entry)?;
        Ok(BTreeSet::from([teacher]))
    }

    fn session(
        &mut self,
        position: u64,
        id: EventId,
        session: SessionId,
        event: &SessionEvent,
    ) -> Result<BTreeSet<TeacherId>, Failure> {
        if let SessionEvent::Scheduled(programme) = event {
            self.sessions.insert(session, SessionRecord { programme: programme.clone(), members: BTreeSet::new() });
            return Ok(BTreeSet::new());
        }
        let Some(record) = self.sessions.get(&session) else {
            return Err(Failure::unreadable("a session", "it was held before it was scheduled"));
        };
        let programme = record.programme.clone();
        let entries: Vec<(TeacherId, Entry)> = match event {
            SessionEvent::Held { roster, .. } => {
                let cared_for = roster.iter().filter(|one| self.share.holds(&self.merging, one.teacher));
                cared_for.map(|one| (one.teacher, attended(session, &programme, one))).collect()
            }
            SessionEvent::RosterAmended { teacher, hours: Some(hours), .. } => {
                let attendance = Attendance { teacher: *teacher, hours: *hours };
                vec![(*teacher, attended(session, &programme, &attendance))]
            }
            SessionEvent::RosterAmended { teacher, hours: None, .. } => {
                vec![(*teacher, Entry::AttendanceVoided { session })]
            }
            SessionEvent::Voided { .. } => {
                let cared_for = record.members.iter().filter(|member| self.share.holds(&self.merging, **member));
                cared_for.map(|member| (*member, Entry::AttendanceVoided { session })).collect()
            }
            SessionEvent::Scheduled(_) => vec![],
        };
        for (teacher, entry) in &entries {
            self.enter(position, id, *teacher, entry)?;
            self.visits(programme.base, *teacher);
            self.added.members.insert((session, *teacher));
        }
        let affected: BTreeSet<_> = entries.iter().map(|(teacher, _)| *teacher).collect();
        if let Some(record) = self.sessions.get_mut(&session) {
            record.members.extend(&affected);
        }
        Ok(affected)
    }

    fn placement(
        &mut self,
        position: u64,
        id: EventId,
        placement: PlacementId,
        event: &PlacementEvent,
    ) -> Result<BTreeSet<TeacherId>, Failure> {
        let entry = match event {
            PlacementEvent::Started { on, teacher, site, form, .. } => {
                self.placements.insert(placement, *teacher);
                self.visits(*site, *teacher);
                Entry::PlacementStarted { placement, site: *site, form: *form, on: *on }
            }
            PlacementEvent::DaysLogged { dates, hours_a_day } => {
                Entry::DaysLogged { placement, dates: *dates, hours_a_day: *hours_a_day }
            }
            PlacementEvent::Completed { last_day, result } => {
                Entry::PlacementCompleted { placement, last_day: *last_day, result: *result }
            }
            PlacementEvent::Voided { .. } => Entry::PlacementVoided { placement },
        };
        let Some(teacher) = self.placements.get(&placement).copied() else {
            return Err(Failure::unreadable("a placement", "it went on before it started"));
        };
        self.enter(position, id, teacher, &entry)?;
        Ok(BTreeSet::from([teacher]))
    }

    fn visits(&mut self, site: SiteId, teacher: TeacherId) {
        self.visitors.entry(site).or_default().insert(teacher);
        self.added.visitors.insert((site, teacher));
    }
}

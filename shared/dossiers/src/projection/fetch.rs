//! Fetching everything that a page touches, in a few statements.

use std::collections::BTreeSet;

use eventlog::{Failure, Row, Value, ViewTx, args};
use events::{PlacementEvent, RecognitionEvent, SessionEvent, TeacherEvent};
use kernel::{
    Agent, Day, EventId, Malformed, OrganisationId, PlacementId, RecognitionId, SessionId, SiteId, TeacherId,
};
use standards::SchoolPlace;

use super::desk::{Desk, SessionRecord};
use super::file::parse_json;
use super::hands::{at_once, cut};
use super::happening::{Happening, What};
use super::identities::{Identities, Merge};
use super::packs::{PackOnFile, edition, put_together, put_together_before};
use super::sheet::{Sheet, Stretch};
use crate::ledger::Ledger;
use crate::{Entry, Mark, ProfileId};

/// The things that a page names.
#[derive(Default)]
struct Named {
    teachers: BTreeSet<TeacherId>,
    sessions: BTreeSet<SessionId>,
    placements: BTreeSet<PlacementId>,
    recognitions: BTreeSet<RecognitionId>,
    /// Sites that something happens to: everybody who has been there may be affected.
    changed_sites: BTreeSet<SiteId>,
    /// Sites that are only named.
    sites: BTreeSet<SiteId>,
    schools: BTreeSet<OrganisationId>,
    /// Who records decisions.
    agents: BTreeSet<Agent>,
    /// Whoever a merge names.
    merging: BTreeSet<TeacherId>,
}

impl Named {
    fn by(page: &[Happening]) -> Self {
        let mut named = Self::default();
        for happening in page {
            named.add(&happening.what);
            if matches!(happening.what, What::Recognition(..)) {
                named.agents.insert(happening.agent.clone());
            }
        }
        named
    }

    fn add(&mut self, what: &What) {
        match what {
            What::Teacher(teacher, event) => {
                self.teachers.insert(*teacher);
                match event {
                    TeacherEvent::IdentitiesMerged { other, .. } => {
                        self.teachers.insert(*other);
                        self.merging.extend([*teacher, *other]);
                    }
                    TeacherEvent::PostStarted { school, .. } => drop(self.schools.insert(*school)),
                    _ => {}
                }
            }
            What::Site(site, _) => drop(self.changed_sites.insert(*site)),
            What::Session(session, event) => {
                self.sessions.insert(*session);
                match event {
                    SessionEvent::Scheduled(programme) => drop(self.sites.insert(programme.base)),
                    SessionEvent::Held { roster, .. } => {
                        self.teachers.extend(roster.iter().map(|attendance| attendance.teacher));
                    }
                    SessionEvent::RosterAmended { teacher, .. } => drop(self.teachers.insert(*teacher)),
                    SessionEvent::Voided { .. } => {}
                }
            }
            What::Placement(placement, event) => {
                self.placements.insert(*placement);
                if let PlacementEvent::Started { teacher, site, .. } = event {
                    self.teachers.insert(*teacher);
                    self.sites.insert(*site);
                }
            }
            What::Recognition(recognition, event) => {
                self.recognitions.insert(*recognition);
                if let RecognitionEvent::Applied { teacher, .. } | RecognitionEvent::LegacyRecorded { teacher, .. } =
                    event
                {
                    self.teachers.insert(*teacher);
                }
            }
            What::Organisation(organisation, _) => drop(self.schools.insert(*organisation)),
            // Whom a pack concerns is not named by it.
            What::Pack(..) | What::Account(_) | What::Other => {}
        }
    }
}

impl Desk {
    /// Puts everything on the desk that the page touches.
    pub(super) async fn fetch(tx: &mut ViewTx, page: &[Happening]) -> Result<Self, Failure> {
        Self::fetch_named(tx, Named::by(page)).await
    }

    /// Puts everything on the desk that is about these people.
    pub(super) async fn fetch_people(tx: &mut ViewTx, teachers: BTreeSet<TeacherId>) -> Result<Self, Failure> {
        Self::fetch_named(tx, Named { teachers, ..Named::default() }).await
    }

    async fn fetch_named(tx: &mut ViewTx, mut named: Named) -> Result<Self, Failure> {
        let mut desk = Self::default();
        desk.fetch_packs(tx).await?;
        desk.fetch_links(tx, &named).await?;
        named.teachers.extend(desk.sessions.values().flat_map(|session| &session.members));
        named.teachers.extend(desk.placements.values());
        named.teachers.extend(desk.recognitions.values());
        named.teachers.extend(desk.visitors.values().flatten());
        desk.fetch_merges(tx, &mut named).await?;
        desk.fetch_sheets(tx, &named.teachers).await?;
        desk.fetch_schools(tx, named.schools).await?;
        let agents: Vec<Value> = named.agents.iter().map(|agent| agent.as_str().into()).collect();
        for row in tx.fetch_in(include_str!("../sql/agents_in.sql"), &agents, "").await? {
            desk.agents.insert(row.parse(0)?, row.parse(1)?);
        }
        named.sites.extend(&named.changed_sites);
        named.sites.extend(desk.sessions.values().map(|session| session.programme.base));
        named.sites.extend(desk.sheets.values().flat_map(|sheet| sheet.ledger.sites()));
        let approvals = include_str!("../sql/approvals_in.sql");
        for row in tx.fetch_in(approvals, &keys(&named.sites), "order by site, position").await? {
            let event = parse_json(row.text(2)?)?;
            desk.approvals.entry(row.parse(0)?).or_default().push((row.parse(1)?, event));
        }
        Ok(desk)
    }

    /// Who belongs to the sessions, placements, recognitions and sites of the page.
    async fn fetch_links(&mut self, tx: &mut ViewTx, named: &Named) -> Result<(), Failure> {
        let sessions = keys(&named.sessions);
        for row in tx.fetch_in(include_str!("../sql/sessions_in.sql"), &sessions, "").await? {
            let record = SessionRecord { programme: parse_json(row.text(1)?)?, members: BTreeSet::new() };
            self.sessions.insert(row.parse(0)?, record);
        }
        for row in tx.fetch_in(include_str!("../sql/members_in.sql"), &sessions, "").await? {
            if let Some(session) = self.sessions.get_mut(&row.parse(0)?) {
                session.members.insert(row.parse(1)?);
            }
        }
        for row in tx.fetch_in(include_str!("../sql/placements_in.sql"), &keys(&named.placements), "").await? {
            self.placements.insert(row.parse(0)?, row.parse(1)?);
        }
        for row in tx.fetch_in(include_str!("../sql/recognitions_in.sql"), &keys(&named.recognitions), "").await? {
            self.recognitions.insert(row.parse(0)?, row.parse(1)?);
        }
        for row in tx.fetch_in(include_str!("../sql/visitors_in.sql"), &keys(&named.changed_sites), "").await? {
            self.visitors.entry(row.parse(0)?).or_default().insert(row.parse(1)?);
        }
        Ok(())
    }

    /// Whoever is one person with those whom the page names, by however many steps: they come on the desk as well.
    async fn fetch_merges(&mut self, tx: &mut ViewTx, named: &mut Named) -> Result<(), Failure> {
        self.merging = std::mem::take(&mut named.merging);
        if tx.fetch_optional(include_str!("../sql/any_merge.sql"), vec![]).await?.is_none() {
            return Ok(());
        }
        let mut unasked = named.teachers.clone();
        while !unasked.is_empty() {
            let asked = keys(&std::mem::take(&mut unasked));
            let mut rows = tx.fetch_in(include_str!("../sql/merges_by_keeper_in.sql"), &asked, "").await?;
            rows.extend(tx.fetch_in(include_str!("../sql/merges_by_other_in.sql"), &asked, "").await?);
            for row in rows {
                let merge = Merge::of(&row)?;
                self.merges.insert(merge.event, merge);
                self.merging.extend([merge.keeper, merge.other]);
                unasked.extend(
                    [merge.keeper, merge.other].into_iter().filter(|named_in| named.teachers.insert(*named_in)),
                );
            }
        }
        self.identities = Identities::at(u64::MAX, self.merges.values().copied());
        Ok(())
    }

    /// The packs on file, and the rulebook that they add up to.
    async fn fetch_packs(&mut self, tx: &mut ViewTx) -> Result<(), Failure> {
        for row in tx.fetch(include_str!("../sql/packs_all.sql"), vec![]).await? {
            self.packs.push(PackOnFile::of(&row)?);
        }
        let edition = edition(&self.packs, u64::MAX);
        self.rulebook = match put_together_before(&edition) {
            Some(book) => book,
            None => {
                let rows = tx.fetch(include_str!("../sql/pack_contents.sql"), args![i64::MAX]).await?;
                let contents: Vec<String> =
                    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect::<Result<_, Failure>>()?;
                put_together(edition, &contents).map_err(|fault| Failure::unreadable("a pack on file", fault))?
            }
        };
        self.rulebook.packs().iter().for_each(|pack| self.shelf.put(pack.clone()));
        Ok(())
    }

    /// Where the schools lie that the page and the ledgers name.
    async fn fetch_schools(&mut self, tx: &mut ViewTx, mut schools: BTreeSet<OrganisationId>) -> Result<(), Failure> {
        schools.extend(self.sheets.values().flat_map(|sheet| sheet.ledger.schools()));
        for row in tx.fetch_in(include_str!("../sql/schools_in.sql"), &keys(&schools), "").await? {
            let place = SchoolPlace { province: row.parse(1)?, education_level: row.opt_parse(2)? };
            self.schools.insert(row.parse(0)?, place);
        }
        Ok(())
    }

    async fn fetch_sheets(&mut self, tx: &mut ViewTx, teachers: &BTreeSet<TeacherId>) -> Result<(), Failure> {
        let teachers = keys(teachers);
        // A row a person, not a row an entry: what a driver does for each row takes longer than to read what is in it.
        let ledgers = tx.fetch_in(include_str!("../sql/ledgers_in.sql"), &teachers, "group by teacher").await?;
        for read in at_once(cut(ledgers).into_iter(), |rows| rows.iter().map(read_entries).collect()).await? {
            let read: Vec<(TeacherId, Ledger, Vec<Entered>)> = read;
            for (teacher, ledger, entries) in read {
                let entries = if self.merging.contains(&teacher) { entries } else { Vec::new() };
                self.sheets.insert(teacher, Sheet { ledger, entries, ..Sheet::default() });
            }
        }
        for row in tx.fetch_in(include_str!("../sql/drawn_in.sql"), &teachers, "group by teacher").await? {
            let drawn: Vec<(Day, String, i64, i64)> = parse_json(&format!("[{}]", row.text(1)?))?;
            let stretches = drawn.into_iter().map(|(from, until, profile, mark)| {
                let until = if until == FOR_EVER { None } else { Some(Day::parse(&until)?) };
                Ok(Stretch { from, until, profile: ProfileId(profile), mark: Mark::from_stored(mark) })
            });
            let stretches = stretches.collect::<Result<Vec<_>, Malformed>>();
            let mut stretches = stretches.map_err(|fault| Failure::unreadable("a stretch", fault))?;
            stretches.sort_unstable_by_key(|stretch| stretch.from);
            self.sheets.entry(row.parse(0)?).or_default().drawn = stretches;
        }
        for row in tx.fetch_in(include_str!("../sql/open_contradictions_in.sql"), &teachers, "").await? {
            let place = (row.parse(0)?, row.count(1)?, row.int(2)?);
            self.sheets.entry(place.0).or_default().open.insert(parse_json(row.text(3)?)?, place);
        }
        for row in tx.fetch_in(include_str!("../sql/present_in.sql"), &teachers, "").await? {
            let until = if row.text(2)? == FOR_EVER { None } else { Some(row.parse(2)?) };
            self.sheets.entry(row.parse(0)?).or_default().present.insert(row.parse(1)?, until);
        }
        Ok(())
    }
}

/// An entry where it was entered.
type Entered = (u64, EventId, Entry);

/// Adds a person's entries up. The database gives them in no particular order.
fn read_entries(row: &Row) -> Result<(TeacherId, Ledger, Vec<Entered>), Failure> {
    let teacher = row.parse(0)?;
    let mut entries: Vec<Entered> = parse_json(&format!("[{}]", row.text(1)?))?;
    entries.sort_unstable_by_key(|(position, ..)| *position);
    let mut ledger = Ledger::default();
    for (_, id, entry) in &entries {
        ledger.enter(teacher, *id, entry);
    }
    Ok((teacher, ledger, entries))
}

/// How an open end is stored, so that one comparison finds the stretch of a day.
pub(super) const FOR_EVER: &str = "9999-12-31";

fn keys<T: Copy + Into<Value>>(ids: &BTreeSet<T>) -> Vec<Value> {
    ids.iter().map(|id| (*id).into()).collect()
}

//! Fetching everything that a page touches, in a few statements.

use std::collections::BTreeSet;
use std::sync::Arc;

use eventlog::{Failure, Value, ViewTx, args};
use events::{PlacementEvent, RecognitionEvent, SessionEvent, SiteEvent, TeacherEvent};
use kernel::{Agent, Day, EventId, OrganisationId, PlacementId, RecognitionId, SessionId, SiteId, TeacherId};
use serde::de::DeserializeOwned;
use standards::SchoolPlace;

use super::desk::{Desk, SessionRecord};
use super::file::parse_json;
use super::happening::{Happening, What};
use super::identities::{Identities, Merge};
use super::packs::{PackOnFile, edition, put_together, put_together_before};
use super::sheet::Stretch;
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
    fn by<'a>(page: impl IntoIterator<Item = &'a Happening>) -> Self {
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

/// What is on file about people, not read yet: JSON, for what a driver does for each row takes longer than to read what
/// is in it.
pub(super) struct Unread {
    ledgers: String,
    drawn: String,
    open: String,
    present: String,
}

impl Desk {
    /// A desk for a page about people of whom nothing is on file. Answers who they are.
    pub(super) fn blank(page: &[Arc<Happening>]) -> (Self, BTreeSet<TeacherId>) {
        let Named { teachers, merging, .. } = Named::by(page.iter().map(AsRef::as_ref));
        (Self { merging, ..Self::default() }, teachers)
    }

    /// Puts everything on the desk that the page touches and that is nobody's own. Answers whom the page is about.
    pub(super) async fn fetch(tx: &mut ViewTx, page: &[Happening]) -> Result<(Self, BTreeSet<TeacherId>), Failure> {
        Self::fetch_named(tx, Named::by(page)).await
    }

    /// The same for these people. Answers who else is one person with them.
    pub(super) async fn fetch_people(
        tx: &mut ViewTx,
        teachers: BTreeSet<TeacherId>,
    ) -> Result<(Self, BTreeSet<TeacherId>), Failure> {
        Self::fetch_named(tx, Named { teachers, ..Named::default() }).await
    }

    async fn fetch_named(tx: &mut ViewTx, mut named: Named) -> Result<(Self, BTreeSet<TeacherId>), Failure> {
        let mut desk = Self::default();
        desk.fetch_packs(tx).await?;
        desk.fetch_links(tx, &named).await?;
        named.teachers.extend(desk.sessions.values().flat_map(|session| &session.members));
        named.teachers.extend(desk.placements.values());
        named.teachers.extend(desk.recognitions.values());
        named.teachers.extend(desk.visitors.values().flatten());
        desk.fetch_merges(tx, &mut named).await?;
        let agents: Vec<Value> = named.agents.iter().map(|agent| agent.as_str().into()).collect();
        for row in tx.fetch_in(include_str!("../sql/agents_in.sql"), &agents, "").await? {
            desk.agents.insert(row.parse(0)?, row.parse(1)?);
        }
        named.sites.extend(&named.changed_sites);
        named.sites.extend(desk.sessions.values().map(|session| session.programme.base));
        desk.fetch_schools(tx, named.schools).await?;
        desk.fetch_approvals(tx, named.sites).await?;
        Ok((desk, named.teachers))
    }

    /// Puts the places on the desk that the sheets name.
    pub(super) async fn fetch_places(&mut self, tx: &mut ViewTx) -> Result<(), Failure> {
        let ledgers = || self.sheets.values().map(|sheet| &sheet.ledger);
        let (schools, sites) = (ledgers().flat_map(Ledger::schools), ledgers().flat_map(Ledger::sites));
        let schools = schools.filter(|school| !self.schools.contains_key(school)).collect();
        let sites = sites.filter(|site| !self.approvals.contains_key(site)).collect();
        self.fetch_schools(tx, schools).await?;
        self.fetch_approvals(tx, sites).await
    }

    /// Who belongs to the sessions, placements, recognitions and sites of the page.
    async fn fetch_links(&mut self, tx: &mut ViewTx, named: &Named) -> Result<(), Failure> {
        let sessions = keys(&named.sessions);
        for row in tx.fetch_in(include_str!("../sql/sessions_in.sql"), &sessions, "").await? {
            let record = SessionRecord { programme: parse_json(row.text(1)?)?, members: BTreeSet::new() };
            self.sessions.insert(row.parse(0)?, record);
        }
        for (session, teacher) in pairs_in(tx, include_str!("../sql/members_in.sql"), &sessions).await? {
            if let Some(session) = self.sessions.get_mut(&session) {
                session.members.insert(teacher);
            }
        }
        let placements = keys(&named.placements);
        self.placements.extend(pairs_in(tx, include_str!("../sql/placements_in.sql"), &placements).await?);
        let recognitions = keys(&named.recognitions);
        self.recognitions.extend(pairs_in(tx, include_str!("../sql/recognitions_in.sql"), &recognitions).await?);
        let sites = keys(&named.changed_sites);
        for (site, teacher) in pairs_in(tx, include_str!("../sql/visitors_in.sql"), &sites).await? {
            self.visitors.entry(site).or_default().insert(teacher);
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
        self.packs = PackOnFile::all(&tx.fetch(include_str!("../sql/packs_all.sql"), vec![]).await?)?;
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

    /// Where schools lie.
    async fn fetch_schools(&mut self, tx: &mut ViewTx, schools: BTreeSet<OrganisationId>) -> Result<(), Failure> {
        let places = packed_in(tx, include_str!("../sql/school_places_in.sql"), &keys(&schools)).await?;
        for (school, province, education_level) in parse_json::<Vec<_>>(&places)? {
            self.schools.insert(school, SchoolPlace { province, education_level });
        }
        Ok(())
    }

    /// What was decided about sites.
    async fn fetch_approvals(&mut self, tx: &mut ViewTx, sites: BTreeSet<SiteId>) -> Result<(), Failure> {
        let events = packed_in(tx, include_str!("../sql/site_events_in.sql"), &keys(&sites)).await?;
        let mut events: Vec<(SiteId, u64, EventId, SiteEvent)> = parse_json(&events)?;
        events.sort_unstable_by_key(|(_, position, ..)| *position);
        for (site, _, id, event) in events {
            self.approvals.entry(site).or_default().push((id, event));
        }
        // Of some there is nothing on file, which is not asked again.
        for site in sites {
            self.approvals.entry(site).or_default();
        }
        Ok(())
    }

    /// Fetches the sheets of these people.
    pub(super) async fn fetch_sheets(tx: &mut ViewTx, people: &[TeacherId]) -> Result<Unread, Failure> {
        if tx.is_in_one_go() {
            let nothing = || "[]".to_owned();
            return Ok(Unread { ledgers: nothing(), drawn: nothing(), open: nothing(), present: nothing() });
        }
        let people: Vec<Value> = people.iter().map(|teacher| Value::from(*teacher)).collect();
        Ok(Unread {
            ledgers: packed_in(tx, include_str!("../sql/ledgers_in.sql"), &people).await?,
            drawn: packed_in(tx, include_str!("../sql/drawn_in.sql"), &people).await?,
            open: packed_in(tx, include_str!("../sql/open_contradictions_in.sql"), &people).await?,
            present: packed_in(tx, include_str!("../sql/present_in.sql"), &people).await?,
        })
    }

    /// Puts sheets on the desk as they are on file.
    pub(super) fn read(&mut self, unread: &Unread) -> Result<(), Failure> {
        // The database gives entries in no particular order.
        let mut entries: Vec<(TeacherId, u64, EventId, Entry)> = parse_json(&unread.ledgers)?;
        entries.sort_unstable_by_key(|(_, position, ..)| *position);
        for (teacher, position, id, entry) in entries {
            let sheet = self.sheets.entry(teacher).or_default();
            sheet.ledger.enter(teacher, id, &entry);
            if self.merging.contains(&teacher) {
                sheet.entries.push((position, id, entry));
            }
        }
        for (teacher, from, until, profile, mark) in parse_json::<Vec<(_, _, String, _, _)>>(&unread.drawn)? {
            let (until, mark) = (parse_until(&until)?, Mark::from_stored(mark));
            let stretch = Stretch { from, until, profile: ProfileId(profile), mark };
            self.sheets.entry(teacher).or_default().drawn.push(stretch);
        }
        for sheet in self.sheets.values_mut() {
            sheet.drawn.sort_unstable_by_key(|stretch| stretch.from);
            sheet.on_file.clone_from(&sheet.drawn);
        }
        for (teacher, position, ordinal, contradiction) in parse_json::<Vec<_>>(&unread.open)? {
            self.sheets.entry(teacher).or_default().open.insert(contradiction, (teacher, position, ordinal));
        }
        for (teacher, organisation, until) in parse_json::<Vec<(_, _, String)>>(&unread.present)? {
            self.sheets.entry(teacher).or_default().present.insert(organisation, parse_until(&until)?);
        }
        Ok(())
    }
}

/// The rows of many keys, as one array of JSON. The statement gives rows in a single one, with commas between them.
async fn packed_in(tx: &mut ViewTx, sql: &'static str, keys: &[Value]) -> Result<String, Failure> {
    let rows = tx.fetch_in(sql, keys, "").await?;
    let texts = rows.iter().filter_map(|row| row.opt_text(0).transpose()).collect::<Result<Vec<_>, _>>()?;
    Ok(format!("[{}]", texts.join(",")))
}

/// Who belongs to these keys.
async fn pairs_in<T>(tx: &mut ViewTx, sql: &'static str, keys: &[Value]) -> Result<Vec<(T, TeacherId)>, Failure>
where
    T: DeserializeOwned,
{
    parse_json(&packed_in(tx, sql, keys).await?)
}

fn parse_until(text: &str) -> Result<Option<Day>, Failure> {
    if text == FOR_EVER {
        return Ok(None);
    }
    Day::parse(text).map(Some).map_err(|fault| Failure::unreadable("the end of a stretch", fault))
}

/// How an open end is stored, so that one comparison finds the stretch of a day.
pub(super) const FOR_EVER: &str = "9999-12-31";

fn keys<T: Copy + Into<Value>>(ids: &BTreeSet<T>) -> Vec<Value> {
    ids.iter().map(|id| (*id).into()).collect()
}

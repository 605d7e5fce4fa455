//! The dossiers of many teachers, in a few statements: what a job over the register and a list of names ask for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use eventlog::{Value, ViewError, args};
use events::{SealedIdentity, SiteEvent};
use kernel::code::StaffNumber;
use kernel::{EventId, OrganisationId, SiteId, TeacherId};
use standards::{Approval, Places, Rulebook, SchoolPlace};

use super::{Dossier, Dossiers, ListFilter, StatusFilter};
use crate::Entry;
use crate::ledger::Ledger;
use crate::projection::{Identities, Merge, fold_approvals, parse_json};

/// A person as such: where they came onto the register, and under which identity.
#[derive(Debug)]
pub(super) struct Person {
    pub position: u64,
    /// `active`, `restricted` or `erased`.
    pub state: String,
    pub identity: Option<SealedIdentity>,
}

/// What was read of many people, to be put together person by person.
struct Read {
    known: u64,
    rulebook: Arc<Rulebook>,
    entries: HashMap<TeacherId, Vec<(u64, EventId, Entry)>>,
    employed: HashMap<TeacherId, BTreeSet<(OrganisationId, StaffNumber)>>,
}

impl Read {
    /// The ledger of one person, of what was recorded under each of their ids.
    fn ledger(&self, members: &BTreeSet<TeacherId>) -> Ledger {
        let mut entries = Vec::new();
        for member in members {
            let of_member = self.entries.get(member).into_iter().flatten();
            entries.extend(of_member.map(|(position, event, entry)| (*position, *member, *event, entry)));
        }
        Ledger::of(entries)
    }

    fn employed(&mut self, members: &BTreeSet<TeacherId>) -> Vec<(OrganisationId, StaffNumber)> {
        let employed = members.iter().filter_map(|member| self.employed.remove(member)).flatten();
        employed.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

impl Dossiers {
    /// The dossiers of many teachers as known at a position, each under the id that was asked for. Whoever is unknown
    /// or out of scope is not in it; two ids of one person give the same dossier twice.
    ///
    /// All of them are in memory at once: ask for some hundreds at a time.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn dossiers(
        &self,
        teachers: &[TeacherId],
        known: u64,
    ) -> Result<BTreeMap<TeacherId, Dossier>, ViewError> {
        let asked: BTreeSet<TeacherId> = teachers.iter().copied().collect();
        let shown = self.known_of(&asked, known).await?;
        let identities = self.identities(&shown, known).await?;
        let keepers: BTreeSet<TeacherId> = shown.iter().map(|teacher| identities.keeper(*teacher)).collect();
        let members: BTreeSet<TeacherId> = keepers.iter().flat_map(|keeper| identities.person(*keeper)).collect();
        let read = Read {
            known,
            rulebook: self.rulebook(known).await?,
            entries: self.entries(&members, known).await?,
            employed: self.employed_as(&members).await?,
        };
        let mut found = self.put_together(&keepers, &identities, read).await?;
        let merged = shown.iter().map(|teacher| (*teacher, identities.keeper(*teacher)));
        let merged = merged.filter(|(teacher, keeper)| teacher != keeper);
        let merged: Vec<_> =
            merged.filter_map(|(teacher, keeper)| Some((teacher, found.get(&keeper)?.clone()))).collect();
        found.retain(|keeper, _| shown.contains(keeper));
        found.extend(merged);
        Ok(found)
    }

    /// Those of these who are within the scope, as they lie today.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn within_scope(&self, teachers: &[TeacherId]) -> Result<BTreeSet<TeacherId>, ViewError> {
        self.known_of(&teachers.iter().copied().collect(), u64::MAX).await
    }

    /// The next of all the teachers within the scope who are on the register today and may be worked with, in the
    /// order of their ids: those after `after`, at most `limit`. With an `area` – a school's id or code, a city's or
    /// province's code – those who hold a post there today.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn everybody(
        &self,
        area: &str,
        after: Option<TeacherId>,
        limit: u32,
    ) -> Result<Vec<TeacherId>, ViewError> {
        let (on, status, area) = (self.today, StatusFilter::All, area.to_owned());
        let page = self.rows_within(&ListFilter { on, status, area, after, limit }).await?;
        Ok(page.into_keys().take(limit as usize).collect())
    }

    /// About how many people [`Self::everybody`] gives, over all its pages: what progress is measured by. Somebody whom
    /// several reaches of the scope cover is counted for each.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn how_many(&self, area: &str) -> Result<u64, ViewError> {
        let (on, status, area) = (self.today, StatusFilter::All, area.to_owned());
        self.count_within(&ListFilter { on, status, area, after: None, limit: u32::MAX }).await
    }

    /// One dossier a person, under the id that stands for them.
    async fn put_together(
        &self,
        keepers: &BTreeSet<TeacherId>,
        identities: &Identities,
        mut read: Read,
    ) -> Result<BTreeMap<TeacherId, Dossier>, ViewError> {
        let of_keeper = |(keeper, person)| (keeper, person, read.ledger(&identities.person(keeper)));
        let ledgers: Vec<_> = self.persons(keepers).await?.into_iter().map(of_keeper).collect();
        let sites = ledgers.iter().flat_map(|(.., ledger)| ledger.sites()).collect();
        let approvals = self.approvals(&sites, read.known).await?;
        let schools =
            self.places_of_schools(&ledgers.iter().flat_map(|(.., ledger)| ledger.schools()).collect()).await?;
        let mut found = BTreeMap::new();
        for (teacher, person, ledger) in ledgers {
            let of_site = |site| (site, approvals.get(&site).cloned().unwrap_or_default());
            let of_school = |school| Some((school, *schools.get(&school)?));
            let dossier = Dossier {
                teacher,
                state: person.state,
                identity: person.identity,
                employed: read.employed(&identities.person(teacher)),
                facts: ledger.facts(),
                places: Places {
                    approvals: ledger.sites().map(of_site).collect(),
                    schools: ledger.schools().filter_map(of_school).collect(),
                },
                rulebook: read.rulebook.clone(),
            };
            found.insert(teacher, dossier);
        }
        Ok(found)
    }

    /// The people under these ids whose rows are shown.
    pub(super) async fn persons(
        &self,
        teachers: &BTreeSet<TeacherId>,
    ) -> Result<BTreeMap<TeacherId, Person>, ViewError> {
        let mut persons = BTreeMap::new();
        for row in self.view.fetch_in(include_str!("../sql/persons_in.sql"), &keys(teachers), "").await? {
            let identity = match row.text(2)? {
                "" => None,
                sealed => Some(parse_json(sealed)?),
            };
            let person = Person { position: row.count(3)?, state: row.text(1)?.to_owned(), identity };
            persons.insert(row.parse(0)?, person);
        }
        Ok(persons)
    }

    /// Which entries of the register are one person with any of these, as known at a position.
    pub(super) async fn identities(&self, teachers: &BTreeSet<TeacherId>, known: u64) -> Result<Identities, ViewError> {
        Ok(Identities::at(known, self.merges(teachers).await?.into_values()))
    }

    /// Every merge that ever had to do with any of these, by however many steps.
    pub(super) async fn merges(&self, teachers: &BTreeSet<TeacherId>) -> Result<BTreeMap<EventId, Merge>, ViewError> {
        let mut merges: BTreeMap<EventId, Merge> = BTreeMap::new();
        if self.fetch_optional(include_str!("../sql/any_merge.sql"), args![]).await?.is_none() {
            return Ok(merges);
        }
        let (mut asked, mut unasked) = (BTreeSet::new(), teachers.clone());
        while !unasked.is_empty() {
            let of = keys(&unasked);
            asked.append(&mut unasked);
            for sql in [include_str!("../sql/merges_by_keeper_in.sql"), include_str!("../sql/merges_by_other_in.sql")] {
                for row in self.view.fetch_in(sql, &of, "").await? {
                    let merge = Merge::of(&row)?;
                    unasked.extend([merge.keeper, merge.other].into_iter().filter(|named| !asked.contains(named)));
                    merges.insert(merge.event, merge);
                }
            }
        }
        Ok(merges)
    }

    /// What is recorded under each of these ids, as known at a position.
    pub(super) async fn entries(
        &self,
        teachers: &BTreeSet<TeacherId>,
        known: u64,
    ) -> Result<HashMap<TeacherId, Vec<(u64, EventId, Entry)>>, ViewError> {
        let mut entries: HashMap<TeacherId, Vec<(u64, EventId, Entry)>> = HashMap::new();
        for row in self.view.fetch_in(include_str!("../sql/entries_in.sql"), &keys(teachers), "").await? {
            let position = row.count(3)?;
            if position <= known {
                let entry = (position, row.parse(1)?, parse_json(row.text(2)?)?);
                entries.entry(row.parse(0)?).or_default().push(entry);
            }
        }
        Ok(entries)
    }

    async fn employed_as(
        &self,
        teachers: &BTreeSet<TeacherId>,
    ) -> Result<HashMap<TeacherId, BTreeSet<(OrganisationId, StaffNumber)>>, ViewError> {
        let mut employed: HashMap<TeacherId, BTreeSet<_>> = HashMap::new();
        for row in self.view.fetch_in(include_str!("../sql/employed_in.sql"), &keys(teachers), "").await? {
            employed.entry(row.parse(0)?).or_default().insert((row.parse(1)?, row.parse(2)?));
        }
        Ok(employed)
    }

    /// Where schools lie.
    async fn places_of_schools(
        &self,
        schools: &BTreeSet<OrganisationId>,
    ) -> Result<BTreeMap<OrganisationId, SchoolPlace>, ViewError> {
        let mut places = BTreeMap::new();
        for row in self.view.fetch_in(include_str!("../sql/schools_in.sql"), &keys(schools), "").await? {
            let place = SchoolPlace { province: row.parse(1)?, education_level: row.opt_parse(2)? };
            places.insert(row.parse(0)?, place);
        }
        Ok(places)
    }

    /// The approvals of sites as known at a position.
    async fn approvals(
        &self,
        sites: &BTreeSet<SiteId>,
        known: u64,
    ) -> Result<BTreeMap<SiteId, Vec<Approval>>, ViewError> {
        let mut events: BTreeMap<SiteId, Vec<(EventId, SiteEvent)>> = BTreeMap::new();
        let sql = include_str!("../sql/approvals_in.sql");
        for row in self.view.fetch_in(sql, &keys(sites), "order by site, position").await? {
            if row.count(3)? <= known {
                let event = (row.parse(1)?, parse_json(row.text(2)?)?);
                events.entry(row.parse(0)?).or_default().push(event);
            }
        }
        let folded = |events: Vec<(EventId, SiteEvent)>| fold_approvals(events.iter().map(|(id, event)| (*id, event)));
        Ok(events.into_iter().map(|(site, events)| (site, folded(events))).collect())
    }
}

/// The arguments that name these.
pub(super) fn keys<T: Copy + Into<Value>>(ids: &BTreeSet<T>) -> Vec<Value> {
    ids.iter().map(|id| (*id).into()).collect()
}

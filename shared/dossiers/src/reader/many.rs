//! The dossiers of many teachers, in a few statements: what a job over the register and a list of names ask for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use eventlog::{Value, ViewError, args};
use kernel::{EventId, TeacherId};
use standards::Places;

use super::judging::Judging;
use super::on_file::{OnFile, Person};
use super::{Dossier, Dossiers, ListFilter, StatusFilter};
use crate::Entry;
use crate::ledger::Ledger;
use crate::projection::{Identities, Merge, parse_json};

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
        let at_one_state = Self { view: self.view.at_one_state_by_key().await?, ..self.clone() };
        at_one_state.read(teachers.iter().copied().collect(), known).await
    }

    async fn read(&self, asked: BTreeSet<TeacherId>, known: u64) -> Result<BTreeMap<TeacherId, Dossier>, ViewError> {
        let mut file = OnFile::default();
        self.read_into(&mut file, &asked).await?;
        let standing = file.keepers.values().copied().collect();
        self.read_into(&mut file, &standing).await?;
        let shown = self.shown_of(&file, &asked, known).await?;
        // Without a merge that any of them had to do with, everybody stands alone.
        let identities = match file.merges.is_empty() {
            true => Identities::default(),
            false => self.identities(&shown, known).await?,
        };
        let keepers: BTreeSet<TeacherId> = shown.iter().map(|teacher| identities.keeper(*teacher)).collect();
        let members: BTreeSet<TeacherId> = keepers.iter().flat_map(|keeper| identities.person(*keeper)).collect();
        self.read_into(&mut file, &members).await?;
        let mut found = self.put_together(&keepers, &identities, file, known).await?;
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
        mut file: OnFile,
        known: u64,
    ) -> Result<BTreeMap<TeacherId, Dossier>, ViewError> {
        let ledgers: Vec<_> =
            keepers.iter().map(|keeper| (*keeper, ledger(&file, &identities.person(*keeper), known))).collect();
        let sites = ledgers.iter().flat_map(|(_, ledger)| ledger.sites()).collect();
        let schools = ledgers.iter().flat_map(|(_, ledger)| ledger.schools()).collect();
        let Judging { rulebook, approvals, schools } = self.judging(sites, schools, known).await?;
        let found = ledgers.iter().filter_map(|(teacher, ledger)| {
            let of_site = |site| (site, approvals.get(&site).cloned().unwrap_or_default());
            let of_school = |school| Some((school, *schools.get(&school)?));
            let person = file.persons.remove(teacher)?;
            let employed = identities.person(*teacher).into_iter().filter_map(|member| file.employed.remove(&member));
            let dossier = Dossier {
                teacher: *teacher,
                state: person.state,
                identity: person.identity,
                employed: employed.flatten().collect::<BTreeSet<_>>().into_iter().collect(),
                facts: ledger.facts(),
                places: Places {
                    approvals: ledger.sites().map(of_site).collect(),
                    schools: ledger.schools().filter_map(of_school).collect(),
                },
                rulebook: rulebook.clone(),
            };
            Some((*teacher, dossier))
        });
        Ok(found.collect())
    }

    /// The people under these ids whose rows are shown.
    pub(super) async fn persons(
        &self,
        teachers: &BTreeSet<TeacherId>,
    ) -> Result<BTreeMap<TeacherId, Person>, ViewError> {
        let mut persons = BTreeMap::new();
        for row in self.view.fetch_in(include_str!("../sql/persons_in.sql"), &keys(teachers), "").await? {
            let person = Person::of(&row, [1, 2, 3])?;
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
        let sql = include_str!("../sql/entries_in.sql");
        for row in self.view.fetch_in(sql, &keys(teachers), "group by teacher").await? {
            let mut of_one: Vec<(u64, EventId, Entry)> = parse_json(&format!("[{}]", row.text(1)?))?;
            of_one.retain(|(position, ..)| *position <= known);
            entries.insert(row.parse(0)?, of_one);
        }
        Ok(entries)
    }
}

/// The ledger of one person as known at a position, of what was recorded under each of their ids.
fn ledger(file: &OnFile, members: &BTreeSet<TeacherId>, known: u64) -> Ledger {
    let mut entries = Vec::new();
    for member in members {
        let of_member = file.entries.get(member).into_iter().flatten().filter(|(position, ..)| *position <= known);
        entries.extend(of_member.map(|(position, event, entry)| (*position, *member, *event, entry)));
    }
    Ledger::of(entries)
}

/// The arguments that name these.
pub(super) fn keys<T: Copy + Into<Value>>(ids: &BTreeSet<T>) -> Vec<Value> {
    ids.iter().map(|id| (*id).into()).collect()
}

//! One teacher's dossier, as known at a position of the log.

use std::collections::BTreeSet;

use eventlog::{ViewError, args};
use events::{SealedIdentity, SiteEvent};
use kernel::code::StaffNumber;
use kernel::{Day, EventId, OrganisationId, SiteId, TeacherId};
use standards::{Assessment, Facts, Pack, Places, Timeline};

use super::Dossiers;
use crate::ledger::Ledger;
use crate::projection::{PackOnFile, fold_approvals, in_force, parse_json};
use crate::{Entry, Profile, Seat};

/// Nobody is on the register under this id, or was not yet at that position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownTeacher;

/// Everything known about one teacher that rules can ask about.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// Who.
    pub teacher: TeacherId,
    /// `active`, `restricted` or `erased`.
    pub state: String,
    /// The sealed identity; none once erased.
    pub identity: Option<SealedIdentity>,
    /// The staff numbers, with their schools.
    pub employed: Vec<(OrganisationId, StaffNumber)>,
    /// The facts.
    pub facts: Facts,
    /// The approvals of the sites that the facts name.
    pub places: Places,
    /// The rule pack that judges; none before one was published.
    pub pack: Option<Pack>,
}

impl Dossier {
    /// Where the teacher stands on a day and why; none without a rule pack.
    pub fn assess(&self, on: Day) -> Option<Assessment> {
        let pack = self.pack.as_ref()?;
        Some(standards::assess(&self.facts, &self.places, pack, on))
    }

    /// Where the teacher stands on every day; none without a rule pack.
    pub fn timeline(&self) -> Option<Timeline> {
        let pack = self.pack.as_ref()?;
        Some(standards::timeline(&self.facts, &self.places, pack))
    }

    /// The seats held on a day.
    pub fn seats(&self, on: Day) -> Vec<Seat> {
        Profile::on(&self.facts, on).seats().to_vec()
    }
}

impl Dossiers {
    /// The dossier of a teacher as known at a position: what was recorded later is not in it. Of somebody who had been
    /// taken in by another entry by then it is the other's, under the other's id.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn dossier(&self, teacher: TeacherId, known: u64) -> Result<Result<Dossier, UnknownTeacher>, ViewError> {
        if !self.knows(teacher, known).await? {
            return Ok(Err(UnknownTeacher));
        }
        let identities = self.identities(teacher, known).await?;
        let keeper = identities.keeper(teacher);
        let Some(person) = self.fetch_optional(include_str!("../sql/person.sql"), args![keeper]).await? else {
            return Ok(Err(UnknownTeacher));
        };
        let identity = match person.text(1)? {
            "" => None,
            sealed => Some(parse_json(sealed)?),
        };
        let (mut entries, mut employed) = (Vec::new(), BTreeSet::new());
        for member in identities.person(keeper) {
            for row in self.fetch(include_str!("../sql/entries_of.sql"), args![member, known]).await? {
                let entry: Entry = parse_json(row.text(1)?)?;
                entries.push((row.count(2)?, member, row.parse(0)?, entry));
            }
            for row in self.fetch(include_str!("../sql/employed_under.sql"), args![member]).await? {
                employed.insert((row.parse(0)?, row.parse(1)?));
            }
        }
        let ledger = Ledger::of(entries.iter().map(|entry| (entry.0, entry.1, entry.2, &entry.3)).collect());
        Ok(Ok(Dossier {
            teacher: keeper,
            state: person.text(0)?.to_owned(),
            identity,
            employed: employed.into_iter().collect(),
            facts: ledger.facts(),
            places: self.places(ledger.sites().collect(), known).await?,
            pack: self.pack(known).await?,
        }))
    }

    /// The rule pack that judges, as known at a position.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn pack(&self, known: u64) -> Result<Option<Pack>, ViewError> {
        let mut packs = Vec::new();
        for row in self.fetch(include_str!("../sql/packs_all.sql"), vec![]).await? {
            let pack = Pack::parse(row.text(2)?).map_err(|fault| ViewError::Event(fault.to_string()))?;
            let retired_position = row.opt_int(3)?.and_then(|position| u64::try_from(position).ok());
            packs.push(PackOnFile { position: row.count(1)?, retired_position, pack });
        }
        Ok(in_force(&packs, known).cloned())
    }

    async fn places(&self, sites: BTreeSet<SiteId>, known: u64) -> Result<Places, ViewError> {
        let mut places = Places::default();
        for site in sites {
            let rows = self.fetch(include_str!("../sql/approvals_known.sql"), args![site, known]).await?;
            let events = rows.iter().map(|row| Ok((row.parse(0)?, parse_json(row.text(1)?)?)));
            let events: Vec<(EventId, SiteEvent)> = events.collect::<Result<_, eventlog::Failure>>()?;
            places.approvals.insert(site, fold_approvals(events.iter().map(|(id, event)| (*id, event))));
        }
        Ok(places)
    }
}

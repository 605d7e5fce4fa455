//! What was recorded between two positions that may have changed where somebody stands.

use std::collections::{BTreeMap, BTreeSet};

use eventlog::ViewError;
use kernel::TeacherId;
use serde::Serialize;

use super::Dossiers;
use super::many::keys;
use crate::ledger::Ledger;
use crate::projection::{Identities, Merge, PackOnFile};

/// Why an event matters to one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// It is about the person.
    Person,
    /// It is about which entries of the register are the person.
    Identity,
    /// It is about the approval of a site that the person's facts name.
    Site,
    /// It is about the rule pack that judges.
    RulePack,
}

impl Dossiers {
    /// The positions after `after` up to `until` at which something was recorded that can change where the person
    /// stands, each with why it matters: about the person, under whichever of their ids, about the sites that the facts
    /// name, and about the packs of these names. None to whoever may not see the person.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn between(
        &self,
        teacher: TeacherId,
        (after, until): (u64, u64),
        packs: &BTreeSet<&str>,
    ) -> Result<Option<BTreeMap<u64, Matter>>, ViewError> {
        if !self.knows(teacher, until).await? {
            return Ok(None);
        }
        let is_between = |position: &u64| *position > after && *position <= until;
        let mut found = self.packs_between(is_between, packs).await?;
        let merges = self.merges(&BTreeSet::from([teacher])).await?;
        let of_merge = |merge: &Merge| [Some(merge.position), merge.undone];
        let identity = merges.values().flat_map(of_merge).flatten().filter(is_between);
        found.extend(identity.map(|position| (position, Matter::Identity)));
        let at = |known| Identities::at(known, merges.values().copied()).person(teacher);
        let members: BTreeSet<TeacherId> = at(after).into_iter().chain(at(until)).collect();
        let entries = self.entries(&members, until).await?;
        let mut of_person = Vec::new();
        for (member, entries) in &entries {
            of_person.extend(entries.iter().map(|(position, event, entry)| (*position, *member, *event, entry)));
        }
        let about: Vec<u64> = of_person.iter().map(|(position, ..)| *position).filter(is_between).collect();
        let ledger = Ledger::of(of_person);
        let sites = ledger.sites().collect();
        let approvals = self.view.fetch_in(include_str!("../sql/approvals_in.sql"), &keys(&sites), "").await?;
        for row in &approvals {
            found.extend(Some(row.count(3)?).filter(is_between).map(|position| (position, Matter::Site)));
        }
        found.extend(about.into_iter().map(|position| (position, Matter::Person)));
        Ok(Some(found))
    }

    async fn packs_between(
        &self,
        is_between: impl Fn(&u64) -> bool,
        packs: &BTreeSet<&str>,
    ) -> Result<BTreeMap<u64, Matter>, ViewError> {
        let mut found = BTreeMap::new();
        let rows = self.fetch(include_str!("../sql/packs_all.sql"), vec![]).await?;
        let on_file = PackOnFile::all(&rows)?;
        // The rulebook of all that is on file has its packs in the same order.
        for (on_file, pack) in on_file.iter().zip(self.rulebook(u64::MAX).await?.packs()) {
            let retired = on_file.retired.map(|(position, _)| position);
            let positions = [Some(on_file.position), retired].into_iter().flatten().filter(&is_between);
            if packs.contains(pack.name.as_str()) {
                found.extend(positions.map(|position| (position, Matter::RulePack)));
            }
        }
        Ok(found)
    }
}

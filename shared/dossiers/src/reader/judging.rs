//! What people are judged by beside their entries – the rule packs, and the sites and schools that their facts name – read
//! in one statement.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use eventlog::{Value, ViewError, args};
use events::SiteEvent;
use kernel::{EventId, OrganisationId, SiteId};
use standards::{Approval, Rulebook, SchoolPlace};

use super::Dossiers;
use crate::projection::{PackOnFile, edition, fold_approvals, parse_json, put_together, put_together_before};

/// What people are judged by, as known at a position.
pub(super) struct Judging {
    pub rulebook: Arc<Rulebook>,
    pub approvals: BTreeMap<SiteId, Vec<Approval>>,
    pub schools: BTreeMap<OrganisationId, SchoolPlace>,
}

impl Dossiers {
    /// What judges whoever names these sites and schools, as known at a position.
    ///
    /// # Errors
    /// When the view does not answer.
    pub(super) async fn judging(
        &self,
        sites: BTreeSet<SiteId>,
        schools: BTreeSet<OrganisationId>,
        known: u64,
    ) -> Result<Judging, ViewError> {
        let sites = sites.into_iter().map(|site| args![site]);
        let asked: Vec<Vec<Value>> = sites.chain(schools.into_iter().map(|school| args![school])).collect();
        let (mut packs, mut schools) = (BTreeMap::new(), BTreeMap::new());
        let mut approvals: BTreeMap<SiteId, BTreeMap<u64, (EventId, SiteEvent)>> = BTreeMap::new();
        let sql = (include_str!("../sql/judging.sql"), include_str!("../sql/judging_of.sql"));
        for row in self.view.fetch_of(sql.0, 1, &asked, sql.1).await? {
            let position = row.count(4)?;
            match row.text(0)? {
                "approval" if position <= known => {
                    let event = (row.parse(2)?, parse_json(row.text(3)?)?);
                    approvals.entry(row.parse(1)?).or_default().insert(position, event);
                }
                "school" => {
                    let place = SchoolPlace { province: row.parse(2)?, education_level: row.opt_parse(3)? };
                    schools.insert(row.parse(1)?, place);
                }
                "pack" => drop(packs.insert(position, PackOnFile::of(&row, [4, 1, 5, 3])?)),
                _ => {}
            }
        }
        let folded = |events: BTreeMap<u64, (EventId, SiteEvent)>| {
            fold_approvals(events.values().map(|(id, event)| (*id, event)))
        };
        let approvals = approvals.into_iter().map(|(site, events)| (site, folded(events))).collect();
        let packs: Vec<PackOnFile> = packs.into_values().collect();
        Ok(Judging { rulebook: self.rulebook_of(&packs, known).await?, approvals, schools })
    }

    /// The rule packs that judge, as known at a position.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn rulebook(&self, known: u64) -> Result<Arc<Rulebook>, ViewError> {
        let rows = self.fetch(include_str!("../sql/packs_all.sql"), vec![]).await?;
        self.rulebook_of(&PackOnFile::all(&rows)?, known).await
    }

    async fn rulebook_of(&self, on_file: &[PackOnFile], known: u64) -> Result<Arc<Rulebook>, ViewError> {
        let edition = edition(on_file, known);
        if let Some(book) = put_together_before(&edition) {
            return Ok(book);
        }
        let known = i64::try_from(known).unwrap_or(i64::MAX);
        let rows = self.fetch(include_str!("../sql/pack_contents.sql"), args![known]).await?;
        let contents = rows.iter().map(|row| Ok(row.text(0)?.to_owned()));
        let contents: Vec<String> = contents.collect::<Result<_, eventlog::Failure>>()?;
        put_together(edition, &contents).map_err(|fault| ViewError::Event(fault.to_string()))
    }
}

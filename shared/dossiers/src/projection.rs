//! The projection: takes events apart into dossiers, and redraws the timelines that they change.
//!
//! A page is worked on at a desk: everything it touches is fetched in a few statements, every event is taken in at
//! its own position – so that pages of one and pages of a thousand leave the same rows – and the desk is cleared in a
//! few statements.

mod allotting;
mod applications;
mod building;
mod commons;
mod deciding;
mod desk;
mod entering;
mod everybody;
mod fetch;
mod file;
mod hands;
mod happening;
mod identities;
mod packs;
mod sheet;
mod timelines;
mod watching;

use async_trait::async_trait;
use eventlog::{Builder, Failure, Projection, Recorded, ViewError, ViewTx};

pub(crate) use file::parse_json;
pub(crate) use identities::{Identities, Merge};
pub(crate) use packs::{PackOnFile, edition, put_together, put_together_before};
pub(crate) use sheet::fold_approvals;

use building::DossierBuilder;
use desk::Desk;
use happening::{Happening, What};

/// The projection `dossiers`.
#[derive(Debug, Clone, Copy, Default)]
pub struct DossierProjection;

impl DossierProjection {
    /// The name of its view.
    pub const NAME: &'static str = "dossiers";
}

#[async_trait]
impl Projection for DossierProjection {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn version(&self) -> u32 {
        8
    }

    fn schema(&self) -> &'static str {
        include_str!("sql/schema.sql")
    }

    fn row_security(&self) -> Option<&'static str> {
        Some(include_str!("sql/row_security_postgres.sql"))
    }

    fn categories(&self) -> Option<&'static [&'static str]> {
        Some(&["organisation", "site", "teacher", "session", "placement", "recognition", "pack", "account"])
    }

    async fn apply(&self, tx: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError> {
        let happenings = page.iter().map(Happening::of).collect::<Result<Vec<_>, _>>()?;
        let mut page = Vec::new();
        for happening in happenings {
            if matches!(happening.what, What::Pack(..)) {
                take_in(tx, std::mem::take(&mut page)).await?;
                everybody::judge_anew(tx, &happening).await?;
            } else {
                page.push(happening);
            }
        }
        take_in(tx, page).await?;
        Ok(())
    }

    fn builder(&self) -> Option<Box<dyn Builder>> {
        Some(Box::<DossierBuilder>::default())
    }
}

/// Takes in what concerns those whom it names.
async fn take_in(tx: &mut ViewTx, page: Vec<Happening>) -> Result<(), Failure> {
    if page.is_empty() {
        return Ok(());
    }
    let (desk, people) = Desk::fetch(tx, &page).await?;
    desk.take_in_all(tx, people, page).await
}

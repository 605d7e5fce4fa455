//! What concerns everybody: a pack that is published or retired. A nation does not fit on one desk, so people are judged
//! anew some thousand at a time, all in the transaction of the page.

use std::collections::BTreeSet;

use eventlog::{Failure, ViewTx, args};
use kernel::code::Province;
use kernel::{PackId, TeacherId};
use standards::Jurisdiction;

use super::desk::Desk;
use super::happening::{Happening, What};
use super::watching::When;

/// So many people are judged anew at a time.
const AT_ONCE: usize = 4_000;

/// Whom a pack concerns.
#[derive(Debug, Clone, Copy)]
pub(super) enum Concerned {
    Everybody,
    /// Whoever has, or had, a post there.
    Province(Province),
}

/// Takes in what happened to a pack, and draws everybody anew whom it concerns.
pub(super) async fn judge_anew(tx: &mut ViewTx, happening: &Happening) -> Result<(), Failure> {
    let (mut desk, _) = Desk::fetch(tx, std::slice::from_ref(happening)).await?;
    let What::Pack(pack, _) = happening.what else { return Ok(()) };
    // A pack that is retired was on file before, one that is published is so now.
    let before = desk.jurisdiction(pack);
    desk.take_in(happening)?;
    let concerned = before.or_else(|| desk.jurisdiction(pack));
    desk.file_commons(tx).await?;
    let Some(concerned) = concerned else { return Ok(()) };
    let when = When { position: happening.position, event: happening.id, day: happening.day };
    let mut after = String::new();
    loop {
        let people = concerned.after(tx, &after).await?;
        let Some(last) = people.last() else { break };
        after = last.to_string();
        let (desk, people) = Desk::fetch_people(tx, people.into_iter().collect()).await?;
        desk.redraw_all(tx, people, when).await?;
    }
    // What some thousand gain others may lose.
    tx.execute(include_str!("../sql/delete_empty_steps.sql"), args![happening.position]).await.map(drop)
}

impl Concerned {
    /// The next of them, in the order of their ids.
    async fn after(self, tx: &mut ViewTx, after: &str) -> Result<Vec<TeacherId>, Failure> {
        let rows = match self {
            Self::Everybody => tx.fetch(include_str!("../sql/people_after.sql"), args![after, AT_ONCE]).await?,
            Self::Province(province) => {
                let sql = include_str!("../sql/people_of_province_after.sql");
                tx.fetch(sql, args![after, AT_ONCE, province.to_string()]).await?
            }
        };
        rows.iter().map(|row| row.parse(0)).collect()
    }
}

impl Desk {
    /// Whom a pack concerns, if it is on file.
    pub(super) fn jurisdiction(&self, pack: PackId) -> Option<Concerned> {
        let is_it = |known: &&standards::Pack| PackId::of_version(&known.name, known.version) == pack;
        Some(match self.shelf.packs().iter().find(is_it)?.jurisdiction {
            Jurisdiction::Nation => Concerned::Everybody,
            Jurisdiction::Province(province) => Concerned::Province(province),
        })
    }

    /// Who is concerned of those of whom nothing is on file yet.
    pub(super) fn added_by(&self, concerned: Concerned) -> BTreeSet<TeacherId> {
        match concerned {
            Concerned::Everybody => self.added.persons.keys().copied().collect(),
            Concerned::Province(province) => {
                let there = |school| self.schools.get(school).is_some_and(|place| place.province == province);
                let employed = self.added.employed.iter().filter(|(school, ..)| there(school));
                employed.map(|(_, _, teacher)| *teacher).collect()
            }
        }
    }
}

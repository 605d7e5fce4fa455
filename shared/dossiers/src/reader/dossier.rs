//! One teacher's dossier, as known at a position of the log.

use eventlog::ViewError;
use events::SealedIdentity;
use kernel::code::StaffNumber;
use kernel::{Day, OrganisationId, TeacherId};
use standards::{Assessment, Facts, Pack, Places, Timeline};

use super::Dossiers;
use crate::projection::{PackOnFile, in_force};
use crate::{Profile, Seat};

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
        Ok(self.dossiers(&[teacher], known).await?.remove(&teacher).ok_or(UnknownTeacher))
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
}

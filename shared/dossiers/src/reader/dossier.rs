//! One teacher's dossier, as known at a position of the log.

use std::sync::Arc;

use eventlog::ViewError;
use events::SealedIdentity;
use kernel::code::StaffNumber;
use kernel::{Day, OrganisationId, TeacherId};
use standards::{Assessment, Facts, Pack, Places, Rulebook, Timeline};

use super::Dossiers;
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
    /// The approvals of the sites that the facts name, and where the schools lie.
    pub places: Places,
    /// The rule packs that judge.
    pub rulebook: Arc<Rulebook>,
}

impl Dossier {
    /// Where the teacher stands on a day and why, by the pack of the principal post; none without a rule pack.
    pub fn assess(&self, on: Day) -> Option<Assessment> {
        self.assess_all(on).into_iter().next()
    }

    /// The same by every pack that judges a post of the day, that of the principal post first: who holds posts in two
    /// provinces is judged by each one's.
    pub fn assess_all(&self, on: Day) -> Vec<Assessment> {
        self.rulebook.assess(&self.facts, &self.places, on)
    }

    /// The packs that judge the teacher's posts at a school on a day.
    pub fn judging_at(&self, school: OrganisationId, on: Day) -> impl Iterator<Item = &Pack> {
        self.rulebook.judging_at(school, &self.facts, &self.places, on)
    }

    /// Where the teacher stands on every day; none without a rule pack.
    pub fn timeline(&self) -> Option<Timeline> {
        self.rulebook.timeline(&self.facts, &self.places)
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
}

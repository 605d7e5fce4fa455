//! The country: what is known of it as a whole. Everything about people is drawn when it is needed, and let go again.

use std::ops::Range;

use kernel::{Malformed, OrganisationId, PackId};

use crate::geography::{UNITS, unit};
use crate::scenario::Scenario;
use crate::schools::{self, School};
use crate::sites::Sites;
use crate::teams;

/// An invented country: its schools and sites.
#[derive(Debug, Clone)]
pub struct Country {
    pub(crate) scenario: Scenario,
    /// The pack that applications are judged by.
    pub(crate) pack: PackId,
    pub(crate) schools: Vec<School>,
    /// The schools of each unit.
    pub(crate) units: Vec<Range<usize>>,
    pub(crate) sites: Sites,
    /// The schools of each part, neighbours that are drawn together.
    pub(crate) parts: Vec<Range<usize>>,
    /// The schools that lead a national team, one an entry.
    pub(crate) leading: Vec<usize>,
}

/// Neighbouring schools are drawn together until they have so many teachers.
const PART: u32 = 4_000;

impl Country {
    /// The country of a scenario. Applications for recognition are judged by `pack`.
    ///
    /// # Errors
    /// When a drawn value is none of the register's: a fault of this crate.
    pub fn of(scenario: Scenario, pack: PackId) -> Result<Self, Malformed> {
        let schools = schools::all(&scenario)?;
        let units = (0..UNITS).map(|number| {
            let first = schools.partition_point(|school| school.unit < number);
            first..schools.partition_point(|school| school.unit <= number)
        });
        let units = units.collect();
        let (parts, leading) = (parts(&schools), teams::leading(&schools, &scenario));
        Ok(Self { sites: Sites::all(&scenario)?, scenario, pack, schools, units, parts, leading })
    }

    /// What it was drawn from.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// How many schools there are.
    pub fn schools(&self) -> usize {
        self.schools.len()
    }

    /// The body of a unit that recognises.
    pub(crate) fn experts(number: usize) -> OrganisationId {
        OrganisationId::of_name(&Self::experts_name(number))
    }

    pub(crate) fn experts_name(number: usize) -> String {
        format!("{}双师型教师认定专家委员会（虚构）", unit(number).name)
    }

    pub(crate) fn authority_name(number: usize) -> String {
        format!("{}教育厅（虚构）", unit(number).name)
    }
}

fn parts(schools: &[School]) -> Vec<Range<usize>> {
    let (mut parts, mut first, mut teachers) = (Vec::new(), 0, 0);
    for (number, school) in schools.iter().enumerate() {
        teachers += school.size;
        if teachers >= PART || number + 1 == schools.len() {
            parts.push(first..number + 1);
            (first, teachers) = (number + 1, 0);
        }
    }
    parts
}

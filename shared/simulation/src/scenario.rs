//! What a registry is drawn from.

use kernel::{CommandId, Day, ImportId};

use crate::draw::{Draw, Topic};

/// What a registry is drawn from: two equal ones give the same registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    seed: u64,
    teachers: u32,
    years: u8,
    /// The last days of the terms.
    pub(crate) ends: [Day; MOST_TERMS],
}

/// The most terms there can be, with the one of what came before.
pub(crate) const MOST_TERMS: usize = 21;

/// A scenario that cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioFault {
    /// Every provincial unit needs a school, and a school teachers.
    #[error("a registry is drawn with 200 to 2,000,000 teachers")]
    Teachers,
    /// A rotation takes five years.
    #[error("a registry is drawn over 1 to 10 years")]
    Years,
    /// Careers reach back further than the register knows days.
    #[error("a registry is drawn up to a day between 1990-01-01 and 2150-12-31")]
    Until,
}

impl Scenario {
    /// So many teachers over so many years that end on `until`.
    ///
    /// # Errors
    /// When one of them is out of range.
    pub fn new(seed: u64, teachers: u32, years: u8, until: Day) -> Result<Self, ScenarioFault> {
        if !(200..=2_000_000).contains(&teachers) {
            return Err(ScenarioFault::Teachers);
        }
        if !(1..=10).contains(&years) {
            return Err(ScenarioFault::Years);
        }
        if !(1990..=2150).contains(&until.year()) {
            return Err(ScenarioFault::Until);
        }
        let start = until.minus_years(years);
        // By months and not by days, so that the last term ends on the day itself whatever February does.
        let end = |term: usize| start.plus_months(i32::try_from(term).unwrap_or(0) * 6).min(until);
        let mut ends: [Day; MOST_TERMS] = std::array::from_fn(end);
        ends[usize::from(years) * 2] = until;
        Ok(Self { seed, teachers, years, ends })
    }

    /// How many teachers are drawn.
    pub fn teachers(&self) -> u32 {
        self.teachers
    }

    /// Over how many years.
    pub fn years(&self) -> u8 {
        self.years
    }

    /// The last day.
    pub fn until(&self) -> Day {
        self.ends[usize::from(self.years) * 2]
    }

    /// The day before the first one.
    pub fn start(&self) -> Day {
        self.ends[0]
    }

    /// The registry in words; part of every id in it.
    pub fn words(&self) -> String {
        let (Self { seed, teachers, years, .. }, until) = (self, self.until());
        format!("simulated: seed {seed}, {teachers} teachers, {years} years until {until}")
    }

    /// The batch under which all of it is recorded.
    pub fn import(&self) -> ImportId {
        ImportId::of_content(&self.words())
    }

    /// The id of a command about a thing.
    pub(crate) fn command(&self, thing: impl std::fmt::Display, step: impl std::fmt::Display) -> CommandId {
        let (Self { seed, teachers, years, .. }, until) = (self, self.until());
        CommandId::derived(&format!("simulated|{seed}|{teachers}|{years}|{until}|{thing}|{step}"))
    }

    /// The chance of a thing.
    pub(crate) fn draw(&self, topic: Topic, index: u64) -> Draw {
        let days = u64::from(self.until().ordinal().unsigned_abs());
        let scale = u64::from(self.teachers) << 32 | u64::from(self.years) << 24 | days;
        Draw::new(self.seed, scale, topic, index)
    }
}

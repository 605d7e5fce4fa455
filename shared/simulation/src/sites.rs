//! The sites: training bases and practice stations with their approvals, some of them with a gap, some withdrawn.

use events::{SiteEvent, SiteProfile};
use kernel::code::{Division, SiteCode, SpecialtyCode};
use kernel::vocabulary::{OrganiserKind, SiteKind};
use kernel::{Day, DayRange, Malformed, Name, Period, Reason, SiteId};

use crate::country::Country;
use crate::draw::{Draw, Topic};
use crate::entry::{Entry, Happening};
use crate::geography::{UNITS, apportion, unit};
use crate::scenario::Scenario;
use crate::terms::Term;
use crate::{shares, words};

/// A site with its approvals.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) id: SiteId,
    pub(crate) unit: usize,
    /// The major category it serves, 0 to 18.
    pub(crate) category: u32,
    profile: SiteProfile,
    approvals: Vec<Period>,
    withdrawn: Option<Day>,
    /// A term all of which lies between two approvals.
    gap: Option<Term>,
}

/// Bases and stations.
#[derive(Debug, Clone)]
pub(crate) struct Sites {
    pub(crate) bases: Vec<Site>,
    pub(crate) stations: Vec<Site>,
}

/// The fewest bases, and a station for each of the 19 major categories.
const FEWEST: (u32, u32) = (8, 19);
/// Years of a first approval, and of those that follow.
const APPROVED_YEARS: u8 = 4;

impl Sites {
    pub(crate) fn all(scenario: &Scenario) -> Result<Self, Malformed> {
        let nation = u64::from(shares::SECONDARY_TEACHERS + shares::HIGHER_TEACHERS);
        let part = |of: u32| u32::try_from(u64::from(of) * u64::from(scenario.teachers()) / nation).unwrap_or(u32::MAX);
        let bases = some(scenario, part(shares::TRAINING_BASES).max(FEWEST.0), true)?;
        let stations = some(scenario, part(shares::PRACTICE_STATIONS).max(FEWEST.1), false)?;
        Ok(Self { bases, stations })
    }
}

fn some(scenario: &Scenario, count: u32, are_bases: bool) -> Result<Vec<Site>, Malformed> {
    let weights: Vec<u32> = (0..UNITS).map(|number| unit(number).weight).collect();
    let mut sites = Vec::new();
    for (number, of_unit) in apportion(count, &weights, 0).into_iter().enumerate() {
        for _ in 0..of_unit {
            let serial = u32::try_from(sites.len()).unwrap_or(u32::MAX);
            let mut draw = scenario.draw(Topic::Site, u64::from(serial) * 2 + u64::from(are_bases));
            sites.push(site(scenario, number, serial, are_bases, &mut draw)?);
        }
    }
    Ok(sites)
}

fn site(scenario: &Scenario, number: usize, serial: u32, is_base: bool, draw: &mut Draw) -> Result<Site, Malformed> {
    let (unit, category) = (unit(number), serial % 19);
    let kind = if is_base {
        draw.weighted(&[(SiteKind::TrainingBase, 82), (SiteKind::IdeologyBase, 18)])
    } else {
        draw.weighted(&[(SiteKind::PracticeStation, 75), (SiteKind::PracticeBase, 15), (SiteKind::IntegrationBase, 10)])
    };
    let letter = if is_base { 'B' } else { 'S' };
    let digits = unit.reports_as.unwrap_or(unit.digits);
    let code = SiteCode::parse(&format!("SIM-{letter}-{digits}-{serial:05}"))?;
    let what = if is_base { "教师培训基地" } else { "教师企业实践流动站" };
    let profile = SiteProfile {
        name: Name::parse(&format!("{}{}{what}（虚构{serial}）", unit.name, words::place(draw)))?,
        code: code.clone(),
        kind,
        division: Division::parse(&unit.city(draw.below(100)))?,
        organiser: Some(draw.weighted(&[
            (OrganiserKind::School, if is_base { 60 } else { 10 }),
            (OrganiserKind::Enterprise, if is_base { 20 } else { 70 }),
            (OrganiserKind::Consortium, 10),
            (OrganiserKind::Community, 10),
        ])),
        enterprise: None,
        specialties: vec![specialty(61 + category, draw)?, specialty(41 + category, draw)?],
        demonstration: kind == SiteKind::PracticeStation
            && draw.per_mille(shares::DEMONSTRATION_STATIONS * 4_000 / (shares::PRACTICE_STATIONS * 3)),
    };
    let mut site = Site {
        id: SiteId::of_code(&code),
        unit: number,
        category,
        profile,
        approvals: Vec::new(),
        withdrawn: None,
        gap: None,
    };
    let has_gap = is_base && (draw.per_mille(shares::BASE_WITH_A_GAP) || serial == 0);
    site.approve(scenario, has_gap, draw)?;
    Ok(site)
}

/// A specialty code of this category.
pub(crate) fn specialty(category: u32, draw: &mut Draw) -> Result<SpecialtyCode, Malformed> {
    SpecialtyCode::parse(&format!("{category:02}{:02}{:02}", draw.between(1, 5), draw.between(1, 12)))
}

impl Site {
    /// Draws the approvals: one after another until the end, but for a gap or a withdrawal.
    fn approve(&mut self, scenario: &Scenario, mut has_gap: bool, draw: &mut Draw) -> Result<(), Malformed> {
        let mut from = scenario.start().plus_days(-draw.days(60, 1_000));
        while from <= scenario.until() {
            let to = from.plus_years(APPROVED_YEARS).previous();
            self.approvals.push(Period::new(from, Some(to))?);
            from = to.next();
            let gap = scenario.term_of(to).plus(1);
            if has_gap && to < scenario.until() && gap <= scenario.last_term() {
                has_gap = false;
                self.gap = Some(gap);
                from = scenario.days_of(gap.plus(1)).map_or(scenario.until().next(), DayRange::from);
            }
        }
        let on = scenario.until().plus_days(-draw.days(30, 150));
        let withdrawn = draw.per_mille(shares::WITHDRAWN) && self.approvals.iter().any(|period| period.contains(on));
        if withdrawn {
            self.approvals.retain(|period| period.from() < on);
            self.withdrawn = Some(on);
        }
        Ok(())
    }

    /// Whether it is approved on each of these days.
    pub(crate) fn is_approved(&self, dates: DayRange) -> bool {
        let approved = self.approvals.iter().any(|period| period.contains(dates.from()) && period.contains(dates.to()));
        approved && self.withdrawn.is_none_or(|on| dates.to() < on)
    }

    /// Whether a whole term lies between two of its approvals.
    pub(crate) fn has_gap_in(&self, term: Term) -> bool {
        self.gap == Some(term)
    }
}

impl Country {
    /// What happens to the sites in a term.
    pub(crate) fn site_entries(&self, term: Term, entries: &mut Vec<Entry>) -> Result<(), Malformed> {
        for site in self.sites.bases.iter().chain(&self.sites.stations) {
            for (number, period) in site.approvals.iter().enumerate() {
                if self.scenario.term_of(period.from()) != term {
                    continue;
                }
                let command = self.scenario.command(site.id, format_args!("approval|{number}"));
                let event = match number {
                    0 => SiteEvent::Approved { profile: site.profile.clone(), period: *period, document: None },
                    _ => SiteEvent::Renewed { period: *period, document: None },
                };
                entries.push(Entry::clean(command, Happening::Site(site.id, event)));
            }
            if let Some(on) = site.withdrawn.filter(|on| self.scenario.term_of(*on) == term) {
                let command = self.scenario.command(site.id, "withdrawal");
                let event = SiteEvent::Withdrawn { on, reason: Reason::parse("年度检查不合格")? };
                entries.push(Entry::clean(command, Happening::Site(site.id, event)));
            }
        }
        Ok(())
    }
}

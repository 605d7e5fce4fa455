//! Enterprise practice: who practises where in a term, and what is wrong with some of it.
//!
//! Placements lie in the second half of a term and sessions in the first, so that nobody is in two places at once but
//! by intent.

use events::PlacementEvent;
use kernel::vocabulary::{Employment, PracticeForm, PracticeResult};
use kernel::{Day, DayRange, Hours, Malformed, PlacementId, Reason, SiteId};

use crate::country::Country;
use crate::draw::{Draw, Topic};
use crate::entry::{Dirt, Entry, Happening};
use crate::person::Person;
use crate::shares;
use crate::terms::Term;

/// The first day of a term on which practice may begin, and how long it may be waited with.
const FIRST: (i32, u32) = (95, 15);
/// Days of a placement: of somebody who meets the rules, of other specialised teachers, of anybody else.
const READY_DAYS: (u32, u32) = (40, 65);
const OTHER_DAYS: (u32, u32) = (10, 30);
const VISIT_DAYS: (u32, u32) = (3, 5);

/// A placement as it was drawn.
struct Placed {
    id: PlacementId,
    site: SiteId,
    dates: DayRange,
    form: PracticeForm,
    result: PracticeResult,
    logged: Option<u16>,
    is_twice: bool,
    is_voided: bool,
    is_late: bool,
    overlaps: bool,
}

impl Country {
    /// A person's entries about practice in a term: of this term, and what is recorded late of earlier ones.
    pub(crate) fn placement_entries(
        &self,
        person: &Person,
        term: Term,
        entries: &mut Vec<Entry>,
    ) -> Result<(), Malformed> {
        for number in term.number().saturating_sub(3)..=term.number() {
            let held = Term(number);
            let placed = self.placed(person, held)?;
            for placed in placed {
                let late = placed.is_late && !self.is_over(held.plus(2));
                let recorded = if late { held.plus(2) } else { held };
                if recorded == term {
                    self.recorded(person, &placed, late, entries);
                }
                let next = recorded.plus(1);
                if placed.is_voided && next == term {
                    let on = self.scenario.recorded_on(term);
                    let event = PlacementEvent::Voided { on, reason: Reason::parse("重复录入")? };
                    let command = self.scenario.command(placed.id, "void");
                    entries.push(Entry::dirty(command, Happening::Placement(placed.id, event), Dirt::Voided));
                }
            }
        }
        Ok(())
    }

    pub(crate) fn is_over(&self, term: Term) -> bool {
        term > self.scenario.last_term()
    }

    /// The placements of a person that begin in a term: one, or two that overlap.
    fn placed(&self, person: &Person, term: Term) -> Result<Vec<Placed>, Malformed> {
        let mut draw = self.scenario.draw(Topic::Placements, u64::from(person.index) << 8 | u64::from(term.number()));
        let is_specialised = person.role.is_specialised();
        let (share, days) = match (is_specialised, person.is_ready) {
            (true, true) => (shares::PLACEMENT_IF_READY, READY_DAYS),
            (true, false) => (shares::PLACEMENT_OTHERWISE, OTHER_DAYS),
            (false, _) => (shares::VISIT, VISIT_DAYS),
        };
        let Some(span) = self.scenario.days_of(term) else { return Ok(Vec::new()) };
        if !draw.per_mille(share) || person.employment == Employment::PartTime || !person.is_in_post(span) {
            return Ok(Vec::new());
        }
        let from = span.from().plus_days(FIRST.0 + draw.days(0, FIRST.1));
        let dates = DayRange::new(from, from.plus_days(draw.days(days.0, days.1) - 1))?;
        let mut placed = vec![self.one(person, dates, false, &mut draw)?];
        if is_specialised && draw.per_mille(shares::TWO_SITES_AT_ONCE) {
            let shifted = DayRange::new(from.plus_days(5), dates.to().plus_days(3))?;
            let other = self.one(person, shifted, true, &mut draw)?;
            let first = &mut placed[0];
            if other.site != first.site {
                (first.is_late, first.is_voided) = (false, false);
                placed.push(other);
            }
        }
        Ok(placed)
    }

    fn one(&self, person: &Person, dates: DayRange, overlaps: bool, draw: &mut Draw) -> Result<Placed, Malformed> {
        let site = self.station(person, dates, draw);
        let form = match person.role.is_specialised() {
            true => draw.weighted(&[
                (PracticeForm::Post, 60),
                (PracticeForm::SkillTraining, 25),
                (PracticeForm::Research, 15),
            ]),
            false => PracticeForm::Visit,
        };
        let fails = if person.is_ready { 0 } else { 60 };
        let result = draw.weighted(&[
            (PracticeResult::Pass, 800),
            (PracticeResult::Excellent, 200),
            (PracticeResult::Fail, fails),
        ]);
        let (logs, above, hours) =
            (draw.per_mille(shares::DAYS_LOGGED), draw.per_mille(shares::ABOVE_EIGHT_HOURS), draw.between(9, 12));
        let hours = if above { u16::try_from(hours).unwrap_or(9) } else { 8 };
        Ok(Placed {
            id: PlacementId::of_teacher(person.id, &format!("{}|{}|{site}", self.scenario.words(), dates.from())),
            site,
            dates,
            form,
            result,
            logged: logs.then_some(hours),
            is_twice: draw.per_mille(shares::DUPLICATE),
            is_voided: draw.per_mille(shares::PLACEMENT_VOIDED) && !overlaps,
            is_late: draw.per_mille(shares::PLACEMENT_LATE) && !overlaps,
            overlaps,
        })
    }

    /// A station that is approved on these days: of the person's category where it can be, in the unit where it can be.
    fn station(&self, person: &Person, dates: DayRange, draw: &mut Draw) -> SiteId {
        let stations = &self.sites.stations;
        let unit = self.schools[person.school].unit;
        let start = draw.below(u32::try_from(stations.len()).unwrap_or(u32::MAX)) as usize;
        let mut fallback = None;
        for step in 0..stations.len() {
            let station = &stations[(start + step) % stations.len()];
            let fits = station.category == person.category && (station.unit == unit || step > 200);
            // Of most it makes no difference whether they are approved, and a nation has thousands.
            let matters = fits || fallback.is_none() || step > 400;
            if !matters || !station.is_approved(dates) {
                continue;
            }
            if fits {
                return station.id;
            }
            fallback.get_or_insert(station.id);
            if step > 400 {
                break;
            }
        }
        fallback.unwrap_or(stations[start].id)
    }

    /// What is recorded of a placement once it is over.
    fn recorded(&self, person: &Person, placed: &Placed, is_late: bool, entries: &mut Vec<Entry>) {
        let Placed { id, site, dates, form, result, .. } = *placed;
        let mut entry = |step: &str, event: PlacementEvent, dirt: Option<Dirt>| {
            let command = self.scenario.command(id, step);
            entries.push(Entry { command, happening: Happening::Placement(id, event), dirt });
        };
        let start = PlacementEvent::Started { on: dates.from(), teacher: person.id, site, enterprise: None, form };
        entry("start", start, placed.overlaps.then_some(Dirt::TwoSitesAtOnce));
        if let Some(hours) = placed.logged {
            for (number, dates) in stretches(dates).enumerate() {
                // The hours of the first stretch are the ones that may be too many, so that one placement is one case.
                let hours = if number == 0 { hours } else { 8 };
                let dirt = (hours > 8).then_some(Dirt::AboveEightHours);
                let event = PlacementEvent::DaysLogged { dates, hours_a_day: Hours::whole(hours) };
                entry(&format!("days {number}"), event, dirt);
            }
        }
        let done = PlacementEvent::Completed { last_day: dates.to(), result };
        entry("complete", done.clone(), is_late.then_some(Dirt::Late));
        if placed.is_twice {
            entry("complete again", done, Some(Dirt::Duplicate));
        }
    }
}

/// The stretches of two weeks and less in which days are logged.
fn stretches(dates: DayRange) -> impl Iterator<Item = DayRange> {
    let starts = (0..dates.days()).step_by(14).map(move |days| dates.from().plus_days(days));
    starts.filter_map(move |from| DayRange::new(from, from.plus_days(13).min(dates.to())).ok())
}

/// The first and last day on which a session of a term may lie, apart from practice.
pub(crate) fn days_for_sessions(span: DayRange) -> (Day, Day) {
    (span.from(), span.from().plus_days(FIRST.0 - 1))
}

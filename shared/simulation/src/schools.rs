//! The schools: in every unit, of both levels, in the proportions of the published figures.

use events::{OrganisationEvent, OrganisationProfile};
use kernel::code::{Division, Province, SchoolCode};
use kernel::vocabulary::{EducationLevel, OrganisationKind};
use kernel::{Day, Malformed, Name, OrganisationId};

use crate::country::Country;
use crate::draw::Topic;
use crate::entry::{Entry, Happening};
use crate::geography::{UNITS, apportion, unit};
use crate::scenario::Scenario;
use crate::terms::Term;
use crate::{shares, words};

/// A school, and which of the nation's teachers are its own.
#[derive(Debug, Clone)]
pub(crate) struct School {
    pub(crate) id: OrganisationId,
    pub(crate) unit: usize,
    pub(crate) profile: OrganisationProfile,
    pub(crate) level: EducationLevel,
    /// The number of its first teacher.
    pub(crate) first: u32,
    pub(crate) size: u32,
}

/// Nobody calls fewer people a school.
const FEWEST_TEACHERS: u32 = 3;
/// The fewest colleges that are drawn.
const FEWEST_COLLEGES: u32 = 8;
/// The numbers from which the XPCC's codes are given, apart from those of Xinjiang.
const XPCC_OFFSET: u32 = 500_000;
const XPCC_COLLEGES: u32 = 50_000;
/// Full-time students a teacher, about.
const STUDENTS_A_TEACHER: u32 = 17;

/// Every school, unit by unit, with its teachers numbered through.
pub(crate) fn all(scenario: &Scenario) -> Result<Vec<School>, Malformed> {
    let teachers = scenario.teachers();
    let nation = shares::SECONDARY_TEACHERS + shares::HIGHER_TEACHERS;
    let part = |of: u32| {
        let exact = (u64::from(of) * u64::from(teachers) + u64::from(nation) / 2) / u64::from(nation);
        u32::try_from(exact).unwrap_or(u32::MAX)
    };
    let secondary = part(shares::SECONDARY_TEACHERS);
    let of_secondary = part(shares::SECONDARY_SCHOOLS).max(u32::try_from(UNITS).unwrap_or(0));
    let of_higher = part(shares::HIGHER_SCHOOLS).max(FEWEST_COLLEGES);
    let mut schools = of_level(scenario, EducationLevel::Secondary, of_secondary, 1, secondary)?;
    schools.extend(of_level(scenario, EducationLevel::Higher, of_higher, 0, teachers - secondary)?);
    schools.sort_by_key(|school| (school.unit, school.level));
    let mut first = 0;
    for school in &mut schools {
        school.first = first;
        first += school.size;
    }
    Ok(schools)
}

fn of_level(
    scenario: &Scenario,
    level: EducationLevel,
    count: u32,
    a_unit: u32,
    teachers: u32,
) -> Result<Vec<School>, Malformed> {
    let weights: Vec<u32> = (0..UNITS).map(|number| unit(number).weight).collect();
    let counts = apportion(count, &weights, a_unit);
    let (mut schools, mut sizes) = (Vec::new(), Vec::new());
    for (number, of_unit) in counts.into_iter().enumerate() {
        let colleges = u64::from(level == EducationLevel::Higher);
        let base = scenario.draw(Topic::School, number as u64 * 2 + colleges).below(30_000);
        for serial in 0..of_unit {
            let mut draw =
                scenario.draw(Topic::School, 1_000 + (number as u64 * 2 + colleges) * 100_000 + u64::from(serial));
            sizes.push(unit(number).weight * draw.between(60, 140) * 100 / of_unit);
            schools.push(school(number, level, base + serial, &mut draw)?);
        }
    }
    for (school, size) in schools.iter_mut().zip(apportion(teachers, &sizes, FEWEST_TEACHERS)) {
        school.size = size;
    }
    Ok(schools)
}

fn school(
    number: usize,
    level: EducationLevel,
    serial: u32,
    draw: &mut crate::draw::Draw,
) -> Result<School, Malformed> {
    let unit = unit(number);
    let apart = unit.reports_as.is_some();
    let (code, kind) = match level {
        EducationLevel::Secondary => {
            let serial = serial + if apart { XPCC_OFFSET } else { 1 };
            (format!("36{}{serial:06}", unit.digits), "中等职业学校")
        }
        EducationLevel::Higher => {
            let serial = 10_000 + serial + if apart { XPCC_COLLEGES } else { 0 };
            (format!("41{}0{serial:05}", unit.digits), "职业技术学院")
        }
    };
    let code = SchoolCode::parse(&code)?;
    let name = format!("{}{}{kind}（虚构{}）", unit.name, words::place(draw), &code.as_str()[4..]);
    let profile = OrganisationProfile {
        kind: OrganisationKind::School,
        name: Name::parse(&name)?,
        school_code: Some(code.clone()),
        education_level: Some(level),
        division: Division::parse(&unit.city(draw.below(100)))?,
        reports_to: unit.reports_as.map(Province::parse).transpose()?,
    };
    Ok(School { id: OrganisationId::of_school(&code), unit: number, profile, level, first: 0, size: 0 })
}

impl Country {
    /// A school's entries of a term: its registration at first, then staff and students at the end of each year.
    pub(crate) fn school_entries(&self, number: usize, term: Term, entries: &mut Vec<Entry>) {
        let school = &self.schools[number];
        let scenario = &self.scenario;
        let mut entry = |step: &str, event: OrganisationEvent| {
            let command = scenario.command(school.id, format_args!("{step}|{}", term.number()));
            entries.push(Entry::clean(command, Happening::Organisation(school.id, event)));
        };
        let on = scenario.recorded_on(term);
        if term == Term::BEFORE {
            let founded = scenario.start().minus_years(30);
            entry("register", OrganisationEvent::Registered { on: founded, profile: school.profile.clone() });
        }
        if term.ends_a_year() {
            let (full_time, specialised, part_time) = self.staff_on(number, on);
            entry("staff", OrganisationEvent::HeadcountReported { on, full_time, specialised, part_time });
            let more = scenario.draw(Topic::Report, u64::from(school.first)).below(4);
            let full_time = school.size * (STUDENTS_A_TEACHER - 2 + more);
            entry("students", OrganisationEvent::EnrolmentReported { on, full_time });
        }
    }

    /// A school's own staff on a day: full-time, of these specialised, and part-time.
    fn staff_on(&self, number: usize, on: Day) -> (u32, u32, u32) {
        let school = &self.schools[number];
        let (mut full_time, mut specialised, mut part_time) = (0, 0, 0);
        for index in school.first..school.first + school.size {
            let Ok(person) = self.person(number, index) else { continue };
            if !person.is_at(number, on) {
                continue;
            }
            if person.employment == kernel::vocabulary::Employment::FullTime {
                full_time += 1;
                specialised += u32::from(person.role.is_specialised());
            } else {
                part_time += 1;
            }
        }
        (full_time, specialised, part_time)
    }
}

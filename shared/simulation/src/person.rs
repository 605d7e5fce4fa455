//! People, as far as what happens to them depends on it.

use kernel::code::{CitizenId, SpecialtyCode, StaffNumber};
use kernel::vocabulary::{EducationLevel, Employment, Role};
use kernel::{Chance, Day, DayRange, Malformed, TeacherId};

use crate::country::Country;
use crate::draw::{Draw, Topic};
use crate::entry::Invented;
use crate::fate::Fate;
use crate::geography::unit;
use crate::scenario::Scenario;
use crate::schools::School;
use crate::sites::specialty;
use crate::{shares, words};

/// A person. Everything here follows from the number; nothing of it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// The number in the nation.
    pub(crate) index: u32,
    pub(crate) id: TeacherId,
    /// The school of the first post.
    pub(crate) school: usize,
    pub(crate) role: Role,
    pub(crate) employment: Employment,
    pub(crate) specialty: Option<SpecialtyCode>,
    /// The major category taught, 0 to 18.
    pub(crate) category: u32,
    pub(crate) joined: Day,
    pub(crate) left: Option<Day>,
    /// The first day at another school, and which.
    pub(crate) moved: Option<(Day, usize)>,
    /// The first day of a second post in another province, and where.
    pub(crate) second: Option<(Day, usize)>,
    /// Whether the rules for junior level are met in the end.
    pub(crate) is_ready: bool,
    pub(crate) fate: Fate,
}

impl Country {
    /// The person of this number, who is first employed by this school.
    pub(crate) fn person(&self, school: usize, index: u32) -> Result<Person, Malformed> {
        let scenario = &self.scenario;
        let mut draw = scenario.draw(Topic::Person, u64::from(index));
        let home = &self.schools[school];
        // More than an id takes by now: a seed goes on meaning the same registry.
        let mut chance = [0; 16];
        draw.fill(&mut chance);
        let [id @ .., _, _, _, _, _, _] = chance;
        let role = role(&mut draw, home, index - home.first);
        let is_mentor = matches!(role, Role::IndustryMentor | Role::MoralEducationMentor);
        let category = draw.below(19);
        let teaches = role.is_specialised() || role == Role::IndustryMentor;
        let tier = if home.level == EducationLevel::Higher { 41 } else { 61 };
        let specialty = teaches.then(|| specialty(tier + category, &mut draw)).transpose()?;
        let stays = matches!(role, Role::Principal);
        let joined = joined(scenario, &mut draw, stays);
        let left = (!stays).then(|| left(scenario, &mut draw, joined)).flatten();
        let elsewhere = self.elsewhere(&mut draw, school, joined, left, stays || is_mentor);
        let (fate, is_ready) = Fate::draw(scenario, &mut draw, role, joined, left);
        // One after another, as whoever delivers the staff of school after school does.
        let enrolled = scenario.recorded_at(scenario.term_of(joined)).as_micros() / 1_000 + i64::from(index);
        let enrolled = u64::try_from(enrolled).unwrap_or(0);
        Ok(Person {
            index,
            id: TeacherId::new(uuid::Builder::from_unix_timestamp_millis(enrolled, &id).into_uuid()),
            school,
            role,
            employment: if is_mentor { Employment::PartTime } else { Employment::FullTime },
            specialty,
            category,
            joined,
            left,
            moved: elsewhere.0,
            second: elsewhere.1,
            is_ready,
            fate,
        })
    }

    /// A move to another school, and a second post in another province.
    #[expect(clippy::type_complexity, reason = "two places with their first days, taken apart at once")]
    fn elsewhere(
        &self,
        draw: &mut Draw,
        school: usize,
        joined: Day,
        left: Option<Day>,
        stays: bool,
    ) -> (Option<(Day, usize)>, Option<(Day, usize)>) {
        let (start, until) = (self.scenario.start(), self.scenario.until());
        let (moves, far) = (draw.per_mille(shares::MOVE), draw.per_mille(shares::MOVE_FAR));
        let (seconds, pick) = (draw.per_mille(shares::SECOND_POST), draw.below(1_000_000));
        let first = joined.plus_days(200).max(start.next());
        let length = u32::try_from(until.days_since(first)).unwrap_or(0);
        let on = first.plus_days(draw.days(0, length.max(1) - 1));
        if stays || left.is_some() || length < 60 || on >= until {
            return (None, None);
        }
        let home = &self.units[self.schools[school].unit];
        let pick = pick as usize;
        if moves && far {
            let to = self.outside(home, pick);
            return (Some((on, to)), None);
        }
        if moves && home.len() > 1 {
            let to = home.start + pick % home.len();
            return (Some((on, if to == school { home.start + (pick + 1) % home.len() } else { to })), None);
        }
        (None, seconds.then(|| (on, self.outside(home, pick))))
    }

    fn outside(&self, home: &std::ops::Range<usize>, pick: usize) -> usize {
        let others = self.schools.len() - home.len();
        let place = pick % others;
        if place < home.start { place } else { place + home.len() }
    }
}

impl Person {
    /// Whether the first post or the one after a move is at this school on this day.
    pub(crate) fn is_at(&self, school: usize, on: Day) -> bool {
        let here = match self.moved {
            Some((first, to)) if on >= first => to == school,
            _ => self.school == school,
        };
        here && self.joined <= on && self.left.is_none_or(|last| on <= last)
    }

    /// Whether in post on all of these days.
    pub(crate) fn is_in_post(&self, dates: DayRange) -> bool {
        self.joined <= dates.from() && self.left.is_none_or(|last| dates.to() <= last)
    }

    /// The number under which a school employs the person; the same for life, as nobody else has it.
    pub(crate) fn staff_number(&self) -> Result<StaffNumber, Malformed> {
        StaffNumber::parse(&format!("{:08}", self.index + 1))
    }

    /// Who it is.
    pub(crate) fn invented(&self, country: &Country, on: Day) -> Result<Invented, Malformed> {
        let scenario = country.scenario;
        let mut draw = scenario.draw(Topic::Identity, u64::from(self.index));
        let name = words::person(&mut draw)?;
        let citizen_id = citizen_id(&mut draw, &country.schools[self.school], self.index, self.joined)?;
        let mut key = [0; 8];
        draw.fill(&mut key);
        // One place after another is filled from the person's own source: the same person is sealed to the same bytes.
        let source = std::sync::Mutex::new(draw);
        let chance = Chance::new(move |bytes| {
            source.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill(bytes);
        });
        Ok(Invented { person: self.id, on, name, citizen_id, chance })
    }
}

fn role(draw: &mut Draw, school: &School, place: u32) -> Role {
    let drawn = match school.level {
        EducationLevel::Secondary => draw.weighted(&[
            (Role::Specialised, 530),
            (Role::PracticeInstructor, 90),
            (Role::PublicCourse, 240),
            (Role::Ideology, 35),
            (Role::Manager, 55),
            (Role::IndustryMentor, 45),
            (Role::MoralEducationMentor, 5),
        ]),
        EducationLevel::Higher => draw.weighted(&[
            (Role::Specialised, 560),
            (Role::PracticeInstructor, 50),
            (Role::PublicCourse, 170),
            (Role::Ideology, 60),
            (Role::Counsellor, 55),
            (Role::Manager, 50),
            (Role::IndustryMentor, 50),
            (Role::MoralEducationMentor, 5),
        ]),
    };
    if place == 0 { Role::Principal } else { drawn }
}

fn joined(scenario: &Scenario, draw: &mut Draw, stays: bool) -> Day {
    let years = u32::from(scenario.years());
    let (fresh, back) = (draw.per_mille(shares::JOIN_A_YEAR * years), draw.days(200, 25 * 365));
    let length = u32::try_from(scenario.until().days_since(scenario.start())).unwrap_or(1);
    let on = draw.days(1, length - 1);
    if fresh && !stays { scenario.start().plus_days(on) } else { scenario.start().plus_days(-back) }
}

fn left(scenario: &Scenario, draw: &mut Draw, joined: Day) -> Option<Day> {
    let leaves = draw.per_mille(shares::LEAVE_A_YEAR * u32::from(scenario.years()));
    let length = u32::try_from(scenario.until().days_since(scenario.start())).unwrap_or(1);
    let on = scenario.start().plus_days(draw.days(1, length - 1));
    (leaves && on > joined.plus_days(300)).then_some(on)
}

/// Divisions from here on have never been assigned in any province, so no real person's number begins with one.
const UNASSIGNED: u32 = 95;

fn citizen_id(draw: &mut Draw, school: &School, index: u32, joined: Day) -> Result<CitizenId, Malformed> {
    // The number in the nation is in the division and the serial, so nobody is drawn with another's number.
    let (county, serial) = (index / 1_000, index % 1_000);
    let born = joined.plus_days(-draw.days(23 * 365, 34 * 365));
    let digits = unit(school.unit).digits;
    let born: String = born.to_string().chars().filter(char::is_ascii_digit).collect();
    let body = format!("{digits}{:02}{:02}{born}{serial:03}", UNASSIGNED + county / 100 % 5, county % 100);
    for check in "0123456789X".chars() {
        if let Ok(number) = CitizenId::parse(&format!("{body}{check}")) {
            return Ok(number);
        }
    }
    Err(Malformed::new("citizen id number", "no check digit fits"))
}

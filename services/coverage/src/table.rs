//! The coverage table: sums over profiles, by area.
//!
//! A person is in exactly one profile, and a profile touches an area when one of its seats is there. So a person with
//! posts in two provinces counts in both provinces and once in the nation, and nothing is counted twice in any row.

mod tally;

use std::collections::{BTreeMap, HashMap};

use access::figures::{Audience, LEAST};
use dossiers::{Dossiers, Mark, ProfileId, School, Seat, Step};
use eventlog::{LogPosition, ViewError};
use kernel::{Day, Location, Malformed, OrganisationId, Reach, Scope};
use serde::{Deserialize, Serialize};
use standards::PackReference;
use utoipa::ToSchema;

pub use tally::RowBody;
use tally::{Held, Tally};

/// What the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// One row.
    #[default]
    Nation,
    /// A row a provincial unit.
    Province,
    /// A row a city.
    City,
    /// A row a school.
    School,
}

impl std::str::FromStr for By {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        match text {
            "nation" => Ok(Self::Nation),
            "province" => Ok(Self::Province),
            "city" => Ok(Self::City),
            "school" => Ok(Self::School),
            _ => Err(Malformed::new("slice", "write one of nation province city school")),
        }
    }
}

/// Coverage on a day, as known at a log position. Asked again for the same day and position, it is the same for ever.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CoverageBody {
    /// The day it is about.
    pub as_of: Day,
    /// The log position it is known at. Opaque.
    #[schema(example = "v1.0:1234")]
    pub known_at: String,
    /// The nation's rule pack of the day. Posts in a province that has one of its own were judged by that.
    pub pack: Option<PackReference>,
    /// What the rows are.
    pub by: By,
    /// What each figure counts: no ratio without its denominator.
    pub definitions: Definitions,
    /// Figures of fewer people than this, but for none at all, are suppressed where whoever asks may see no person, and so are
    /// those from which they could be worked out: null. None where all are shown.
    pub suppressed_below: Option<u64>,
    /// The rows, by code.
    pub rows: Vec<RowBody>,
}

/// What each figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Definitions {
    /// Of `teachers`.
    teachers: &'static str,
    /// Of `specialised`.
    specialised: &'static str,
    /// Of `double_qualified_share`.
    double_qualified_share: &'static str,
    /// Of `eligible_share`.
    eligible_share: &'static str,
    /// Of `rotation_share`.
    rotation_share: &'static str,
    /// Of `practice_share`.
    practice_share: &'static str,
}

const DEFINITIONS: Definitions = Definitions {
    teachers: "distinct persons with a post in the area on the day, in whatever role",
    specialised: "of these, persons with a seat in the area as specialised-course teacher or practice instructor \
                  (专业课教师，含实习指导教师)",
    double_qualified_share: "specialised with a recognition in force ÷ specialised",
    eligible_share: "specialised who meet every criterion of a level of the rule pack ÷ specialised",
    rotation_share: "teachers who meet the pack's rotation criterion ÷ teachers",
    practice_share: "specialised who meet the pack's practice criterion ÷ specialised",
};

/// So many sums are added at a time, for the seats of their profiles: a nation's would take a gigabyte.
const AT_ONCE: usize = 4_096;

/// The table of a day, as known at a position: the rows of areas that lie within the scope of whoever asks.
///
/// # Errors
/// When the view does not answer.
pub async fn coverage(
    dossiers: &Dossiers,
    on: Day,
    known: &LogPosition,
    (by, audience): (By, Audience),
) -> Result<CoverageBody, ViewError> {
    let (position, dossiers) = (known.at(0).0, dossiers.at_one_state().await?);
    let (sums, schools) = (dossiers.sums(on, position).await?, dossiers.schools().await?);
    let mut table = Table::of(&schools, by, dossiers.scope());
    for steps in sums.chunks(AT_ONCE) {
        let profiles = steps.iter().map(|step| step.profile).collect();
        table.add(steps, &dossiers.seats_of(&profiles).await?);
    }
    let pack = dossiers.rulebook(position).await?.of_nation(on).map(|pack| pack.reference());
    let rows = table.rows(audience);
    let suppressed_below = (audience == Audience::Figures).then_some(LEAST);
    let (known_at, definitions) = (known.to_string(), DEFINITIONS);
    Ok(CoverageBody { as_of: on, known_at, pack, by, definitions, suppressed_below, rows })
}

/// Sums by area, of the areas that lie within a scope as a whole.
struct Table<'a> {
    schools: BTreeMap<OrganisationId, &'a School>,
    by: By,
    scope: &'a Scope,
    tallies: BTreeMap<(String, String), Tally>,
}

impl<'a> Table<'a> {
    fn of(schools: &'a [School], by: By, scope: &'a Scope) -> Self {
        let schools = schools.iter().map(|school| (school.id, school)).collect();
        Self { schools, by, scope, tallies: BTreeMap::new() }
    }

    /// Adds sums, given the seats of their profiles.
    fn add(&mut self, sums: &[Step], profiles: &HashMap<ProfileId, Vec<Seat>>) {
        for Step { profile, mark, people } in sums {
            let seats = profiles.get(profile).map(Vec::as_slice).unwrap_or_default();
            for (area, touched) in areas(seats, &self.schools, self.by, self.scope) {
                let own = touched.own.filter(|_| self.by != By::Nation && !touched.principal);
                self.tallies.entry(area).or_default().add(own.unwrap_or(*mark), touched.specialised, *people);
            }
        }
    }

    fn rows(self, audience: Audience) -> Vec<RowBody> {
        let held = match audience {
            Audience::Persons => vec![Held::default(); self.tallies.len()],
            Audience::Figures => self.held(),
        };
        let rows = self.tallies.into_iter().zip(held);
        rows.map(|(((code, name), tally), held)| tally.row(code, name, held)).collect()
    }

    /// What is held back of each row: among those of one larger area, whose figures stand in a table of their own.
    fn held(&self) -> Vec<Held> {
        let larger = |school: &School| match self.by {
            By::Nation | By::Province => String::new(),
            By::City => school.province.to_string(),
            By::School => school.city.to_string(),
        };
        let of = |school: &&School| (area(school.id, Some(*school), self.by), larger(school));
        let larger: BTreeMap<_, String> = self.schools.values().map(of).collect();
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, area) in self.tallies.keys().enumerate() {
            groups.entry(larger.get(area).map(String::as_str).unwrap_or_default()).or_default().push(place);
        }
        let tallies: Vec<&Tally> = self.tallies.values().collect();
        let mut held = vec![Held::default(); tallies.len()];
        for places in groups.into_values() {
            let group: Vec<&Tally> = places.iter().map(|place| tallies[*place]).collect();
            places.iter().zip(tally::held(&group)).for_each(|(place, found)| held[*place] = found);
        }
        held
    }
}

/// How seats touch an area.
#[derive(Default)]
struct Touched {
    /// Whether one of the seats there is a specialised teacher's.
    specialised: bool,
    /// Whether one is judged by the pack of the principal post.
    principal: bool,
    /// Where another pack puts the person there.
    own: Option<Mark>,
}

/// The areas within a scope that seats touch.
fn areas(
    seats: &[Seat],
    schools: &BTreeMap<OrganisationId, &School>,
    by: By,
    scope: &Scope,
) -> BTreeMap<(String, String), Touched> {
    let mut areas: BTreeMap<_, Touched> = BTreeMap::new();
    for seat in seats {
        let school = schools.get(&seat.school).copied();
        if within(scope, seat.school, school, by) {
            let area = area(seat.school, school, by);
            let touched = areas.entry(area).or_default();
            touched.specialised |= seat.role.is_specialised();
            touched.principal |= seat.mark.is_none();
            touched.own = touched.own.max(seat.mark);
        }
    }
    areas
}

/// Whether the area of a seat lies within a scope: all of it, as far as it reports to the same provincial unit. So the
/// figures of a city are those of the seats that a province answers for, and the city of an XPCC school is two to
/// whoever reaches over only one of the units.
fn within(scope: &Scope, id: OrganisationId, school: Option<&School>, by: By) -> bool {
    let Some(school) = school else {
        return scope.is_everything() || (by == By::School && scope.reaches().any(|r| *r == Reach::Organisation(id)));
    };
    let location = Location { organisation: id, city: school.city.clone(), province: school.province };
    let large_enough = |reach: &Reach| match reach {
        Reach::Nation => true,
        Reach::Province(_) => by != By::Nation,
        Reach::City(..) => matches!(by, By::City | By::School),
        Reach::Organisation(_) => by == By::School,
        Reach::Person(_) => false,
    };
    scope.reaches().any(|reach| large_enough(reach) && reach.covers(&location))
}

fn area(id: OrganisationId, school: Option<&School>, by: By) -> (String, String) {
    match (by, school) {
        (By::Nation, _) => ("CN".to_owned(), "全国".to_owned()),
        (By::Province, Some(school)) => (school.province.to_string(), school.province.chinese().to_owned()),
        (By::City, Some(school)) => (school.city.to_string(), String::new()),
        (By::School, Some(school)) => {
            let code = school.code.as_ref().map_or_else(|| id.to_string(), ToString::to_string);
            (code, school.name.to_string())
        }
        // A post at an organisation that is not on the register cannot be recorded; it would show here, not vanish.
        (_, None) => (id.to_string(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet as Set;

    use kernel::code::{Division, Province, SchoolCode};
    use kernel::vocabulary::{Employment, Role};
    use kernel::{Name, TeacherId};

    use super::*;

    fn school(code: &str, division: &str) -> School {
        let code = SchoolCode::parse(code).unwrap();
        let division = Division::parse(division).unwrap();
        School {
            id: OrganisationId::of_school(&code),
            name: Name::parse("an invented school").unwrap(),
            education_level: None,
            city: division.city(),
            province: division.province(),
            division,
            code: Some(code),
        }
    }

    /// Adds sums one by one.
    fn tabulate(
        sums: &[Step],
        profiles: &HashMap<ProfileId, Vec<Seat>>,
        schools: &[School],
        by: By,
        scope: &Scope,
    ) -> Vec<RowBody> {
        let mut table = Table::of(schools, by, scope);
        sums.chunks(1).for_each(|steps| table.add(steps, profiles));
        table.rows(Audience::Persons)
    }

    fn seat(school: &School, role: Role) -> Seat {
        Seat { school: school.id, role, specialty: None, employment: Employment::FullTime, mark: None }
    }

    #[test]
    fn a_teacher_in_two_provinces_counts_in_both_and_once_in_the_nation() {
        let schools = [school("4132010835", "320100"), school("3635010012", "350100")];
        let seats = vec![seat(&schools[0], Role::Specialised), seat(&schools[1], Role::PublicCourse)];
        let profiles = HashMap::from([(ProfileId(1), seats)]);
        let sums = [Step { profile: ProfileId(1), mark: Mark::from_stored(1 << 10 | 1), people: 1 }];
        let table = |by| tabulate(&sums, &profiles, &schools, by, &Scope::everything());
        assert_eq!(
            table(By::Nation).iter().map(|row| (row.teachers, row.specialised)).collect::<Vec<_>>(),
            [(Some(1), Some(1))]
        );
        let provinces: Set<_> = table(By::Province).into_iter().map(|row| (row.code, row.specialised)).collect();
        assert_eq!(provinces, Set::from([("32".to_owned(), Some(1)), ("35".to_owned(), Some(0))]));
    }

    #[test]
    fn who_is_judged_otherwise_in_another_province_counts_there_as_judged_there() {
        let schools = [school("4132010835", "320100"), school("3635010012", "350100")];
        let eligible = Mark::from_stored(1 << 10 | 1);
        let there = Seat { mark: Some(eligible), ..seat(&schools[1], Role::Specialised) };
        let profiles = HashMap::from([(ProfileId(1), vec![seat(&schools[0], Role::Specialised), there])]);
        let sums = [Step { profile: ProfileId(1), mark: Mark::from_stored(1 << 10), people: 1 }];
        let eligible_in = |by| -> Vec<(String, i64)> {
            let rows = tabulate(&sums, &profiles, &schools, by, &Scope::everything());
            rows.into_iter().map(|row| (row.code, row.eligible.unwrap())).collect()
        };
        assert_eq!(eligible_in(By::Province), [("32".to_owned(), 0), ("35".to_owned(), 1)]);
        assert_eq!(eligible_in(By::Nation), [("CN".to_owned(), 0)]);
    }

    #[test]
    fn a_table_has_the_rows_of_areas_within_the_scope_and_no_others() {
        let mut corps = school("4165010001", "650100");
        corps.province = Province::parse("66").unwrap();
        let schools =
            [school("4132010835", "320100"), school("4132020001", "320200"), school("4165010002", "650100"), corps];
        let of = |school| vec![seat(school, Role::Specialised)];
        let profiles: HashMap<_, _> = (1..).map(ProfileId).zip(schools.iter().map(of)).collect();
        let one = |profile: &ProfileId| Step { profile: *profile, mark: Mark::from_stored(1 << 10), people: 1 };
        let sums: Vec<_> = profiles.keys().map(one).collect();
        let province = |code| Province::parse(code).unwrap();
        let codes = |reach: Reach| -> Vec<Vec<(String, i64)>> {
            let scope = Scope::of([reach]);
            let rows = |by| tabulate(&sums, &profiles, &schools, by, &scope).into_iter();
            let all = [By::Nation, By::Province, By::City, By::School];
            all.map(|by| rows(by).map(|row| (row.code, row.teachers.unwrap())).collect()).to_vec()
        };
        let shown = |reach| -> Vec<usize> { codes(reach).iter().map(Vec::len).collect() };
        assert_eq!(shown(Reach::Nation), [1, 3, 3, 4]);
        assert_eq!(shown(Reach::Province(province("32"))), [0, 1, 2, 2]);
        assert_eq!(shown(Reach::City(province("32"), Division::parse("320100").unwrap())), [0, 0, 1, 1]);
        assert_eq!(shown(Reach::Organisation(schools[1].id)), [0, 0, 0, 1]);
        assert_eq!(shown(Reach::Person(TeacherId::parse("00000000-0000-0000-0000-000000000001").unwrap())), [0; 4]);
        // The two units that share a city: each answers for its own.
        assert_eq!(codes(Reach::Nation)[2][2], ("650100".to_owned(), 2));
        assert_eq!(codes(Reach::Province(province("65")))[2], [("650100".to_owned(), 1)]);
    }

    #[test]
    fn a_share_of_nobody_is_no_number() {
        let row = Tally::default().row("CN".to_owned(), String::new(), Held::default());
        assert_eq!(row.double_qualified_share, None);
    }
}

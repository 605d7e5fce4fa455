//! National innovation teams: three batches, led by the largest schools.

use events::{TeamEvent, TeamProfile};
use kernel::vocabulary::{Role, TeamGrade, TeamKind, TeamRole, Tier};
use kernel::{Day, Malformed, Name, TeacherId, TeamId};

use crate::country::Country;
use crate::draw::Topic;
use crate::entry::{Entry, Happening};
use crate::fate::Fate;
use crate::person::Person;
use crate::scenario::Scenario;
use crate::schools::School;
use crate::sites::specialty;
use crate::terms::Term;
use crate::{shares, words};

/// The fewest teams that are drawn.
const FEWEST: u32 = 3;
/// Days from the first day of the years that are drawn to the approval of a batch, and to its acceptance.
const BATCHES: [(i32, i32); 3] = [(-400, 900), (200, 1_500), (900, 2_200)];
/// Core members, and those from enterprises.
const CORE: usize = 15;
const FROM_ENTERPRISES: usize = 3;

/// The schools that lead a team: the largest ones first, again from the largest when there are more teams.
pub(crate) fn leading(schools: &[School], scenario: &Scenario) -> Vec<usize> {
    let nation = u64::from(shares::SECONDARY_TEACHERS + shares::HIGHER_TEACHERS);
    let exact = (u64::from(shares::NATIONAL_TEAMS) * u64::from(scenario.teachers()) + nation / 2) / nation;
    let count = u32::try_from(exact).unwrap_or(u32::MAX).max(FEWEST);
    let mut largest: Vec<usize> = (0..schools.len()).collect();
    largest.sort_by_key(|number| (std::cmp::Reverse(schools[*number].size), *number));
    (0..count).map(|team| largest[team as usize % largest.len()]).collect()
}

impl Country {
    /// The entries in a term about the teams that a school leads.
    pub(crate) fn team_entries(
        &self,
        number: usize,
        people: &[Person],
        term: Term,
        entries: &mut Vec<Entry>,
    ) -> Result<(), Malformed> {
        for (team, _) in self.leading.iter().enumerate().filter(|(_, school)| **school == number) {
            self.team(team, number, people, term, entries)?;
        }
        Ok(())
    }

    fn team(
        &self,
        team: usize,
        number: usize,
        people: &[Person],
        term: Term,
        entries: &mut Vec<Entry>,
    ) -> Result<(), Malformed> {
        let (scenario, school) = (&self.scenario, &self.schools[number]);
        let mut draw = scenario.draw(Topic::Team, team as u64);
        let (approved, accepted) = BATCHES[team % BATCHES.len()];
        let (on, done) = (scenario.start().plus_days(approved), scenario.start().plus_days(accepted));
        if on > scenario.until() {
            return Ok(());
        }
        let name = Name::parse(&format!("{}教师教学创新团队（虚构{team}）", words::place(&mut draw)))?;
        let batch = Name::parse(&on.year().to_string())?;
        let id = TeamId::of_name("national", batch.as_str(), &format!("{}|{name}", scenario.words()));
        let kind = draw.weighted(&[(TeamKind::Teaching, 90), (TeamKind::Ideology, 10)]);
        let tier = if school.level == kernel::vocabulary::EducationLevel::Higher { 41 } else { 61 };
        let profile = TeamProfile {
            name,
            kind,
            tier: Tier::National,
            batch,
            school: school.id,
            education_level: school.level,
            specialty: Some(specialty(tier + draw.below(19), &mut draw)?),
        };
        let mut entry = |step: &str, on: Day, event: TeamEvent| {
            if on <= scenario.until() && scenario.term_of(on) == term {
                entries.push(Entry::clean(scenario.command(id, step), Happening::Team(id, event)));
            }
        };
        entry("approve", on, TeamEvent::Approved { on, profile });
        let members = members(people, on);
        for (teacher, role) in &members {
            let event = TeamEvent::MemberJoined { on, teacher: *teacher, role: *role };
            entry(&format!("join {teacher}"), on, event);
        }
        if let Some((teacher, _)) = members.last() {
            let last_day = on.plus_days(draw.days(200, 700));
            entry("leave", last_day, TeamEvent::MemberLeft { last_day, teacher: *teacher });
        }
        let grade = draw.weighted(&[(TeamGrade::Excellent, 25), (TeamGrade::Good, 45), (TeamGrade::Pass, 30)]);
        entry("accept", done, TeamEvent::Accepted { on: done, grade });
        Ok(())
    }
}

/// A leader, core members of whom most are double-qualified, and members from enterprises, as far as there are any.
fn members(people: &[Person], on: Day) -> Vec<(TeacherId, TeamRole)> {
    let here = |person: &&Person| person.joined <= on && person.left.is_none_or(|last| last > on);
    let mut core: Vec<&Person> = people.iter().filter(here).filter(|person| person.role.is_specialised()).collect();
    core.sort_by_key(|person| !matches!(person.fate, Fate::Recognised(_)));
    let mentors = people.iter().filter(here).filter(|person| person.role == Role::IndustryMentor);
    let core = core.into_iter().take(CORE).enumerate();
    let core = core.map(|(place, person)| (person.id, if place == 0 { TeamRole::Leader } else { TeamRole::Core }));
    core.chain(mentors.take(FROM_ENTERPRISES).map(|person| (person.id, TeamRole::Enterprise))).collect()
}

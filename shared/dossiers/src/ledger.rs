//! The ledger: adds entries up to facts.

mod merits;
mod recognitions;

use std::collections::{BTreeMap, BTreeSet};

use kernel::code::SpecialtyCode;
use kernel::vocabulary::{EducationLevel, Employment, Role};
use kernel::{
    Day, DayRange, EventId, OrganisationId, Period, PlacementId, RecognitionId, SessionId, SiteId, TeacherId,
};
use standards::{Attendance, Completion, Facts, Flag, LoggedDays, Placement, Post};

use crate::Entry;
use merits::Merits;
pub(crate) use recognitions::Application;
use recognitions::Recognitions;

/// Adds entries up, in the order of the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    posts: BTreeMap<EventId, PostRecord>,
    roles: BTreeMap<EventId, RoleRecord>,
    merits: Merits,
    attendances: BTreeMap<(TeacherId, SessionId), Attendance>,
    placements: BTreeMap<PlacementId, Placement>,
    recognitions: Recognitions,
    verified: BTreeSet<EventId>,
    disputed: BTreeSet<EventId>,
    registered_by: BTreeSet<OrganisationId>,
}

#[derive(Debug, Clone)]
struct PostRecord {
    school: OrganisationId,
    employment: Employment,
    from: Day,
    to: Option<Day>,
    voided: Option<EventId>,
}

/// A stint in a role; the role a post is held for goes by the post's own id.
#[derive(Debug, Clone)]
struct RoleRecord {
    post: EventId,
    role: Role,
    specialty: Option<SpecialtyCode>,
    education_level: Option<EducationLevel>,
    from: Day,
    to: Option<Day>,
    voided: Option<EventId>,
}

impl Ledger {
    /// The ledger of one person who may have been recorded under several ids: what was recorded under each of them,
    /// in the order of the log.
    pub(crate) fn of(mut entries: Vec<(u64, TeacherId, EventId, &Entry)>) -> Self {
        entries.sort_unstable_by_key(|(position, teacher, ..)| (*position, *teacher));
        let mut ledger = Self::default();
        for (_, teacher, id, entry) in entries {
            ledger.enter(teacher, id, entry);
        }
        ledger
    }

    /// Takes in what the event `id` says of the person, who was recorded under the id `teacher`. A session that was
    /// recorded under two ids is two attendances: each is amended and voided under its own.
    pub(crate) fn enter(&mut self, teacher: TeacherId, id: EventId, entry: &Entry) {
        match entry {
            Entry::Registered { by } => self.registered_by.extend(by),
            Entry::PostStarted { school, employment, role, specialty, education_level, on, last_day } => {
                let post =
                    PostRecord { school: *school, employment: *employment, from: *on, to: *last_day, voided: None };
                self.posts.insert(id, post);
                self.assign(id, id, (*role, specialty.as_ref(), *education_level), *on);
            }
            Entry::PostEnded { post, last_day } => {
                if let Some(post) = self.posts.get_mut(post) {
                    post.to = Some(*last_day);
                }
            }
            Entry::RoleAssigned { post, role, specialty, education_level, on } => {
                self.assign(id, *post, (*role, specialty.as_ref(), *education_level), *on);
            }
            Entry::RoleEnded { assignment, last_day } => {
                if let Some(role) = self.roles.get_mut(assignment) {
                    role.to = Some(*last_day);
                }
            }
            Entry::Voided { fact } => self.void(*fact, id),
            Entry::Verified { fact } => drop(self.verified.insert(*fact)),
            Entry::Stated { fact, disputed: true } => drop(self.disputed.insert(*fact)),
            Entry::Stated { fact, disputed: false } => drop(self.disputed.remove(fact)),
            Entry::Attended { .. } | Entry::AttendanceVoided { .. } => self.enter_session(teacher, id, entry),
            Entry::PlacementStarted { .. }
            | Entry::DaysLogged { .. }
            | Entry::PlacementCompleted { .. }
            | Entry::PlacementVoided { .. } => self.enter_placement(id, entry),
            Entry::Applied { .. }
            | Entry::Granted { .. }
            | Entry::Reviewed { .. }
            | Entry::Continued { .. }
            | Entry::Revoked { .. } => {
                self.recognitions.enter(id, entry);
            }
            Entry::Credential(_)
            | Entry::CredentialWithdrawn { .. }
            | Entry::Achievement(_)
            | Entry::EnterpriseWork { .. }
            | Entry::AbilityJudged { .. }
            | Entry::BreachConfirmed { .. }
            | Entry::BreachLifted { .. } => {
                let taken_back = self.merits.enter(teacher, id, entry);
                taken_back.into_iter().for_each(|flag| self.recognitions.flag(flag));
            }
        }
    }

    fn enter_session(&mut self, teacher: TeacherId, id: EventId, entry: &Entry) {
        match entry {
            Entry::Attended { session, base, dates, hours, tier, theme, on_site } => {
                let attendance = Attendance {
                    fact: id,
                    voided: None,
                    session: *session,
                    base: *base,
                    range: *dates,
                    hours: *hours,
                    tier: *tier,
                    theme: *theme,
                    on_site: *on_site,
                };
                // Amended hours are the same fact told anew: what stood on the one stands on the other.
                if let Some(before) = self.attendances.insert((teacher, *session), attendance) {
                    self.recognitions.told_anew(before.fact, id);
                    if self.disputed.remove(&before.fact) {
                        self.disputed.insert(id);
                    }
                }
            }
            Entry::AttendanceVoided { session } => {
                if let Some(attendance) = self.attendances.get_mut(&(teacher, *session)) {
                    attendance.voided = Some(id);
                    self.recognitions.flag(Flag { fact: attendance.fact, by: id, from: None });
                }
            }
            _ => {}
        }
    }

    fn enter_placement(&mut self, id: EventId, entry: &Entry) {
        if let Entry::PlacementStarted { placement, site, form, on } = entry {
            let Ok(range) = DayRange::new(*on, *on) else { return };
            let started =
                Placement { fact: id, voided: None, site: *site, range, form: *form, completed: None, logged: vec![] };
            self.placements.insert(*placement, started);
            return;
        }
        let (Entry::DaysLogged { placement, .. }
        | Entry::PlacementCompleted { placement, .. }
        | Entry::PlacementVoided { placement }) = entry
        else {
            return;
        };
        let Some(known) = self.placements.get_mut(placement) else { return };
        match entry {
            Entry::DaysLogged { dates, hours_a_day, .. } => {
                known.logged.push(LoggedDays { fact: id, days: *dates, hours_a_day: *hours_a_day });
                let to = known.range.to().max(dates.to());
                known.range = DayRange::new(known.range.from(), to).unwrap_or(known.range);
            }
            Entry::PlacementCompleted { last_day, result, .. } => {
                known.range = DayRange::new(known.range.from(), *last_day).unwrap_or(known.range);
                known.completed = Some(Completion { fact: id, result: *result });
            }
            _ => {
                known.voided = Some(id);
                self.recognitions.flag(Flag { fact: known.fact, by: id, from: None });
            }
        }
    }

    fn assign(
        &mut self,
        id: EventId,
        post: EventId,
        (role, specialty, education_level): (Role, Option<&SpecialtyCode>, Option<EducationLevel>),
        from: Day,
    ) {
        let specialty = specialty.cloned();
        let record = RoleRecord { post, role, specialty, education_level, from, to: None, voided: None };
        self.roles.insert(id, record);
    }

    fn void(&mut self, fact: EventId, by: EventId) {
        self.recognitions.flag(Flag { fact, by, from: None });
        self.merits.void(fact, by);
        if let Some(post) = self.posts.get_mut(&fact) {
            post.voided = Some(by);
        }
        if let Some(role) = self.roles.get_mut(&fact) {
            role.voided = Some(by);
        }
    }

    /// The facts that the entries add up to.
    pub(crate) fn facts(&self) -> Facts {
        let facts = Facts {
            posts: self.roles.iter().filter_map(|(id, role)| self.post(*id, role)).collect(),
            placements: self.placements.values().cloned().collect(),
            attendances: self.attendances.values().cloned().collect(),
            recognitions: self.recognitions.facts().collect(),
            verified: self.verified.clone(),
            disputed: self.disputed.clone(),
            ..Facts::default()
        };
        self.merits.add_to(facts).normalised()
    }

    /// A stint in a role as the rules see it: within its post, and voided with it.
    fn post(&self, id: EventId, role: &RoleRecord) -> Option<Post> {
        let post = self.posts.get(&role.post)?;
        let from = role.from.max(post.from);
        let to = match (role.to, post.to) {
            (Some(role), Some(post)) => Some(role.min(post)),
            (role, post) => role.or(post),
        };
        Some(Post {
            fact: id,
            voided: role.voided.or(post.voided),
            school: post.school,
            education_level: role.education_level,
            role: role.role,
            employment: post.employment,
            specialty: role.specialty.clone(),
            period: Period::new(from, to).ok()?,
        })
    }

    /// The organisations at which the person is or will be present, each with the first day on which no longer (none:
    /// no end is known). Of somebody who never had a post it is whoever put them on the register.
    pub(crate) fn present(&self) -> BTreeMap<OrganisationId, Option<Day>> {
        let mut present = BTreeMap::new();
        for post in self.posts.values().filter(|post| post.voided.is_none()) {
            let until = post.to.map(Day::next);
            let known = present.entry(post.school).or_insert(until);
            *known = known.zip(until).map(|(known, until)| known.max(until));
        }
        if present.is_empty() {
            present.extend(self.registered_by.iter().map(|organisation| (*organisation, None)));
        }
        present
    }

    /// The application that a recognition answers: by which pack, and on which facts it relies.
    pub(crate) fn application(&self, recognition: RecognitionId) -> Option<&Application> {
        self.recognitions.application(recognition)
    }

    /// The schools of the posts.
    pub(crate) fn schools(&self) -> impl Iterator<Item = OrganisationId> + '_ {
        self.posts.values().map(|post| post.school)
    }

    /// The sites that the facts name.
    pub(crate) fn sites(&self) -> impl Iterator<Item = SiteId> + '_ {
        let practised = self.placements.values().map(|placement| placement.site);
        practised.chain(self.attendances.values().map(|attendance| attendance.base))
    }
}

#[cfg(test)]
mod tests {
    use kernel::vocabulary::{Theme, Tier};
    use kernel::{CommandId, Hours};

    use super::*;

    fn id(number: usize) -> EventId {
        EventId::of(CommandId::derived("test"), number)
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn ledger(entries: &[Entry]) -> Facts {
        let mut ledger = Ledger::default();
        for (number, entry) in entries.iter().enumerate() {
            ledger.enter(TeacherId::new(id(0).uuid()), id(number), entry);
        }
        ledger.facts()
    }

    fn post() -> Entry {
        Entry::PostStarted {
            school: OrganisationId::of_name("an invented school"),
            employment: Employment::FullTime,
            role: Role::Specialised,
            specialty: SpecialtyCode::parse("460103").ok(),
            education_level: None,
            on: day("2014-05-01"),
            last_day: None,
        }
    }

    #[test]
    fn a_role_ends_with_its_post() {
        let head_teacher = Entry::RoleAssigned {
            post: id(0),
            role: Role::HeadTeacher,
            specialty: None,
            education_level: None,
            on: day("2015-01-01"),
        };
        let ended = Entry::PostEnded { post: id(0), last_day: day("2020-12-31") };
        let facts = ledger(&[post(), head_teacher, ended]);
        assert_eq!(facts.posts.len(), 2);
        assert!(facts.posts.iter().all(|post| post.period.to() == Some(day("2020-12-31"))));
    }

    #[test]
    fn a_voided_post_voids_its_roles() {
        let facts = ledger(&[post(), Entry::Voided { fact: id(0) }]);
        assert_eq!(facts.posts[0].voided, Some(id(1)));
    }

    #[test]
    fn an_amended_attendance_takes_the_place_of_the_first() {
        let attended = |hours| Entry::Attended {
            session: SessionId::new(CommandId::derived("s").uuid()),
            base: SiteId::new(CommandId::derived("b").uuid()),
            dates: DayRange::new(day("2024-03-11"), day("2024-03-13")).unwrap(),
            hours: Hours::whole(hours),
            tier: Tier::City,
            theme: Theme::Digital,
            on_site: true,
        };
        let facts = ledger(&[attended(24), attended(16)]);
        assert_eq!(facts.attendances.len(), 1);
        assert_eq!((facts.attendances[0].hours, facts.attendances[0].fact), (Hours::whole(16), id(1)));
    }
}

//! A deliberately naive evaluator: it walks every day and shares nothing with the crate but the types of facts and
//! packs.

use std::collections::{BTreeMap, BTreeSet};

use kernel::vocabulary::{Level, PracticeForm, PracticeResult, Role, SiteKind};
use kernel::{Day, SiteId};
use standards::{
    Asks, Attendance, Counts, Criterion, Facts, GroupKind, Overlapping, Pack, Placement, Places, PostState,
    PracticeBeforeAsk, RecognitionPhase, Rule, TrainingAmount, Window,
};

/// The days that are walked; every fact of a random dossier lies well within.
pub const FIRST: &str = "2000-01-01";
const DAYS: i32 = 11_500;

/// For each criterion of a pack and each day, the last day before its window, by the kernel's own calendar.
pub struct Edges {
    first: i32,
    of: Vec<Vec<On>>,
}

/// A day with its place among those that are walked.
#[derive(Clone, Copy)]
pub struct On {
    pub day: Day,
    place: usize,
}

impl On {
    pub fn of(day: Day) -> Self {
        let first = Day::parse(FIRST).unwrap();
        Self { day, place: usize::try_from(day.days_since(first)).unwrap_or(0) }
    }
}

impl Edges {
    pub fn of(pack: &Pack) -> Self {
        let first = Day::parse(FIRST).unwrap().ordinal();
        let of_criterion = |criterion: &Criterion| match criterion.window() {
            None => Vec::new(),
            Some(window) => (first..first + DAYS).map(|day| On::of(edge(window, Day::from_ordinal(day)))).collect(),
        };
        Self { first, of: pack.criteria.iter().map(of_criterion).collect() }
    }

    fn on(&self, place: usize, on: On) -> On {
        self.of[place][on.place]
    }
}

fn edge(window: Window, day: Day) -> Day {
    match window {
        Window::Rolling { years } => day.minus_years(years),
        Window::Cycle { years, starting } => {
            let cycles = (-40..40).map(|n| starting.plus_months(12 * i32::from(years) * n));
            cycles.filter(|start| *start <= day).max().unwrap().previous()
        }
    }
}

/// A dossier, with the days of practice of each criterion counted up day by day.
pub struct Naive<'a> {
    facts: &'a Facts,
    places: &'a Places,
    pack: &'a Pack,
    edges: &'a Edges,
    /// For each criterion of practice or tenure, how many days there are up to each day.
    so_far: Vec<Vec<u32>>,
    /// For each recognition, the day on which its review is announced.
    notices: Vec<Day>,
}

impl<'a> Naive<'a> {
    pub fn of(facts: &'a Facts, places: &'a Places, pack: &'a Pack, edges: &'a Edges) -> Self {
        let months = -i32::from(pack.review.notice_months);
        let notices = facts.recognitions.iter().map(|one| one.review_due.plus_months(months)).collect();
        let mut naive = Self { facts, places, pack, edges, so_far: Vec::new(), notices };
        naive.so_far = pack.criteria.iter().map(|criterion| naive.count_up(criterion)).collect();
        naive
    }

    fn count_up(&self, criterion: &Criterion) -> Vec<u32> {
        let marked: Vec<u32> = match &criterion.asks {
            Asks::Practice(ask) => {
                let days = self.practised((&ask.results, &ask.forms, &ask.site_kinds));
                if ask.overlapping == Overlapping::Once { once(days) } else { days }
            }
            Asks::YearsInPost { roles, at_one_school, .. } => self.in_post(roles, *at_one_school),
            Asks::EnterpriseWork { .. } => once(self.worked()),
            Asks::PracticeBefore(ask) => {
                let practised = self.practised((&ask.results, &[], &[]));
                let worked = self.worked();
                let before = self.first_assignment(ask).map_or(DAYS, |first| first.ordinal() - self.edges.first);
                let days = practised.iter().zip(worked).enumerate();
                days.map(|(day, (practised, worked))| u32::from(practised + worked > 0 && (day as i32) < before))
                    .collect()
            }
            _ => Vec::new(),
        };
        if let Asks::YearsInPost { at_one_school: true, .. } = criterion.asks {
            return marked;
        }
        let mut so_far = 0;
        let count = |marked| {
            so_far += marked;
            so_far
        };
        marked.into_iter().map(count).collect()
    }

    /// Day by day, whether a post is held; of one school, the most that any school of the day has seen so far: those where a
    /// post is held, or was held last.
    fn in_post(&self, roles: &[Role], at_one_school: bool) -> Vec<u32> {
        let days = || (self.edges.first..self.edges.first + DAYS).map(Day::from_ordinal);
        let held =
            |day: Day| self.facts.posts.iter().filter(move |post| post.voided.is_none() && post.period.contains(day));
        let counts = |day: Day, school: Option<kernel::OrganisationId>| {
            held(day).any(|post| asks_for(roles, &post.role) && school.is_none_or(|school| school == post.school))
        };
        if !at_one_school {
            return days().map(|day| u32::from(counts(day, None))).collect();
        }
        let mut own = BTreeSet::new();
        let mut so_far: BTreeMap<kernel::OrganisationId, u32> =
            self.facts.posts.iter().map(|post| (post.school, 0)).collect();
        let up_to = |day: Day| {
            for (school, so_far) in &mut so_far {
                *so_far += u32::from(counts(day, Some(*school)));
            }
            let today: BTreeSet<_> = held(day).map(|post| post.school).collect();
            if !today.is_empty() {
                own = today;
            }
            own.iter().map(|school| so_far[school]).max().unwrap_or(0)
        };
        days().map(up_to).collect()
    }

    /// How many days of work in enterprises lie on each day.
    fn worked(&self) -> Vec<u32> {
        let mut marked = vec![0; DAYS as usize];
        for work in self.facts.enterprise_work.iter().filter(|work| work.voided.is_none() && self.admits_own(work.fact))
        {
            for day in work.range.from().ordinal()..=work.range.to().ordinal() {
                marked[(day - self.edges.first) as usize] += 1;
            }
        }
        marked
    }

    fn first_assignment(&self, ask: &PracticeBeforeAsk) -> Option<Day> {
        let posts = self.facts.posts.iter().filter(|post| post.voided.is_none() && ask.roles.contains(&post.role));
        posts.map(|post| post.period.from()).min()
    }

    fn admits(&self, fact: kernel::EventId) -> bool {
        self.pack.evidence.disputed == Counts::Counted || !self.facts.disputed.contains(&fact)
    }

    fn admits_own(&self, fact: kernel::EventId) -> bool {
        self.admits(fact) && (self.pack.evidence.unverified == Counts::Counted || self.facts.verified.contains(&fact))
    }

    /// How many placements that count lie on each day, at sites approved then.
    fn practised(&self, (results, forms, kinds): (&[PracticeResult], &[PracticeForm], &[SiteKind])) -> Vec<u32> {
        let counts = |placement: &&Placement| {
            placement.voided.is_none()
                && placement.completed.as_ref().is_some_and(|completion| results.contains(&completion.result))
                && asks_for(forms, &placement.form)
                && self.admits(placement.fact)
        };
        // A stay that is on record twice – the same site, the same first day – is one stay.
        let mut stays: BTreeMap<(SiteId, Day), Vec<bool>> = BTreeMap::new();
        for placement in self.facts.placements.iter().filter(counts) {
            let stay = stays.entry((placement.site, placement.range.from())).or_insert(vec![false; DAYS as usize]);
            for day in placement.range.from().ordinal()..=placement.range.to().ordinal() {
                stay[(day - self.edges.first) as usize] |= self.approved(placement.site, Day::from_ordinal(day), kinds);
            }
        }
        (0..DAYS as usize).map(|day| stays.values().map(|stay| u32::from(stay[day])).sum()).collect()
    }

    fn approved(&self, site: SiteId, day: Day, kinds: &[kernel::vocabulary::SiteKind]) -> bool {
        let approvals = self.places.approvals.get(&site);
        approvals.is_some_and(|approvals| {
            approvals.iter().any(|one| (kinds.is_empty() || kinds.contains(&one.kind)) && one.period.contains(day))
        })
    }

    fn has_post(&self, roles: &[Role], day: Day) -> bool {
        self.facts.posts.iter().any(|post| {
            post.voided.is_none() && (roles.is_empty() || roles.contains(&post.role)) && post.period.contains(day)
        })
    }

    pub fn post(&self, day: Day) -> PostState {
        let judged = self.facts.posts.iter().any(|post| {
            post.voided.is_none()
                && asks_for(&self.pack.roles, &post.role)
                && asks_for(&self.pack.employments, &post.employment)
                && post.period.contains(day)
        });
        match (judged, self.has_post(&[], day)) {
            (true, _) => PostState::InPost,
            (false, true) => PostState::OtherRole,
            (false, false) => PostState::NotInPost,
        }
    }

    /// How much there is for a criterion, in halves.
    pub fn halves(&self, place: usize, on: On) -> u32 {
        let day = on.day;
        match &self.pack.criteria[place].asks {
            Asks::Credential { any_of } => {
                let held = self.facts.credentials.iter().filter(|credential| {
                    credential.voided.is_none()
                        && self.admits_own(credential.fact)
                        && credential.obtained_on <= day
                        && credential.withdrawn_on.is_none_or(|withdrawn| day < withdrawn)
                        && any_of.iter().any(|ask| {
                            ask.kind == credential.kind
                                && ask.at_least_grade.is_none_or(|least| {
                                    credential.grade.is_some_and(|grade| grade.number() <= least.number())
                                })
                                && ask.at_least_rank.is_none_or(|least| {
                                    credential.rank.is_some_and(|rank| rank.height() >= least.height())
                                })
                        })
                });
                // What is on record twice is held once.
                let what = |one: &standards::Credential| (one.kind, one.obtained_on, one.grade, one.rank);
                let held: std::collections::BTreeSet<_> = held.map(what).collect();
                held.len() as u32 * 2
            }
            Asks::Practice(_) => {
                let until = |on: On| self.so_far[place][on.place];
                (until(on) - until(self.edges.on(place, on))) * 2
            }
            Asks::Training(ask) => {
                let mut sessions = BTreeMap::new();
                for attendance in
                    self.facts.attendances.iter().filter(|attendance| self.attended(place, attendance, on))
                {
                    let hours = sessions.entry(attendance.session).or_insert(0);
                    *hours = attendance.hours.halves().max(*hours);
                }
                match ask.at_least {
                    TrainingAmount::Sessions(_) => sessions.len() as u32 * 2,
                    TrainingAmount::Hours(_) => sessions.values().sum(),
                }
            }
            Asks::YearsInPost { .. } | Asks::EnterpriseWork { .. } | Asks::PracticeBefore(_) => {
                self.so_far[place][on.place] * 2
            }
            Asks::Panel { at_least_level, valid_years } => {
                let will_do = self.facts.judgements.iter().filter(|judgement| {
                    judgement.voided.is_none()
                        && judgement.level >= *at_least_level
                        && judgement.judged_on <= day
                        && (valid_years.is_none() || judgement.judged_on > self.edges.on(place, on).day)
                });
                will_do.count() as u32 * 2
            }
            Asks::Achievement(ask) => {
                let achieved = self.facts.achievements.iter().filter(|achievement| {
                    let achieved_on = achievement.achieved_on;
                    achievement.voided.is_none()
                        && self.admits_own(achievement.fact)
                        && ask.kinds.contains(&achievement.kind)
                        && ask.at_least_tier.is_none_or(|least| achievement.tier.is_some_and(|tier| tier <= least))
                        && achieved_on <= day
                        && (ask.window.is_none() || achieved_on > self.edges.on(place, on).day)
                });
                achieved.count() as u32 * 2
            }
            Asks::NoBreach => {
                let in_force = self.facts.breaches.iter().filter(|breach| {
                    breach.voided.is_none()
                        && breach.confirmed_on <= day
                        && breach.lifted_on.is_none_or(|lifted| day < lifted)
                });
                in_force.count() as u32 * 2
            }
        }
    }

    fn attended(&self, place: usize, attendance: &Attendance, on: On) -> bool {
        let Asks::Training(ask) = &self.pack.criteria[place].asks else { return false };
        let last = attendance.range.to();
        attendance.voided.is_none()
            && self.admits(attendance.fact)
            && (ask.themes.is_empty() || ask.themes.contains(&attendance.theme))
            && (ask.tiers.is_empty() || ask.tiers.contains(&attendance.tier))
            && last <= on.day
            && last > self.edges.on(place, on).day
            && self.approved(attendance.base, attendance.range.from(), &ask.site_kinds)
    }

    pub fn met(&self, place: usize, on: On) -> bool {
        let halves = self.halves(place, on);
        let at_least = |whole: u32| halves >= whole * 2;
        match &self.pack.criteria[place].asks {
            Asks::Credential { .. } | Asks::Panel { .. } => at_least(1),
            Asks::EnterpriseWork { at_least_days } => at_least(*at_least_days),
            Asks::PracticeBefore(ask) => at_least(ask.at_least_days),
            Asks::Practice(ask) => at_least(ask.at_least_days),
            Asks::Training(ask) => match ask.at_least {
                TrainingAmount::Sessions(count) | TrainingAmount::Hours(count) => at_least(count),
            },
            Asks::YearsInPost { years, .. } => at_least(u32::from(*years) * 365),
            Asks::Achievement(ask) => at_least(ask.count),
            Asks::NoBreach => halves == 0,
        }
    }

    fn holds(&self, rule: &Rule, on: On) -> bool {
        match rule {
            Rule::Criterion(place) => self.excused(*place, on) || self.met(*place, on),
            Rule::Group { kind: GroupKind::AllOf, of } => of.iter().all(|part| self.holds(part, on)),
            Rule::Group { kind: GroupKind::AnyOf, of } => of.iter().any(|part| self.holds(part, on)),
            Rule::Group { kind: GroupKind::AtLeast { k }, of } => {
                of.iter().filter(|part| self.holds(part, on)).count() >= *k as usize
            }
        }
    }

    /// Whether the criterion is not asked on the day.
    fn excused(&self, place: usize, on: On) -> bool {
        let criterion = &self.pack.criteria[place];
        let other_role = !criterion.only_for.is_empty() && !self.has_post(&criterion.only_for, on.day);
        let Asks::PracticeBefore(ask) = &criterion.asks else { return other_role };
        let first = self.first_assignment(ask);
        let asked = first.is_some_and(|first| first <= on.day && ask.since.is_none_or(|since| since <= first));
        other_role || !asked
    }

    pub fn eligible(&self, on: On) -> Option<Level> {
        let day = on.day;
        let in_force = self.pack.effective.contains(day) && self.post(day) == PostState::InPost;
        let levels = self.pack.levels.iter().filter(|level| in_force && self.holds(&level.rule, on));
        levels.map(|level| level.level).max()
    }

    pub fn restricted(&self, day: Day) -> bool {
        self.facts.breaches.iter().any(|breach| {
            breach.voided.is_none() && breach.confirmed_on <= day && breach.lifted_on.is_none_or(|lifted| day < lifted)
        })
    }

    /// The level and phase of the recognition that speaks for the day, and whether it is flagged then.
    pub fn recognition(&self, day: Day) -> Option<(Level, RecognitionPhase, bool)> {
        let mut in_force = Vec::new();
        let mut ended = Vec::new();
        let known = self.facts.recognitions.iter().zip(&self.notices);
        for (one, notice) in known.filter(|(one, _)| one.voided.is_none() && one.granted_on <= day) {
            let revoked = one.revoked_on.is_some_and(|revoked| revoked <= day);
            let flagged = one.flags.iter().any(|flag| flag.from.is_none_or(|from| from <= day));
            let last = one.revoked_on.map_or(one.review_due, |revoked| one.review_due.min(revoked.previous()));
            if day <= one.review_due && !revoked {
                let phase = match (self.restricted(day), day < *notice) {
                    (true, _) => RecognitionPhase::Suspended,
                    (false, true) => RecognitionPhase::InForce,
                    (false, false) => RecognitionPhase::DueForReview,
                };
                in_force.push((one.level, last, one.fact, phase, flagged));
            } else {
                let phase = if revoked { RecognitionPhase::Revoked } else { RecognitionPhase::Lapsed };
                ended.push((last, one.level, one.fact, phase, flagged));
            }
        }
        in_force.sort_by_key(|(level, last, fact, ..)| (*level, *last, *fact));
        ended.sort_by_key(|(last, level, fact, ..)| (*last, *level, *fact));
        let in_force = in_force.last().map(|(level, _, _, phase, flagged)| (*level, *phase, *flagged));
        in_force.or(ended.last().map(|(_, level, _, phase, flagged)| (*level, *phase, *flagged)))
    }
}

/// Each day once.
fn once(days: Vec<u32>) -> Vec<u32> {
    days.into_iter().map(|times| times.min(1)).collect()
}

fn asks_for<T: PartialEq>(list: &[T], item: &T) -> bool {
    list.is_empty() || list.contains(item)
}

//! A pack worked out for one teacher over all days at once: what assessments and timelines are both read from.

mod recognitions;

use kernel::Day;
use kernel::vocabulary::{Level, Role};

use crate::criteria::Given;
use crate::interval_set::{END, IntervalSet};
use crate::pack::{Asks, Criterion, EvidenceRule, Pack, Rule};
use crate::{Facts, Places, Post, PostState, Standing, Verdict, criteria};

use recognitions::Recognitions;

/// The days of everything that a standing is made of.
pub struct Evaluation<'a> {
    pack: &'a Pack,
    criteria: Vec<CriterionDays>,
    levels: Vec<(Level, IntervalSet)>,
    in_any_post: IntervalSet,
    in_post: IntervalSet,
    in_force: IntervalSet,
    restricted: IntervalSet,
    recognitions: Recognitions,
}

/// The days of one criterion.
struct CriterionDays {
    met: IntervalSet,
    /// The days on which it is not asked of the teacher.
    excused: IntervalSet,
    /// The days on which rules take it as met.
    passed: IntervalSet,
}

/// What has been worked out for one teacher already: packs that follow one another ask mostly for the same.
#[derive(Default)]
pub struct WorkedOut<'a>(Vec<(&'a Asks, EvidenceRule, IntervalSet)>);

impl<'a> WorkedOut<'a> {
    fn days(&mut self, criterion: &'a Criterion, given: Given<'_>) -> IntervalSet {
        let same =
            |(asks, rule, _): &&(&Asks, EvidenceRule, IntervalSet)| **asks == criterion.asks && *rule == given.rule;
        if let Some((_, _, days)) = self.0.iter().find(same) {
            return days.clone();
        }
        let days = criteria::days(criterion, given);
        self.0.push((&criterion.asks, given.rule, days.clone()));
        days
    }
}

impl<'a> Evaluation<'a> {
    /// Works the pack out.
    pub fn of(facts: &Facts, places: &Places, pack: &'a Pack) -> Self {
        Self::after(&mut WorkedOut::default(), facts, places, pack)
    }

    /// Works the pack out, with what has been worked out before.
    pub fn after(before: &mut WorkedOut<'a>, facts: &Facts, places: &Places, pack: &'a Pack) -> Self {
        let given = Given { facts, places, rule: pack.evidence };
        let criteria: Vec<CriterionDays> =
            pack.criteria.iter().map(|criterion| criterion_days(criterion, before, given)).collect();
        let levels = pack.levels.iter().map(|level| (level.level, rule_days(&level.rule, &criteria))).collect();
        let from = pack.effective.from.map_or(0, Day::ordinal);
        let until = pack.effective.to.map_or(END, |to| to.ordinal() + 1);
        Self {
            pack,
            criteria,
            levels,
            in_any_post: days_in_post(facts, |_| true),
            in_post: days_in_post(facts, |post| pack.is_for(post, places)),
            in_force: IntervalSet::between(from, until),
            restricted: criteria::restricted(facts),
            recognitions: Recognitions::of(&facts.recognitions, pack.review),
        }
    }

    /// Every day on which the standing may differ from the day before, ascending; the first day there is comes first.
    pub fn breakpoints(&self) -> Vec<i32> {
        let mut days = vec![0];
        for set in [&self.in_any_post, &self.in_post, &self.in_force, &self.restricted] {
            days.extend(set.edges());
        }
        for criterion in &self.criteria {
            days.extend(criterion.met.edges());
            days.extend(criterion.excused.edges());
        }
        days.extend(self.recognitions.edges());
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The standing on a day.
    pub fn standing(&self, day: i32) -> Standing {
        let post = self.post(day);
        let listed = self.pack.criteria.iter().zip(&self.criteria);
        let met = |id: &Option<crate::CriterionId>| {
            let mut measured = listed.clone().filter(|(criterion, _)| Some(&criterion.id) == id.as_ref());
            measured.any(|(_, days)| days.met.contains(day))
        };
        let restricted = self.restricted.contains(day);
        Standing {
            post,
            eligible: self.eligible(day, post),
            recognition: self.recognitions.on(day).map(|known| if restricted { known.suspended() } else { known }),
            rotation: met(&self.pack.measures.rotation),
            practice: met(&self.pack.measures.practice),
            restricted,
            met: listed.filter(|(_, days)| days.met.contains(day)).map(|(criterion, _)| criterion.id.clone()).collect(),
        }
    }

    /// The verdict on the criterion at this place of the pack.
    pub fn verdict(&self, place: usize, day: i32) -> Verdict {
        let days = &self.criteria[place];
        if days.excused.contains(day) {
            Verdict::NotApplicable
        } else if days.met.contains(day) {
            Verdict::Met
        } else {
            Verdict::Unmet
        }
    }

    /// The first day after on which a criterion that is met no longer is.
    pub fn lapse_of(&self, place: usize, day: i32) -> Option<Day> {
        self.criteria[place].met.ends_after(day).map(Day::from_ordinal)
    }

    /// Whether the rule of the level is met.
    pub fn level_met(&self, level: Level, day: i32) -> bool {
        self.levels.iter().any(|(candidate, days)| *candidate == level && days.contains(day))
    }

    fn post(&self, day: i32) -> PostState {
        if self.in_post.contains(day) {
            PostState::InPost
        } else if self.in_any_post.contains(day) {
            PostState::OtherRole
        } else {
            PostState::NotInPost
        }
    }

    fn eligible(&self, day: i32, post: PostState) -> Option<Level> {
        if post != PostState::InPost || !self.in_force.contains(day) {
            return None;
        }
        self.levels.iter().rev().find(|(_, days)| days.contains(day)).map(|(level, _)| *level)
    }
}

fn criterion_days<'a>(criterion: &'a Criterion, before: &mut WorkedOut<'a>, given: Given<'_>) -> CriterionDays {
    let met = before.days(criterion, given);
    let idle = criteria::idle(criterion, given.facts);
    if criterion.only_for.is_empty() && idle.len() == 0 {
        return CriterionDays { excused: idle, passed: met.clone(), met };
    }
    let excused = match criterion.only_for.as_slice() {
        [] => idle,
        roles => IntervalSet::union_of([idle, days_in_role(given.facts, roles).not()]),
    };
    let passed = IntervalSet::union_of([met.clone(), excused.clone()]);
    CriterionDays { met, excused, passed }
}

fn rule_days(rule: &Rule, criteria: &[CriterionDays]) -> IntervalSet {
    match rule {
        Rule::Criterion(place) => criteria[*place].passed.clone(),
        Rule::Group { kind, of } => {
            let parts: Vec<IntervalSet> = of.iter().map(|part| rule_days(part, criteria)).collect();
            IntervalSet::at_least(kind.needed(parts.len()), &parts)
        }
    }
}

/// The days in a post with one of the roles.
fn days_in_role(facts: &Facts, roles: &[Role]) -> IntervalSet {
    days_in_post(facts, |post| roles.contains(&post.role))
}

/// The days in a post of some kind.
fn days_in_post(facts: &Facts, of_a_kind: impl Fn(&Post) -> bool) -> IntervalSet {
    let held = facts.posts.iter().filter(|post| post.voided.is_none() && of_a_kind(post));
    IntervalSet::union_of(held.map(|post| IntervalSet::stretch(post.period)))
}

//! What a draft does to many people, added up.

use std::collections::BTreeMap;

use kernel::TeacherId;
use kernel::code::Province;
use kernel::vocabulary::Level;
use standards::{CriterionId, Label};

use super::Look;

/// So many of those who gain, and of those who lose, are kept by name.
pub const MOST_NAMED: usize = 1_000;

/// What was found, in numbers of people.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Everybody who was looked at, in post or not.
    pub people: u64,
    /// All of them: each once, wherever their posts are.
    pub total: Group,
    /// By province: who holds posts in two counts in both.
    pub provinces: BTreeMap<Province, Group>,
    /// From which level to which.
    pub transitions: BTreeMap<(Option<Level>, Option<Level>), u64>,
    /// By criterion: who is stopped by two counts for both.
    pub criteria: BTreeMap<CriterionId, ByCriterion>,
    /// Who would gain: the first of them.
    pub gain: Vec<Changed>,
    /// Who would lose: the first of them.
    pub lose: Vec<Changed>,
}

/// The people of an area, and the specialised teachers among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Group {
    /// Everybody in post.
    pub all: Count,
    /// Those with a specialised teacher's post.
    pub specialised: Count,
}

/// How many people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// In post.
    pub in_post: u64,
    /// Of them, those whose principal post another pack would judge.
    pub concerned: u64,
    /// Of those in post, the ones eligible now.
    pub before: u64,
    /// The ones who would be.
    pub after: u64,
    /// Who would be eligible at a higher level than now.
    pub gain: u64,
    /// Who would be eligible at a lower level than now, or at none.
    pub lose: u64,
    /// Of those who gain, the ones who are not eligible now.
    pub enter: u64,
    /// Of those who lose, the ones who would be eligible no more.
    pub leave: u64,
}

/// Who would change by a criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByCriterion {
    /// Its words.
    pub label: Label,
    /// It no longer stands in their way.
    pub gain: u64,
    /// It would stand in their way.
    pub lose: u64,
}

/// Somebody who would gain or lose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Who.
    pub teacher: TeacherId,
    /// The level now.
    pub before: Option<Level>,
    /// The level then.
    pub after: Option<Level>,
    /// The criteria that make it so.
    pub criteria: Vec<CriterionId>,
}

impl Tally {
    /// Adds a person; in the order of their ids, so that the first ones are kept by name.
    pub fn add(&mut self, look: Look) {
        self.people += 1;
        if !look.in_post {
            return;
        }
        self.total.add(&look);
        for province in &look.provinces {
            self.provinces.entry(*province).or_default().add(&look);
        }
        if look.before == look.after {
            return;
        }
        *self.transitions.entry((look.before, look.after)).or_default() += 1;
        let gains = look.after > look.before;
        for (id, label) in &look.criteria {
            let new = || ByCriterion { label: label.clone(), gain: 0, lose: 0 };
            let criterion = self.criteria.entry(id.clone()).or_insert_with(new);
            *(if gains { &mut criterion.gain } else { &mut criterion.lose }) += 1;
        }
        let named = if gains { &mut self.gain } else { &mut self.lose };
        if named.len() < MOST_NAMED {
            let Look { teacher, before, after, criteria, .. } = look;
            let criteria = criteria.into_iter().map(|(id, _)| id).collect();
            named.push(Changed { teacher, before, after, criteria });
        }
    }
}

impl Group {
    fn add(&mut self, look: &Look) {
        self.all.add(look);
        if look.specialised {
            self.specialised.add(look);
        }
    }
}

impl Count {
    /// Everybody here who is not there.
    pub fn without(self, there: Self) -> Self {
        Self {
            in_post: self.in_post - there.in_post,
            concerned: self.concerned - there.concerned,
            before: self.before - there.before,
            after: self.after - there.after,
            gain: self.gain - there.gain,
            lose: self.lose - there.lose,
            enter: self.enter - there.enter,
            leave: self.leave - there.leave,
        }
    }

    fn add(&mut self, look: &Look) {
        self.in_post += 1;
        self.concerned += u64::from(look.concerned);
        self.before += u64::from(look.before.is_some());
        self.after += u64::from(look.after.is_some());
        self.gain += u64::from(look.after > look.before);
        self.lose += u64::from(look.after < look.before);
        self.enter += u64::from(look.before.is_none() && look.after.is_some());
        self.leave += u64::from(look.before.is_some() && look.after.is_none());
    }
}

//! What somebody has achieved, and what they have done wrong: the facts of the own record that are no posts.

use std::collections::BTreeMap;

use kernel::{EventId, Name, TeacherId};
use standards::{Achievement, Breach, Credential, EnterpriseWork, Facts, Flag, Judgement};

use crate::Entry;

/// Credentials, achievements, enterprise work, judgements and breaches of one person.
#[derive(Debug, Clone, Default)]
pub(super) struct Merits {
    credentials: BTreeMap<EventId, Credential>,
    achievements: BTreeMap<EventId, Achieved>,
    enterprise_work: BTreeMap<EventId, EnterpriseWork>,
    judgements: BTreeMap<EventId, Judgement>,
    breaches: BTreeMap<EventId, Breach>,
}

/// An achievement, with what tells it from another of the same kind on the same day.
#[derive(Debug, Clone)]
struct Achieved {
    under: TeacherId,
    title: Name,
    fact: Achievement,
}

impl Achieved {
    /// Whether it is one that was recorded under another of the person's ids as well, and counts there.
    fn is_twin_of(&self, other: &Self) -> bool {
        let what = |achieved: &Self| {
            let Achievement { voided, kind, tier, achieved_on, .. } = achieved.fact;
            (voided, kind, tier, achieved_on)
        };
        self.fact.voided.is_none() && other.under < self.under && other.title == self.title && what(other) == what(self)
    }
}

impl Merits {
    /// Takes in what the event `id` says of the person. Answers what it takes back, if it does.
    pub fn enter(&mut self, teacher: TeacherId, id: EventId, entry: &Entry) -> Option<Flag> {
        match entry {
            Entry::Credential(record) => {
                let credential = Credential {
                    fact: id,
                    voided: None,
                    kind: record.kind,
                    grade: record.grade,
                    rank: record.rank,
                    obtained_on: record.obtained_on,
                    withdrawn_on: None,
                };
                self.credentials.insert(id, credential);
            }
            Entry::CredentialWithdrawn { credential, on } => {
                if let Some(known) = self.credentials.get_mut(credential) {
                    known.withdrawn_on = Some(*on);
                    return Some(Flag { fact: *credential, by: id });
                }
            }
            Entry::EnterpriseWork { dates } => {
                self.enterprise_work.insert(id, EnterpriseWork { fact: id, voided: None, range: *dates });
            }
            Entry::AbilityJudged { level, on } => {
                self.judgements.insert(id, Judgement { fact: id, voided: None, level: *level, judged_on: *on });
            }
            Entry::Achievement(record) => {
                let achievement = Achievement {
                    fact: id,
                    voided: None,
                    kind: record.kind,
                    tier: record.tier,
                    achieved_on: record.achieved_on,
                };
                let achieved = Achieved { under: teacher, title: record.title.clone(), fact: achievement };
                self.achievements.insert(id, achieved);
            }
            Entry::BreachConfirmed { on } => {
                self.breaches.insert(id, Breach { fact: id, voided: None, confirmed_on: *on, lifted_on: None });
            }
            Entry::BreachLifted { breach, on } => {
                if let Some(breach) = self.breaches.get_mut(breach) {
                    breach.lifted_on = Some(*on);
                }
            }
            _ => {}
        }
        None
    }

    /// A fact is voided, if it is one of these.
    pub fn void(&mut self, fact: EventId, by: EventId) {
        let voided = [
            self.credentials.get_mut(&fact).map(|one| &mut one.voided),
            self.achievements.get_mut(&fact).map(|one| &mut one.fact.voided),
            self.enterprise_work.get_mut(&fact).map(|one| &mut one.voided),
            self.judgements.get_mut(&fact).map(|one| &mut one.voided),
            self.breaches.get_mut(&fact).map(|one| &mut one.voided),
        ];
        voided.into_iter().flatten().for_each(|voided| *voided = Some(by));
    }

    /// The facts, with these.
    pub fn add_to(&self, facts: Facts) -> Facts {
        Facts {
            credentials: self.credentials.values().cloned().collect(),
            achievements: self.achievements().cloned().collect(),
            enterprise_work: self.enterprise_work.values().cloned().collect(),
            judgements: self.judgements.values().cloned().collect(),
            breaches: self.breaches.values().cloned().collect(),
            ..facts
        }
    }

    fn achievements(&self) -> impl Iterator<Item = &Achievement> {
        let known = || self.achievements.values();
        known().filter(move |one| !known().any(|other| one.is_twin_of(other))).map(|one| &one.fact)
    }
}

//! What somebody has achieved, and what they have done wrong: the facts of the own record that are no posts.

use std::collections::BTreeMap;

use kernel::{EventId, Name, TeacherId};
use standards::{Achievement, Breach, Credential, EnterpriseWork, Facts, Flag, Judgement};

use crate::Entry;

/// Credentials, achievements, enterprise work, judgements and breaches of one person.
#[derive(Debug, Clone, Default)]
pub(super) struct Merits {
    credentials: BTreeMap<EventId, Held>,
    achievements: BTreeMap<EventId, Achieved>,
    enterprise_work: BTreeMap<EventId, EnterpriseWork>,
    judgements: BTreeMap<EventId, Judgement>,
    breaches: BTreeMap<EventId, Breach>,
}

/// A credential, with the id that it was recorded under.
#[derive(Debug, Clone)]
struct Held {
    under: TeacherId,
    fact: Credential,
}

impl Held {
    /// Whether it is the same one, recorded under another of the person's ids. Under one id they are two.
    fn is_twin_of(&self, other: &Self) -> bool {
        let what = |held: &Self| {
            let Credential { voided, kind, grade, rank, obtained_on, .. } = held.fact;
            (voided.is_none(), kind, grade, rank, obtained_on)
        };
        self.fact.voided.is_none() && self.under != other.under && what(self) == what(other)
    }
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
    /// Takes in what the event `id` says of the person. Answers what it takes back.
    pub fn enter(&mut self, teacher: TeacherId, id: EventId, entry: &Entry) -> Vec<Flag> {
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
                self.credentials.insert(id, Held { under: teacher, fact: credential });
            }
            Entry::CredentialWithdrawn { credential, on } => {
                if let Some(known) = self.credentials.get_mut(credential) {
                    known.fact.withdrawn_on = Some(*on);
                }
                let withdrawn = self.one_with(*credential);
                return withdrawn.map(|one| Flag { fact: one.fact.fact, by: id, from: Some(*on) }).collect();
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
        Vec::new()
    }

    /// A fact is voided, if it is one of these.
    pub fn void(&mut self, fact: EventId, by: EventId) {
        let voided = [
            self.credentials.get_mut(&fact).map(|one| &mut one.fact.voided),
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
            credentials: self.credentials().collect(),
            achievements: self.achievements().cloned().collect(),
            enterprise_work: self.enterprise_work.values().cloned().collect(),
            judgements: self.judgements.values().cloned().collect(),
            breaches: self.breaches.values().cloned().collect(),
            ..facts
        }
    }

    /// A credential, and those that are the same one.
    fn one_with(&self, credential: EventId) -> impl Iterator<Item = &Held> {
        let named = self.credentials.get(&credential);
        let is_one = move |one: &&Held| named.is_some_and(|named| one.fact.fact == credential || one.is_twin_of(named));
        self.credentials.values().filter(is_one)
    }

    /// The credentials. One that was recorded under several ids is withdrawn under all of them, from the first of the days.
    fn credentials(&self) -> impl Iterator<Item = Credential> {
        self.credentials.values().map(|one| {
            let withdrawn_on = self.one_with(one.fact.fact).filter_map(|same| same.fact.withdrawn_on).min();
            Credential { withdrawn_on, ..one.fact.clone() }
        })
    }

    fn achievements(&self) -> impl Iterator<Item = &Achievement> {
        let known = || self.achievements.values();
        known().filter(move |one| !known().any(|other| one.is_twin_of(other))).map(|one| &one.fact)
    }
}

#[cfg(test)]
mod tests {
    use events::Credential as Record;
    use kernel::vocabulary::{CredentialKind, Level, SkillGrade};
    use kernel::{CommandId, Day, RecognitionId};

    use super::*;
    use crate::ledger::Ledger;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn id(number: usize) -> EventId {
        EventId::of(CommandId::derived("merits"), number)
    }

    /// Facts of one person, with the number of the entry of the register that each event is recorded under.
    fn facts(events: &[(usize, Entry)]) -> Facts {
        let teacher = |number: usize| TeacherId::new(id(1_000 + number).uuid());
        let events = events.iter().enumerate();
        Ledger::of(events.map(|(at, (under, entry))| (at as u64, teacher(*under), id(at), entry)).collect()).facts()
    }

    fn skill_grade(grade: u8) -> Entry {
        Entry::Credential(Record {
            kind: CredentialKind::SkillGrade,
            obtained_on: day("2015-06-01"),
            grade: SkillGrade::try_from(grade).ok(),
            rank: None,
            number: None,
            sealed_number: None,
        })
    }

    fn withdrawn(credential: usize, on: &str) -> Entry {
        Entry::CredentialWithdrawn { credential: id(credential), on: day(on) }
    }

    fn recognised(evidence: &[usize]) -> Entry {
        Entry::Granted {
            recognition: RecognitionId::new(id(2_000).uuid()),
            level: Level::Junior,
            on: day("2023-02-01"),
            review_due: day("2028-01-31"),
            evidence: evidence.iter().map(|number| id(*number)).collect(),
            by_own_hand: false,
        }
    }

    fn ends(facts: &Facts) -> Vec<Option<Day>> {
        let end = |number| facts.credentials.iter().find(|one| one.fact == id(number)).map(|one| one.withdrawn_on);
        (0..facts.credentials.len()).filter_map(end).collect()
    }

    fn flags(facts: &Facts) -> Vec<Flag> {
        facts.recognitions.iter().flat_map(|one| one.flags.clone()).collect()
    }

    #[test]
    fn a_withdrawal_under_one_entry_holds_for_the_same_credential_under_another() {
        let first = Some(day("2025-06-01"));
        let twice = [(1, skill_grade(3)), (2, skill_grade(3))];
        let one = facts(&[twice.as_slice(), &[(1, withdrawn(0, "2025-06-01"))]].concat());
        assert_eq!(ends(&one), [first, first]);
        let both = [(1, withdrawn(0, "2025-09-01")), (2, withdrawn(1, "2025-06-01"))];
        assert_eq!(ends(&facts(&[twice, both].concat())), [first, first]);
    }

    #[test]
    fn a_withdrawal_holds_for_no_other_credential() {
        let first = Some(day("2025-06-01"));
        let withdrawal = (1, withdrawn(0, "2025-06-01"));
        let of_other_grade = [(1, skill_grade(3)), (2, skill_grade(2)), withdrawal.clone()];
        assert_eq!(ends(&facts(&of_other_grade)), [first, None]);
        let under_the_same_entry = [(1, skill_grade(3)), (1, skill_grade(3)), withdrawal.clone()];
        assert_eq!(ends(&facts(&under_the_same_entry)), [first, None]);
        let voided = [(1, skill_grade(3)), (2, skill_grade(3)), withdrawal, (1, Entry::Voided { fact: id(0) })];
        assert_eq!(ends(&facts(&voided)), [first, None]);
    }

    #[test]
    fn a_recognition_that_stands_on_a_credential_is_flagged_when_the_same_is_withdrawn_under_another_entry() {
        let entries =
            [(1, skill_grade(3)), (2, skill_grade(3)), (2, recognised(&[1])), (1, withdrawn(0, "2025-06-01"))];
        assert_eq!(flags(&facts(&entries)), [Flag { fact: id(1), by: id(3), from: Some(day("2025-06-01")) }]);
    }

    #[test]
    fn a_withdrawn_fact_flags_from_its_day_on_and_a_voided_one_every_day() {
        let stood_on = [(1, skill_grade(3)), (1, recognised(&[0]))];
        let withdrawn = facts(&[stood_on.as_slice(), &[(1, withdrawn(0, "2025-06-01"))]].concat());
        assert_eq!(flags(&withdrawn), [Flag { fact: id(0), by: id(2), from: Some(day("2025-06-01")) }]);
        let voided = facts(&[stood_on.as_slice(), &[(1, Entry::Voided { fact: id(0) })]].concat());
        assert_eq!(flags(&voided), [Flag { fact: id(0), by: id(2), from: None }]);
    }
}

//! Identities: entries of the register that turned out to be one person, until they turn out not to be.

use std::collections::{BTreeMap, BTreeSet};

use eventlog::{Failure, Row};
use kernel::{EventId, TeacherId};

/// A decision that two entries are one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    pub event: EventId,
    pub position: u64,
    pub keeper: TeacherId,
    pub other: TeacherId,
    /// Where it was taken back, if it was.
    pub undone: Option<u64>,
}

impl Merge {
    /// The merge in a row of the table of merges.
    pub(crate) fn of(row: &Row) -> Result<Self, Failure> {
        let undone = row.opt_int(4)?.and_then(|position| u64::try_from(position).ok());
        Ok(Self { event: row.parse(0)?, position: row.count(1)?, keeper: row.parse(2)?, other: row.parse(3)?, undone })
    }

    fn stands(&self, known: u64) -> bool {
        self.position <= known && self.undone.is_none_or(|undone| undone > known)
    }
}

/// Which entries are one person, as known at a position. Most stand alone and are not in here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identities {
    keepers: BTreeMap<TeacherId, TeacherId>,
    groups: BTreeMap<TeacherId, BTreeSet<TeacherId>>,
}

impl Identities {
    /// Puts the merges together that stand at a position. Being the same person holds in both directions and over
    /// several steps: whoever is taken in brings along whom they had taken in, and whoever had taken them in.
    pub(crate) fn at(known: u64, merges: impl IntoIterator<Item = Merge>) -> Self {
        let mut standing: Vec<Merge> = merges.into_iter().filter(|merge| merge.stands(known)).collect();
        standing.sort_unstable_by_key(|merge| merge.position);
        let mut identities = Self::default();
        for merge in standing {
            let (into, from) = (identities.keeper(merge.keeper), identities.keeper(merge.other));
            if into != from {
                let joining = identities.groups.remove(&from).unwrap_or_else(|| BTreeSet::from([from]));
                identities.keepers.extend(joining.iter().map(|member| (*member, into)));
                identities.groups.entry(into).or_insert_with(|| BTreeSet::from([into])).extend(joining);
            }
        }
        identities
    }

    /// The entry that stands for the person: itself, mostly.
    pub(crate) fn keeper(&self, teacher: TeacherId) -> TeacherId {
        self.keepers.get(&teacher).copied().unwrap_or(teacher)
    }

    /// Every entry of the person whom this one stands for; none when it stands alone or for nobody.
    pub(crate) fn group(&self, keeper: TeacherId) -> Option<&BTreeSet<TeacherId>> {
        self.groups.get(&keeper)
    }

    /// Every entry of the person to whom this one belongs.
    pub(crate) fn person(&self, teacher: TeacherId) -> BTreeSet<TeacherId> {
        self.group(self.keeper(teacher)).cloned().unwrap_or_else(|| BTreeSet::from([teacher]))
    }
}

#[cfg(test)]
mod tests {
    use kernel::CommandId;

    use super::*;

    fn teacher(name: &str) -> TeacherId {
        TeacherId::new(CommandId::derived(name).uuid())
    }

    fn merge(position: u64, keeper: &str, other: &str, undone: Option<u64>) -> Merge {
        let event = EventId::of(CommandId::derived("merge"), usize::try_from(position).unwrap());
        Merge { event, position, keeper: teacher(keeper), other: teacher(other), undone }
    }

    #[test]
    fn who_is_taken_in_brings_along_whom_they_had_taken_in() {
        let merges = [merge(1, "b", "c", None), merge(2, "a", "b", Some(3))];
        let at = |known| Identities::at(known, merges);
        assert_eq!(at(0).keeper(teacher("c")), teacher("c"));
        assert_eq!(at(1).keeper(teacher("c")), teacher("b"));
        assert_eq!(at(2).keeper(teacher("c")), teacher("a"));
        assert_eq!(at(2).person(teacher("b")).len(), 3);
        assert_eq!(at(3).keeper(teacher("c")), teacher("b"));
        assert_eq!(at(3).group(teacher("a")), None);
    }

    #[test]
    fn two_that_took_each_other_in_are_one_person_with_one_keeper() {
        let both = Identities::at(9, [merge(1, "a", "b", None), merge(2, "b", "a", None)]);
        assert_eq!((both.keeper(teacher("a")), both.keeper(teacher("b"))), (teacher("a"), teacher("a")));
        let later = Identities::at(9, [merge(1, "a", "b", Some(5)), merge(2, "b", "a", None)]);
        assert_eq!((later.keeper(teacher("a")), later.keeper(teacher("b"))), (teacher("b"), teacher("b")));
    }
}

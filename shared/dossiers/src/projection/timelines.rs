//! Timelines: what an event changes for those it is about, drawn anew person by person.

use std::borrow::Cow;
use std::collections::BTreeSet;

use kernel::{EventId, SiteId, TeacherId};
use standards::{Contradiction, Places};

use super::desk::Desk;
use super::identities::{Identities, Merge};
use super::sheet::{Stretch, draw, fold_approvals, steps};
use super::watching::When;
use crate::ledger::Ledger;
use crate::{Profile, ProfileId};

impl Desk {
    /// From here on two entries are one person. Answers whose timelines that changes.
    pub(super) fn merge(&mut self, merge: Merge) -> BTreeSet<TeacherId> {
        let mut affected = self.identities.person(merge.keeper);
        affected.extend(self.identities.person(merge.other));
        self.merges.insert(merge.event, merge);
        self.identify(merge.position, merge.event, &affected);
        affected
    }

    /// From here on they are not. Answers whose timelines that changes. A merge is taken back where it was decided;
    /// the first time counts.
    pub(super) fn unmerge(&mut self, position: u64, keeper: TeacherId, event: EventId) -> BTreeSet<TeacherId> {
        let affected = self.identities.person(keeper);
        let Some(merge) = self.merges.get_mut(&event) else { return BTreeSet::new() };
        if merge.keeper != keeper || merge.undone.is_some() {
            return BTreeSet::new();
        }
        merge.undone = Some(position);
        self.identify(position, event, &affected);
        affected
    }

    fn identify(&mut self, position: u64, event: EventId, affected: &BTreeSet<TeacherId>) {
        self.identities = Identities::at(position, self.merges.values().copied());
        self.added.merges.insert(event);
        for teacher in affected {
            let keeper = Some(self.identities.keeper(*teacher)).filter(|keeper| keeper != teacher);
            self.added.keepers.insert(*teacher, keeper);
        }
    }

    /// Draws the timelines of those affected anew, notes where they are present now, and keeps what that changes in
    /// the sums at this position. Whoever has been taken in by another has no timeline of their own, and is present
    /// where the person is.
    pub(super) fn redraw(&mut self, when: When, affected: &BTreeSet<TeacherId>) {
        let people: BTreeSet<TeacherId> =
            affected.iter().flat_map(|teacher| self.identities.person(*teacher)).collect();
        for teacher in people {
            let keeper = self.identities.keeper(teacher);
            let Some(present) = self.ledger(keeper).map(|ledger| ledger.present()) else { continue };
            let (drawn, contradictions) = if keeper == teacher { self.drawn(teacher) } else { Default::default() };
            self.watch(teacher, when, contradictions);
            let Some(sheet) = self.sheets.get_mut(&teacher) else { continue };
            sheet.moved |= sheet.present != present;
            sheet.present = present;
            let stretches: Vec<Stretch> = drawn.iter().map(|(stretch, _)| *stretch).collect();
            if sheet.drawn == stretches {
                continue;
            }
            let before = std::mem::replace(&mut sheet.drawn, stretches.clone());
            for ((day, profile, mark), delta) in steps(&before, &stretches) {
                *self.steps.entry((when.position, day, profile, mark)).or_insert(0) += delta;
            }
            let known: BTreeSet<ProfileId> = before.iter().map(|stretch| stretch.profile).collect();
            let new = drawn.into_iter().filter(|(stretch, _)| !known.contains(&stretch.profile));
            self.added.profiles.extend(new.map(|(stretch, profile)| (stretch.profile, profile)));
            self.tell(teacher, when, &before, &stretches);
        }
    }

    /// The timeline of the person for whom an entry stands, with what is held in each stretch, and what contradicts
    /// itself.
    fn drawn(&self, keeper: TeacherId) -> (Vec<(Stretch, Profile)>, BTreeSet<Contradiction>) {
        let Some(ledger) = self.ledger(keeper) else { return Default::default() };
        let (facts, places) = (ledger.facts(), self.places(&ledger));
        (draw(&facts, &places, &self.rulebook), standards::contradictions(&facts, &places))
    }

    /// The sites and schools that a ledger names.
    pub(super) fn places(&self, ledger: &Ledger) -> Places {
        let sites: BTreeSet<SiteId> = ledger.sites().collect();
        let events_of = |site| self.approvals.get(&site).map(Vec::as_slice).unwrap_or_default();
        let approvals = sites
            .into_iter()
            .map(|site| (site, fold_approvals(events_of(site).iter().map(|(id, event)| (*id, event)))));
        let school = |school| Some((school, *self.schools.get(&school)?));
        Places { approvals: approvals.collect(), schools: ledger.schools().filter_map(school).collect() }
    }

    /// The ledger of the person for whom an entry stands: its own, or that of everything recorded under any of the
    /// person's ids.
    pub(super) fn ledger(&self, keeper: TeacherId) -> Option<Cow<'_, Ledger>> {
        let Some(group) = self.identities.group(keeper) else {
            return self.sheets.get(&keeper).map(|sheet| Cow::Borrowed(&sheet.ledger));
        };
        let of_one = |member: &TeacherId| {
            let entries = self.sheets.get(member).map(|sheet| sheet.entries.as_slice()).unwrap_or_default();
            let member = *member;
            entries.iter().map(move |(position, id, entry)| (*position, member, *id, entry))
        };
        Some(Cow::Owned(Ledger::of(group.iter().flat_map(of_one).collect())))
    }
}

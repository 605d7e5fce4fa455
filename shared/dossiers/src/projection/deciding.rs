//! What decisions make of the desk: rule packs, and recognitions with the facts they stand on.

use std::collections::BTreeSet;
use std::sync::Arc;

use eventlog::Failure;
use events::{PackEvent, RecognitionEvent};
use kernel::vocabulary::Level;
use kernel::{Agent, Day, EventId, PackId, RecognitionId, TeacherId};
use standards::{Node, Rulebook, Verdict};

use super::desk::Desk;
use super::packs::{PackOnFile, edition};
use crate::Entry;

impl Desk {
    /// Takes in what happened to a recognition. Answers whom it is about.
    pub(super) fn recognition(
        &mut self,
        (position, id): (u64, EventId),
        agent: &Agent,
        recognition: RecognitionId,
        event: &RecognitionEvent,
    ) -> Result<BTreeSet<TeacherId>, Failure> {
        if let RecognitionEvent::Applied { teacher, .. } | RecognitionEvent::LegacyRecorded { teacher, .. } = event {
            self.recognitions.insert(recognition, *teacher);
        }
        let Some(teacher) = self.recognitions.get(&recognition).copied() else {
            return Err(Failure::unreadable("a recognition", "it was decided before it was applied for"));
        };
        let own = self.agents.get(agent).map(|own| self.identities.keeper(*own));
        let by_own_hand = own == Some(self.identities.keeper(teacher));
        let Some(entry) = self.entry_of(recognition, (teacher, by_own_hand), event) else { return Ok(BTreeSet::new()) };
        self.enter(position, id, teacher, &entry)?;
        Ok(BTreeSet::from([teacher]))
    }

    fn entry_of(
        &self,
        recognition: RecognitionId,
        (teacher, by_own_hand): (TeacherId, bool),
        event: &RecognitionEvent,
    ) -> Option<Entry> {
        Some(match event {
            RecognitionEvent::Applied { pack, evidence, .. } => {
                Entry::Applied { recognition, pack: *pack, evidence: evidence.clone() }
            }
            RecognitionEvent::Granted { on, level, review_due, cut_off, .. } => {
                let evidence = self.evidence(recognition, teacher, *level, cut_off.unwrap_or(*on));
                Entry::Granted { recognition, level: *level, on: *on, review_due: *review_due, evidence, by_own_hand }
            }
            RecognitionEvent::LegacyRecorded { on, level, review_due, .. } => Entry::Granted {
                recognition,
                level: *level,
                on: *on,
                review_due: *review_due,
                evidence: vec![],
                by_own_hand,
            },
            RecognitionEvent::Reviewed { on, review_due } => {
                Entry::Reviewed { recognition, on: *on, review_due: *review_due }
            }
            RecognitionEvent::Lowered { on, level, review_due, .. } => {
                Entry::Continued { recognition, on: *on, level: Some(*level), review_due: Some(*review_due) }
            }
            RecognitionEvent::Revoked { on, .. } => Entry::Revoked { recognition, on: *on },
            RecognitionEvent::Reinstated { on, .. } => {
                Entry::Continued { recognition, on: *on, level: None, review_due: None }
            }
            RecognitionEvent::Refused { .. }
            | RecognitionEvent::AppealLodged { .. }
            | RecognitionEvent::AppealResolved { .. } => return None,
        })
    }

    /// The facts that a grant stands on: those that the application named, or else those that counted for the level by
    /// the pack it was to be judged by, to the day up to which evidence was looked at.
    fn evidence(&self, recognition: RecognitionId, teacher: TeacherId, level: Level, on: Day) -> Vec<EventId> {
        let keeper = self.identities.keeper(teacher);
        let Some(ledger) = self.ledger(keeper) else { return Vec::new() };
        let Some(application) = ledger.application(recognition) else { return Vec::new() };
        if !application.evidence.is_empty() {
            return application.evidence.clone();
        }
        let named = |pack: &&standards::Pack| PackId::of_version(&pack.name, pack.version) == application.pack;
        let Some(pack) = self.rulebook.packs().iter().find(named) else { return Vec::new() };
        let assessment = standards::assess(&ledger.facts(), &self.places(&ledger), pack, on);
        let mut counted = BTreeSet::new();
        for level in assessment.levels.iter().filter(|one| one.level == level) {
            push_counted(&level.tree, &mut counted);
        }
        counted.into_iter().collect()
    }

    /// Takes in what happened to a pack.
    pub(super) fn pack(&mut self, position: u64, pack: PackId, event: &PackEvent) -> Result<(), Failure> {
        let name = pack.to_string();
        match event {
            PackEvent::Published { content, .. } => {
                let read = self.shelf.read(content).map_err(|fault| Failure::unreadable("a pack", fault))?;
                let digest = read.digest.clone();
                self.shelf.put(read);
                self.packs.push(PackOnFile { position, digest: digest.clone(), retired: None });
                self.commons.packs.push((name, position, digest, content.clone()));
            }
            PackEvent::Retired { on, .. } => {
                let named = |known: &standards::Pack| PackId::of_version(&known.name, known.version) == pack;
                let place = self.shelf.packs().iter().position(named);
                if let Some(on_file) = place.and_then(|place| self.packs.get_mut(place)) {
                    on_file.retired = Some((position, *on));
                }
                self.commons.retired.push((name, position, *on));
            }
        }
        let last_days = edition(&self.packs, position).into_iter().map(|(_, last_day)| last_day);
        self.rulebook = Arc::new(Rulebook::of(self.shelf.packs().iter().cloned().zip(last_days)));
        Ok(())
    }
}

/// The facts that count for what is met of a rule.
fn push_counted(node: &Node, counted: &mut BTreeSet<EventId>) {
    match node {
        Node::Group(group) => group.of.iter().for_each(|part| push_counted(part, counted)),
        Node::Criterion(criterion) if criterion.verdict == Verdict::Met => {
            counted.extend(criterion.counted.iter().map(|one| one.fact));
        }
        Node::Criterion(_) => {}
    }
}

//! Building dossiers in one go: everything about some thousand people at a time, with nothing on file about them yet.
//!
//! What an event tells of one person depends on that person's sheet, and on sites, schools, packs and sessions. So the
//! events of a person, with those of what is nobody's own in between, leave the same rows whoever else is on the desk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use eventlog::{Builder, Failure, Heap, Piles, Recorded, Room, SortedPiles, ViewError, ViewTx};
use events::{AccountEvent, OrganisationEvent, PlacementEvent, RecognitionEvent, SessionEvent, TeacherEvent};
use kernel::{OrganisationId, PlacementId, RecognitionId, SessionId, TeacherId};
use standards::SchoolPlace;

use super::commons::Commons;
use super::desk::Desk;
use super::file::to_json;
use super::happening::{Happening, What};

/// The kind of the one event of a teacher's own that names another.
const MERGED: &str = "identities_merged";

/// The tables that do not begin with the teacher.
const HEAPS: [Heap; 12] = [
    Heap { table: "step", in_order: include_str!("../sql/steps_in_order.sql") },
    Heap { table: "seat", in_order: "select distinct * from seat order by profile, ordinal" },
    Heap { table: "change", in_order: "select * from change order by position, teacher, kind" },
    Heap { table: "contradiction", in_order: "select * from contradiction order by position, teacher, ordinal" },
    Heap {
        table: "contradiction_site",
        in_order: "select distinct * from contradiction_site order by site, position, teacher, ordinal",
    },
    Heap { table: "visitor", in_order: "select * from visitor order by site, teacher" },
    Heap { table: "session_member", in_order: "select * from session_member order by session, teacher" },
    Heap { table: "employed", in_order: "select * from employed order by school, staff_number, teacher" },
    Heap { table: "present", in_order: "select * from present order by organisation, teacher" },
    Heap { table: "placement", in_order: "select * from placement order by placement" },
    Heap { table: "recognition", in_order: "select * from recognition order by recognition" },
    Heap { table: "application", in_order: "select * from application order by recognition" },
];

/// At most, measured on simulated registries: 321, 530 and 190.
const ROOM: Room = Room { piles: 400, view: 700, heaps: 300 };

/// So many sessions are filed at a time.
const SESSIONS: usize = 1_000;

/// Builds dossiers from nothing.
#[derive(Default)]
pub(super) struct DossierBuilder {
    /// What may concern anybody: sites and packs, in order.
    world: Vec<Arc<Happening>>,
    /// Where schools lie, which never changes.
    schools: BTreeMap<OrganisationId, SchoolPlace>,
    /// That a session is scheduled, or void.
    sessions: BTreeMap<SessionId, Vec<Arc<Happening>>>,
    placements: BTreeMap<PlacementId, TeacherId>,
    recognitions: BTreeMap<RecognitionId, TeacherId>,
    /// What is filed of schools and sites.
    commons: Commons,
}

#[async_trait]
impl Builder for DossierBuilder {
    fn sort(&mut self, event: &Recorded, piles: &mut Piles) -> Result<(), ViewError> {
        if event.is::<TeacherEvent>() && event.kind != MERGED {
            // Nothing else in it says where it belongs.
            return Ok(piles.put(event.stream.id(), event.position, &Happening::line(event, &event.payload)?)?);
        }
        let happening = Happening::of(event)?;
        let about = match &happening.what {
            What::Teacher(teacher, event) => {
                if let TeacherEvent::IdentitiesMerged { other, .. } = event {
                    piles.put_together([teacher.uuid(), other.uuid()]);
                }
                *teacher
            }
            What::Session(_, SessionEvent::Held { on, roster }) => {
                for attendance in roster {
                    let own = SessionEvent::Held { on: *on, roster: vec![*attendance] };
                    piles.put(
                        attendance.teacher.uuid(),
                        event.position,
                        &Happening::line(event, to_json(&own)?.as_bytes())?,
                    )?;
                }
                return Ok(());
            }
            What::Session(_, SessionEvent::RosterAmended { teacher, .. }) => *teacher,
            What::Session(session, SessionEvent::Scheduled(_) | SessionEvent::Voided { .. }) => {
                let session = *session;
                self.sessions.entry(session).or_default().push(Arc::new(happening));
                return Ok(());
            }
            What::Placement(placement, PlacementEvent::Started { teacher, .. }) => {
                self.placements.insert(*placement, *teacher);
                *teacher
            }
            What::Placement(placement, _) => {
                let started = self.placements.get(placement).copied();
                started.ok_or_else(|| Failure::unreadable("a placement", "it went on before it started"))?
            }
            What::Recognition(recognition, event) => {
                if let RecognitionEvent::Applied { teacher, .. } | RecognitionEvent::LegacyRecorded { teacher, .. } =
                    event
                {
                    self.recognitions.insert(*recognition, *teacher);
                }
                let begun = self.recognitions.get(recognition).copied();
                begun.ok_or_else(|| Failure::unreadable("a recognition", "it was decided before it was applied for"))?
            }
            What::Account(AccountEvent::Opened { person: Some(person), .. }) => *person,
            What::Organisation(organisation, event) => {
                if let OrganisationEvent::Registered { profile, .. } = event {
                    let (province, education_level) = (profile.reporting_province(), profile.education_level);
                    self.schools.insert(*organisation, SchoolPlace { province, education_level });
                }
                return Ok(self.commons.take(&happening)?);
            }
            What::Site(..) | What::Pack(..) => {
                self.commons.take(&happening)?;
                self.world.push(Arc::new(happening));
                return Ok(());
            }
            What::Account(_) | What::Other => return Ok(()),
        };
        Ok(piles.put(about.uuid(), event.position, &Happening::line(event, &event.payload)?)?)
    }

    fn heaps(&self) -> &'static [Heap] {
        &HEAPS
    }

    fn room(&self) -> Room {
        ROOM
    }

    async fn build(mut self: Box<Self>, tx: &mut ViewTx, piles: SortedPiles) -> Result<(), ViewError> {
        // Whoever is asked for from here on is on a pile.
        (self.placements, self.recognitions) = Default::default();
        let mut piles = piles.read(Happening::read);
        while let Some(pile) = piles.next().await? {
            self.take_in(tx, pile).await?;
            tx.keep_so_far().await?;
        }
        Ok(self.file_world(tx).await?)
    }
}

impl DossierBuilder {
    /// Takes in everything about the people of a pile.
    async fn take_in(&self, tx: &mut ViewTx, pile: Vec<Happening>) -> Result<(), Failure> {
        let mut commons = Commons::default();
        pile.iter().try_for_each(|happening| commons.take(happening))?;
        let own = as_recorded(pile);
        let sessions: BTreeSet<SessionId> = own
            .iter()
            .filter_map(|happening| match happening.what {
                What::Session(session, _) => Some(session),
                _ => None,
            })
            .collect();
        let sessions = sessions.iter().filter_map(|session| self.sessions.get(session)).flatten().cloned();
        let mut page: Vec<Arc<Happening>> =
            self.world.iter().cloned().chain(sessions).chain(own.into_iter().map(Arc::new)).collect();
        page.sort_unstable_by_key(|happening| happening.position);
        let (desk, people) = Desk::blank(&page);
        let desk = Desk { schools: self.schools.clone(), commons, ..desk };
        desk.share_out(tx, people, page).await
    }

    /// Files what is nobody's own.
    async fn file_world(self, tx: &mut ViewTx) -> Result<(), Failure> {
        let mut desk = Desk { commons: self.commons, ..Desk::default() };
        for happening in &self.world {
            if let What::Pack(pack, event) = &happening.what {
                desk.pack(happening.position, *pack, event)?;
            }
        }
        desk.file_commons(tx).await?;
        let mut sessions = self.sessions;
        let mut some = BTreeMap::new();
        while let Some((session, told)) = sessions.pop_first() {
            if let Some(What::Session(_, SessionEvent::Scheduled(programme))) = told.first().map(|first| &first.what) {
                some.insert(session, to_json(programme)?);
            }
            if some.len() == SESSIONS || sessions.is_empty() {
                let commons = Commons { sessions: std::mem::take(&mut some), ..Commons::default() };
                Desk { commons, ..Desk::default() }.file_commons(tx).await?;
            }
        }
        Ok(())
    }
}

/// The events as they were recorded: a roster is on the piles line by line.
fn as_recorded(pile: Vec<Happening>) -> Vec<Happening> {
    let mut own: Vec<Happening> = Vec::with_capacity(pile.len());
    for happening in pile {
        if let Some(last) = own.last_mut().filter(|last| last.position == happening.position)
            && let What::Session(_, SessionEvent::Held { roster, .. }) = &mut last.what
            && let What::Session(_, SessionEvent::Held { roster: more, .. }) = happening.what
        {
            roster.extend(more);
        } else {
            own.push(happening);
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use kernel::{Day, DomainEvent, Reason};

    use super::*;

    #[test]
    fn a_merge_is_told_by_its_kind() {
        let other = TeacherId::new(uuid::Uuid::from_u128(1));
        let reason = Reason::parse("an invented reason").unwrap();
        let merged = TeacherEvent::IdentitiesMerged { on: Day::parse("2026-01-01").unwrap(), other, reason };
        assert_eq!(merged.kind(), MERGED);
    }
}

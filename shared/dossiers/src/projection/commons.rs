//! What a page adds that is nobody's own: taken from its events once, however many shares its people make up.

use std::collections::BTreeMap;

use eventlog::Failure;
use events::{
    AccountEvent, OrganisationEvent, OrganisationProfile, PlacementEvent, RecognitionEvent, SessionEvent, SiteEvent,
    SiteProfile,
};
use kernel::{Agent, Day, EventId, Name, OrganisationId, PlacementId, RecognitionId, SessionId, SiteId, TeacherId};

use super::applications::{Applied, OPEN, Outcome};
use super::file::to_json;
use super::happening::{Happening, What};

/// What is new and nobody's own, to be filed.
#[derive(Debug, Clone, Default)]
pub(super) struct Commons {
    pub schools: BTreeMap<OrganisationId, OrganisationProfile>,
    pub renamed: Vec<(OrganisationId, Name)>,
    pub sites: BTreeMap<SiteId, SiteProfile>,
    pub approvals: Vec<(SiteId, u64, EventId, String)>,
    pub sessions: BTreeMap<SessionId, String>,
    pub placements: BTreeMap<PlacementId, TeacherId>,
    pub recognitions: BTreeMap<RecognitionId, TeacherId>,
    pub applications: BTreeMap<RecognitionId, Applied>,
    /// What became of applications of before, in order.
    pub decided: Vec<(RecognitionId, Outcome)>,
    /// Packs are read before they are filed, which the desk does.
    pub packs: Vec<(String, u64, String, String)>,
    pub retired: Vec<(String, u64, Day)>,
    pub agents: BTreeMap<Agent, TeacherId>,
}

impl Commons {
    /// Takes from an event what is nobody's own.
    pub fn take(&mut self, happening: &Happening) -> Result<(), Failure> {
        let Happening { position, id, .. } = happening;
        match &happening.what {
            What::Organisation(organisation, event) => self.organisation(*organisation, event),
            What::Site(site, event) => {
                if let SiteEvent::Approved { profile, .. } = event {
                    self.sites.insert(*site, profile.clone());
                }
                self.approvals.push((*site, *position, *id, to_json(event)?));
            }
            What::Session(session, SessionEvent::Scheduled(programme)) => {
                self.sessions.insert(*session, to_json(programme)?);
            }
            What::Placement(placement, PlacementEvent::Started { teacher, .. }) => {
                self.placements.insert(*placement, *teacher);
            }
            What::Recognition(recognition, event) => self.recognition(*recognition, event),
            What::Account(AccountEvent::Opened { agent, person: Some(person), .. }) => {
                self.agents.insert(agent.clone(), *person);
            }
            What::Teacher(..)
            | What::Session(..)
            | What::Placement(..)
            | What::Pack(..)
            | What::Account(_)
            | What::Other => {}
        }
        Ok(())
    }

    fn organisation(&mut self, organisation: OrganisationId, event: &OrganisationEvent) {
        match event {
            OrganisationEvent::Registered { profile, .. } => {
                self.schools.insert(organisation, profile.clone());
            }
            OrganisationEvent::Renamed { name, .. } => match self.schools.get_mut(&organisation) {
                Some(profile) => profile.name = name.clone(),
                None => self.renamed.push((organisation, name.clone())),
            },
            OrganisationEvent::Merged { .. }
            | OrganisationEvent::Closed { .. }
            | OrganisationEvent::HeadcountReported { .. }
            | OrganisationEvent::EnrolmentReported { .. } => {}
        }
    }

    fn recognition(&mut self, recognition: RecognitionId, event: &RecognitionEvent) {
        if let Some(outcome) = Outcome::of(event) {
            match self.applications.get_mut(&recognition) {
                Some(applied) => applied.come_to(outcome),
                None => self.decided.push((recognition, outcome)),
            }
        }
        if let RecognitionEvent::Applied { on, teacher, level, pack, .. } = event {
            let applied = Applied { teacher: *teacher, level: *level, pack: *pack, on: *on, state: OPEN };
            self.applications.insert(recognition, applied);
        }
        if let RecognitionEvent::Applied { teacher, .. } | RecognitionEvent::LegacyRecorded { teacher, .. } = event {
            self.recognitions.insert(recognition, *teacher);
        }
    }
}

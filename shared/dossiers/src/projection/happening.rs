//! An event with its own type, its stream's id and its place in the log.

use eventlog::{Failure, Recorded};
use events::{
    AccountEvent, OrganisationEvent, PackEvent, PlacementEvent, RecognitionEvent, SessionEvent, SiteEvent, TeacherEvent,
};
use kernel::{
    Agent, Day, DomainEvent, EventId, OrganisationId, PackId, PlacementId, RecognitionId, SessionId, SiteId, TeacherId,
};

/// What happened, where in the log, under which id.
pub(super) struct Happening {
    pub position: u64,
    pub id: EventId,
    /// The organisation for which it was recorded.
    pub by: Option<OrganisationId>,
    /// The account that recorded it.
    pub agent: Agent,
    /// The day on which the log took it.
    pub day: Day,
    pub what: What,
}

/// An event of one of the categories that dossiers are made of.
pub(super) enum What {
    Organisation(OrganisationId, OrganisationEvent),
    Site(SiteId, SiteEvent),
    Teacher(TeacherId, TeacherEvent),
    Session(SessionId, SessionEvent),
    Placement(PlacementId, PlacementEvent),
    Recognition(RecognitionId, RecognitionEvent),
    Pack(PackId, PackEvent),
    Account(AccountEvent),
    /// A category that dossiers are not made of.
    Other,
}

impl Happening {
    pub fn of(recorded: &Recorded) -> Result<Self, Failure> {
        let id = recorded.stream.id();
        let what = match recorded.stream.category() {
            OrganisationEvent::CATEGORY => What::Organisation(OrganisationId::new(id), recorded.event()?),
            SiteEvent::CATEGORY => What::Site(SiteId::new(id), recorded.event()?),
            TeacherEvent::CATEGORY => What::Teacher(TeacherId::new(id), recorded.event()?),
            SessionEvent::CATEGORY => What::Session(SessionId::new(id), recorded.event()?),
            PlacementEvent::CATEGORY => What::Placement(PlacementId::new(id), recorded.event()?),
            RecognitionEvent::CATEGORY => What::Recognition(RecognitionId::new(id), recorded.event()?),
            PackEvent::CATEGORY => What::Pack(PackId::new(id), recorded.event()?),
            AccountEvent::CATEGORY => What::Account(recorded.event()?),
            _ => What::Other,
        };
        let (agent, day) = (recorded.actor.agent.clone(), recorded.recorded_at.day());
        Ok(Self { position: recorded.position.0, id: recorded.id, by: recorded.actor.organisation, agent, day, what })
    }
}

//! An event with its own type, its stream's id and its place in the log.

use eventlog::{Failure, Position, Recorded};
use events::{
    AccountEvent, OrganisationEvent, PackEvent, PlacementEvent, RecognitionEvent, SessionEvent, SiteEvent, TeacherEvent,
};
use kernel::{
    Agent, Day, DomainEvent, EventId, OrganisationId, PackId, PlacementId, RecognitionId, SessionId, SiteId, TeacherId,
};
use uuid::Uuid;

use super::file::to_json;

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

impl What {
    fn parse(category: &str, id: Uuid, payload: &[u8]) -> Result<Self, serde_json::Error> {
        use serde_json::from_slice;
        Ok(match category {
            OrganisationEvent::CATEGORY => Self::Organisation(OrganisationId::new(id), from_slice(payload)?),
            SiteEvent::CATEGORY => Self::Site(SiteId::new(id), from_slice(payload)?),
            TeacherEvent::CATEGORY => Self::Teacher(TeacherId::new(id), from_slice(payload)?),
            SessionEvent::CATEGORY => Self::Session(SessionId::new(id), from_slice(payload)?),
            PlacementEvent::CATEGORY => Self::Placement(PlacementId::new(id), from_slice(payload)?),
            RecognitionEvent::CATEGORY => Self::Recognition(RecognitionId::new(id), from_slice(payload)?),
            PackEvent::CATEGORY => Self::Pack(PackId::new(id), from_slice(payload)?),
            AccountEvent::CATEGORY => Self::Account(from_slice(payload)?),
            _ => Self::Other,
        })
    }
}

impl Happening {
    pub fn of(recorded: &Recorded) -> Result<Self, Failure> {
        let Recorded { stream, kind, version, .. } = recorded;
        let what = What::parse(stream.category(), stream.id(), &recorded.payload)
            .map_err(|fault| Failure::unreadable(&format!("{kind} in {stream} at version {version}"), fault))?;
        let (agent, day) = (recorded.actor.agent.clone(), recorded.recorded_at.day());
        Ok(Self { position: recorded.position.0, id: recorded.id, by: recorded.actor.organisation, agent, day, what })
    }

    /// Writes an event down as a line, with what it has to say, which may be less than what was recorded.
    pub fn line(recorded: &Recorded, payload: &[u8]) -> Result<Vec<u8>, Failure> {
        let Recorded { id, actor, stream, .. } = recorded;
        let head: Head = (*id, actor.organisation, actor.agent.clone(), recorded.recorded_at.day(), stream.id());
        Ok([to_json(&(head, stream.category()))?.as_bytes(), b"\n", payload].concat())
    }

    /// Reads a line.
    pub fn read(_: Uuid, position: Position, line: &[u8]) -> Result<Self, Failure> {
        let unreadable = |fault: &dyn std::fmt::Display| Failure::unreadable("a line on a pile", fault);
        let end = line.iter().position(|byte| *byte == b'\n').ok_or_else(|| unreadable(&"it has no head"))?;
        let (head, payload) = (&line[..end], &line[end + 1..]);
        let ((id, by, agent, day, stream), category): (Head, String) =
            serde_json::from_slice(head).map_err(|fault| unreadable(&fault))?;
        let what = What::parse(&category, stream, payload).map_err(|fault| unreadable(&fault))?;
        Ok(Self { position: position.0, id, by, agent, day, what })
    }
}

/// Everything in a line but what happened: the event, the organisation, the account, the day and the stream.
type Head = (EventId, Option<OrganisationId>, Agent, Day, Uuid);

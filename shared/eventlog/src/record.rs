//! What is appended, and what is stored of it.

use kernel::{Actor, CommandId, CorrelationId, Day, DomainEvent, EventId, Instant};

use crate::{Expected, Failure, LogPosition, Position, StreamId, Version};

/// Who asks for something, and what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The request: sent again, it names the same events.
    pub command: CommandId,
    /// Who asks.
    pub actor: Actor,
    /// What belongs together.
    pub correlation: CorrelationId,
    /// The event that led to the request, when one did.
    pub causation: Option<EventId>,
    /// The caller's own name for the request, when it gave one.
    pub key: Option<CallerKey>,
}

/// A caller's own name for a request (`Idempotency-Key`). Sent again with the same content, the request is answered
/// as before; with other content it is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerKey {
    /// The name, unique for the caller.
    pub key: String,
    /// A digest of the request's content.
    pub fingerprint: [u8; 32],
}

/// An event to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The stream it goes to.
    pub stream: StreamId,
    /// Its id.
    pub id: EventId,
    /// The name of its kind.
    pub kind: &'static str,
    /// The version of its payload's schema.
    pub schema_version: u16,
    /// The civil date on which it held.
    pub occurred_on: Day,
    /// The payload, stored as it is here.
    pub payload: Vec<u8>,
}

impl NewEvent {
    /// The event `event`, to be written to `stream`.
    ///
    /// # Errors
    /// When the stream is of another category, or the event cannot be written as JSON.
    pub fn of<E: DomainEvent>(stream: &StreamId, id: EventId, event: &E) -> Result<Self, Failure> {
        if stream.category() != E::CATEGORY {
            return Err(Failure::corrupt(format!("an event of {} was meant for {stream}", E::CATEGORY)));
        }
        let payload = serde_json::to_vec(event).map_err(|error| Failure::corrupt(error.to_string()))?;
        let (kind, occurred_on) = (event.kind(), event.occurred_on());
        Ok(Self { stream: stream.clone(), id, kind, schema_version: 1, occurred_on, payload })
    }
}

/// Events that are written together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// Who asks.
    pub context: Context,
    /// What is taken for granted: one entry for each stream that is written to; others may be added and are only
    /// looked at.
    pub expectations: Vec<(StreamId, Expected)>,
    /// The events, in order.
    pub events: Vec<NewEvent>,
}

/// An event as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The partition of the log.
    pub partition: u16,
    /// Its number in the partition.
    pub position: Position,
    /// Its stream.
    pub stream: StreamId,
    /// The version of the stream with it.
    pub version: Version,
    /// Its id.
    pub id: EventId,
    /// The name of its kind.
    pub kind: String,
    /// The version of its payload's schema.
    pub schema_version: u16,
    /// The civil date on which it held in the world.
    pub occurred_on: Day,
    /// When the log took it. Never goes back within a partition.
    pub recorded_at: Instant,
    /// Who recorded it.
    pub actor: Actor,
    /// The request that wrote it.
    pub command: CommandId,
    /// What it belongs together with.
    pub correlation: CorrelationId,
    /// The event that led to it, when one did.
    pub causation: Option<EventId>,
    /// The payload, byte for byte as it was written.
    pub payload: Vec<u8>,
    /// The SHA-256 of all of the above in canonical form, computed when it was written.
    pub hash: [u8; 32],
}

impl Recorded {
    /// The event itself.
    ///
    /// # Errors
    /// When it is of another category, or its payload is no event of it.
    pub fn event<E: DomainEvent>(&self) -> Result<E, Failure> {
        let place = || format!("{} in {} at version {}", self.kind, self.stream, self.version);
        if self.stream.category() != E::CATEGORY {
            return Err(Failure::corrupt(format!("{} was read as {}", place(), E::CATEGORY)));
        }
        serde_json::from_slice(&self.payload).map_err(|error| Failure::corrupt(format!("{}: {error}", place())))
    }

    /// Whether it is an event of `E`'s category.
    pub fn is<E: DomainEvent>(&self) -> bool {
        self.stream.category() == E::CATEGORY
    }
}

/// What an append led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The position of the log that has it: a view that covers it shows it.
    pub position: LogPosition,
    /// The versions of the streams that were written to.
    pub versions: Vec<(StreamId, Version)>,
    /// The ids of the events.
    pub events: Vec<EventId>,
    /// Whether the same request had been answered before.
    pub replayed: bool,
}

impl Receipt {
    /// The version of `stream` with the events of this receipt, when it has any.
    pub fn version(&self, stream: &StreamId) -> Option<Version> {
        self.versions.iter().find(|(written, _)| written == stream).map(|(_, version)| *version)
    }
}

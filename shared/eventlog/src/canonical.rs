//! The canonical form of a stored event, and its hash.
//!
//! The form is the text `shuangshi event 1`, then every field below in this order, each as its length in bytes (four
//! bytes, most significant first) and its bytes. Numbers are eight bytes, most significant first; ids are their sixteen
//! bytes; dates are `2026-11-22`; what is absent has length 0. Two different events therefore never have the same form,
//! and anybody can compute it from a copy of the table, without this program.
//!
//! partition, position, category, stream, version, id, kind, schema version, date of occurrence, instant of recording
//! (microseconds since 1970 UTC), agent, capacity, organisation, command, correlation, causation, encoding of the
//! payload, payload.

use sha2::{Digest, Sha256};

use crate::Recorded;

/// Payloads are JSON in UTF-8, as the writer wrote it.
pub(crate) const ENCODING_JSON: i64 = 0;
/// Hashes are SHA-256 of the form described above.
pub(crate) const ALGORITHM_SHA256: i64 = 1;

/// Opens the form, so that no other data of this registry can have the same bytes.
const OPENING: &[u8] = b"shuangshi event 1";

/// Nearly every form has room in so many bytes, without the payload.
const ROOM: usize = 448;

/// The hash of the event's canonical form. The event's own `hash` is not part of it.
pub(crate) fn hash(event: &Recorded) -> [u8; 32] {
    // Put together first: a digest takes longer over many small pieces than over one.
    let mut form = Vec::with_capacity(ROOM + event.payload.len());
    form.extend_from_slice(OPENING);
    write(event, |field| {
        form.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
        form.extend_from_slice(field);
    });
    Sha256::digest(&form).into()
}

/// Hands out the fields in their order.
fn write(event: &Recorded, mut field: impl FnMut(&[u8])) {
    field(&u64::from(event.partition).to_be_bytes());
    field(&event.position.0.to_be_bytes());
    field(event.stream.category().as_bytes());
    field(event.stream.id().as_bytes());
    field(&event.version.0.to_be_bytes());
    field(event.id.uuid().as_bytes());
    field(event.kind.as_bytes());
    field(&u64::from(event.schema_version).to_be_bytes());
    field(event.occurred_on.to_string().as_bytes());
    field(&event.recorded_at.as_micros().to_be_bytes());
    field(event.actor.agent.as_str().as_bytes());
    field(kernel::vocabulary::Term::code(event.actor.capacity).as_bytes());
    field(event.actor.organisation.map(|organisation| organisation.uuid()).as_ref().map_or(&[], |id| id.as_bytes()));
    field(event.command.uuid().as_bytes());
    field(event.correlation.uuid().as_bytes());
    field(event.causation.map(|cause| cause.uuid()).as_ref().map_or(&[], |cause| cause.as_bytes()));
    field(&ENCODING_JSON.to_be_bytes());
    field(&event.payload);
}

#[cfg(test)]
pub(crate) mod tests {
    use kernel::vocabulary::Capacity;
    use kernel::{Actor, Agent, CommandId, CorrelationId, Day, EventId, Instant};
    use uuid::Uuid;

    use super::*;
    use crate::{Position, StreamId, Version};

    pub(crate) fn event() -> Recorded {
        let command = CommandId::new(Uuid::from_u128(4));
        Recorded {
            partition: 0,
            position: Position(3),
            stream: StreamId::new("teacher", Uuid::from_u128(1)).unwrap(),
            version: Version(2),
            id: EventId::of(command, 0),
            kind: "registered".to_owned(),
            schema_version: 1,
            occurred_on: Day::parse("2026-11-22").unwrap(),
            recorded_at: Instant::from_micros(5),
            actor: Actor { agent: Agent::parse("local").unwrap(), capacity: Capacity::Operator, organisation: None },
            command,
            correlation: CorrelationId::new(Uuid::from_u128(6)),
            causation: None,
            payload: b"{}".to_vec(),
            hash: [0; 32],
        }
    }

    #[test]
    fn every_field_is_part_of_the_hash() {
        let changes: [fn(&mut Recorded); 17] = [
            |e| e.partition = 1,
            |e| e.position = Position(4),
            |e| e.stream = StreamId::new("site", e.stream.id()).unwrap(),
            |e| e.stream = StreamId::new("teacher", Uuid::from_u128(2)).unwrap(),
            |e| e.version = Version(3),
            |e| e.id = EventId::of(e.command, 1),
            |e| e.kind = "renamed".to_owned(),
            |e| e.schema_version = 2,
            |e| e.occurred_on = e.occurred_on.next(),
            |e| e.recorded_at = Instant::from_micros(6),
            |e| e.actor.agent = Agent::parse("other").unwrap(),
            |e| e.actor.capacity = Capacity::Auditor,
            |e| e.actor.organisation = Some(kernel::OrganisationId::new(Uuid::nil())),
            |e| e.command = CommandId::new(Uuid::nil()),
            |e| e.correlation = CorrelationId::new(Uuid::nil()),
            |e| e.causation = Some(EventId::new(Uuid::nil())),
            |e| e.payload.push(b' '),
        ];
        let mut seen = std::collections::HashSet::from([hash(&event())]);
        for change in changes {
            let mut changed = event();
            change(&mut changed);
            assert!(seen.insert(hash(&changed)), "{changed:?}");
        }
    }

    #[test]
    fn what_moves_between_neighbouring_fields_changes_the_hash() {
        let (mut left, mut right) = (event(), event());
        left.actor.agent = Agent::parse("localo").unwrap();
        right.kind = "registeredl".to_owned();
        assert_ne!(hash(&left), hash(&right));
    }

    #[test]
    fn the_hash_of_a_known_event_never_changes() {
        let text: String = hash(&event()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(text, KNOWN);
    }

    /// As the first release computed it: a change here would make every stored log look tampered with.
    const KNOWN: &str = "712b2e392798d5ade5f2180d1803a31938d40493dd88e9564d54ef468a85fba6";
}

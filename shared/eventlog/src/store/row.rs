//! Rows of the log's tables, read as what they are.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::vocabulary::Capacity;
use kernel::{Actor, Agent, CommandId, CorrelationId, Day, EventId, Instant, OrganisationId};
use uuid::Uuid;

use crate::store::{Head, Spans, StoredKey};
use crate::{Failure, Position, Recorded, Row, StreamId, Value, Version};

/// The values of a row, taken in order.
struct Columns(std::vec::IntoIter<Value>);

impl Columns {
    fn number(&mut self) -> Result<i64, Failure> {
        match self.0.next() {
            Some(Value::Int(number)) => Ok(number),
            other => Err(unreadable("a number", other.as_ref())),
        }
    }

    fn small<T: TryFrom<i64>>(&mut self) -> Result<T, Failure> {
        T::try_from(self.number()?).map_err(|_| Failure::corrupt("a number is out of its range"))
    }

    fn text(&mut self) -> Result<String, Failure> {
        match self.0.next() {
            Some(Value::Text(text)) => Ok(text),
            other => Err(unreadable("text", other.as_ref())),
        }
    }

    fn parsed<T: std::str::FromStr>(&mut self) -> Result<T, Failure> {
        self.text()?.parse().map_err(|_| Failure::corrupt("a text is not what it should be"))
    }

    fn bytes(&mut self) -> Result<Vec<u8>, Failure> {
        self.bytes_if_any()?.ok_or_else(|| unreadable("bytes", None))
    }

    fn bytes_if_any(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        match self.0.next() {
            Some(Value::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Value::Null) => Ok(None),
            other => Err(unreadable("bytes", other.as_ref())),
        }
    }

    fn uuid(&mut self) -> Result<Uuid, Failure> {
        self.uuid_if_any()?.ok_or_else(|| unreadable("an id", None))
    }

    fn uuid_if_any(&mut self) -> Result<Option<Uuid>, Failure> {
        let id = self.bytes_if_any()?.map(|bytes| Uuid::from_slice(&bytes)).transpose();
        id.map_err(|_| Failure::corrupt("an id does not have 16 bytes"))
    }

    fn digest(&mut self) -> Result<[u8; 32], Failure> {
        self.bytes()?.try_into().map_err(|_| Failure::corrupt("a hash does not have 32 bytes"))
    }
}

fn unreadable(wanted: &str, found: Option<&Value>) -> Failure {
    let found = match found {
        None | Some(Value::Null) => "nothing",
        Some(Value::Text(_)) => "text",
        Some(Value::Int(_) | Value::Real(_)) => "a number",
        Some(Value::Bytes(_)) => "bytes",
    };
    Failure::corrupt(format!("a row of the log has {found} where {wanted} belongs"))
}

/// The categories met so far, so that a long read does not copy their names for every event.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, Arc<str>>);

impl Names {
    fn shared(&mut self, name: String) -> Arc<str> {
        if let Some(shared) = self.0.get(&name) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = Arc::from(name.as_str());
        self.0.insert(name, Arc::clone(&shared));
        shared
    }
}

/// An event, from a row with all the columns of its table.
pub(crate) fn recorded(row: Row, names: &mut Names) -> Result<Recorded, Failure> {
    let mut columns = Columns(row.0.into_iter());
    let partition = columns.small()?;
    let position = Position(columns.small()?);
    let category = names.shared(columns.text()?);
    let stream = StreamId::stored(category, columns.uuid()?);
    let version = Version(columns.small()?);
    let id = EventId::new(columns.uuid()?);
    let kind = columns.text()?;
    let schema_version = columns.small()?;
    let occurred_on = Day::from_ordinal(columns.small()?);
    let recorded_at = Instant::from_micros(columns.number()?);
    let agent: Agent = columns.parsed()?;
    let capacity: Capacity = columns.parsed()?;
    let organisation = columns.uuid_if_any()?.map(OrganisationId::new);
    let command = CommandId::new(columns.uuid()?);
    let correlation = CorrelationId::new(columns.uuid()?);
    let causation = columns.uuid_if_any()?.map(EventId::new);
    if columns.number()? != crate::canonical::ENCODING_JSON {
        return Err(Failure::corrupt(format!("the payload at position {position} has an unknown encoding")));
    }
    let payload = columns.bytes()?;
    if columns.number()? != crate::canonical::ALGORITHM_SHA256 {
        return Err(Failure::corrupt(format!("the hash at position {position} has an unknown algorithm")));
    }
    let hash = columns.digest()?;
    let actor = Actor { agent, capacity, organisation };
    Ok(Recorded {
        partition,
        position,
        stream,
        version,
        id,
        kind,
        schema_version,
        occurred_on,
        recorded_at,
        actor,
        command,
        correlation,
        causation,
        payload,
        hash,
    })
}

pub(crate) fn head(row: Row) -> Result<Head, Failure> {
    let mut columns = Columns(row.0.into_iter());
    let partition = columns.small()?;
    let position = Position(columns.small()?);
    Ok(Head { partition, position, recorded_at: Instant::from_micros(columns.number()?) })
}

pub(crate) fn version(row: Row) -> Result<(StreamId, Version), Failure> {
    let mut columns = Columns(row.0.into_iter());
    let category: Arc<str> = Arc::from(columns.text()?);
    let stream = StreamId::stored(category, columns.uuid()?);
    Ok((stream, Version(columns.small()?)))
}

pub(crate) fn stored_key(row: Row) -> Result<StoredKey, Failure> {
    let mut columns = Columns(row.0.into_iter());
    let fingerprint = columns.digest()?;
    Ok(StoredKey { fingerprint, spans: Spans::parse(&columns.text()?)? })
}

pub(crate) fn stream_args(stream: &StreamId, partitions: u16, after: Version, upto: Version) -> Vec<Value> {
    let id = stream.id().into_bytes().to_vec();
    crate::args![stream.partition(partitions), stream.category(), id, after.0, upto.0]
}

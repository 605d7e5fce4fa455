//! Rows of the log's tables, read as what they are.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::vocabulary::Capacity;
use kernel::{Actor, Agent, CommandId, CorrelationId, Day, EventId, Instant, OrganisationId};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::store::{Head, Spans, StoredKey};
use crate::{Failure, Position, Recorded, StreamId, Value, Version};

/// The cells of a row as a driver has them: an event is read straight from them.
pub(crate) trait Cells {
    /// The whole number in a column.
    fn number(&self, column: usize) -> Result<i64, Failure>;
    /// The text in a column.
    fn text(&self, column: usize) -> Result<&str, Failure>;
    /// The bytes in a column, if any.
    fn bytes(&self, column: usize) -> Result<Option<&[u8]>, Failure>;
}

// Types are not checked by name, which would take longer than to read the value: the tables are this crate's own.
impl Cells for PgRow {
    fn number(&self, column: usize) -> Result<i64, Failure> {
        Ok(self.try_get_unchecked(column)?)
    }

    fn text(&self, column: usize) -> Result<&str, Failure> {
        Ok(self.try_get_unchecked(column)?)
    }

    fn bytes(&self, column: usize) -> Result<Option<&[u8]>, Failure> {
        Ok(self.try_get_unchecked(column)?)
    }
}

/// What a row of the log's tables stands for.
pub(crate) trait Stored: Sized {
    /// Reads it from a row with all its columns.
    fn read(row: &impl Cells, names: &mut Names) -> Result<Self, Failure>;
}

/// The cells of a row, taken in order.
struct Columns<'r, R>(&'r R, usize);

impl<'r, R: Cells> Columns<'r, R> {
    fn next(&mut self) -> usize {
        self.1 += 1;
        self.1 - 1
    }

    fn number(&mut self) -> Result<i64, Failure> {
        self.0.number(self.next())
    }

    fn small<T: TryFrom<i64>>(&mut self) -> Result<T, Failure> {
        T::try_from(self.number()?).map_err(|_| Failure::corrupt("a number is out of its range"))
    }

    fn text(&mut self) -> Result<&'r str, Failure> {
        let column = self.next();
        self.0.text(column)
    }

    fn parsed<T: std::str::FromStr>(&mut self) -> Result<T, Failure> {
        self.text()?.parse().map_err(|_| Failure::corrupt("a text is not what it should be"))
    }

    fn bytes(&mut self) -> Result<&'r [u8], Failure> {
        self.bytes_if_any()?.ok_or_else(|| Failure::corrupt("a row of the log has nothing where bytes belong"))
    }

    fn bytes_if_any(&mut self) -> Result<Option<&'r [u8]>, Failure> {
        let column = self.next();
        self.0.bytes(column)
    }

    fn uuid(&mut self) -> Result<Uuid, Failure> {
        self.uuid_if_any()?.ok_or_else(|| Failure::corrupt("a row of the log has nothing where an id belongs"))
    }

    fn uuid_if_any(&mut self) -> Result<Option<Uuid>, Failure> {
        let id = self.bytes_if_any()?.map(Uuid::from_slice).transpose();
        id.map_err(|_| Failure::corrupt("an id does not have 16 bytes"))
    }

    fn digest(&mut self) -> Result<[u8; 32], Failure> {
        self.bytes()?.try_into().map_err(|_| Failure::corrupt("a hash does not have 32 bytes"))
    }
}

/// The categories met so far, so that a long read does not copy their names for every event.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, Arc<str>>);

impl Names {
    fn shared(&mut self, name: &str) -> Arc<str> {
        if let Some(shared) = self.0.get(name) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = Arc::from(name);
        self.0.insert(name.to_owned(), Arc::clone(&shared));
        shared
    }
}

impl Stored for Recorded {
    fn read(row: &impl Cells, names: &mut Names) -> Result<Self, Failure> {
        let mut columns = Columns(row, 0);
        let partition = columns.small()?;
        let position = Position(columns.small()?);
        let category = names.shared(columns.text()?);
        let stream = StreamId::stored(category, columns.uuid()?);
        let version = Version(columns.small()?);
        let id = EventId::new(columns.uuid()?);
        let kind = columns.text()?.to_owned();
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
        let payload = columns.bytes()?.to_vec();
        if columns.number()? != crate::canonical::ALGORITHM_SHA256 {
            return Err(Failure::corrupt(format!("the hash at position {position} has an unknown algorithm")));
        }
        let hash = columns.digest()?;
        let actor = Actor { agent, capacity, organisation };
        Ok(Self {
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
}

impl Stored for Head {
    fn read(row: &impl Cells, _: &mut Names) -> Result<Self, Failure> {
        let mut columns = Columns(row, 0);
        let partition = columns.small()?;
        let position = Position(columns.small()?);
        Ok(Self { partition, position, recorded_at: Instant::from_micros(columns.number()?) })
    }
}

impl Stored for (StreamId, Version) {
    fn read(row: &impl Cells, names: &mut Names) -> Result<Self, Failure> {
        let mut columns = Columns(row, 0);
        let category = names.shared(columns.text()?);
        let stream = StreamId::stored(category, columns.uuid()?);
        Ok((stream, Version(columns.small()?)))
    }
}

impl Stored for StoredKey {
    fn read(row: &impl Cells, _: &mut Names) -> Result<Self, Failure> {
        let mut columns = Columns(row, 0);
        let fingerprint = columns.digest()?;
        Ok(Self { fingerprint, spans: Spans::parse(columns.text()?)? })
    }
}

/// Reads every row.
pub(crate) fn all<T: Stored>(rows: &[impl Cells]) -> Result<Vec<T>, Failure> {
    let mut names = Names::default();
    rows.iter().map(|row| T::read(row, &mut names)).collect()
}

pub(crate) fn stream_args(stream: &StreamId, partitions: u16, after: Version, upto: Version) -> Vec<Value> {
    let id = stream.id().into_bytes().to_vec();
    crate::args![stream.partition(partitions), stream.category(), id, after.0, upto.0]
}

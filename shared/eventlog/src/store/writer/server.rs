//! A server that may not answer, and many rows in one statement of PostgreSQL: arrays through `unnest`, three to ten times as
//! fast as row by row.

use std::time::Duration;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::PgRecordEncoder;
use sqlx::postgres::{PgArgumentBuffer, PgConnection, PgHasArrayType, PgRow, PgTypeInfo};
use sqlx::{Encode, Postgres, Row as _, Type};

use crate::canonical::{ALGORITHM_SHA256, ENCODING_JSON};
use crate::database::server::silence;
use crate::store::writer::{Assumption, Written, Wrote};
use crate::{Failure, Recorded, StreamId};

/// The connection of an appender to a server.
#[derive(Debug)]
pub(super) struct ServerWriter {
    /// None once an answer did not come in time: whatever comes over it later is the answer to something else.
    connection: Option<PgConnection>,
    backend: Backend,
    patience: Duration,
}

impl ServerWriter {
    pub(super) fn new(connection: PgConnection, backend: Backend, patience: Duration) -> Self {
        Self { connection: Some(connection), backend, patience }
    }

    pub(super) fn backend(&self) -> Backend {
        self.backend
    }

    /// Asks the server, and waits for the answer for as long as there is patience. Without one the connection is lost.
    pub(super) async fn ask<T>(
        &mut self,
        question: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        let Some(connection) = &mut self.connection else { return Err(silence()) };
        let Ok(outcome) = tokio::time::timeout(self.patience, question(connection)).await else {
            self.connection = None;
            return Err(silence());
        };
        outcome
    }

    /// Ends another process of the server, if it is there: also in the middle of what it does.
    pub(super) async fn end(&mut self, other: Backend) -> Result<(), Failure> {
        let within = i64::try_from(self.patience.as_millis() / 2).unwrap_or(i64::MAX);
        let query = sqlx::query(include_str!("../../../sql/end_backend_postgres.sql"));
        let query = query.bind(other.pid).bind(other.since).bind(within);
        match self.ask(async |connection| query.fetch_optional(connection).await).await? {
            Some(row) if !row.try_get::<bool, _>(0)? => Err(silence().into()),
            _ => Ok(()),
        }
    }
}

/// The process of the server that serves a connection: its number and, as numbers are used again, since when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backend {
    pid: i32,
    since: i64,
}

impl Backend {
    pub(crate) async fn of(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let row = sqlx::query(include_str!("../../../sql/backend_postgres.sql")).fetch_one(connection).await?;
        Ok(Self { pid: row.try_get(0)?, since: row.try_get(1)? })
    }
}

pub(super) async fn versions(
    connection: &mut PgConnection,
    streams: &[StreamId],
    partitions: u16,
) -> Result<Vec<PgRow>, sqlx::Error> {
    let query = sqlx::query(include_str!("../../../sql/versions_postgres.sql"))
        .bind(streams.iter().map(|stream| i32::from(stream.partition(partitions))).collect::<Vec<_>>())
        .bind(streams.iter().map(StreamId::category).collect::<Vec<_>>())
        .bind(streams.iter().map(|stream| stream.id().into_bytes().to_vec()).collect::<Vec<_>>());
    query.fetch_all(connection).await
}

pub(super) async fn write(
    connection: &mut PgConnection,
    written: &Written,
    assumed: &[Assumption],
    partitions: u16,
) -> Result<Wrote, sqlx::Error> {
    let heads = &written.heads;
    let mut keys: Vec<_> = written.keys.iter().collect();
    // In one order everywhere, so that two appenders never wait for each other's keys.
    keys.sort_by(|a, b| (&a.agent, &a.name).cmp(&(&b.agent, &b.name)));
    let query = sqlx::query(include_str!("../../../sql/write_postgres.sql"))
        .bind(column(&written.events, EventRow))
        .bind(column(heads, |head| i32::from(head.partition)))
        .bind(column(heads, |head| signed(head.position.0)))
        .bind(column(heads, |head| head.recorded_at.as_micros()))
        .bind(column(heads, |head| signed(written.before(head).0)))
        .bind(column(assumed, |(stream, _)| i32::from(stream.partition(partitions))))
        .bind(column(assumed, |(stream, _)| stream.category()))
        .bind(column(assumed, |(stream, _)| stream.id().into_bytes().to_vec()))
        .bind(column(assumed, |(_, version)| version.map(|version| signed(version.0))))
        .bind(column(&keys, |key| key.agent.as_str()))
        .bind(column(&keys, |key| key.name.as_str()))
        .bind(column(&keys, |key| key.stored.fingerprint.to_vec()))
        .bind(column(&keys, |key| key.command.into_bytes().to_vec()))
        .bind(column(&keys, |key| key.stored.spans.to_string()));
    let moved: i64 = query.fetch_one(connection).await?.try_get(0)?;
    Ok(if usize::try_from(moved).is_ok_and(|moved| moved == heads.len()) { Wrote::All } else { Wrote::Nothing })
}

/// An event as a row of its table, whose type has the table's name.
struct EventRow<'a>(&'a Recorded);

impl Type<Postgres> for EventRow<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("event")
    }
}

impl PgHasArrayType for EventRow<'_> {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::array_of("event")
    }
}

impl Encode<'_, Postgres> for EventRow<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let event = self.0;
        let organisation = event.actor.organisation.map(|id| id.uuid());
        let causation = event.causation.map(|id| id.uuid());
        // In the order of the table's columns.
        let mut row = PgRecordEncoder::new(buffer);
        row.encode(i32::from(event.partition))?
            .encode(signed(event.position.0))?
            .encode(event.stream.category())?
            .encode(&event.stream.id().as_bytes()[..])?
            .encode(signed(event.version.0))?
            .encode(&event.id.uuid().as_bytes()[..])?
            .encode(event.kind.as_str())?
            .encode(i32::from(event.schema_version))?
            .encode(event.occurred_on.ordinal())?
            .encode(event.recorded_at.as_micros())?
            .encode(event.actor.agent.as_str())?
            .encode(kernel::vocabulary::Term::code(event.actor.capacity))?
            .encode(organisation.as_ref().map(|id| &id.as_bytes()[..]))?
            .encode(&event.command.uuid().as_bytes()[..])?
            .encode(&event.correlation.uuid().as_bytes()[..])?
            .encode(causation.as_ref().map(|id| &id.as_bytes()[..]))?
            .encode(i16::try_from(ENCODING_JSON)?)?
            .encode(event.payload.as_slice())?
            .encode(i16::try_from(ALGORITHM_SHA256)?)?
            .encode(&event.hash[..])?
            .finish();
        Ok(IsNull::No)
    }
}

fn column<'a, T, V>(rows: &'a [T], value: impl Fn(&'a T) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

/// Positions and versions are counted one by one and never come near the end of either type.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

//! Many rows in one statement, each database's own way: arrays through `unnest`, one JSON text through `json_each`.
//! Three to ten times as fast as row by row.

use serde_json::{Value as Json, json};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;

use crate::canonical::{ALGORITHM_SHA256, ENCODING_JSON};
use crate::database::{postgres_row, sqlite_row};
use crate::store::writer::Written;
use crate::{Failure, Recorded, Row, StreamId};

pub(super) async fn versions_sqlite(
    connection: &mut SqliteConnection,
    streams: &[StreamId],
    partitions: u16,
) -> Result<Vec<Row>, Failure> {
    let wanted: Vec<_> = streams
        .iter()
        .map(|stream| json!([stream.partition(partitions), stream.category(), stream.id().simple().to_string()]))
        .collect();
    let query = sqlx::query(include_str!("../../../sql/versions_sqlite.sql")).bind(Json::Array(wanted).to_string());
    query.fetch_all(connection).await?.iter().map(sqlite_row).collect()
}

pub(super) async fn versions_postgres(
    connection: &mut PgConnection,
    streams: &[StreamId],
    partitions: u16,
) -> Result<Vec<Row>, Failure> {
    let query = sqlx::query(include_str!("../../../sql/versions_postgres.sql"))
        .bind(streams.iter().map(|stream| i32::from(stream.partition(partitions))).collect::<Vec<_>>())
        .bind(streams.iter().map(StreamId::category).collect::<Vec<_>>())
        .bind(streams.iter().map(|stream| stream.id().into_bytes().to_vec()).collect::<Vec<_>>());
    query.fetch_all(connection).await?.iter().map(postgres_row).collect()
}

pub(super) async fn write_sqlite(
    connection: &mut SqliteConnection,
    written: &Written,
    partitions: u16,
) -> Result<(), Failure> {
    let events = Json::Array(written.events.iter().map(event_json).collect()).to_string();
    sqlx::query(include_str!("../../../sql/insert_events_sqlite.sql")).bind(events).execute(&mut *connection).await?;
    let streams = written.streams.iter().map(|(stream, version)| {
        json!([stream.partition(partitions), stream.category(), stream.id().simple().to_string(), version.0])
    });
    let streams = Json::Array(streams.collect()).to_string();
    sqlx::query(include_str!("../../../sql/upsert_streams_sqlite.sql")).bind(streams).execute(&mut *connection).await?;
    for head in &written.heads {
        sqlx::query(include_str!("../../../sql/move_head.sql"))
            .bind(i64::from(head.partition))
            .bind(signed(head.position.0))
            .bind(head.recorded_at.as_micros())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

fn event_json(event: &Recorded) -> Json {
    json!([
        event.partition,
        event.position.0,
        event.stream.category(),
        event.stream.id().simple().to_string(),
        event.version.0,
        event.id.uuid().simple().to_string(),
        event.kind,
        event.schema_version,
        event.occurred_on.ordinal(),
        event.recorded_at.as_micros(),
        event.actor.agent.as_str(),
        event.actor.capacity.to_string(),
        event.actor.organisation.map(|organisation| organisation.uuid().simple().to_string()),
        event.command.uuid().simple().to_string(),
        event.correlation.uuid().simple().to_string(),
        event.causation.map(|cause| cause.uuid().simple().to_string()),
        ENCODING_JSON,
        hex(&event.payload),
        ALGORITHM_SHA256,
        hex(&event.hash),
    ])
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

pub(super) async fn write_postgres(
    connection: &mut PgConnection,
    written: &Written,
    partitions: u16,
) -> Result<(), Failure> {
    let events = &written.events;
    let streams = &written.streams;
    let heads = &written.heads;
    let query = sqlx::query(include_str!("../../../sql/write_postgres.sql"))
        .bind(column(events, |event| i32::from(event.partition)))
        .bind(column(events, |event| signed(event.position.0)))
        .bind(column(events, |event| event.stream.category()))
        .bind(column(events, |event| event.stream.id().into_bytes().to_vec()))
        .bind(column(events, |event| signed(event.version.0)))
        .bind(column(events, |event| event.id.uuid().into_bytes().to_vec()))
        .bind(column(events, |event| event.kind.as_str()))
        .bind(column(events, |event| i32::from(event.schema_version)))
        .bind(column(events, |event| event.occurred_on.ordinal()))
        .bind(column(events, |event| event.recorded_at.as_micros()))
        .bind(column(events, |event| event.actor.agent.as_str()))
        .bind(column(events, |event| kernel::vocabulary::Term::code(event.actor.capacity)))
        .bind(column(events, |event| event.actor.organisation.map(|id| id.uuid().into_bytes().to_vec())))
        .bind(column(events, |event| event.command.uuid().into_bytes().to_vec()))
        .bind(column(events, |event| event.correlation.uuid().into_bytes().to_vec()))
        .bind(column(events, |event| event.causation.map(|id| id.uuid().into_bytes().to_vec())))
        .bind(i16::try_from(ENCODING_JSON).unwrap_or(0))
        .bind(i16::try_from(ALGORITHM_SHA256).unwrap_or(0))
        .bind(column(events, |event| event.payload.as_slice()))
        .bind(column(events, |event| event.hash.to_vec()))
        .bind(column(streams, |(stream, _)| i32::from(stream.partition(partitions))))
        .bind(column(streams, |(stream, _)| stream.category()))
        .bind(column(streams, |(stream, _)| stream.id().into_bytes().to_vec()))
        .bind(column(streams, |(_, version)| signed(version.0)))
        .bind(column(heads, |head| i32::from(head.partition)))
        .bind(column(heads, |head| signed(head.position.0)))
        .bind(column(heads, |head| head.recorded_at.as_micros()));
    query.execute(connection).await?;
    Ok(())
}

fn column<'a, T, V>(rows: &'a [T], value: impl Fn(&'a T) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

/// Positions and versions are counted one by one and never come near the end of either type.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

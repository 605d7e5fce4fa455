//! Many rows by prepared statements of SQLite's own API. Whoever calls it waits for the disk.

use kernel::vocabulary::Term;
use rusqlite::{Connection, Statement, params};

use crate::canonical::{ALGORITHM_SHA256, ENCODING_JSON};
use crate::store::file::{prepared, run};
use crate::store::refused::is_constraint;
use crate::store::writer::{Assumption, Written, Wrote};
use crate::{Recorded, StreamId, Version};

/// The version of a stream, none where there is no such stream.
pub(super) fn version(connection: &Connection, stream: &StreamId, partitions: u16) -> Result<Version, rusqlite::Error> {
    let mut select = prepared(connection, include_str!("../../../sql/version_sqlite.sql"))?;
    let asked = (stream.partition(partitions), stream.category(), stream.id().into_bytes());
    let found: Option<i64> = select.query_row(asked, |row| row.get(0))?;
    Ok(found.and_then(|found| found.try_into().ok()).map(Version).unwrap_or_default())
}

/// Writes everything, and commits, as a transaction of its own; nothing when anything is not as it is assumed to be.
pub(super) fn write_at_once(
    connection: &Connection,
    written: &Written,
    assumed: &[Assumption],
    partitions: u16,
) -> Result<Wrote, rusqlite::Error> {
    run(connection, "begin immediate", ())?;
    let outcome = write(connection, written, assumed, partitions).and_then(|wrote| {
        run(connection, if wrote == Wrote::All { "commit" } else { "rollback" }, ())?;
        Ok(wrote)
    });
    // SQLite itself undoes what it cannot go on with, a full disk for one.
    if outcome.is_err() && !connection.is_autocommit() {
        run(connection, "rollback", ())?;
    }
    match outcome {
        Err(error) if is_constraint(&error) => Ok(Wrote::Nothing),
        outcome => outcome,
    }
}

/// Writes everything within a transaction that was begun. When anything is not as it is assumed to be, what was written until
/// then is to be undone.
pub(super) fn write(
    connection: &Connection,
    written: &Written,
    assumed: &[Assumption],
    partitions: u16,
) -> Result<Wrote, rusqlite::Error> {
    for head in &written.heads {
        let (before, recorded_at) = (written.before(head), head.recorded_at.as_micros());
        let moved = params![head.partition, before, head.position, recorded_at];
        if run(connection, include_str!("../../../sql/move_head_sqlite.sql"), moved)? == 0 {
            return Ok(Wrote::Nothing);
        }
    }
    for (stream, expected) in assumed {
        let found = version(connection, stream, partitions)?;
        if expected.map_or(found == Version::NONE, |expected| found != expected) {
            return Ok(Wrote::Nothing);
        }
    }
    let mut insert = prepared(connection, include_str!("../../../sql/insert_event_sqlite.sql"))?;
    let mut before = None;
    for event in &written.events {
        bind(&mut insert, before, event)?;
        insert.raw_execute()?;
        before = Some(event);
    }
    for key in &written.keys {
        let (fingerprint, spans) = (&key.stored.fingerprint, key.stored.spans.to_string());
        let kept = params![key.agent, key.name, fingerprint, key.command.as_bytes(), spans];
        run(connection, include_str!("../../../sql/insert_caller_key_sqlite.sql"), kept)?;
    }
    Ok(Wrote::All)
}

/// Gives the statement the cells of an event. They stay until there are others, and each that is given is copied: what all
/// events of an append have alike is given once.
fn bind(insert: &mut Statement<'_>, before: Option<&Recorded>, event: &Recorded) -> Result<(), rusqlite::Error> {
    let differs = |alike: fn(&Recorded, &Recorded) -> bool| before.is_none_or(|before| !alike(before, event));
    if differs(|a, b| a.partition == b.partition) {
        insert.raw_bind_parameter(1, event.partition)?;
    }
    insert.raw_bind_parameter(2, event.position)?;
    if differs(|a, b| a.stream.category() == b.stream.category()) {
        insert.raw_bind_parameter(3, event.stream.category())?;
    }
    insert.raw_bind_parameter(4, event.stream.id().as_bytes())?;
    insert.raw_bind_parameter(5, event.version)?;
    insert.raw_bind_parameter(6, event.id.uuid().as_bytes())?;
    if differs(|a, b| a.kind == b.kind) {
        insert.raw_bind_parameter(7, &event.kind)?;
    }
    insert.raw_bind_parameter(8, event.schema_version)?;
    insert.raw_bind_parameter(9, event.occurred_on.ordinal())?;
    insert.raw_bind_parameter(10, event.recorded_at.as_micros())?;
    if differs(|a, b| a.actor == b.actor) {
        insert.raw_bind_parameter(11, event.actor.agent.as_str())?;
        insert.raw_bind_parameter(12, event.actor.capacity.code())?;
        insert.raw_bind_parameter(13, event.actor.organisation.map(|id| id.uuid().into_bytes()))?;
    }
    if differs(|a, b| (a.command, a.correlation, a.causation) == (b.command, b.correlation, b.causation)) {
        insert.raw_bind_parameter(14, event.command.uuid().as_bytes())?;
        insert.raw_bind_parameter(15, event.correlation.uuid().as_bytes())?;
        insert.raw_bind_parameter(16, event.causation.map(|id| id.uuid().into_bytes()))?;
    }
    if before.is_none() {
        insert.raw_bind_parameter(17, ENCODING_JSON)?;
        insert.raw_bind_parameter(19, ALGORITHM_SHA256)?;
    }
    insert.raw_bind_parameter(18, &event.payload)?;
    insert.raw_bind_parameter(20, event.hash)
}

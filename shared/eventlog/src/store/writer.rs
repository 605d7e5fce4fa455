//! The connection that writes: one a process and partition, held by an appender's own task, so that no transaction can
//! ever be left open by a caller that goes away. With a file its futures wait for the disk themselves instead of yielding.

mod file;
mod server;

use std::collections::HashMap;
use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr, SqlStr};

use crate::database::postgres_arguments;
use crate::store::file::{all, run};
use crate::store::row::{self, Stored};
use crate::store::{Head, refused};
use crate::{Failure, Position, Recorded, StreamId, Value, Version};
pub(crate) use server::Backend;
use server::ServerWriter;

/// Where a caller's key wrote: first and last position, for each partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Spans(pub(crate) Vec<(u16, Position, Position)>);

impl Spans {
    /// Adds an event to the span of its partition.
    pub(crate) fn add(&mut self, partition: u16, position: Position) {
        match self.0.iter_mut().find(|span| span.0 == partition) {
            Some(span) => span.2 = position,
            None => self.0.push((partition, position, position)),
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let span = |part: &str| {
            let (partition, ends) = part.split_once(':')?;
            let (first, last) = ends.split_once('-')?;
            Some((partition.parse().ok()?, Position(first.parse().ok()?), Position(last.parse().ok()?)))
        };
        let spans = text.split(',').filter(|part| !part.is_empty()).map(span).collect::<Option<Vec<_>>>();
        spans.map(Self).ok_or_else(|| Failure::corrupt("the positions of a caller's key cannot be read"))
    }
}

impl std::fmt::Display for Spans {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let spans = self.0.iter().map(|(partition, first, last)| format!("{partition}:{first}-{last}"));
        f.write_str(&spans.collect::<Vec<_>>().join(","))
    }
}

/// What a caller's key stands for.
#[derive(Debug, Clone)]
pub(crate) struct StoredKey {
    pub(crate) fingerprint: [u8; 32],
    pub(crate) spans: Spans,
}

/// A caller's key to be kept.
#[derive(Debug, Clone)]
pub(crate) struct NewKey {
    pub(crate) agent: String,
    pub(crate) name: String,
    pub(crate) command: uuid::Uuid,
    pub(crate) stored: StoredKey,
}

/// What one transaction writes.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) events: Vec<Recorded>,
    pub(crate) heads: Vec<Head>,
    pub(crate) keys: Vec<NewKey>,
}

impl Written {
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.keys.is_empty()
    }

    /// How far the partition of a head was before.
    fn before(&self, head: &Head) -> Position {
        let first = self.events.iter().find(|event| event.partition == head.partition);
        first.map_or(head.position, |event| Position(event.position.0.saturating_sub(1)))
    }
}

/// What is taken for granted of a stream: this version, or only that it exists.
pub(crate) type Assumption = (StreamId, Option<Version>);

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrote {
    /// Everything was written.
    All,
    /// Nothing: something is not as it was taken to be. What was begun is to be undone.
    Nothing,
}

/// Why a commit did not answer that it happened.
#[derive(Debug)]
pub(crate) enum WriterError {
    /// It did not happen.
    Refused(Failure),
    /// It may or may not have happened.
    Unknown(Failure),
}

#[derive(Debug)]
enum Connection {
    File(rusqlite::Connection),
    Server(ServerWriter),
}

/// The connection that writes.
#[derive(Debug)]
pub(crate) struct Writer {
    connection: Connection,
    partitions: u16,
}

impl Writer {
    pub(crate) fn file(connection: rusqlite::Connection, partitions: u16) -> Self {
        Self { connection: Connection::File(connection), partitions }
    }

    pub(crate) fn server((connection, backend): (PgConnection, Backend), patience: Duration, partitions: u16) -> Self {
        Self { connection: Connection::Server(ServerWriter::new(connection, backend, patience)), partitions }
    }

    /// Who serves the connection, where somebody does.
    pub(crate) fn backend(&self) -> Option<Backend> {
        match &self.connection {
            Connection::File(_) => None,
            Connection::Server(writer) => Some(writer.backend()),
        }
    }

    /// Makes sure that another connection, over which no answer comes any more, does nothing from now on: what it was told may
    /// still be on its way.
    pub(crate) async fn end(&mut self, backend: Backend) -> Result<(), Failure> {
        match &mut self.connection {
            Connection::File(_) => Ok(()),
            Connection::Server(writer) => writer.end(backend).await,
        }
    }

    /// Begins a transaction by locking the heads of these partitions, in ascending order, and reads them.
    pub(crate) async fn begin(&mut self, partitions: &[u16]) -> Result<Vec<Head>, Failure> {
        let heads: Vec<Head> = match &mut self.connection {
            Connection::File(connection) => {
                run(connection, "begin immediate", ())?;
                all(connection, include_str!("../../sql/heads.sql"), &[])?
            }
            Connection::Server(writer) => {
                let lock = sqlx::raw_sql(lock(partitions));
                row::all(&writer.ask(async |connection| lock.fetch_all(connection).await).await?)?
            }
        };
        let heads: Vec<_> = heads.into_iter().filter(|head| partitions.contains(&head.partition)).collect();
        if heads.len() != partitions.len() {
            return Err(Failure::corrupt("a partition has no head"));
        }
        Ok(heads)
    }

    /// The versions of these streams. A statement of its own, after the lock: its snapshot begins behind every commit
    /// that held the lock before.
    pub(crate) async fn versions(&mut self, streams: Vec<StreamId>) -> Result<HashMap<StreamId, Version>, Failure> {
        if streams.is_empty() {
            return Ok(HashMap::new());
        }
        let partitions = self.partitions;
        match &mut self.connection {
            Connection::File(connection) => {
                let version = |stream: StreamId| {
                    let version = file::version(connection, &stream, partitions)?;
                    Ok((stream, version))
                };
                streams.into_iter().map(version).collect()
            }
            Connection::Server(writer) => {
                let versions = async |connection: &mut _| server::versions(connection, &streams, partitions).await;
                Ok(row::all(&writer.ask(versions).await?)?.into_iter().collect())
            }
        }
    }

    /// The events of a stream after one version and up to another.
    pub(crate) async fn stream(
        &mut self,
        stream: &StreamId,
        after: Version,
        upto: Version,
    ) -> Result<Vec<Recorded>, Failure> {
        let args = row::stream_args(stream, self.partitions, after, upto);
        self.read(include_str!("../../sql/stream_events.sql"), args).await
    }

    /// The events of a stretch of a partition.
    pub(crate) async fn span(
        &mut self,
        partition: u16,
        first: Position,
        last: Position,
    ) -> Result<Vec<Recorded>, Failure> {
        let args = crate::args![partition, first.0.saturating_sub(1), last.0];
        self.read(include_str!("../../sql/stretch.sql"), args).await
    }

    /// What a caller's key stands for, when it was used.
    pub(crate) async fn caller_key(&mut self, agent: &str, name: &str) -> Result<Option<StoredKey>, Failure> {
        let keys = self.read(include_str!("../../sql/caller_key.sql"), crate::args![agent, name]).await?;
        Ok(keys.into_iter().next())
    }

    /// Writes everything, under the lock. Nothing is written when a caller's key is no longer free: another partition's
    /// appender took it in between.
    pub(crate) async fn write(&mut self, written: &Written) -> Result<Wrote, Failure> {
        let partitions = self.partitions;
        let outcome = match &mut self.connection {
            Connection::File(connection) => file::write(connection, written, &[], partitions).map_err(Failure::from),
            Connection::Server(writer) => {
                let write = async |connection: &mut _| server::write(connection, written, &[], partitions).await;
                writer.ask(write).await.map_err(Failure::from)
            }
        };
        match outcome {
            Err(failure) if failure.is_constraint() && !written.keys.is_empty() => Ok(Wrote::Nothing),
            outcome => outcome,
        }
    }

    /// Writes everything and commits, in one round trip, if the head of the partition and these streams are as they are
    /// assumed to be.
    ///
    /// Nothing is left to undo when nothing was written. Who gives the head must have seen a commit that left it there: then
    /// the statement's snapshot is no older than that commit, the head is compared once it is locked, and so the snapshot
    /// shows the streams as they are under the lock.
    pub(crate) async fn write_at_once(
        &mut self,
        written: &Written,
        assumed: &[Assumption],
    ) -> Result<Wrote, WriterError> {
        let partitions = self.partitions;
        match &mut self.connection {
            Connection::File(connection) => {
                file::write_at_once(connection, written, assumed, partitions).map_err(unanswered)
            }
            Connection::Server(writer) => {
                let write = async |connection: &mut _| server::write(connection, written, assumed, partitions).await;
                match writer.ask(write).await {
                    Err(error) if refused::is_constraint(&error) => Ok(Wrote::Nothing),
                    Err(error) => Err(unanswered(error)),
                    Ok(wrote) => Ok(wrote),
                }
            }
        }
    }

    /// Commits again what stands: a commit that writes, behind those before it, is acknowledged by whoever acknowledges them. The
    /// heads of these partitions are locked, and stay as they are.
    pub(crate) async fn affirm(&mut self, partitions: &[u16]) -> Result<(), Failure> {
        let Connection::Server(writer) = &mut self.connection else { return Ok(()) };
        let affirm = sqlx::raw_sql(affirm(partitions));
        writer.ask(async |connection| affirm.execute(connection).await).await?;
        Ok(())
    }

    pub(crate) async fn commit(&mut self) -> Result<(), WriterError> {
        match &mut self.connection {
            Connection::File(connection) => {
                run(connection, "commit", ()).map_err(unanswered)?;
            }
            Connection::Server(writer) => {
                let commit = async |connection: &mut PgConnection| connection.execute("commit").await;
                writer.ask(commit).await.map_err(unanswered)?;
            }
        }
        Ok(())
    }

    /// Undoes the transaction. An error means that the connection is of no more use.
    pub(crate) async fn rollback(&mut self) -> Result<(), Failure> {
        match &mut self.connection {
            Connection::File(connection) => {
                run(connection, "rollback", ())?;
            }
            Connection::Server(writer) => {
                writer.ask(async |connection| connection.execute("rollback").await).await?;
            }
        }
        Ok(())
    }

    async fn read<T: Stored>(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<T>, Failure> {
        match &mut self.connection {
            Connection::File(connection) => all(connection, sql, &args),
            Connection::Server(writer) => {
                let query = sqlx::query_with(sql, postgres_arguments(args)?);
                row::all(&writer.ask(async |connection| query.fetch_all(connection).await).await?)
            }
        }
    }
}

/// What an error says of a commit.
fn unanswered<E: std::error::Error + Into<Failure> + 'static>(error: E) -> WriterError {
    let nothing_was_done = refused::is_answer(&error) && !refused::is_ruin(&error) && !refused::is_passing(&error);
    if nothing_was_done || refused::is_lost_turn(&error) {
        WriterError::Refused(error.into())
    } else {
        WriterError::Unknown(error.into())
    }
}

/// Begins and locks in one round trip. Numbers only are put into the text.
fn lock(partitions: &[u16]) -> SqlStr {
    let text = format!(
        "begin; select partition, position, recorded_at from head where partition in ({}) order by partition for update",
        listed(partitions)
    );
    AssertSqlSafe(text).into_sql_str()
}

/// Writes the heads as they are – the first one, where none is locked –, and commits. Numbers only are put into the text.
fn affirm(partitions: &[u16]) -> SqlStr {
    let heads = listed(if partitions.is_empty() { &[0] } else { partitions });
    AssertSqlSafe(format!("update head set position = position where partition in ({heads}); commit")).into_sql_str()
}

fn listed(partitions: &[u16]) -> String {
    partitions.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_what_they_write() {
        let mut spans = Spans::default();
        for (partition, position) in [(0, 12), (0, 13), (3, 7), (0, 14)] {
            spans.add(partition, Position(position));
        }
        assert_eq!(spans.to_string(), "0:12-14,3:7-7");
        assert_eq!(Spans::parse(&spans.to_string()).unwrap(), spans);
        assert_eq!(Spans::parse("").unwrap(), Spans::default());
        assert!(Spans::parse("0:1").is_err());
    }
}

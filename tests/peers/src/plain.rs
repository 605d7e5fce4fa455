//! The limit: the same rows by a driver alone, at the same durability. No versions, no hashes, no triggers.

mod postgres;
mod rows;
mod sqlite;

use std::sync::atomic::{AtomicI64, Ordering};

pub(crate) use postgres::{FilledPostgres, Postgres, pool, take_in};
pub(crate) use rows::ByRows;
pub(crate) use sqlite::{FilledSqlite, Sqlite};

use crate::Outcome;
use crate::workload::{Fact, STREAMS, Writer, payload};

/// How many events make up a page.
const PAGE: usize = 1_000;

/// What differs from row to row.
struct Row {
    position: i64,
    stream: Vec<u8>,
    version: i64,
    id: Vec<u8>,
    payload: Vec<u8>,
    hash: Vec<u8>,
}

impl Row {
    fn of(writer: Writer, number: u64, position: &AtomicI64) -> Outcome<Self> {
        let stream = writer.stream(number).into_bytes().to_vec();
        let version = i64::try_from(number / STREAMS)?;
        Self::new(stream, version, writer, number, position)
    }

    fn new(stream: Vec<u8>, version: i64, writer: Writer, number: u64, position: &AtomicI64) -> Outcome<Self> {
        let id = writer.request(number).into_bytes().to_vec();
        let position = position.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(Self { position, stream, version, hash: id.repeat(2), id, payload: payload(number)? })
    }
}

fn parse(payload: &[u8]) -> Outcome<()> {
    let fact: Fact = serde_json::from_slice(payload)?;
    std::hint::black_box(fact);
    Ok(())
}

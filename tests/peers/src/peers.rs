//! Other event stores on the same server, each driven as its documentation says, in a database of its own.

mod cqrs_es;
mod disintegrate;
mod esrs;
mod message_db;
mod sources;

use async_trait::async_trait;
use futures_util::future::try_join_all;
use sqlx08::postgres::{PgPool, PgPoolOptions};

pub(crate) use self::cqrs_es::CqrsEs;
pub(crate) use self::disintegrate::Disintegrate;
pub(crate) use self::esrs::Esrs;
pub(crate) use self::message_db::MessageDb;
pub(crate) use self::sources::Sources;

use crate::Outcome;
use crate::store::{Filled, Store};
use crate::workload::{Fact, Writer};

/// Another event store.
#[async_trait]
pub(crate) trait Peer: Store + Filled {
    /// Makes the log that is replayed: so many events, by the quickest way into its tables.
    async fn fill(&self, events: u64) -> Outcome<()>;
}

/// Connections of the driver that the peers are on, open when the first figure is taken.
async fn pool(url: &str, connections: u32) -> Outcome<PgPool> {
    let pool = PgPoolOptions::new().max_connections(connections).connect(url).await?;
    try_join_all((0..connections).map(|_| pool.acquire())).await?;
    Ok(pool)
}

/// A thousand rows for a log that is replayed.
struct Block {
    streams: Vec<uuid::Uuid>,
    /// The versions before the events.
    versions: Vec<i64>,
    ids: Vec<uuid::Uuid>,
    facts: Vec<Fact>,
}

impl Block {
    /// The blocks of a log of so many events, with so many bytes stored beside each fact.
    fn all(events: u64, besides: usize) -> impl Iterator<Item = Self> {
        (0..events / 1_000).map(move |block| {
            let writer = Writer::of_block(block);
            Self {
                streams: (0..1_000).map(|number| writer.stream(number)).collect(),
                versions: (0..1_000).map(|number| number / crate::workload::STREAMS as i64).collect(),
                ids: (0..1_000).map(|number| writer.request(number)).collect(),
                facts: (0..1_000).map(|number| Fact::of(number, besides)).collect(),
            }
        })
    }

    fn payloads(&self) -> Outcome<Vec<String>> {
        Ok(self.facts.iter().map(serde_json::to_string).collect::<Result<_, _>>()?)
    }
}

//! What is measured, and in which order.

mod contest;
mod library;

use std::path::Path;
use std::time::Duration;

use contest::Contest;
use library::Library;

use crate::Outcome;
use crate::figures::Figures;
use crate::peers::Sources;
use crate::place::Server;

pub(crate) const SQLITE: &str = "SQLite";
pub(crate) const POSTGRES: &str = "PostgreSQL";

/// How many clients append at once.
const CLIENTS: [u64; 4] = [1, 8, 32, 256];
/// How many events a request has that has many.
pub(crate) const BATCHES: [u64; 2] = [100, 1_000];

/// The connections of whoever has a pool of them.
const CONNECTIONS: u32 = 40;
/// Tried as well when there are more clients than that.
const MORE_CONNECTIONS: u32 = 100;

pub(crate) const CONTENTION: &str = "append, 32 clients on 4 streams";
/// Of the product alone: as many clients, without read models and beside some that stand still.
pub(crate) const STANDSTILL: [&str; 2] = ["append, 32 clients, no read models", "append, 32 clients, two stand still"];
const AT_A_STANDSTILL: u64 = 32;
pub(crate) const REPLAY: &str = "replay of the whole log";
pub(crate) const CATCH_UP: &str = "catch-up of a projection that writes";
pub(crate) const HALF_LOAD: &str = "half load, appends";
/// The median and the 99th percentile.
pub(crate) const ACKNOWLEDGED: [&str; 2] = ["half load, acknowledged, p50", "half load, acknowledged, p99"];
pub(crate) const VISIBLE: [&str; 2] = ["half load, commit to visible, p50", "half load, commit to visible, p99"];

/// The name of a figure.
pub(crate) fn append(clients: u64) -> String {
    if clients == 1 { "append, 1 client".to_owned() } else { format!("append, {clients} clients") }
}

/// The name of a figure.
pub(crate) fn bulk(batch: u64) -> String {
    if batch == 1_000 { "append, 1,000 at a time".to_owned() } else { format!("append, {batch} at a time") }
}

/// What a run is done with.
pub(crate) struct Bench {
    server: Server,
    sources: Sources,
    /// How long a figure that has no end of its own is measured in a round.
    slice: Duration,
    /// The logs that are replayed.
    libraries: [Library; 2],
}

impl Bench {
    /// Makes the logs that are replayed, with so many events.
    pub(crate) async fn new(server: Server, crate_folder: &Path, events: u64, slice: Duration) -> Outcome<Self> {
        let sources = Sources::new(&crate_folder.join("Cargo.toml"), &crate_folder.join("message-db"))?;
        let libraries = [Library::sqlite(events).await?, Library::postgres(&server, &sources, events).await?];
        Ok(Self { server, sources, slice, libraries })
    }

    /// Every figure once, everybody in turn.
    pub(crate) async fn round(&self, round: u64, figures: &mut Figures) -> Outcome<()> {
        for contest in [Contest::sqlite().await?, Contest::postgres(&self.server, &self.sources).await?] {
            contest.measure(round, self.slice, figures).await?;
            contest.close().await?;
        }
        for library in &self.libraries {
            library.measure(round, figures).await?;
        }
        Ok(())
    }

    /// The version of the server.
    pub(crate) async fn server_version(&self) -> Outcome<String> {
        self.server.version().await
    }

    /// Throws everything away.
    pub(crate) async fn close(self) -> Outcome<()> {
        for library in self.libraries {
            library.close().await?;
        }
        Ok(())
    }
}

/// Puts another one first in every round, so that nobody always comes after the same one.
fn rotated<T>(mut everybody: Vec<T>, round: u64) -> Vec<T> {
    let first = usize::try_from(round).unwrap_or_default() % everybody.len().max(1);
    everybody.rotate_left(first);
    everybody
}

//! What is measured of whoever stores events: the product, the plain limit, a peer.

use async_trait::async_trait;

use crate::Outcome;
use crate::half_load::Watched;
use crate::workload::Writer;

/// Whose figure it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// What somebody is to the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Product,
    /// The product in a way that no goal is about.
    ProductToo,
    /// The limit: the driver alone.
    Plain,
    /// Another event store.
    Peer {
        /// Whether whoever replays it may go on from where it stopped.
        resumes: bool,
    },
}

impl Who {
    pub(crate) fn product() -> Self {
        Self { name: "product".to_owned(), kind: Kind::Product }
    }

    pub(crate) fn plain() -> Self {
        Self { name: "plain".to_owned(), kind: Kind::Plain }
    }

    /// The same, with something said about how.
    pub(crate) fn with(&self, how: &str) -> Self {
        Self { name: format!("{}, {how}", self.name), kind: self.kind }
    }
}

/// Somebody whom clients append to.
#[async_trait]
pub(crate) trait Store: Send + Sync {
    fn who(&self) -> Who;

    /// A client that appends to streams of its own, at the exact version.
    fn client(&self, writer: Writer) -> Outcome<Box<dyn Client>>;

    /// A client that reads the version of a stream others append to as well, and appends.
    fn contender(&self, writer: Writer) -> Outcome<Box<dyn Client>>;

    /// The same through so many connections; none when their number is no choice of its user.
    async fn again(&self, connections: u32) -> Outcome<Option<Box<dyn Store>>>;

    /// The same with a read model that shows what is appended from now on; none when nothing is offered that is told of
    /// new events.
    async fn watched(&self) -> Outcome<Option<Box<dyn Watched>>> {
        Ok(None)
    }

    /// Lets go of what was opened.
    async fn close(&self);
}

/// Somebody who appends one event at a time.
#[async_trait]
pub(crate) trait Client: Send {
    /// Appends its event of this number; whether it was written, and not refused because somebody else was faster.
    async fn append(&mut self, number: u64) -> Outcome<bool>;
}

/// Somebody who takes many events in one commit.
#[async_trait]
pub(crate) trait Bulk: Send + Sync {
    /// Appends the writer's events from this number on.
    async fn append_many(&self, writer: Writer, number: u64, batch: u64) -> Outcome<()>;
}

/// A log that is filled, and read from its beginning to its end.
#[async_trait]
pub(crate) trait Filled: Send + Sync {
    fn who(&self) -> Who;

    /// Reads and parses every event; answers events a second.
    async fn replay(&self, events: u64) -> Outcome<f64>;

    /// Lets a projection that writes take it in from the beginning; answers events a second. None: nothing is offered
    /// that remembers how far it came.
    async fn catch_up(&self, events: u64) -> Outcome<Option<f64>>;
}

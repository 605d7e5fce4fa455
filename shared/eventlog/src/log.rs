//! The log: the one thing that services hold of it.

mod appender;
mod assumption;
mod batch;
mod execute;
mod request;
mod sequence;
mod verify;
mod wake;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use kernel::Clock;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

pub use execute::Order;
pub use sequence::{Ordered, Sequence};
pub use verify::{Fault, Report};
pub(crate) use wake::closed;

use crate::log::appender::Appender;
use crate::log::request::{Answer, Chain, Request};
use crate::store::{Chunk, Store, Stretch};
use crate::{
    Append, AppendError, Failure, LogConfig, LogPosition, OpenError, Position, QueueBounds, Receipt, Recorded,
    StreamId, Version,
};

/// An open log. Clones are cheap and share everything.
#[derive(Debug, Clone)]
pub struct EventLog(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    queues: Vec<mpsc::Sender<Request>>,
    bounds: QueueBounds,
    /// The bytes that may still wait to be written.
    room: Arc<Semaphore>,
    heads: Arc<watch::Sender<LogPosition>>,
    fatal: Arc<watch::Sender<Option<String>>>,
    /// Dropped or set, it ends the tasks.
    closing: watch::Sender<bool>,
    appenders: Mutex<Vec<JoinHandle<()>>>,
}

/// A stretch of a partition.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its events, in order.
    pub events: Vec<Recorded>,
    /// How far it reaches: read on from here.
    pub reached: Position,
}

impl EventLog {
    /// Opens the log, and makes it when it is not there.
    ///
    /// # Errors
    /// When it was written by a newer program, has another number of partitions, is damaged, or its database would not
    /// keep what it acknowledges.
    pub async fn open(config: &LogConfig, clock: Clock) -> Result<Self, OpenError> {
        let store = Store::open(config).await?;
        let heads = Arc::new(watch::Sender::new(store.position().await?));
        let wrote = Arc::new(watch::Sender::new(LogPosition::start()));
        let fatal = Arc::new(watch::Sender::new(None));
        let closing = watch::Sender::new(false);
        // SQLite has one lock for the whole file: one task groups better than several that compete for it.
        let tasks = if store.database.is_sqlite() { 1 } else { config.partitions };
        let (mut queues, mut appenders) = (Vec::new(), Vec::new());
        for _ in 0..tasks {
            let (sender, queue) = mpsc::channel(config.queue.requests.max(1));
            let appender = Appender {
                store: store.clone(),
                clock: clock.clone(),
                grouping: config.grouping,
                queue,
                closing: closing.subscribe(),
                heads: Arc::clone(&heads),
                wrote: Arc::clone(&wrote),
                fatal: Arc::clone(&fatal),
            };
            queues.push(sender);
            appenders.push(appender.start());
        }
        wake::start(&store, &heads, &wrote, &fatal, &closing);
        let room = Arc::new(Semaphore::new(config.queue.bytes.min(Semaphore::MAX_PERMITS)));
        let appenders = Mutex::new(appenders);
        Ok(Self(Arc::new(Shared { store, queues, bounds: config.queue, room, heads, fatal, closing, appenders })))
    }

    /// Writes events, all or none. The answer comes when they are safe.
    ///
    /// # Errors
    /// When an expectation does not hold, the caller's key names another request, the queue is full, or the store fails.
    pub async fn append(&self, append: Append) -> Result<Receipt, AppendError> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(append, answer, None)?;
        answered.await.unwrap_or(Err(AppendError::Closed))
    }

    fn enqueue(
        &self,
        append: Append,
        answer: oneshot::Sender<Answer>,
        chain: Option<Chain>,
    ) -> Result<(), AppendError> {
        check(&append)?;
        let count = self.partitions();
        let mut partitions: Vec<u16> = append.expectations.iter().map(|(stream, _)| stream.partition(count)).collect();
        partitions.sort_unstable();
        partitions.dedup();
        // The appender of the lowest partition handles it; heads are locked in ascending order everywhere.
        let lowest = partitions.first().copied().unwrap_or(0);
        let partitions = if partitions.is_empty() { vec![lowest] } else { partitions };
        // What belongs to a chain stays in one queue, whatever else it looks at.
        let task = chain.as_ref().map_or(lowest, |chain| chain.partition);
        let queue = self.0.queues.get(usize::from(task) % self.0.queues.len()).ok_or(AppendError::Closed)?;
        let bytes = append.events.iter().map(|event| event.payload.len() + 256).sum::<usize>().max(256);
        let permits = u32::try_from(bytes.min(self.0.bounds.bytes)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.0.room).try_acquire_many_owned(permits).map_err(|_| AppendError::Overloaded)?;
        queue.try_send(Request { append, partitions, bytes, answer, room, chain }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => AppendError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => AppendError::Closed,
        })
    }

    /// The events of a stream after a version, at most so many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read_stream(&self, stream: &StreamId, after: Version, limit: u32) -> Result<Vec<Recorded>, Failure> {
        let upto = Version(after.0.saturating_add(u64::from(limit)));
        self.0.store.stream(stream, after, upto).await
    }

    /// A page of a partition after a position: at most so many events, fewer at the head.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(&self, partition: u16, after: Position, limit: u32) -> Result<Page, Failure> {
        let stretch = Stretch { partition, after, upto: after.plus(u64::from(limit)) };
        let events = self.0.store.stretch(stretch).await?;
        let reached = events.last().map_or(after, |event| event.position);
        Ok(Page { events, reached })
    }

    /// Every event of a partition from after a position up to the present head.
    pub fn scan(&self, partition: u16, after: Position) -> BoxStream<'static, Result<Recorded, Failure>> {
        let log = self.clone();
        let chunks = futures_util::stream::once(async move {
            let upto = log.present().await?.at(partition);
            let chunks = log.stretch(Stretch { partition, after, upto }, None);
            Ok::<_, Failure>(received(chunks).map_ok(|chunk| futures_util::stream::iter(chunk).map(Ok)).try_flatten())
        });
        chunks.try_flatten().boxed()
    }

    /// A stretch of a partition, whose events come in chunks.
    pub(crate) fn stretch(
        &self,
        stretch: Stretch,
        categories: Option<&'static [&'static str]>,
    ) -> mpsc::Receiver<Result<Chunk, Failure>> {
        self.0.store.stream_stretch(stretch, categories)
    }

    /// How many partitions it has.
    pub fn partitions(&self) -> u16 {
        self.0.store.partitions
    }

    /// How far the log is, as far as this process knows.
    pub fn head(&self) -> LogPosition {
        self.0.heads.borrow().clone()
    }

    /// How far the log is, asked of the store.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn present(&self) -> Result<LogPosition, Failure> {
        let present = self.0.store.position().await?;
        self.0.heads.send_if_modified(|known| known.merge(&present));
        Ok(present)
    }

    /// Whether the [policies on rows](crate::Projection::row_security) hold for the account that reads: not for one that
    /// PostgreSQL exempts. None of a file, which has no policies.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn policies_hold(&self) -> Result<Option<bool>, Failure> {
        if self.0.store.database.is_sqlite() {
            return Ok(None);
        }
        let rows = self.0.store.database.fetch(include_str!("../sql/exempt_postgres.sql"), Vec::new()).await?;
        rows.first().map(|row| Ok(row.int(0)? == 0)).transpose()
    }

    /// Follows how far the log is.
    pub fn watch(&self) -> watch::Receiver<LogPosition> {
        self.0.heads.subscribe()
    }

    /// Follows whether the store has failed for good: then the process is to end, and its reason is here.
    pub fn fatal(&self) -> watch::Receiver<Option<String>> {
        self.0.fatal.subscribe()
    }

    /// How many requests wait to be written.
    pub fn queued(&self) -> usize {
        self.0.queues.iter().map(|queue| queue.max_capacity() - queue.capacity()).sum()
    }

    /// Writes what is queued, then takes nothing more.
    pub async fn close(&self) {
        self.0.closing.send_replace(true);
        let appenders = std::mem::take(&mut *self.0.appenders.lock().unwrap_or_else(PoisonError::into_inner));
        for appender in appenders {
            if let Err(error) = appender.await {
                tracing::error!(%error, "An appender ended early");
            }
        }
        self.0.store.close().await;
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }
}

/// Refuses what no store could take, before it joins others in a group.
fn check(append: &Append) -> Result<(), AppendError> {
    let expected: HashSet<&StreamId> = append.expectations.iter().map(|(stream, _)| stream).collect();
    if let Some(event) = append.events.iter().find(|event| !expected.contains(&event.stream)) {
        return Err(AppendError::NoExpectation { stream: event.stream.clone() });
    }
    let key = append.context.key.as_ref().map_or("key", |key| &key.key);
    if key.is_empty() || key.len() > 200 || key.chars().any(char::is_control) {
        return Err(Failure::corrupt("a caller's key has 1 to 200 characters that can be seen").into());
    }
    Ok(())
}

/// What a channel receives, as a stream.
fn received<T: Send + 'static>(channel: mpsc::Receiver<T>) -> BoxStream<'static, T> {
    futures_util::stream::unfold(channel, |mut channel| async move { Some((channel.recv().await?, channel)) }).boxed()
}

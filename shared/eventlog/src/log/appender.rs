//! The task that writes: one a process and partition (one for all of them on SQLite, which has one lock).
//!
//! Whatever queued while it committed is its next group. It waits a little for company only when the group before had
//! some. Callers wait for its answer and nothing of theirs is inside it, so a caller that goes away cancels nothing.

use std::sync::Arc;
use std::time::Duration;

use kernel::Clock;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::failure::said;
use crate::log::assumption::Standing;
use crate::log::batch::{self, Batch};
use crate::log::request::{Answer, Request};
use crate::log::wake;
use crate::store::{Backend, Head, Store, Writer, WriterError, Written, Wrote};
use crate::{AppendError, Failure, Grouping, LogPosition, StreamId};

/// What the task has in common with the log that feeds it.
#[derive(Debug)]
pub(crate) struct Appender {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) grouping: Grouping,
    pub(crate) queue: mpsc::Receiver<Request>,
    pub(crate) closing: watch::Receiver<bool>,
    /// How far the log is known to be.
    pub(crate) heads: Arc<watch::Sender<LogPosition>>,
    /// How far this process has written.
    pub(crate) wrote: Arc<watch::Sender<LogPosition>>,
    pub(crate) fatal: Arc<watch::Sender<Option<String>>>,
}

/// How often a group is tried again after the connection was lost before its commit.
const ATTEMPTS: u32 = 5;
/// How often the outcome of a lost commit is looked for.
const SETTLE_ATTEMPTS: u32 = 20;

/// How a group ended.
enum Outcome {
    Committed(Vec<Answer>, LogPosition),
    Failed(Failure),
    /// The store can no longer be relied upon: what to answer, and why.
    Ruined(Failure, String),
}

/// What a commit wrote.
struct Committed {
    answers: Vec<Answer>,
    position: LogPosition,
}

impl Committed {
    fn of(answers: Vec<Answer>, written: &Written, standing: &mut Standing) -> Self {
        standing.wrote(written);
        let position = LogPosition::of(written.heads.iter().map(|head| (head.partition, head.position)));
        Self { answers, position }
    }
}

/// Why a group has to be tried again, or not.
enum Setback {
    /// Nothing was written; another try may do better.
    Again(Failure),
    /// Another partition's appender took a caller's key in between.
    KeyTaken,
    /// The commit's answer was lost.
    Unknown(Failure, Vec<Answer>, Written),
}

impl Appender {
    /// Starts the task. With a file it has a thread of its own, where it may wait for the disk: to hand each commit to another
    /// thread would cost every caller the time until that wakes, twice.
    pub(crate) fn start(self) -> JoinHandle<()> {
        if self.store.database.is_sqlite() {
            let runtime = Handle::current();
            tokio::task::spawn_blocking(move || runtime.block_on(self.run()))
        } else {
            tokio::spawn(self.run())
        }
    }

    /// Writes until the log closes, and everything that queued until then.
    async fn run(mut self) {
        let (mut writer, mut standing) = (None, Standing::default());
        let mut pace = Pace::default();
        while let Some(group) = self.gather(&pace).await {
            let began = Instant::now();
            pace.company = group.len();
            let outcome = self.write(&mut writer, &mut standing, &group).await;
            pace.commit = began.elapsed();
            let ruined = matches!(outcome, Outcome::Ruined(..));
            self.answer(group, outcome);
            if ruined {
                break;
            }
        }
    }

    /// The next group: at least one request, or none when the log closes.
    async fn gather(&mut self, pace: &Pace) -> Option<Vec<Request>> {
        let first = tokio::select! {
            biased;
            // First: whoever asks again as soon as it is answered would keep the log open for ever.
            () = wake::closed(&mut self.closing) => {
                self.queue.close();
                self.queue.recv().await?
            }
            first = self.queue.recv() => first?,
        };
        let mut bytes = first.bytes;
        let mut group = vec![first];
        let full = |group: &[Request], bytes: usize| {
            group.len() >= self.grouping.max_requests || bytes >= self.grouping.max_bytes
        };
        while !full(&group, bytes) {
            let Ok(request) = self.queue.try_recv() else { break };
            bytes += request.bytes;
            group.push(request);
        }
        if pace.company > 1 {
            let until = Instant::now() + pace.linger(self.grouping.max_linger);
            while group.len() < pace.company && !full(&group, bytes) {
                let Ok(Some(request)) = tokio::time::timeout_at(until, self.queue.recv()).await else { break };
                bytes += request.bytes;
                group.push(request);
            }
        }
        Some(group)
    }

    /// Commits a group, trying again after what passes.
    async fn write(&self, writer: &mut Option<Writer>, standing: &mut Standing, group: &[Request]) -> Outcome {
        let mut tries = 0;
        loop {
            tries += 1;
            let setback = match self.attempt(writer, standing, group).await {
                Ok(Committed { answers, position }) => return Outcome::Committed(answers, position),
                Err(setback) => setback,
            };
            match setback {
                Setback::Unknown(failure, answers, written) => {
                    let lost = writer.take().and_then(|writer| writer.backend());
                    *standing = Standing::default();
                    return self.settle(writer, lost, failure, answers, &written).await;
                }
                Setback::KeyTaken if tries <= ATTEMPTS => undo(writer).await,
                Setback::KeyTaken => {
                    return Outcome::Failed(Failure::corrupt("a caller's key was taken again and again"));
                }
                Setback::Again(failure) => {
                    undo(writer).await;
                    if failure.is_ruin() {
                        let why = said(&failure);
                        return Outcome::Ruined(failure, why);
                    }
                    if tries >= ATTEMPTS || !matches!(failure, Failure::Unavailable(_)) {
                        return Outcome::Failed(failure);
                    }
                    tracing::warn!(error = said(&failure), attempt = tries, "A group of appends is tried again");
                    *writer = None;
                    tokio::time::sleep(Duration::from_millis(50) * 2_u32.pow(tries)).await;
                }
            }
        }
    }

    async fn attempt(
        &self,
        writer: &mut Option<Writer>,
        standing: &mut Standing,
        group: &[Request],
    ) -> Result<Committed, Setback> {
        let writer = match writer {
            Some(writer) => writer,
            none => {
                // Another server may answer, which may have lost what the one before had acknowledged.
                *standing = Standing::default();
                none.insert(self.store.writer().await.map_err(Setback::Again)?)
            }
        };
        let mut partitions: Vec<u16> = group.iter().flat_map(|request| request.partitions.iter().copied()).collect();
        partitions.sort_unstable();
        partitions.dedup();
        if let Some(head) = standing.head(&partitions)
            && let Some(committed) = self.at_once(writer, standing, head, group).await?
        {
            return Ok(committed);
        }
        self.locked(writer, standing, &partitions, group).await
    }

    /// Writes a group without a look first, in one round trip: when all of it is as it expects, which is nearly always.
    /// Nothing is written, and there is no answer, when anything is not.
    async fn at_once(
        &self,
        writer: &mut Writer,
        standing: &mut Standing,
        head: Head,
        group: &[Request],
    ) -> Result<Option<Committed>, Setback> {
        let Some(assumed) = standing.assumed(group.iter().map(|request| &request.append)) else { return Ok(None) };
        let mut batch = Batch::assuming(self.clock.now(), self.store.partitions, head, &assumed);
        let accept =
            |request: &Request| (!request.is_broken()).then(|| batch.accept(&request.append)).flatten().map(Ok);
        let Some(answers) = group.iter().map(accept).collect::<Option<Vec<Answer>>>() else { return Ok(None) };
        let (written, assumed) = (batch.written(), standing.unknown(assumed));
        match writer.write_at_once(&written, &assumed).await {
            Ok(Wrote::All) => Ok(Some(Committed::of(answers, &written, standing))),
            Ok(Wrote::Nothing) => Ok(None),
            Err(WriterError::Refused(failure)) => Err(Setback::Again(failure)),
            Err(WriterError::Unknown(failure)) => Err(Setback::Unknown(failure, answers, written)),
        }
    }

    /// Writes a group under the lock: looks how things are, decides each request, writes, commits.
    async fn locked(
        &self,
        writer: &mut Writer,
        standing: &mut Standing,
        partitions: &[u16],
        group: &[Request],
    ) -> Result<Committed, Setback> {
        let heads = writer.begin(partitions).await.map_err(Setback::Again)?;
        standing.found(&heads);
        let versions = writer.versions(streams(group)).await.map_err(Setback::Again)?;
        let mut batch = Batch::new(self.clock.now(), self.store.partitions, heads, versions);
        let mut answers = Vec::with_capacity(group.len());
        for request in group {
            if request.is_broken() {
                answers.push(Err(AppendError::Broken));
                continue;
            }
            match batch.decide(writer, &request.append).await {
                Err(AppendError::Failure(failure)) => return Err(Setback::Again(failure)),
                Ok(receipt) => answers.push(Ok(receipt)),
                Err(refused) => {
                    request.break_chain();
                    answers.push(Err(refused));
                }
            }
        }
        let written = batch.written();
        if written.is_empty() {
            writer.rollback().await.map_err(Setback::Again)?;
            return Ok(Committed::of(answers, &written, standing));
        }
        if writer.write(&written).await.map_err(Setback::Again)? == Wrote::Nothing {
            return Err(Setback::KeyTaken);
        }
        match writer.commit().await {
            Ok(()) => Ok(Committed::of(answers, &written, standing)),
            Err(WriterError::Refused(failure)) => Err(Setback::Again(failure)),
            Err(WriterError::Unknown(failure)) => Err(Setback::Unknown(failure, answers, written)),
        }
    }

    /// Finds out whether a commit happened whose answer was lost. On SQLite nothing but the store itself can lose an
    /// answer, and then this process is not to go on.
    async fn settle(
        &self,
        writer: &mut Option<Writer>,
        lost: Option<Backend>,
        failure: Failure,
        answers: Vec<Answer>,
        written: &Written,
    ) -> Outcome {
        if self.store.database.is_sqlite() || failure.is_ruin() {
            return Outcome::Ruined(Failure::OutcomeUnknown, said(&failure));
        }
        tracing::warn!(error = said(&failure), "The answer of a commit was lost; looking for what it wrote");
        for _ in 0..SETTLE_ATTEMPTS {
            match self.look(writer, lost, written).await {
                Ok(true) => {
                    let heads = written.heads.iter().map(|head| (head.partition, head.position));
                    return Outcome::Committed(answers, LogPosition::of(heads));
                }
                Ok(false) => return Outcome::Failed(failure),
                Err(_) => *writer = None,
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Outcome::Failed(Failure::OutcomeUnknown)
    }

    async fn look(
        &self,
        writer: &mut Option<Writer>,
        lost: Option<Backend>,
        written: &Written,
    ) -> Result<bool, Failure> {
        let writer = writer.insert(self.store.writer().await?);
        if let Some(lost) = lost {
            // Else what is not there now may come after all, when its caller has been told that it did not.
            writer.end(lost).await?;
        }
        let partitions: Vec<u16> = written.heads.iter().map(|head| head.partition).collect();
        if !partitions.is_empty() {
            // Waits until the lost commit has let go of the heads, one way or the other.
            writer.begin(&partitions).await?;
        }
        let stands = batch::stands(writer, written).await?;
        if stands {
            // The server may have given up waiting for a standby: whatever stands is acknowledged once a commit after it is.
            writer.affirm(&partitions).await?;
        } else if !partitions.is_empty() {
            writer.rollback().await?;
        }
        Ok(stands)
    }

    /// Answers every caller; those that have gone away do not mind.
    fn answer(&self, group: Vec<Request>, outcome: Outcome) {
        let failed = |failure: Failure| group.iter().map(|_| Err(AppendError::Failure(failure.clone()))).collect();
        let answers: Vec<Answer> = match outcome {
            Outcome::Committed(answers, position) => {
                self.heads.send_if_modified(|known| known.merge(&position));
                self.wrote.send_if_modified(|known| known.merge(&position));
                answers
            }
            Outcome::Failed(failure) => failed(failure),
            Outcome::Ruined(failure, why) => {
                tracing::error!(
                    error = why,
                    "The store can no longer be relied upon; this process takes no more appends"
                );
                self.fatal.send_replace(Some(why));
                failed(failure)
            }
        };
        for (request, answer) in group.into_iter().zip(answers) {
            if answer.is_err() {
                request.break_chain();
            }
            drop(request.room);
            request.answer.send(answer).map_or_else(drop, |()| ());
        }
    }
}

impl Drop for Appender {
    /// A process that writes no more because of a defect is to end, instead of refusing everybody until somebody notices.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.fatal.send_replace(Some("what writes the log has failed".to_owned()));
        }
    }
}

/// How the last commit went, which tells how long company is worth waiting for.
#[derive(Debug, Default)]
struct Pace {
    company: usize,
    commit: Duration,
}

impl Pace {
    fn linger(&self, at_most: Duration) -> Duration {
        (self.commit / 4).min(at_most)
    }
}

/// Undoes what was begun; a connection that cannot even do that is let go.
async fn undo(writer: &mut Option<Writer>) {
    if let Some(open) = writer
        && open.rollback().await.is_err()
    {
        *writer = None;
    }
}

fn streams(group: &[Request]) -> Vec<StreamId> {
    let expectations = group.iter().flat_map(|request| &request.append.expectations);
    let mut streams: Vec<_> = expectations.map(|(stream, _)| stream.clone()).collect();
    streams.sort_unstable();
    streams.dedup();
    streams
}

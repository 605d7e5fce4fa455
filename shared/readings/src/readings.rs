//! The log of readings: recorded before an answer leaves, asked afterwards by the person and by the auditor.

use std::sync::Arc;
use std::time::Duration;

use eventlog::{
    Append, AppendError, Behind, Context, EventLog, Expected, Failure, LogConfig, NewEvent, OpenError, Report,
    StreamId, Value, View, ViewError, ViewStatus, Views, WorkerOptions, args,
};
use events::ReadingEvent;
use kernel::{AccountId, Chance, Clock, CommandId, EventId, TeacherId};
use tokio::sync::watch;

use crate::projection::ReadingsProjection;
use crate::{Looked, Reading};

/// The name of the log beside the register's.
const LOG: &str = "readings";
/// At most so many people stand in one event: a longer list becomes several, written together.
const SUBJECTS: usize = 10_000;
/// So many events make up a page of the projection: each may name many people.
const PAGE: u32 = 100;
/// How long the projection waits for company: whoever asks for readings can wait as well, and every answer about somebody
/// is a reading.
const LINGER: Duration = Duration::from_millis(50);
/// Few ask, so few connections do.
const CONNECTIONS: u32 = 2;
/// How long a question waits for the view to show what this process knows to be recorded.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a reading was not recorded, or a question about readings is not answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadingsError {
    /// The log of readings cannot be opened.
    #[error("the log of readings cannot be opened")]
    Open(#[from] OpenError),
    /// The reading was not recorded, or it is not known whether it was: nothing is to be shown.
    #[error("the reading could not be recorded")]
    Record(#[from] AppendError),
    /// The log failed, or holds what cannot be read.
    #[error("the log of readings failed")]
    Log(#[from] Failure),
    /// The view does not answer.
    #[error("the view of readings does not answer")]
    View(#[from] ViewError),
    /// The view does not show yet what is recorded: try again later.
    #[error("the view of readings does not show yet what is recorded")]
    Behind(#[from] Behind),
}

/// The log of readings. Clones are cheap.
#[derive(Debug, Clone)]
pub struct Readings {
    log: EventLog,
    views: Views,
    clock: Clock,
    chance: Chance,
}

/// The log of readings, beside the register's.
fn beside(register: &LogConfig) -> LogConfig {
    LogConfig { readers: CONNECTIONS, ..register.beside(LOG).with_partitions(1) }
}

impl Readings {
    /// Makes the log of readings where it is not there, and nothing else: the view of it belongs to whoever keeps it, who
    /// may be another account of the database.
    ///
    /// # Errors
    /// When the log cannot be opened.
    pub async fn make_log(register: &LogConfig, clock: Clock) -> Result<(), ReadingsError> {
        EventLog::open(&beside(register), clock).await?.close().await;
        Ok(())
    }

    /// Checks every stored reading: its hash, its position, its version.
    ///
    /// # Errors
    /// When the log cannot be opened, or the store fails. That something is wrong with what is stored is in the report.
    pub async fn verify_log(register: &LogConfig, clock: Clock) -> Result<Report, ReadingsError> {
        let log = EventLog::open(&beside(register), clock).await?;
        let report = log.verify(|_| ()).await;
        log.close().await;
        Ok(report?)
    }

    /// Opens the log of readings beside the register's log, whose configuration is given, and makes it when it is not
    /// there. It always has one partition, so that one number says where a reading stands.
    ///
    /// # Errors
    /// When the log or its view cannot be opened.
    pub async fn open(register: &LogConfig, clock: Clock, chance: Chance) -> Result<Self, ReadingsError> {
        let log = EventLog::open(&beside(register), clock.clone()).await?;
        let options = WorkerOptions {
            page: PAGE,
            page_far_behind: PAGE,
            linger: LINGER,
            connections: CONNECTIONS,
            ..WorkerOptions::default()
        };
        match Views::start(&log, vec![Arc::new(ReadingsProjection)], options).await {
            Ok(views) => Ok(Self { log, views, clock, chance }),
            Err(refused) => {
                log.close().await;
                Err(refused.into())
            }
        }
    }

    /// Records a reading. It is durable when this returns, so call it before the first byte of the answer leaves, and
    /// send nothing when it fails. A reading of nobody is no event. A caller that goes away leaves the reading on
    /// record: better one too many than one too few.
    ///
    /// # Errors
    /// When it was not recorded, or that is not known.
    pub async fn record(&self, reading: Reading) -> Result<(), ReadingsError> {
        let now = self.clock.now();
        let command = self.chance.command(now);
        let stream = StreamId::of::<ReadingEvent>(reading.account.uuid());
        let events = events(&reading, &stream, command, now.day())?;
        if events.is_empty() {
            return Ok(());
        }
        let Reading { actor, correlation, .. } = reading;
        let context = Context { command, actor, correlation, causation: None, key: None };
        // Nothing is taken for granted, so that readings at the same time never stand in each other's way.
        self.log.append(Append { context, expectations: vec![(stream, Expected::Any)], events }).await?;
        Ok(())
    }

    /// Who looked at this person's record, newest first, at most `limit`, and before a position when one is given.
    /// Shows everything that is recorded.
    ///
    /// # Errors
    /// When the view does not come so far in time, or fails.
    pub async fn of_subject(
        &self,
        teacher: TeacherId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Looked>, ReadingsError> {
        self.looked(include_str!("sql/of_subject.sql"), args![teacher, before.unwrap_or(u64::MAX), limit]).await
    }

    /// What this account looked at, newest first, at most `limit`, and before a position when one is given: for the
    /// auditor, in ids that say nothing. Shows what [`Readings::of_subject`] shows.
    ///
    /// # Errors
    /// As [`Readings::of_subject`].
    pub async fn of_account(
        &self,
        account: AccountId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Looked>, ReadingsError> {
        self.looked(include_str!("sql/of_account.sql"), args![account.uuid(), before.unwrap_or(u64::MAX), limit]).await
    }

    /// At whose records the reading at this position looked: in the order of their ids, at most `limit`, and after an
    /// id when one is given. Nobody when there is no such reading.
    ///
    /// # Errors
    /// As [`Readings::of_subject`].
    pub async fn subjects(
        &self,
        position: u64,
        after: Option<TeacherId>,
        limit: u32,
    ) -> Result<Vec<TeacherId>, ReadingsError> {
        let after = after.map(|teacher| teacher.to_string()).unwrap_or_default();
        let view = self.caught_up().await?;
        let rows = view.fetch(include_str!("sql/subjects.sql"), args![position, after, limit]).await?;
        Ok(rows.iter().map(|row| row.parse(0)).collect::<Result<_, _>>()?)
    }

    /// Builds the view again from the first reading, beside the one that answers, then swaps them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn rebuild(&self) -> Result<(), ReadingsError> {
        Ok(self.views.rebuild(ReadingsProjection::NAME, |_| ()).await?)
    }

    /// How the view is doing.
    pub fn status(&self) -> Vec<ViewStatus> {
        self.views.status()
    }

    /// Follows whether the store has failed for good: then the process is to end, and its reason is here.
    pub fn fatal(&self) -> watch::Receiver<Option<String>> {
        self.log.fatal()
    }

    /// Writes what is queued, then takes nothing more.
    pub async fn close(&self) {
        self.views.stop().await;
        self.log.close().await;
    }

    async fn looked(&self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Looked>, ReadingsError> {
        let rows = self.caught_up().await?.fetch(sql, args).await?;
        Ok(rows.iter().map(Looked::read).collect::<Result<_, _>>()?)
    }

    /// The view, once it shows everything that is recorded, by whichever process.
    async fn caught_up(&self) -> Result<View, ReadingsError> {
        let view = self.views.get(ReadingsProjection::NAME)?;
        view.wait_for(&self.log.present().await?, PATIENCE).await?;
        Ok(view)
    }
}

/// The events of a reading: one for every [`SUBJECTS`] people. In the order of their ids, for the order of a list says
/// something about who is on it.
fn events(reading: &Reading, stream: &StreamId, command: CommandId, on: kernel::Day) -> Result<Vec<NewEvent>, Failure> {
    let mut subjects = reading.subjects.clone();
    subjects.sort_unstable();
    subjects.dedup();
    let looked = |(index, subjects): (usize, &[TeacherId])| {
        let looked = ReadingEvent::Looked {
            on,
            subjects: subjects.to_vec(),
            operation: reading.operation.to_owned(),
            purpose: reading.purpose,
            reference: reading.reference.clone().map(String::from),
        };
        NewEvent::of(stream, EventId::of(command, index), &looked)
    };
    subjects.chunks(SUBJECTS).enumerate().map(looked).collect()
}

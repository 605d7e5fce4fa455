//! Recording a checked batch: by the hundred, each hundred whole or not at all.

use contracts::Rejects;
use eventlog::{Append, AppendError, Context, EventLog, Expected, LogPosition, NewEvent, StreamId, Version};
use events::{OrganisationEvent, PackEvent, RecognitionEvent, TeacherEvent};
use host::{App, Failure};
use kernel::{Actor, CommandId, CorrelationId, EventId};

use super::check::{decided, folded};
use super::{Checked, DecidedBody, DecidedRow, Deciding, Planned};
use crate::recognition::Rejection;

/// So many rows are written in one commit: others who write wait no longer than that.
const ROWS_A_COMMIT: usize = 100;

/// How often a hundred is decided anew because others were faster.
const ATTEMPTS: usize = 8;

/// No row leads to more events than an application and a decision.
const EVENTS_A_ROW: usize = 2;

/// Under which ids a batch is recorded.
#[derive(Debug, Clone)]
struct Under {
    command: CommandId,
    causation: Option<EventId>,
    actor: Actor,
}

/// Records what is not on record yet, whether or not the caller stays to hear of it, and says what became of each row.
/// The command names what was approved: every event follows from it, and they all belong together by it.
///
/// # Errors
/// When the log fails. What had been recorded by then stays, and the same batch sent again goes on there.
pub async fn record(
    app: &App,
    deciding: Deciding<'_>,
    checked: Checked,
    command: CommandId,
    causation: Option<EventId>,
) -> Result<DecidedBody, Failure> {
    let (log, under) = (app.log().clone(), Under { command, causation, actor: deciding.actor() });
    app.detached(async move { record_all(&log, checked, &under).await }).await?
}

async fn record_all(log: &EventLog, checked: Checked, under: &Under) -> Result<DecidedBody, Failure> {
    let Checked { authority, pack, mut rows } = checked;
    let exist = [StreamId::of::<OrganisationEvent>(authority.uuid()), StreamId::of::<PackEvent>(pack.uuid())];
    let mut decisions = Vec::with_capacity(rows.len());
    for chunk in rows.chunks_mut(ROWS_A_COMMIT) {
        decisions.extend(record_some(log, chunk, &exist, under).await?);
    }
    Ok(DecidedBody::of(&log.present().await?, decisions))
}

async fn record_some(
    log: &EventLog,
    rows: &mut [Planned],
    exist: &[StreamId],
    under: &Under,
) -> Result<Vec<DecidedRow>, Failure> {
    let mut overtaken = vec![None; rows.len()];
    for _ in 0..ATTEMPTS {
        match log.append(commit_of(rows, exist, under)?).await {
            Ok(_) => return Ok(rows.iter().zip(overtaken).map(|(row, rejection)| row.became(rejection)).collect()),
            Err(AppendError::WrongVersion { .. }) => {
                for (row, rejection) in rows.iter_mut().zip(&mut overtaken).filter(|(row, _)| !row.events.is_empty()) {
                    *rejection = row.decide_anew(log, under).await?;
                }
            }
            Err(refused) => return Err(refused.into()),
        }
    }
    Err(Failure::of(contracts::Code::Overloaded))
}

fn commit_of(rows: &[Planned], exist: &[StreamId], under: &Under) -> Result<Append, Failure> {
    let (mut events, mut expectations) = (Vec::new(), Vec::new());
    for row in rows.iter().filter(|row| !row.events.is_empty()) {
        let stream = row.stream();
        for (number, event) in row.events.iter().enumerate() {
            let id = EventId::of(under.command, row.index * EVENTS_A_ROW + number);
            events.push(NewEvent::of(&stream, id, event)?);
        }
        expectations.push((stream, Expected::Exact(row.version)));
        if row.version == Version::NONE {
            expectations.push((StreamId::of::<TeacherEvent>(row.teacher.uuid()), Expected::Exists));
        }
    }
    expectations.extend(exist.iter().map(|stream| (stream.clone(), Expected::Exists)));
    let Under { command, causation, actor } = under.clone();
    let correlation = CorrelationId::new(command.uuid());
    let context = Context { command, actor, correlation, causation, key: None };
    Ok(Append { context, expectations, events })
}

impl Checked {
    /// What there is to say of a batch that is wholly on record.
    pub fn known(self, position: &LogPosition) -> DecidedBody {
        DecidedBody::of(position, self.rows.iter().map(|row| row.became(None)).collect())
    }
}

impl DecidedBody {
    fn of(position: &LogPosition, decisions: Vec<DecidedRow>) -> Self {
        let count = |result| decisions.iter().filter(|row| row.result == result).count();
        let (recorded, known, overtaken) = (count("recorded"), count("known"), count("overtaken"));
        Self { position: position.to_string(), recorded, known, overtaken, decisions }
    }
}

impl Planned {
    fn stream(&self) -> StreamId {
        StreamId::of::<RecognitionEvent>(self.recognition.uuid())
    }

    /// What it leads to now that others were faster; why it no longer does.
    async fn decide_anew(&mut self, log: &EventLog, under: &Under) -> Result<Option<Rejection>, Failure> {
        let history = log.read_stream(&self.stream(), Version::NONE, u32::MAX).await?;
        self.version = Version(history.len() as u64);
        self.events.clear();
        // Somebody who approved the same batch at the same moment has recorded it.
        if history.iter().any(|event| event.command == under.command) {
            return Ok(None);
        }
        match decided(&folded(&history)?, &self.commands) {
            Ok(events) => {
                self.events = events;
                Ok(None)
            }
            Err(rejection) => Ok(Some(rejection)),
        }
    }

    fn became(&self, rejection: Option<Rejection>) -> DecidedRow {
        let result = match rejection {
            Some(_) => "overtaken",
            None if self.events.is_empty() => "known",
            None => "recorded",
        };
        let rejection = rejection.map(|rejection| rejection.code());
        DecidedRow { recognition: self.recognition, teacher: self.teacher, result, rejection }
    }
}

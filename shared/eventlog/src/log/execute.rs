//! Carrying out an order: load, fold, decide, append; and again when others were faster.

use decider::Decider;
use kernel::EventId;

use crate::log::batch::receipt_of;
use crate::{
    Append, AppendError, Context, EventLog, Expected, Failure, LogPosition, NewEvent, Receipt, Recorded, Refusal,
    StreamId, Version,
};

/// How often an order is decided before it gives way to others.
const ATTEMPTS: usize = 8;

/// What is asked of a write model, and of which stream.
pub struct Order<D: Decider> {
    /// The stream it is about.
    pub stream: StreamId,
    /// What is asked for.
    pub command: D::Command,
    /// Who asks.
    pub context: Context,
    /// The version the caller has seen (`If-Match`); none when it does not matter.
    pub if_version: Option<Version>,
    /// Streams that must exist.
    pub requires: Vec<StreamId>,
}

impl<D: Decider<Command: Clone>> Clone for Order<D> {
    fn clone(&self) -> Self {
        Self {
            stream: self.stream.clone(),
            command: self.command.clone(),
            context: self.context.clone(),
            if_version: self.if_version,
            requires: self.requires.clone(),
        }
    }
}

impl<D: Decider<Command: std::fmt::Debug>> std::fmt::Debug for Order<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Order").field("stream", &self.stream).field("command", &self.command).finish_non_exhaustive()
    }
}

impl EventLog {
    /// Carries out an order: folds its stream, decides, appends; decides again when others were faster. An order with
    /// the id of a command that was carried out before is answered as it was then.
    ///
    /// # Errors
    /// When the domain says no, the stream is not at the expected version, something required does not exist, or the
    /// append fails.
    pub async fn execute<D: Decider>(&self, order: Order<D>) -> Result<Receipt, Refusal<D::Rejection>> {
        if let Some(receipt) = self.answered(&order.context).await? {
            return Ok(receipt);
        }
        for _ in 0..ATTEMPTS {
            let history = self.history(&order.stream).await?;
            let before: Vec<_> =
                history.iter().filter(|event| event.command == order.context.command).cloned().collect();
            if !before.is_empty() {
                return Ok(receipt_of(&before, true));
            }
            let version = Version(history.len() as u64);
            if let Some(wanted) = order.if_version
                && wanted != version
            {
                return Err(Refusal::Stale { actual: version });
            }
            let events = D::decide(&fold::<D>(&history)?, &order.command).map_err(Refusal::Rejected)?;
            if events.is_empty() && order.requires.is_empty() && order.context.key.is_none() {
                return Ok(self.unchanged(&order.stream, version).await?);
            }
            match self.append(proposal(&order, version, &events)?).await {
                Err(AppendError::WrongVersion { .. }) => {}
                Err(refused) => return Err(refusal(refused)),
                Ok(receipt) => return Ok(receipt),
            }
        }
        Err(Refusal::Contended)
    }

    /// Folds a stream: its state and version.
    ///
    /// # Errors
    /// When the store fails, or an event cannot be read.
    pub async fn load<D: Decider>(&self, stream: &StreamId) -> Result<(D::State, Version), Failure> {
        let history = self.history(stream).await?;
        Ok((fold::<D>(&history)?, Version(history.len() as u64)))
    }

    /// Every event of a stream.
    pub(super) async fn history(&self, stream: &StreamId) -> Result<Vec<Recorded>, Failure> {
        self.store().stream(stream, Version::NONE, Version(i64::MAX as u64)).await
    }

    /// The answer that the caller's key was given before: the domain may say something else by now.
    async fn answered<R>(&self, context: &Context) -> Result<Option<Receipt>, Refusal<R>> {
        let Some(key) = &context.key else { return Ok(None) };
        let Some(stored) = self.store().caller_key(context.actor.agent.as_str(), &key.key).await? else {
            return Ok(None);
        };
        if stored.fingerprint != key.fingerprint {
            return Err(Refusal::KeyReused);
        }
        let events = self.store().spans(&stored.spans).await?;
        let mut receipt = receipt_of(&events, true);
        if events.is_empty() {
            receipt.position = self.present().await?;
        }
        Ok(Some(receipt))
    }

    /// The receipt of an order that had nothing to change.
    async fn unchanged(&self, stream: &StreamId, version: Version) -> Result<Receipt, Failure> {
        let partition = stream.partition(self.partitions());
        let position = LogPosition::of([(partition, self.present().await?.at(partition))]);
        Ok(Receipt { position, versions: vec![(stream.clone(), version)], events: Vec::new(), replayed: false })
    }
}

pub(super) fn fold<D: Decider>(history: &[Recorded]) -> Result<D::State, Failure> {
    let mut state = D::State::default();
    for recorded in history {
        D::evolve(&mut state, &recorded.event::<D::Event>()?, recorded.id);
    }
    Ok(state)
}

fn proposal<D: Decider>(order: &Order<D>, version: Version, events: &[D::Event]) -> Result<Append, Failure> {
    proposed::<D>(&order.stream, &order.context, &order.requires, version, events)
}

/// What is to be appended when a stream is at a version, and everything required exists.
pub(super) fn proposed<D: Decider>(
    stream: &StreamId,
    context: &Context,
    requires: &[StreamId],
    version: Version,
    events: &[D::Event],
) -> Result<Append, Failure> {
    let event = |(index, event)| NewEvent::of(stream, EventId::of(context.command, index), event);
    let events = events.iter().enumerate().map(event).collect::<Result<Vec<_>, _>>()?;
    let mut expectations = vec![(stream.clone(), Expected::Exact(version))];
    expectations.extend(requires.iter().map(|stream| (stream.clone(), Expected::Exists)));
    Ok(Append { context: context.clone(), expectations, events })
}

/// An append that was not taken, as a refusal of the order.
pub(super) fn refusal<R>(refused: AppendError) -> Refusal<R> {
    match refused {
        AppendError::WrongVersion { actual, .. } => Refusal::Stale { actual },
        AppendError::NoSuchStream { stream } => Refusal::NoSuchStream { stream },
        AppendError::NoExpectation { stream } => Failure::corrupt(format!("nothing was said about {stream}")).into(),
        AppendError::KeyReused => Refusal::KeyReused,
        AppendError::Broken => Refusal::Contended,
        AppendError::Overloaded => Refusal::Overloaded,
        AppendError::Closed => Refusal::Closed,
        AppendError::Failure(failure) => failure.into(),
    }
}

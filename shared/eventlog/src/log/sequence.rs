//! Several orders about one stream, one after another, none waiting until the one before is written: for those who
//! record a great deal. The stream is read once, and what an order leads to counts for the next.

use std::collections::HashMap;

use decider::Decider;
use kernel::{CommandId, DomainEvent, EventId};
use tokio::sync::oneshot;

use crate::log::batch::receipt_of;
use crate::log::execute::{fold, proposed, refusal};
use crate::log::request::{Answer, Chain};
use crate::{AppendError, Context, EventLog, Failure, Receipt, Recorded, Refusal, StreamId, Version};

/// A stream about which several orders are carried out.
///
/// Each is decided on what the ones before lead to, and says to the log which version it was decided on. If one is not
/// written after all, because something it requires does not exist or others wrote to the stream in between, none after
/// it is written either: begin another sequence.
pub struct Sequence<D: Decider> {
    log: EventLog,
    stream: StreamId,
    state: D::State,
    version: Version,
    chain: Chain,
    /// What commands that were carried out before had written.
    before: HashMap<CommandId, Vec<Recorded>>,
}

/// An order of a sequence: decided, and on its way to be written.
#[derive(Debug)]
pub struct Ordered {
    /// The kinds of the events that it leads to; none when everything asked for is already so, or was carried out before.
    pub kinds: Vec<&'static str>,
    answer: Written,
}

#[derive(Debug)]
enum Written {
    /// There was nothing to write.
    Nothing,
    /// It had been carried out before.
    Before(Box<Receipt>),
    /// It waits to be written.
    Queued(oneshot::Receiver<Answer>),
}

impl<D: Decider> std::fmt::Debug for Sequence<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sequence").field("stream", &self.stream).field("version", &self.version).finish_non_exhaustive()
    }
}

impl EventLog {
    /// Begins a sequence of orders about a stream.
    ///
    /// # Errors
    /// When the store fails, or an event cannot be read.
    pub async fn sequence<D: Decider>(&self, stream: StreamId) -> Result<Sequence<D>, Failure> {
        let history = self.history(&stream).await?;
        let (state, version) = (fold::<D>(&history)?, Version(history.len() as u64));
        let mut before: HashMap<CommandId, Vec<Recorded>> = HashMap::new();
        for event in history {
            before.entry(event.command).or_default().push(event);
        }
        Ok(Sequence { log: self.clone(), chain: self.chain(&stream), stream, state, version, before })
    }

    /// Begins a sequence of orders about a stream that does not exist yet, without asking whether it does: the log finds
    /// out when it writes. Orders that were carried out before, in this order and from the beginning of the stream, are
    /// answered as they were then.
    pub fn sequence_of_new<D: Decider>(&self, stream: StreamId) -> Sequence<D> {
        let (state, version) = (D::State::default(), Version::NONE);
        let chain = self.chain(&stream);
        Sequence { log: self.clone(), chain, stream, state, version, before: HashMap::new() }
    }

    fn chain(&self, stream: &StreamId) -> Chain {
        Chain::new(stream.partition(self.partitions()))
    }
}

impl<D: Decider> Sequence<D> {
    /// Decides an order and hands it to the log. It answers before anything is written.
    ///
    /// # Errors
    /// When the domain says no, the event cannot be written as JSON, or the log takes nothing more at present: then
    /// nothing has happened, and the order may be given again.
    pub fn order(
        &mut self,
        context: &Context,
        command: &D::Command,
        requires: &[StreamId],
    ) -> Result<Ordered, Refusal<D::Rejection>> {
        if let Some(events) = self.before.get(&context.command) {
            return Ok(Ordered { kinds: Vec::new(), answer: Written::Before(Box::new(receipt_of(events, true))) });
        }
        let events = D::decide(&self.state, command).map_err(Refusal::Rejected)?;
        if events.is_empty() && requires.is_empty() && context.key.is_none() {
            return Ok(Ordered { kinds: Vec::new(), answer: Written::Nothing });
        }
        let append = proposed::<D>(&self.stream, context, requires, self.version, &events)?;
        let (answer, answered) = oneshot::channel();
        self.log.enqueue(append, answer, Some(self.chain.clone())).map_err(refusal)?;
        for (index, event) in events.iter().enumerate() {
            D::evolve(&mut self.state, event, EventId::of(context.command, index));
        }
        self.version = self.version.plus(events.len());
        Ok(Ordered { kinds: events.iter().map(DomainEvent::kind).collect(), answer: Written::Queued(answered) })
    }
}

impl Ordered {
    /// Waits until it is written; none when there was nothing to write.
    ///
    /// # Errors
    /// When the stream had moved on, something required does not exist, an order before it was not written, or the store
    /// fails.
    pub async fn written(self) -> Result<Option<Receipt>, AppendError> {
        match self.answer {
            Written::Nothing => Ok(None),
            Written::Before(receipt) => Ok(Some(*receipt)),
            Written::Queued(answered) => answered.await.unwrap_or(Err(AppendError::Closed)).map(Some),
        }
    }
}

//! The smallest write model that can be wrong: a counter.

use decider::Decider;
use eventlog::{Append, CallerKey, Context, EventLog, Expected, LogPosition, NewEvent, Order, StreamId};
use kernel::vocabulary::Capacity;
use kernel::{Actor, Agent, CommandId, CorrelationId, Day, DomainEvent, EventId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What happens to a counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CounterEvent {
    /// It went up.
    Added {
        /// By so much.
        amount: i64,
    },
}

impl DomainEvent for CounterEvent {
    const CATEGORY: &'static str = "counter";

    fn kind(&self) -> &'static str {
        "added"
    }

    fn kinds() -> &'static [&'static str] {
        &["added"]
    }

    fn occurred_on(&self) -> Day {
        Day::parse("2026-11-22").unwrap()
    }
}

/// The write model.
#[derive(Debug)]
pub struct Counter;

/// What a counter is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Ask {
    /// To go up, unless it is above a limit.
    Add {
        /// By so much.
        amount: i64,
        /// Up to here.
        limit: i64,
    },
    /// To be at least this; nothing happens when it is.
    Reach(i64),
}

/// The counter says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the counter is full")]
pub struct Full;

impl Decider for Counter {
    type State = i64;
    type Command = Ask;
    type Event = CounterEvent;
    type Rejection = Full;

    fn decide(state: &i64, command: &Ask) -> Result<Vec<CounterEvent>, Full> {
        match *command {
            Ask::Add { amount, limit } if state + amount > limit => Err(Full),
            Ask::Add { amount, .. } => Ok(vec![CounterEvent::Added { amount }]),
            Ask::Reach(goal) if *state >= goal => Ok(Vec::new()),
            Ask::Reach(goal) => Ok(vec![CounterEvent::Added { amount: goal - state }]),
        }
    }

    fn evolve(state: &mut i64, event: &CounterEvent, _: EventId) {
        let CounterEvent::Added { amount } = event;
        *state += amount;
    }
}

/// The counter of this number.
pub fn counter(number: u128) -> StreamId {
    StreamId::of::<CounterEvent>(Uuid::from_u128(number))
}

/// A request of this name, by the test itself.
pub fn context(command: &str) -> Context {
    let command = CommandId::derived(command);
    let actor = Actor { agent: Agent::parse("test").unwrap(), capacity: Capacity::Operator, organisation: None };
    Context { command, actor, correlation: CorrelationId::new(command.uuid()), causation: None, key: None }
}

/// A caller's key with the digest of a content.
pub fn key(name: &str, content: u8) -> CallerKey {
    CallerKey { key: name.to_owned(), fingerprint: [content; 32] }
}

/// An append of one event to each of these streams, under these expectations.
pub fn append(command: &str, expectations: &[(StreamId, Expected)]) -> Append {
    let context = context(command);
    let event = |(index, (stream, _)): (usize, &(StreamId, Expected))| {
        NewEvent::of(stream, EventId::of(context.command, index), &CounterEvent::Added { amount: 1 }).unwrap()
    };
    let events = expectations.iter().enumerate().map(event).collect();
    Append { context, expectations: expectations.to_vec(), events }
}

/// An order to a counter.
pub fn order(command: &str, stream: &StreamId, ask: Ask) -> Order<Counter> {
    let (stream, context) = (stream.clone(), context(command));
    Order { stream, command: ask, context, if_version: None, requires: Vec::new() }
}

/// Writes so many events, one by one, to five counters.
pub async fn write(log: &EventLog, name: &str, events: u128) -> LogPosition {
    let mut position = LogPosition::start();
    for index in 0..events {
        let stream = counter(index % 5);
        position = log.append(append(&format!("{name} {index}"), &[(stream, Expected::Any)])).await.unwrap().position;
    }
    position
}

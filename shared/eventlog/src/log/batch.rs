//! What one commit writes: the requests of a group, decided one by one in their order. What an earlier one writes counts
//! for a later one; one that is refused leaves its neighbours alone.

use std::collections::{BTreeMap, HashMap};

use kernel::{EventId, Instant};

use crate::store::{Assumption, Head, NewKey, Spans, StoredKey, Writer, Written};
use crate::{
    Append, AppendError, CallerKey, Expected, Failure, LogPosition, Position, Receipt, Recorded, StreamId, Version,
};

/// A commit in the making.
#[derive(Debug)]
pub(crate) struct Batch {
    now: Instant,
    partitions: u16,
    heads: BTreeMap<u16, Head>,
    versions: HashMap<StreamId, Version>,
    events: Vec<Recorded>,
    keys: Vec<NewKey>,
}

impl Batch {
    /// Begins with the heads and versions as they are under the lock.
    pub(crate) fn new(now: Instant, partitions: u16, heads: Vec<Head>, versions: HashMap<StreamId, Version>) -> Self {
        let heads = heads.into_iter().map(|head| (head.partition, head)).collect();
        Self { now, partitions, heads, versions, events: Vec::new(), keys: Vec::new() }
    }

    /// Begins with a head as this task left it, and with streams as the requests themselves take them to be.
    pub(crate) fn assuming(now: Instant, partitions: u16, head: Head, assumed: &[Assumption]) -> Self {
        // Of a stream that is only looked at, any version says that it exists.
        let existing = Version::NONE.plus(1);
        let versions = assumed.iter().map(|(stream, version)| (stream.clone(), version.unwrap_or(existing)));
        Self::new(now, partitions, vec![head], versions.collect())
    }

    /// Takes in a request that writes, if it is as expected and needs no look at what was written before.
    pub(crate) fn accept(&mut self, append: &Append) -> Option<Receipt> {
        let agent = append.context.actor.agent.as_str();
        let again = |key: &CallerKey| self.keys.iter().any(|kept| kept.agent == agent && kept.name == key.key);
        if append.events.is_empty() || append.context.key.as_ref().is_some_and(again) || self.refusal(append).is_some()
        {
            return None;
        }
        Some(self.take(append))
    }

    /// Takes in a request, or says why not. The writer is asked only about what may be a repetition.
    pub(crate) async fn decide(&mut self, writer: &mut Writer, append: &Append) -> Result<Receipt, AppendError> {
        if let Some(key) = &append.context.key {
            let agent = append.context.actor.agent.as_str();
            if let Some(stored) = self.stored_key(writer, agent, &key.key).await? {
                return self.answer_again(writer, append, key, &stored).await;
            }
        }
        match self.refusal(append) {
            None => Ok(self.take(append)),
            Some(refusal) => match self.repetition(writer, append).await? {
                Some(receipt) => Ok(receipt),
                None => Err(refusal),
            },
        }
    }

    /// Everything there is to write.
    pub(crate) fn written(self) -> Written {
        let moved = |head: &Head| self.events.iter().any(|event| event.partition == head.partition);
        let heads = self.heads.into_values().filter(moved).collect();
        Written { events: self.events, heads, keys: self.keys }
    }

    fn version(&self, stream: &StreamId) -> Version {
        self.versions.get(stream).copied().unwrap_or_default()
    }

    /// The first expectation that does not hold.
    fn refusal(&self, append: &Append) -> Option<AppendError> {
        append.expectations.iter().find_map(|(stream, expected)| {
            let actual = self.version(stream);
            let (stream, expected) = (stream.clone(), *expected);
            match expected {
                _ if expected.holds(actual) => None,
                Expected::Exists => Some(AppendError::NoSuchStream { stream }),
                _ => Some(AppendError::WrongVersion { stream, expected, actual }),
            }
        })
    }

    fn take(&mut self, append: &Append) -> Receipt {
        let mut spans = Spans::default();
        let first = self.events.len();
        for event in &append.events {
            let partition = event.stream.partition(self.partitions);
            let (position, recorded_at) = self.next_place(partition);
            let version = self.next_version(&event.stream);
            spans.add(partition, position);
            let context = &append.context;
            let mut recorded = Recorded {
                partition,
                position,
                stream: event.stream.clone(),
                version,
                id: event.id,
                kind: event.kind.to_owned(),
                schema_version: event.schema_version,
                occurred_on: event.occurred_on,
                recorded_at,
                actor: context.actor.clone(),
                command: context.command,
                correlation: context.correlation,
                causation: context.causation,
                payload: event.payload.clone(),
                hash: [0; 32],
            };
            recorded.hash = crate::canonical::hash(&recorded);
            self.events.push(recorded);
        }
        self.keep_key(append, spans);
        self.receipt(append, &self.events[first..], false)
    }

    /// The next version of a stream.
    fn next_version(&mut self, stream: &StreamId) -> Version {
        if let Some(version) = self.versions.get_mut(stream) {
            *version = version.plus(1);
            return *version;
        }
        let first = Version::NONE.plus(1);
        self.versions.insert(stream.clone(), first);
        first
    }

    /// The next position of a partition, and an instant that is not before the last one.
    fn next_place(&mut self, partition: u16) -> (Position, Instant) {
        let now = self.now;
        let start = Head { partition, position: Position::START, recorded_at: now };
        let head = self.heads.entry(partition).or_insert(start);
        head.position = head.position.plus(1);
        head.recorded_at = head.recorded_at.max(now);
        (head.position, head.recorded_at)
    }

    fn keep_key(&mut self, append: &Append, spans: Spans) {
        if let Some(key) = &append.context.key {
            self.keys.push(NewKey {
                agent: append.context.actor.agent.as_str().to_owned(),
                name: key.key.clone(),
                command: append.context.command.uuid(),
                stored: StoredKey { fingerprint: key.fingerprint, spans },
            });
        }
    }

    /// What a key stands for: in this batch, or in the store.
    async fn stored_key(&self, writer: &mut Writer, agent: &str, name: &str) -> Result<Option<StoredKey>, AppendError> {
        if let Some(key) = self.keys.iter().find(|key| key.agent == agent && key.name == name) {
            return Ok(Some(key.stored.clone()));
        }
        Ok(writer.caller_key(agent, name).await?)
    }

    async fn answer_again(
        &self,
        writer: &mut Writer,
        append: &Append,
        key: &CallerKey,
        stored: &StoredKey,
    ) -> Result<Receipt, AppendError> {
        if stored.fingerprint != key.fingerprint {
            return Err(AppendError::KeyReused);
        }
        let mut events = Vec::new();
        for &(partition, first, last) in &stored.spans.0 {
            let inside =
                |event: &&Recorded| event.partition == partition && event.position >= first && event.position <= last;
            let fresh: Vec<_> = self.events.iter().filter(inside).cloned().collect();
            let found = if fresh.is_empty() { writer.span(partition, first, last).await? } else { fresh };
            events.extend(found);
        }
        Ok(self.receipt(append, &events, true))
    }

    /// Whether the request was carried out before: its events stand, with their ids, where it expects to write them.
    async fn repetition(&self, writer: &mut Writer, append: &Append) -> Result<Option<Receipt>, AppendError> {
        let mut found = Vec::new();
        for (stream, expected) in &append.expectations {
            let ids: Vec<EventId> =
                append.events.iter().filter(|event| event.stream == *stream).map(|event| event.id).collect();
            if ids.is_empty() {
                continue;
            }
            let Some(after) = expected.version() else { return Ok(None) };
            let upto = after.plus(ids.len());
            if self.version(stream) < upto {
                return Ok(None);
            }
            let inside = |event: &&Recorded| event.stream == *stream && event.version > after && event.version <= upto;
            let mut standing = writer.stream(stream, after, upto).await?;
            standing.extend(self.events.iter().filter(inside).cloned());
            if standing.iter().map(|event| event.id).ne(ids) {
                return Ok(None);
            }
            found.extend(standing);
        }
        if found.is_empty() {
            return Ok(None);
        }
        let order: HashMap<EventId, usize> =
            append.events.iter().enumerate().map(|(index, event)| (event.id, index)).collect();
        found.sort_by_key(|event| order.get(&event.id).copied());
        Ok(Some(self.receipt(append, &found, true)))
    }

    fn receipt(&self, append: &Append, events: &[Recorded], replayed: bool) -> Receipt {
        if events.is_empty() {
            let heads = self.heads.values().map(|head| (head.partition, head.position));
            let versions = append.expectations.iter().map(|(stream, _)| (stream.clone(), self.version(stream)));
            return Receipt {
                position: LogPosition::of(heads),
                versions: versions.collect(),
                events: Vec::new(),
                replayed,
            };
        }
        receipt_of(events, replayed)
    }
}

/// The receipt of these events.
pub(crate) fn receipt_of(events: &[Recorded], replayed: bool) -> Receipt {
    let mut versions: Vec<(StreamId, Version)> = Vec::new();
    let mut places: HashMap<&StreamId, usize> = HashMap::new();
    for event in events {
        let place = *places.entry(&event.stream).or_insert(versions.len());
        match versions.get_mut(place) {
            Some((_, version)) => *version = event.version,
            None => versions.push((event.stream.clone(), event.version)),
        }
    }
    Receipt {
        position: LogPosition::of(events.iter().map(|event| (event.partition, event.position))),
        versions,
        events: events.iter().map(|event| event.id).collect(),
        replayed,
    }
}

/// Whether every event of a commit stands where it was meant to: settles a commit whose answer was lost.
pub(crate) async fn stands(writer: &mut Writer, written: &Written) -> Result<bool, Failure> {
    for head in &written.heads {
        let meant: Vec<_> = written.events.iter().filter(|event| event.partition == head.partition).collect();
        let (Some(first), Some(last)) = (meant.first(), meant.last()) else { continue };
        let found = writer.span(head.partition, first.position, last.position).await?;
        if found.len() != meant.len() || found.iter().zip(meant).any(|(found, meant)| found.hash != meant.hash) {
            return Ok(false);
        }
    }
    for key in &written.keys {
        if writer.caller_key(&key.agent, &key.name).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

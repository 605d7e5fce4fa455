//! What a group of requests itself takes for granted: enough to decide it without a look, and to let the store find out
//! in the statement that writes whether it was so.

use std::collections::{BTreeMap, HashMap};

use crate::store::{Assumption, Head, Written};
use crate::{Append, Expected, StreamId, Version};

/// So many streams are remembered, some 4 MB of them.
const REMEMBERED: usize = 32_768;

/// The heads as this task left them. When it finds them so again, it is alone, and need not look before it writes.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    heads: BTreeMap<u16, Head>,
    alone: bool,
    /// Where this task left streams. As long as the head of a stream's partition is where this task left it, nobody else has
    /// written to the stream.
    versions: HashMap<StreamId, Version>,
}

impl Standing {
    /// The head of the only partition that is written to, when nobody else seems to write.
    pub(crate) fn head(&self, partitions: &[u16]) -> Option<Head> {
        match partitions {
            [only] if self.alone => self.heads.get(only).copied(),
            _ => None,
        }
    }

    /// Takes note of the heads as they were found under the lock.
    pub(crate) fn found(&mut self, heads: &[Head]) {
        let as_left = |head: &Head| self.heads.get(&head.partition).is_some_and(|left| left.position == head.position);
        self.alone = heads.iter().all(as_left);
        if !self.alone {
            self.versions.clear();
        }
        self.left(heads);
    }

    fn left(&mut self, heads: &[Head]) {
        self.heads.extend(heads.iter().map(|head| (head.partition, *head)));
    }

    /// Takes note of what a commit wrote.
    pub(crate) fn wrote(&mut self, written: &Written) {
        self.left(&written.heads);
        if self.versions.len() >= REMEMBERED {
            self.versions.clear();
        }
        self.versions.extend(written.events.iter().map(|event| (event.stream.clone(), event.version)));
    }

    /// What of it the store has to look at. The rest is as this task left it, when the statement that writes finds the
    /// [head](Self::head) so: it is that of the partition of every stream that is written to or looked at.
    pub(crate) fn unknown(&self, mut assumed: Vec<Assumption>) -> Vec<Assumption> {
        let as_left = |(stream, version): &Assumption| {
            let left = self.versions.get(stream);
            left.is_some_and(|left| version.is_none_or(|version| version == *left))
        };
        assumed.retain(|assumption| !as_left(assumption));
        assumed
    }

    /// What these appends take for granted of streams – or this task, where they do not mind; none when that does not say at
    /// which version each is written to.
    pub(crate) fn assumed<'a>(&self, appends: impl Iterator<Item = &'a Append> + Clone) -> Option<Vec<Assumption>> {
        let mut versions: HashMap<&StreamId, Option<Version>> = HashMap::new();
        for (stream, expected) in appends.clone().flat_map(|append| &append.expectations) {
            // What is said first stands: what is said later counts what was written in between.
            let known = versions.entry(stream).or_default();
            *known = match expected {
                Expected::Any => Some(known.or_else(|| self.versions.get(stream).copied())?),
                Expected::Exact(_) | Expected::None => known.or(expected.version()),
                Expected::Exists => *known,
            };
        }
        let known = |stream: &StreamId| versions.get(stream).copied().flatten().is_some();
        if !appends.flat_map(|append| &append.events).all(|event| known(&event.stream)) {
            return None;
        }
        Some(versions.into_iter().map(|(stream, version)| (stream.clone(), version)).collect())
    }
}

#[cfg(test)]
mod tests {
    use kernel::Instant;
    use uuid::Uuid;

    use super::*;
    use crate::canonical::tests::event;
    use crate::{Position, Recorded};

    fn stream(number: u128) -> StreamId {
        StreamId::new("counter", Uuid::from_u128(number)).unwrap()
    }

    #[test]
    fn what_this_task_wrote_last_needs_no_look_until_somebody_else_writes() {
        let head = Head { partition: 0, position: Position(9), recorded_at: Instant::from_micros(0) };
        let mut standing = Standing::default();
        let third = Recorded { stream: stream(1), version: Version(3), ..event() };
        standing.wrote(&Written { events: vec![third], heads: vec![head], ..Written::default() });
        let [exact, exists, stale, new] = [(1, Some(3)), (1, None), (1, Some(2)), (2, Some(0))]
            .map(|(number, version)| (stream(number), version.map(Version)));
        let all = vec![exact, exists, stale.clone(), new.clone()];
        assert_eq!(standing.unknown(all.clone()), [stale, new]);
        standing.found(&[head]);
        assert_eq!(standing.unknown(all.clone()).len(), 2, "nobody has written");
        standing.found(&[Head { position: Position(10), ..head }]);
        assert_eq!(standing.unknown(all.clone()), all);
    }
}

//! What a group of requests itself takes for granted: enough to decide it without a look, and to let the store find out
//! in the statement that writes whether it was so.

use std::collections::{BTreeMap, HashMap};

use crate::store::{Assumption, Head};
use crate::{Append, Expected, StreamId, Version};

/// The heads as this task left them. When it finds them so again, it is alone, and need not look before it writes.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    heads: BTreeMap<u16, Head>,
    alone: bool,
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
        self.left(heads);
    }

    /// Takes note of the heads as a commit left them.
    pub(crate) fn left(&mut self, heads: &[Head]) {
        self.heads.extend(heads.iter().map(|head| (head.partition, *head)));
    }
}

/// What these appends take for granted of streams; none when that does not say at which version each is written to.
pub(crate) fn assumed<'a>(appends: impl Iterator<Item = &'a Append> + Clone) -> Option<Vec<Assumption>> {
    let mut versions: HashMap<&StreamId, Option<Version>> = HashMap::new();
    for (stream, expected) in appends.clone().flat_map(|append| &append.expectations) {
        match expected {
            Expected::Any => return None,
            // What is said first stands: what is said later counts what was written in between.
            Expected::Exact(_) | Expected::None => {
                let known = versions.entry(stream).or_default();
                *known = known.or(expected.version());
            }
            Expected::Exists => {
                versions.entry(stream).or_default();
            }
        }
    }
    let known = |stream: &StreamId| versions.get(stream).copied().flatten().is_some();
    if !appends.flat_map(|append| &append.events).all(|event| known(&event.stream)) {
        return None;
    }
    Some(versions.into_iter().map(|(stream, version)| (stream.clone(), version)).collect())
}

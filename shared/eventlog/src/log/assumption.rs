//! What a group of requests itself takes for granted: enough to decide it without a look, and to let the store find out
//! in the statement that writes whether it was so.

use std::collections::{BTreeMap, HashMap};

use crate::store::{Assumption, Head};
use crate::{Append, AppendError, Expected, Receipt, StreamId, Version};

/// So many streams are remembered: of those that are written to with nothing taken for granted, which are few.
const REMEMBERED: usize = 4_096;

/// The heads as this task left them. When it finds them so again, it is alone, and need not look before it writes.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    heads: BTreeMap<u16, Head>,
    alone: bool,
    /// Where this task left streams of which its callers take nothing for granted. Right while it is alone; the statement
    /// that writes finds out when not.
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

    /// Takes note of the heads as a commit left them.
    pub(crate) fn left(&mut self, heads: &[Head]) {
        self.heads.extend(heads.iter().map(|head| (head.partition, *head)));
    }

    /// Takes note of where an append left the streams of which it took nothing for granted.
    pub(crate) fn answered(&mut self, append: &Append, answer: &Result<Receipt, AppendError>) {
        let Ok(receipt) = answer else { return };
        for (stream, _) in append.expectations.iter().filter(|(_, expected)| *expected == Expected::Any) {
            if self.versions.len() >= REMEMBERED {
                self.versions.clear();
            }
            self.versions.extend(receipt.version(stream).map(|version| (stream.clone(), version)));
        }
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

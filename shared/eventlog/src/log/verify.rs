//! Checking the whole log against itself: hashes, positions, versions.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::Instant;
use uuid::Uuid;

use crate::store::Stretch;
use crate::{EventLog, Failure, LogPosition, Position, Recorded, StreamId, Version};

/// What a check of the whole log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How many events were checked.
    pub events: u64,
    /// How far the log was.
    pub head: LogPosition,
    /// The first thing that is wrong, if anything is.
    pub fault: Option<Fault>,
}

/// Something that is wrong with a stored event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("partition {partition}, position {position}: {what}")]
pub struct Fault {
    /// The partition.
    pub partition: u16,
    /// The position at which it shows.
    pub position: Position,
    /// What is wrong, in words.
    pub what: String,
}

/// What is known of a partition so far.
struct Check {
    partition: u16,
    partitions: u16,
    position: Position,
    recorded_at: Instant,
    versions: Versions,
}

/// The version of every stream met so far. A nation's log has millions of streams: each takes up two dozen bytes.
#[derive(Default)]
struct Versions {
    categories: Vec<Arc<str>>,
    known: HashMap<(u16, Uuid), u32>,
}

impl Versions {
    /// The next version of a stream, which is noted.
    fn next(&mut self, stream: &StreamId) -> Version {
        let category = self.categories.iter().position(|known| **known == *stream.category());
        let category = category.unwrap_or_else(|| {
            self.categories.push(stream.category().into());
            self.categories.len() - 1
        });
        // There are a dozen categories, and no stream with billions of events.
        let version = self.known.entry((u16::try_from(category).unwrap_or(u16::MAX), stream.id())).or_default();
        *version = version.saturating_add(1);
        Version(u64::from(*version))
    }

    /// The version of a stream; it is forgotten.
    fn take(&mut self, stream: &StreamId) -> Option<Version> {
        let category = self.categories.iter().position(|known| **known == *stream.category())?;
        let version = self.known.remove(&(u16::try_from(category).unwrap_or(u16::MAX), stream.id()))?;
        Some(Version(u64::from(version)))
    }
}

impl EventLog {
    /// Checks every stored event: its hash, its position, its version. `progress` hears how many are done.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn verify(&self, mut progress: impl FnMut(u64) + Send) -> Result<Report, Failure> {
        let head = self.present().await?;
        let mut report = Report { events: 0, head: head.clone(), fault: None };
        for partition in 0..self.partitions() {
            let upto = head.at(partition);
            report.fault = self.verify_partition(partition, upto, &mut report.events, &mut progress).await?;
            if report.fault.is_some() {
                break;
            }
        }
        Ok(report)
    }

    async fn verify_partition(
        &self,
        partition: u16,
        upto: Position,
        events: &mut u64,
        progress: &mut (impl FnMut(u64) + Send),
    ) -> Result<Option<Fault>, Failure> {
        let mut check = Check::new(partition, self.partitions());
        let mut chunks = self.stretch(Stretch { partition, after: Position::START, upto }, None);
        while let Some(chunk) = chunks.recv().await {
            let chunk = match chunk {
                Err(Failure::Corrupt(what)) => return Ok(Some(check.fault(check.position.plus(1), &*what))),
                chunk => chunk?,
            };
            for event in &chunk {
                if let Some(fault) = check.event(event) {
                    return Ok(Some(fault));
                }
            }
            *events += chunk.len() as u64;
            progress(*events);
        }
        if check.position != upto {
            let position = check.position.plus(1);
            return Ok(Some(check.fault(position, format!("missing, though the head is at {upto}"))));
        }
        let mut fault = None;
        self.store().versions(partition, |stored| fault = fault.take().or_else(|| check.stream(&stored))).await?;
        Ok(fault.or_else(|| check.rest()))
    }
}

impl Check {
    fn new(partition: u16, partitions: u16) -> Self {
        let recorded_at = Instant::from_micros(i64::MIN);
        Self { partition, partitions, position: Position::START, recorded_at, versions: Versions::default() }
    }

    /// What is wrong with the next event, if anything is.
    fn event(&mut self, event: &Recorded) -> Option<Fault> {
        let expected = self.position.plus(1);
        if event.position != expected {
            return Some(self.fault(expected, format!("missing: the next event is at {}", event.position)));
        }
        self.position = expected;
        if crate::canonical::hash(event) != event.hash {
            return Some(self.fault(expected, "the event is not the one that was hashed"));
        }
        if event.stream.partition(self.partitions) != self.partition {
            return Some(self.fault(expected, format!("{} belongs to another partition", event.stream)));
        }
        if event.recorded_at < self.recorded_at {
            return Some(self.fault(expected, "recorded before the event that precedes it"));
        }
        self.recorded_at = event.recorded_at;
        let due = self.versions.next(&event.stream);
        if event.version == due {
            return None;
        }
        Some(self.fault(expected, format!("{} has version {} where {due} is due", event.stream, event.version)))
    }

    /// What is wrong with the version that appends to a stream go by. It may have moved on since the events were read.
    fn stream(&mut self, (stream, stored): &(StreamId, Version)) -> Option<Fault> {
        let version = self.versions.take(stream).filter(|version| version > stored)?;
        Some(self.fault(self.position, format!("{stream} has {version} events, and appends go by fewer")))
    }

    /// What is wrong with the streams that appends know nothing of.
    fn rest(&self) -> Option<Fault> {
        let (category, stream) = self.versions.known.keys().next()?;
        let category = self.versions.categories.get(usize::from(*category)).map_or("", |category| category);
        Some(self.fault(self.position, format!("{category}-{stream} has events, and appends go by none")))
    }

    fn fault(&self, position: Position, what: impl Into<String>) -> Fault {
        Fault { partition: self.partition, position, what: what.into() }
    }
}

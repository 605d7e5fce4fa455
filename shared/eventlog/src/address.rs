//! Where an event stands: its stream, its version in it, its position in the log.

use std::sync::Arc;

use kernel::{DomainEvent, Malformed};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A stream: the events of one thing. In text its category and the thing's id, such as `teacher-<uuid>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    category: Arc<str>,
    id: Uuid,
}

impl StreamId {
    /// The stream of `E`'s events about the thing with this id.
    pub fn of<E: DomainEvent>(id: Uuid) -> Self {
        Self { category: Arc::from(E::CATEGORY), id }
    }

    /// The stream of this category and id.
    ///
    /// # Errors
    /// When the category is not 1 to 40 lower-case letters, digits or `_`.
    pub fn new(category: &str, id: Uuid) -> Result<Self, Malformed> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if category.is_empty() || category.len() > 40 || !category.chars().all(plain) {
            return Err(Malformed::new("stream", "its category is 1 to 40 lower-case letters, digits or _"));
        }
        Ok(Self { category: Arc::from(category), id })
    }

    /// The stream as stored: what was written passed [`StreamId::new`] once.
    pub(crate) fn stored(category: Arc<str>, id: Uuid) -> Self {
        Self { category, id }
    }

    /// Reads `teacher-<uuid>`.
    ///
    /// # Errors
    /// When the text is not a category, a hyphen and a UUID.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let (category, id) =
            text.split_once('-').ok_or_else(|| Malformed::new("stream", "write a category, a hyphen and a UUID"))?;
        let id = Uuid::try_parse(id).map_err(|_| Malformed::new("stream", "what follows the hyphen is no UUID"))?;
        Self::new(category, id)
    }

    /// The kind of thing.
    pub fn category(&self) -> &str {
        &self.category
    }

    /// The thing.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The partition, of so many, that holds the stream. Part of what is stored: it never changes.
    pub(crate) fn partition(&self, partitions: u16) -> u16 {
        if partitions <= 1 {
            return 0;
        }
        let digest = Sha256::digest(self.to_string().as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        u16::try_from(u64::from_be_bytes(first) % u64::from(partitions)).unwrap_or(0)
    }
}

impl std::fmt::Display for StreamId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.category, self.id)
    }
}

impl std::str::FromStr for StreamId {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// How many events a stream has; the version of an event is the stream's version with it. 0: there is no such stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Version(pub u64);

impl Version {
    /// The version of a stream that does not exist.
    pub const NONE: Self = Self(0);

    /// So many events later.
    #[must_use]
    pub fn plus(self, events: usize) -> Self {
        Self(self.0.saturating_add(events as u64))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// An event's number in its partition of the log: 1, 2, 3, … without a gap, in the order of commits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);

    /// So many events later.
    #[must_use]
    pub fn plus(self, events: u64) -> Self {
        Self(self.0.saturating_add(events))
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What an append takes for granted about a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The stream has exactly this version.
    Exact(Version),
    /// There is no such stream yet.
    None,
    /// The stream has at least one event.
    Exists,
    /// Nothing. A repeated append is then recognised only by its caller key.
    Any,
}

impl Expected {
    /// Whether a stream of this version is as expected.
    pub(crate) fn holds(self, actual: Version) -> bool {
        match self {
            Self::Exact(version) => actual == version,
            Self::None => actual == Version::NONE,
            Self::Exists => actual > Version::NONE,
            Self::Any => true,
        }
    }

    /// The version that is expected, when it is one.
    pub(crate) fn version(self) -> Option<Version> {
        match self {
            Self::Exact(version) => Some(version),
            Self::None => Some(Version::NONE),
            Self::Exists | Self::Any => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_reads_what_it_writes() -> Result<(), Malformed> {
        let stream = StreamId::new("teacher", Uuid::from_u128(7))?;
        assert_eq!(StreamId::parse(&stream.to_string())?, stream);
        for text in ["teacher", "Teacher-00000000-0000-0000-0000-000000000007", "-x", "teacher-7x"] {
            assert!(StreamId::parse(text).is_err(), "{text}");
        }
        Ok(())
    }

    #[test]
    fn the_partition_of_a_stream_never_moves() -> Result<(), Malformed> {
        let found: Vec<_> = (1..=8)
            .map(|n| StreamId::new("teacher", Uuid::from_u128(n)).map(|stream| stream.partition(4)))
            .collect::<Result<_, _>>()?;
        assert_eq!(found, PARTITIONS_OF_TEACHERS_1_TO_8);
        Ok(())
    }

    #[test]
    fn streams_are_spread_evenly() -> Result<(), Malformed> {
        let mut held = [0; 4];
        for number in 0..4_000 {
            held[usize::from(StreamId::new("teacher", Uuid::from_u128(number))?.partition(4))] += 1;
        }
        assert!(held.iter().all(|count| (900..1_100).contains(count)), "{held:?}");
        Ok(())
    }

    /// As the first release computed them: a change here would orphan every stored stream.
    const PARTITIONS_OF_TEACHERS_1_TO_8: [u16; 8] = [0, 0, 0, 0, 0, 1, 0, 2];
}

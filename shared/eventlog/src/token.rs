//! How far the log is: a position per partition, as an opaque token for those outside.

use std::collections::BTreeMap;

use kernel::Malformed;

use crate::Position;

/// How far a log or a reader of it is, in every partition. In text `v1.0:1234` or `v1.0:12,3:7`: opaque to callers,
/// and versioned so that it may change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogPosition(BTreeMap<u16, Position>);

impl LogPosition {
    /// Before the first event of every partition.
    pub fn start() -> Self {
        Self::default()
    }

    /// The token of these positions; a partition named twice is as far as the further one.
    pub fn of(positions: impl IntoIterator<Item = (u16, Position)>) -> Self {
        let mut token = Self::default();
        for (partition, position) in positions {
            token.advance(partition, position);
        }
        token
    }

    /// How far it is in one partition.
    pub fn at(&self, partition: u16) -> Position {
        self.0.get(&partition).copied().unwrap_or(Position::START)
    }

    /// Whether everything up to `other` lies at or before this.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|(&partition, &position)| self.at(partition) >= position)
    }

    /// How many events of `ahead` lie after this.
    pub fn behind(&self, ahead: &Self) -> u64 {
        ahead.0.iter().map(|(&partition, position)| position.0.saturating_sub(self.at(partition).0)).sum()
    }

    /// The number of events up to here, over all partitions.
    pub fn events(&self) -> u64 {
        self.0.values().map(|position| position.0).sum()
    }

    /// The partitions of which it says something, and how far.
    pub fn partitions(&self) -> impl Iterator<Item = (u16, Position)> {
        self.0.iter().map(|(&partition, &position)| (partition, position))
    }

    /// Moves forward in one partition, never back. Answers whether it moved.
    pub(crate) fn advance(&mut self, partition: u16, position: Position) -> bool {
        if position <= self.at(partition) {
            return false;
        }
        self.0.insert(partition, position);
        true
    }

    /// Moves forward to wherever `other` is further. Answers whether it moved.
    pub(crate) fn merge(&mut self, other: &Self) -> bool {
        let mut moved = false;
        for (partition, position) in other.partitions() {
            moved |= self.advance(partition, position);
        }
        moved
    }
}

impl std::fmt::Display for LogPosition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("v1.")?;
        if self.0.is_empty() {
            return f.write_str("0:0");
        }
        for (index, (partition, position)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{partition}:{position}")?;
        }
        Ok(())
    }
}

impl std::str::FromStr for LogPosition {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let foreign = || Malformed::new("log position", "hand back a position exactly as it was answered");
        let parts = text.strip_prefix("v1.").ok_or_else(foreign)?;
        let mut last = None;
        let mut token = Self::default();
        for part in parts.split(',') {
            let (partition, position) = part.split_once(':').ok_or_else(foreign)?;
            let partition: u16 = digits(partition).ok_or_else(foreign)?.parse().map_err(|_| foreign())?;
            let position: u64 = digits(position).ok_or_else(foreign)?.parse().map_err(|_| foreign())?;
            if last.is_some_and(|last| last >= partition) || i64::try_from(position).is_err() {
                return Err(foreign());
            }
            last = Some(partition);
            token.advance(partition, Position(position));
        }
        Ok(token)
    }
}

/// The text when it is a number as this crate writes it: no sign, no space, no leading zero.
fn digits(text: &str) -> Option<&str> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (plain && (text == "0" || !text.starts_with('0'))).then_some(text)
}

impl TryFrom<String> for LogPosition {
    type Error = Malformed;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<LogPosition> for String {
    fn from(position: LogPosition) -> Self {
        position.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_what_it_writes() -> Result<(), Malformed> {
        for text in ["v1.0:0", "v1.0:1234", "v1.0:12,3:7"] {
            assert_eq!(text.parse::<LogPosition>()?.to_string(), text);
        }
        Ok(())
    }

    #[test]
    fn a_token_of_another_version_or_shape_is_refused() {
        let foreign = [
            "",
            "v1.",
            "v2.0:1",
            "v1.0",
            "v1.0:-1",
            "v1.0:01",
            "v1.3:1,0:1",
            "v1.0:1,0:2",
            "v1.0:1,",
            "v1.0:99999999999999999999",
            "v1.70000:1",
            "v1.0:+1",
        ];
        for text in foreign {
            assert!(text.parse::<LogPosition>().is_err(), "{text}");
        }
    }

    #[test]
    fn one_position_covers_another_when_it_is_as_far_in_every_partition() -> Result<(), Malformed> {
        let (near, far, aside): (LogPosition, LogPosition, LogPosition) =
            ("v1.0:5,1:5".parse()?, "v1.0:6,1:5".parse()?, "v1.0:9,1:4".parse()?);
        assert!(far.covers(&near) && !near.covers(&far));
        assert!(!aside.covers(&near) && !near.covers(&aside));
        assert_eq!(near.behind(&aside), 4);
        Ok(())
    }
}

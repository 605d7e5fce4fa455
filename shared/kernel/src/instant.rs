//! Instants: when the log took something. Always UTC.

use crate::{Day, Malformed};

/// A point in time, in whole microseconds UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Instant(i64);

/// Asia/Shanghai has kept UTC+8 without summer time since 1991, before the first record of this registry.
const SHANGHAI_OFFSET_MICROS: i64 = 8 * 3_600 * 1_000_000;

/// The days from 1900-01-01 to 1970-01-01.
const UNIX_EPOCH_ORDINAL: i32 = 25_567;

impl Instant {
    /// The instant so many microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The civil date of this instant in Asia/Shanghai.
    pub fn day(self) -> Day {
        let shifted = jiff::Timestamp::from_microsecond(self.0.saturating_add(SHANGHAI_OFFSET_MICROS));
        let timestamp = shifted.unwrap_or(jiff::Timestamp::MAX);
        Day::from_date(timestamp.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// The instant at which a civil date in Asia/Shanghai is over.
    pub fn end_of(day: Day) -> Self {
        const DAY_MICROS: i64 = 86_400 * 1_000_000;
        let since_1970 = i64::from(day.ordinal() - UNIX_EPOCH_ORDINAL) + 1;
        Self(since_1970 * DAY_MICROS - SHANGHAI_OFFSET_MICROS)
    }

    /// Reads RFC 3339, such as `2026-11-22T08:00:00Z`.
    ///
    /// # Errors
    /// When the text is not an instant with its offset.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let timestamp: jiff::Timestamp =
            text.parse().map_err(|_| Malformed::new("instant", "write it as 2026-11-22T08:00:00Z"))?;
        Ok(Self(timestamp.as_microsecond()))
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX).fmt(f)
    }
}

impl std::str::FromStr for Instant {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Instant {
    type Error = Malformed;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> Self {
        instant.to_string()
    }
}

crate::parse::text_schema!(Instant, example = "2026-11-22T08:00:00Z");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_shanghai() -> Result<(), Malformed> {
        assert_eq!(Instant::parse("2026-11-21T15:59:59.999999Z")?.day(), Day::parse("2026-11-21")?);
        assert_eq!(Instant::parse("2026-11-21T16:00:00Z")?.day(), Day::parse("2026-11-22")?);
        Ok(())
    }

    #[test]
    fn a_day_is_over_when_the_next_one_begins() {
        for day in ["1970-01-01", "2024-02-29", "2026-11-22"] {
            let day = Day::parse(day).unwrap();
            let end = Instant::end_of(day);
            assert_eq!(end.day(), day.next());
            assert_eq!(Instant::from_micros(end.as_micros() - 1).day(), day);
        }
    }
}

//! Civil dates in Asia/Shanghai, and stretches of them.

use crate::Malformed;
use crate::parse::text_schema;

/// A civil date. Between the years 1900 and 2200, so that arithmetic on it never leaves the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(jiff::civil::Date);

impl Day {
    /// The first day that can be written.
    pub const MIN: Self = Self(jiff::civil::date(1900, 1, 1));
    /// The last day that can be written.
    pub const MAX: Self = Self(jiff::civil::date(2200, 12, 31));

    /// Reads `2026-11-22`.
    ///
    /// # Errors
    /// When there is no such day, or it lies outside 1900 to 2200.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return Err(Malformed::new("date", "write it as 2026-11-22"));
        }
        let date: jiff::civil::Date = text.parse().map_err(|_| Malformed::new("date", "there is no such day"))?;
        let day = Self(date);
        if day < Self::MIN || day > Self::MAX {
            return Err(Malformed::new("date", "the year lies outside 1900 to 2200"));
        }
        Ok(day)
    }

    /// The day of this calendar date, held within the range.
    pub(crate) fn from_date(date: jiff::civil::Date) -> Self {
        Self(date).clamp(Self::MIN, Self::MAX)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The number of days since 1900-01-01. Never negative.
    pub fn ordinal(self) -> i32 {
        (self.0 - Self::MIN.0).get_days()
    }

    /// The day with this ordinal, held within the range.
    pub fn from_ordinal(ordinal: i32) -> Self {
        Self::MIN.plus_days(ordinal)
    }

    /// So many days later (earlier when negative), held within the range.
    pub fn plus_days(self, days: i32) -> Self {
        let span = jiff::Span::new().try_days(days).ok();
        match span.and_then(|span| self.0.checked_add(span).ok()) {
            Some(date) => Self::from_date(date),
            None if days < 0 => Self::MIN,
            None => Self::MAX,
        }
    }

    /// The next day.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus_days(1)
    }

    /// The day before.
    #[must_use]
    pub fn previous(self) -> Self {
        self.plus_days(-1)
    }

    /// The same month and day so many calendar years earlier; 29 February counts as 28 where there is none.
    #[must_use]
    pub fn minus_years(self, years: u8) -> Self {
        self.plus_months(-12 * i32::from(years))
    }

    /// The same month and day so many calendar years later; 29 February counts as 28 where there is none.
    #[must_use]
    pub fn plus_years(self, years: u8) -> Self {
        self.plus_months(12 * i32::from(years))
    }

    /// The same day so many months later; the last day of the month where that month is shorter.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let span = jiff::Span::new().try_months(months).ok();
        match span.and_then(|span| self.0.checked_add(span).ok()) {
            Some(date) => Self::from_date(date),
            None if months < 0 => Self::MIN,
            None => Self::MAX,
        }
    }

    /// How many days `self` lies after `earlier`; negative when before.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.ordinal() - earlier.ordinal()
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Day {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Day {
    type Error = Malformed;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

text_schema!(Day, example = "2026-11-22");

/// A stretch of days with both ends included: a placement, a session.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "Ends", into = "Ends")]
#[schema(as = DayRange)]
pub struct DayRange {
    from: Day,
    to: Day,
}

impl DayRange {
    /// From one day to another, both included.
    ///
    /// # Errors
    /// When it ends before it begins.
    pub fn new(from: Day, to: Day) -> Result<Self, Malformed> {
        if to < from {
            return Err(Malformed::new("date range", "it ends before it begins"));
        }
        Ok(Self { from, to })
    }

    /// The first day.
    pub fn from(self) -> Day {
        self.from
    }

    /// The last day.
    pub fn to(self) -> Day {
        self.to
    }

    /// How many days it has; at least one.
    pub fn days(self) -> i32 {
        self.to.days_since(self.from) + 1
    }

    /// Whether the day lies in it.
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether a day lies in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// A stretch of days that may be open-ended, both ends included where there are two: a post, an approval.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "OpenEnds", into = "OpenEnds")]
#[schema(as = Period)]
pub struct Period {
    from: Day,
    #[schema(required = false)]
    to: Option<Day>,
}

impl Period {
    /// From one day on, to another (included) or open-ended.
    ///
    /// # Errors
    /// When it ends before it begins.
    pub fn new(from: Day, to: Option<Day>) -> Result<Self, Malformed> {
        if to.is_some_and(|to| to < from) {
            return Err(Malformed::new("period", "it ends before it begins"));
        }
        Ok(Self { from, to })
    }

    /// The first day.
    pub fn from(self) -> Day {
        self.from
    }

    /// The last day, if it has one.
    pub fn to(self) -> Option<Day> {
        self.to
    }

    /// Whether the day lies in it.
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Whether a day lies in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.from <= other.to.unwrap_or(Day::MAX) && other.from <= self.to.unwrap_or(Day::MAX)
    }
}

impl From<DayRange> for Period {
    fn from(range: DayRange) -> Self {
        Self { from: range.from, to: Some(range.to) }
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Ends {
    from: Day,
    to: Day,
}

impl TryFrom<Ends> for DayRange {
    type Error = Malformed;
    fn try_from(ends: Ends) -> Result<Self, Self::Error> {
        Self::new(ends.from, ends.to)
    }
}

impl From<DayRange> for Ends {
    fn from(range: DayRange) -> Self {
        Self { from: range.from, to: range.to }
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenEnds {
    from: Day,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<Day>,
}

impl TryFrom<OpenEnds> for Period {
    type Error = Malformed;
    fn try_from(ends: OpenEnds) -> Result<Self, Self::Error> {
        Self::new(ends.from, ends.to)
    }
}

impl From<Period> for OpenEnds {
    fn from(period: Period) -> Self {
        Self { from: period.from, to: period.to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn the_29th_of_february_counts_as_the_28th_where_there_is_none() {
        assert_eq!(day("2024-02-29").minus_years(5), day("2019-02-28"));
        assert_eq!(day("2020-02-29").plus_years(5), day("2025-02-28"));
        assert_eq!(day("2024-02-29").minus_years(4), day("2020-02-29"));
    }

    #[test]
    fn impossible_days_are_refused() {
        for text in
            ["2023-02-29", "2023-13-01", "2023-1-1", "20230101", "1899-12-31", "2201-01-01", "", "２０２３-01-01"]
        {
            assert!(Day::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ordinals_count_days() {
        assert_eq!(Day::MIN.ordinal(), 0);
        assert_eq!(Day::from_ordinal(day("2024-03-01").ordinal()), day("2024-03-01"));
        assert_eq!(day("2024-03-01").days_since(day("2024-02-28")), 2);
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_refused() {
        assert!(DayRange::new(day("2024-01-02"), day("2024-01-01")).is_err());
        assert!(serde_json_free("2024-01-02", "2024-01-01").is_err());
    }

    fn serde_json_free(from: &str, to: &str) -> Result<DayRange, Malformed> {
        DayRange::try_from(Ends { from: day(from), to: day(to) })
    }
}

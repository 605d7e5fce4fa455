//! Amounts of training and practice.

use crate::Malformed;

/// Class hours 学时, counted in halves: 24, 7.5. At most 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Hours {
    halves: u32,
}

impl Hours {
    /// The most that one record can hold.
    pub const MAX: Self = Self { halves: 20_000 };
    /// The hours of a day.
    pub const PER_DAY_PHYSICAL: Self = Self { halves: 48 };

    /// So many whole hours, held at the most that one record can hold.
    pub fn whole(hours: u16) -> Self {
        Self { halves: u32::from(hours) * 2 }.min(Self::MAX)
    }

    /// Reads `24` or `7.5`.
    ///
    /// # Errors
    /// When it is not a number of halves above 0 and up to 10,000 hours.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let number: f64 = text.trim().parse().map_err(|_| Malformed::new("number of hours", "write a number"))?;
        Self::try_from(number)
    }

    /// The hours as a number.
    pub fn as_f64(self) -> f64 {
        f64::from(self.halves) / 2.0
    }

    /// The number of half hours.
    pub fn halves(self) -> u32 {
        self.halves
    }

    /// So many times these hours.
    #[must_use]
    pub fn times(self, factor: u32) -> Self {
        Self { halves: self.halves.saturating_mul(factor) }
    }
}

impl std::ops::Add for Hours {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { halves: self.halves.saturating_add(other.halves) }
    }
}

impl TryFrom<f64> for Hours {
    type Error = Malformed;
    fn try_from(hours: f64) -> Result<Self, Self::Error> {
        let halves = hours * 2.0;
        if !halves.is_finite() || halves.fract() != 0.0 {
            return Err(Malformed::new("number of hours", "hours are counted in halves"));
        }
        if !(1.0..=f64::from(Self::MAX.halves)).contains(&halves) {
            return Err(Malformed::new("number of hours", "it must be above 0 and at most 10,000"));
        }
        // The range check above makes the conversion exact.
        Ok(Self { halves: halves as u32 })
    }
}

impl From<Hours> for f64 {
    fn from(hours: Hours) -> Self {
        hours.as_f64()
    }
}

impl std::fmt::Display for Hours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_f64().fmt(f)
    }
}

impl utoipa::PartialSchema for Hours {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .multiple_of(Some(0.5))
            .minimum(Some(0.5))
            .maximum(Some(10_000))
            .examples([24])
            .into()
    }
}

impl utoipa::ToSchema for Hours {
    fn name() -> std::borrow::Cow<'static, str> {
        "Hours".into()
    }
}

/// A number of days.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct Days(pub u32);

impl std::fmt::Display for Days {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_counted_in_halves() {
        assert_eq!(Hours::parse("24"), Ok(Hours::whole(24)));
        assert_eq!(Hours::parse("7.5").map(Hours::halves), Ok(15));
        for text in ["0", "-1", "7.25", "10001", "many", "NaN", "inf"] {
            assert!(Hours::parse(text).is_err(), "{text}");
        }
    }
}

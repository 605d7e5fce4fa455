//! Amounts of evidence.

use kernel::Hours;
use serde::{Deserialize, Serialize};

/// How much of something there is, exact to a half because class hours are counted in halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(from = "f64")]
pub struct Amount {
    halves: u32,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self { halves: 0 };

    /// So many whole ones.
    pub fn whole(number: u32) -> Self {
        Self { halves: number.saturating_mul(2) }
    }

    /// As many as there are days in a stretch, which is never negative.
    pub(crate) fn days(number: i32) -> Self {
        Self::whole(u32::try_from(number).unwrap_or(0))
    }

    /// The amount as a number.
    pub fn as_f64(self) -> f64 {
        f64::from(self.halves) / 2.0
    }

    /// What lacks to reach another amount.
    #[must_use]
    pub fn short_of(self, other: Self) -> Self {
        Self { halves: other.halves.saturating_sub(self.halves) }
    }

    /// This amount as thousandths of another; 1000 at most.
    pub(crate) fn permille_of(self, other: Self) -> u32 {
        match u64::from(self.halves) * 1000 / u64::from(other.halves.max(1)) {
            share @ 0..1000 => share as u32,
            _ => 1000,
        }
    }
}

impl From<Hours> for Amount {
    fn from(hours: Hours) -> Self {
        Self { halves: hours.halves() }
    }
}

impl From<f64> for Amount {
    fn from(number: f64) -> Self {
        // A float cast saturates: a negative number reads as zero.
        Self { halves: (number * 2.0).round() as u32 }
    }
}

impl std::ops::Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { halves: self.halves.saturating_add(other.halves) }
    }
}

impl std::iter::Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| sum + amount)
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_f64().fmt(f)
    }
}

impl Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.halves.is_multiple_of(2) {
            serializer.serialize_u32(self.halves / 2)
        } else {
            serializer.serialize_f64(self.as_f64())
        }
    }
}

impl utoipa::PartialSchema for Amount {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .minimum(Some(0))
            .examples([180])
            .into()
    }
}

impl utoipa::ToSchema for Amount {
    fn name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }
}

/// What an amount is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Distinct days.
    Days,
    /// Distinct training sessions.
    Sessions,
    /// Class hours.
    Hours,
    /// Credentials held.
    Credentials,
    /// Achievements.
    Achievements,
    /// Judgements of expert panels.
    Judgements,
    /// Breaches in force: the fewer the better.
    Breaches,
}

impl Unit {
    /// The unit in Chinese, to follow a number.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Days => "天",
            Self::Sessions => "期",
            Self::Hours => "学时",
            Self::Credentials => "项证书",
            Self::Achievements => "项成果",
            Self::Judgements => "项专家评议",
            Self::Breaches => "项失范记录",
        }
    }

    /// The unit in English, to follow this amount.
    pub fn english(self, amount: Amount) -> &'static str {
        let one = amount == Amount::whole(1);
        match (self, one) {
            (Self::Days, true) => "day",
            (Self::Days, false) => "days",
            (Self::Sessions, true) => "session",
            (Self::Sessions, false) => "sessions",
            (Self::Hours, true) => "hour",
            (Self::Hours, false) => "hours",
            (Self::Credentials, true) => "credential",
            (Self::Credentials, false) => "credentials",
            (Self::Achievements, true) => "achievement",
            (Self::Achievements, false) => "achievements",
            (Self::Judgements, true) => "judgement",
            (Self::Judgements, false) => "judgements",
            (Self::Breaches, true) => "breach",
            (Self::Breaches, false) => "breaches",
        }
    }
}

//! What becomes of a specialised teacher's recognition.

use kernel::Day;
use kernel::vocabulary::Role;

use crate::draw::Draw;
use crate::scenario::Scenario;
use crate::shares;

/// What becomes of a person's recognition, with the day of the decision, or of the application where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nobody applied.
    Unasked,
    Applied(Day),
    Refused(Day),
    Recognised(Day),
    Revoked(Day),
}

/// Nobody is recognised in the first so many days.
const FIRST_DAYS: i32 = 365;

impl Fate {
    /// The fate, and whether the person meets the rules in the end.
    pub(crate) fn draw(
        scenario: &Scenario,
        draw: &mut Draw,
        role: Role,
        joined: Day,
        left: Option<Day>,
    ) -> (Self, bool) {
        let (number, ready) = (draw.below(1_000), draw.below(1_000));
        let first = joined.plus_days(FIRST_DAYS).max(scenario.start().plus_days(10));
        let last = left.unwrap_or(scenario.until()).min(scenario.until()).plus_days(-10);
        let length = u32::try_from(last.days_since(first)).unwrap_or(0);
        let on = first.plus_days(draw.days(0, length));
        if !role.is_specialised() {
            return (Self::Unasked, false);
        }
        let fate = if length == 0 { Self::Unasked } else { Self::numbered(number, on) };
        let chance = match fate {
            Self::Recognised(_) | Self::Revoked(_) => shares::READY_IF_RECOGNISED,
            Self::Unasked | Self::Applied(_) => shares::READY_OTHERWISE,
            Self::Refused(_) => 0,
        };
        (fate, ready < chance)
    }

    fn numbered(number: u32, on: Day) -> Self {
        // Those who joined too late for a decision are in the denominator as well.
        let late = shares::JOIN_A_YEAR * 375 / 365;
        let recognised = shares::RECOGNISED * 1_000 / (1_000 - late);
        match number {
            _ if number < recognised => Self::Recognised(on),
            _ if number < recognised + shares::REVOKED => Self::Revoked(on),
            _ if number < recognised + shares::REVOKED + shares::REFUSED => Self::Refused(on),
            _ if number < recognised + shares::REVOKED + shares::REFUSED + shares::APPLIED => Self::Applied(on),
            _ => Self::Unasked,
        }
    }
}

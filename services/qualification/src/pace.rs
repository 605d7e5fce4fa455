//! How fast one account may ask about people it names by their id number: enough for a day's applicants, or a list of
//! everybody who moved in, too slow to try numbers out. Whom one keeps the record of anyway does not count.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use contracts::Code;
use host::Failure;
use kernel::{AccountId, Instant};

/// So many questions an account and hour.
const AN_HOUR: u32 = 300;

/// So many people in lists an account and day, of those who are not its own. A number that leads to nobody counts too.
const A_DAY: u32 = 10_000;

const HOUR_MICROS: i64 = 3_600 * 1_000_000;

/// What each account has asked in its current hour, and in lists in its current day. A process counts for itself; a few
/// processes are a few times as fast.
#[derive(Debug, Default)]
pub struct Pace {
    hours: Mutex<HashMap<AccountId, Stretch>>,
    days: Mutex<HashMap<AccountId, Stretch>>,
}

/// A stretch of time, and what was asked in it.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    began: Instant,
    asked: u32,
}

impl Pace {
    /// Counts a question.
    ///
    /// # Errors
    /// When the account has asked as many as it may in an hour; it says when the next one begins.
    pub fn step(&self, account: AccountId, now: Instant) -> Result<(), Failure> {
        count(&self.hours, account, now, 1, (AN_HOUR, HOUR_MICROS))
    }

    /// Counts the people of a list who are not the account's own. A list that is more than what is left of the day is
    /// not begun.
    ///
    /// # Errors
    /// When it is more; it says when the next day begins.
    pub fn list(&self, account: AccountId, now: Instant, people: usize) -> Result<(), Failure> {
        let people = u32::try_from(people).unwrap_or(u32::MAX);
        count(&self.days, account, now, people, (A_DAY, 24 * HOUR_MICROS))
    }
}

fn count(
    stretches: &Mutex<HashMap<AccountId, Stretch>>,
    account: AccountId,
    now: Instant,
    asked: u32,
    (most, micros): (u32, i64),
) -> Result<(), Failure> {
    let mut stretches = stretches.lock().unwrap_or_else(PoisonError::into_inner);
    stretches.retain(|_, stretch| now.as_micros() - stretch.began.as_micros() < micros);
    if asked == 0 {
        return Ok(());
    }
    let stretch = stretches.entry(account).or_insert(Stretch { began: now, asked: 0 });
    let sum = stretch.asked.saturating_add(asked);
    if sum > most {
        let left = (stretch.began.as_micros() + micros - now.as_micros()) / 1_000_000 + 1;
        return Err(Failure::of(Code::TooManyRequests).retry_after(u32::try_from(left).unwrap_or(1)));
    }
    stretch.asked = sum;
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::Agent;

    use super::*;

    #[test]
    fn an_account_that_asks_too_fast_waits_for_the_next_hour_and_no_other_does() {
        let account = |name: &str| AccountId::of_agent(&Agent::parse(name).unwrap());
        let at = |seconds: i64| Instant::from_micros(seconds * 1_000_000);
        let pace = Pace::default();
        for _ in 0..AN_HOUR {
            pace.step(account("hr"), at(10)).unwrap();
        }
        let refused = pace.step(account("hr"), at(20)).unwrap_err();
        assert_eq!(refused.problem().code, Code::TooManyRequests);
        assert!(pace.step(account("other-hr"), at(20)).is_ok());
        assert!(pace.step(account("hr"), at(10 + 3_600)).is_ok());
    }

    #[test]
    fn a_list_that_is_more_than_the_rest_of_the_day_is_refused_whole_and_a_shorter_one_is_not() {
        let account = AccountId::of_agent(&Agent::parse("hr").unwrap());
        let at = |hours: i64| Instant::from_micros(hours * HOUR_MICROS);
        let pace = Pace::default();
        pace.list(account, at(1), 6_000).unwrap();
        assert!(pace.list(account, at(2), 4_001).is_err());
        pace.list(account, at(2), 4_000).unwrap();
        pace.list(account, at(3), 0).unwrap();
        pace.step(account, at(3)).unwrap();
        assert!(pace.list(account, at(24), 1).is_err());
        pace.list(account, at(25), 10_000).unwrap();
    }
}

//! How fast one account may ask about people it names by their id number: enough for a day's applicants, too slow to try
//! numbers out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use contracts::Code;
use host::Failure;
use kernel::{AccountId, Instant};

/// So many questions an account and hour.
const AN_HOUR: u32 = 300;

const HOUR_MICROS: i64 = 3_600 * 1_000_000;

/// What each account has asked in its current hour. A process counts for itself; a few processes are a few times as fast.
#[derive(Debug, Default)]
pub struct Pace(Mutex<HashMap<AccountId, Hour>>);

#[derive(Debug, Clone, Copy)]
struct Hour {
    began: Instant,
    asked: u32,
}

impl Pace {
    /// Counts a question.
    ///
    /// # Errors
    /// When the account has asked as many as it may in an hour; it says when the next one begins.
    pub fn step(&self, account: AccountId, now: Instant) -> Result<(), Failure> {
        let mut hours = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |hour: &Hour| now.as_micros() - hour.began.as_micros() >= HOUR_MICROS;
        hours.retain(|_, hour| !is_over(hour));
        let hour = hours.entry(account).or_insert(Hour { began: now, asked: 0 });
        if hour.asked >= AN_HOUR {
            let left = (hour.began.as_micros() + HOUR_MICROS - now.as_micros()) / 1_000_000 + 1;
            return Err(Failure::of(Code::TooManyRequests).retry_after(u32::try_from(left).unwrap_or(1)));
        }
        hour.asked += 1;
        Ok(())
    }
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
}

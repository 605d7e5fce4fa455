//! Checking a password, and whom failures lock out, for how long.
//!
//! Failures are counted per account and, where the process sees them, per network address. Everybody may try again after a quarter of an hour at
//! most; but whoever keeps failing keeps an account locked meanwhile (decision 9).

use std::net::IpAddr;
use std::time::Duration;

use eventlog::{Failure, ViewTx, args};
use kernel::{AccountId, Instant};

use crate::hashing::NotHashed;
use crate::store::later;
use crate::{Password, Refusal, SignIn, SignInError, secret};

/// Failures this close belong together; also the longest that anybody is locked out.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// The first lock-out; every further failure doubles it.
const FIRST_LOCK: Duration = Duration::from_secs(30);
/// So many failures lock an account.
const ACCOUNT_FAILURES: i64 = 5;
/// So many failures lock an address, behind which there may be a whole school.
const PEER_FAILURES: i64 = 50;

pub(crate) const KINDS: [&str; 2] = ["account", "peer"];

/// Whose failures are counted.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) key: String,
    kind: &'static str,
    bearable: i64,
}

impl Subject {
    pub(crate) fn account(account: AccountId) -> Self {
        Self { key: format!("account {account}"), kind: KINDS[0], bearable: ACCOUNT_FAILURES }
    }

    /// An address is kept as a hash: the store is no list of who is where. Of an IPv6 address only the network counts,
    /// since its holder has all the others of it too.
    fn peer(peer: &str) -> Self {
        let network = match peer.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(IpAddr::V6(address)) => format!("{:x}", address.to_bits() >> 64),
            Ok(IpAddr::V4(address)) => address.to_string(),
            Err(_) => peer.to_owned(),
        };
        Self { key: format!("peer {}", secret::digest(&network)), kind: KINDS[1], bearable: PEER_FAILURES }
    }
}

impl From<NotHashed> for Refusal {
    fn from(reason: NotHashed) -> Self {
        match reason {
            NotHashed::Busy => Self::Busy,
            NotHashed::Failed => Self::Hashing,
        }
    }
}

impl SignIn {
    /// Gives an account a password, instead of the one it had. Failures before are forgotten; sessions go on: whoever
    /// wants to end them calls [`SignIn::end_all_sessions`].
    ///
    /// # Errors
    /// When the store fails, or too many passwords wait to be hashed.
    pub async fn set_password(&self, account: AccountId, password: &Password) -> Result<(), SignInError> {
        let hash = self.hashing.hash(password.as_str().to_owned(), self.chance.bytes()).await?;
        let (now, attempts) = (self.clock.now(), Subject::account(account).key);
        let set: Result<(), Failure> = self
            .store
            .transaction(move |tx| {
                Box::pin(async move {
                    tx.execute(include_str!("sql/set_password.sql"), args![account.to_string(), hash, now]).await?;
                    tx.execute(include_str!("sql/clear_attempts.sql"), args![attempts]).await?;
                    Ok(())
                })
            })
            .await;
        Ok(set?)
    }

    /// Whether the account has a password.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn has_password(&self, account: AccountId) -> Result<bool, SignInError> {
        let found = self.store.fetch_optional(include_str!("sql/find_password.sql"), args![account.to_string()]);
        Ok(found.await?.is_some())
    }

    /// Checks the password of an account for somebody at the network address `peer`. An account that is not there, or
    /// has no password, costs the same time as a wrong password and is answered alike.
    ///
    /// `peer` is none behind a proxy: everybody comes from its address then, and one stranger would lock out all. There
    /// the proxy limits requests by address.
    ///
    /// # Errors
    /// [`Refusal::Wrong`], or [`Refusal::LockedOut`] when failures were too many, also for the right password.
    pub async fn check_password(&self, account: AccountId, peer: Option<&str>, password: &str) -> Result<(), Refusal> {
        self.sweep().await;
        let mut subjects = vec![Subject::account(account)];
        subjects.extend(peer.map(Subject::peer));
        let now = self.clock.now();
        for subject in &subjects {
            let row = self.store.fetch_optional(include_str!("sql/locked_until.sql"), args![&subject.key]).await?;
            refuse_until(row.map(|row| row.int(0)).transpose()?, now)?;
        }
        let stored =
            self.store.fetch_optional(include_str!("sql/find_password.sql"), args![account.to_string()]).await?;
        let hash = stored.map(|row| row.text(0).map(str::to_owned)).transpose()?;
        // Longer than any password can be, it need not be hashed to be known as wrong, but must take as long.
        let possible = password.chars().count() <= Password::MAX_CHARS;
        let (password, hash) = if possible { (password.to_owned(), hash) } else { (String::new(), None) };
        let right = self.hashing.verify(password, hash).await?;
        // Many may have been checked at once: only as many as may fail are told what came of it.
        let now = self.clock.now();
        let told: Result<(), Refusal> = self
            .store
            .transaction(move |tx| {
                Box::pin(async move {
                    match right {
                        true => succeed(tx, account, &subjects, now).await,
                        false => fail(tx, &subjects, now).await,
                    }
                })
            })
            .await;
        // A failure is an answer of the transaction, not an error: it must be committed.
        told.and(if right { Ok(()) } else { Err(Refusal::Wrong) })
    }
}

/// Forgets the account's failures, unless it has been locked meanwhile. Those from the address stay, or one account of
/// one's own would be enough to try all others.
async fn succeed(tx: &mut ViewTx, account: AccountId, subjects: &[Subject], now: Instant) -> Result<(), Refusal> {
    let forgotten = args![Subject::account(account).key, now];
    tx.execute(include_str!("sql/clear_unlocked_attempts.sql"), forgotten).await?;
    for subject in subjects {
        refuse_locked(tx, subject, now).await?;
    }
    Ok(())
}

async fn fail(tx: &mut ViewTx, subjects: &[Subject], now: Instant) -> Result<(), Refusal> {
    for subject in subjects {
        let quiet_at = later(now, WINDOW);
        let counted = args![&subject.key, subject.kind, quiet_at, now];
        match tx.fetch_optional(include_str!("sql/count_failure.sql"), counted).await? {
            // Nothing is counted while it is locked.
            None => refuse_locked(tx, subject, now).await?,
            Some(row) => {
                if let Some(lock) = lock_for(row.int(0)?, subject.bearable) {
                    let until = later(now, lock);
                    let locked = args![&subject.key, until, later(until, WINDOW)];
                    tx.execute(include_str!("sql/lock_out.sql"), locked).await?;
                }
            }
        }
    }
    Ok(())
}

async fn refuse_locked(tx: &mut ViewTx, subject: &Subject, now: Instant) -> Result<(), Refusal> {
    let row = tx.fetch_optional(include_str!("sql/locked_until.sql"), args![&subject.key]).await?;
    refuse_until(row.map(|row| row.int(0)).transpose()?, now)
}

fn refuse_until(locked_until: Option<i64>, now: Instant) -> Result<(), Refusal> {
    let left = locked_until.unwrap_or(0).saturating_sub(now.as_micros());
    match u64::try_from(left) {
        Ok(left) if left > 0 => Err(Refusal::LockedOut { retry_after: Duration::from_micros(left).min(WINDOW) }),
        _ => Ok(()),
    }
}

/// How long so many failures lock out, when only fewer than `bearable` are borne.
fn lock_for(failures: i64, bearable: i64) -> Option<Duration> {
    let beyond = u32::try_from(failures - bearable).ok()?;
    Some(FIRST_LOCK.saturating_mul(2_u32.saturating_pow(beyond)).min(WINDOW))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_out_doubles_from_half_a_minute_to_a_quarter_of_an_hour() {
        let seconds = |failures| lock_for(failures, ACCOUNT_FAILURES).map(|lock| lock.as_secs());
        assert_eq!([4, 5, 6, 9, 10, 1_000].map(seconds), [None, Some(30), Some(60), Some(480), Some(900), Some(900)]);
    }

    #[test]
    fn addresses_of_one_network_are_one_peer() {
        let key = |peer| Subject::peer(peer).key;
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::7"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
        assert!(!key("192.0.2.1").contains("192.0.2.1"));
    }
}

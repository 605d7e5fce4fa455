//! The store: what of sign-ins is kept, and what is thrown away.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use eventlog::{Failure, LogConfig, SideStore, args};
use kernel::{AccountId, Chance, Clock, Instant};

use crate::attempt::{self, Subject};
use crate::hashing::Hashing;
use crate::kept::KeptTokens;
use crate::{SESSION_ABSOLUTE, SESSION_IDLE, SignInError};

/// Who signs in, and how. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub(crate) store: SideStore,
    pub(crate) clock: Clock,
    pub(crate) chance: Chance,
    pub(crate) hashing: Hashing,
    /// When what has run out was last deleted, in microseconds.
    swept_at: Arc<AtomicI64>,
    pub(crate) kept: Arc<KeptTokens>,
}

/// So often what has run out is deleted.
const SWEEP: Duration = Duration::from_secs(600);

impl SignIn {
    /// Opens the store beside the log.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub async fn open(config: &LogConfig, clock: Clock, chance: Chance) -> Result<Self, SignInError> {
        let store = SideStore::open(config, "signin", include_str!("sql/schema.sql")).await?;
        Ok(Self { store, clock, chance, hashing: Hashing::new()?, swept_at: Arc::default(), kept: Arc::default() })
    }

    /// Takes from an account every way to sign in: ends its sessions, revokes its tokens, deletes its password and its
    /// links to identities elsewhere. Whether the account is closed is its caller's to know.
    ///
    /// # Errors
    /// When the store fails; then all of it is as before.
    pub async fn close_account(&self, account: AccountId) -> Result<(), SignInError> {
        let attempts = Subject::account(account).key;
        let closed: Result<(), Failure> = self
            .store
            .transaction(move |tx| {
                Box::pin(async move {
                    let account = account.to_string();
                    tx.execute(include_str!("sql/end_sessions_of_account.sql"), args![&account]).await?;
                    tx.execute(include_str!("sql/revoke_tokens_of_account.sql"), args![&account]).await?;
                    tx.execute(include_str!("sql/delete_password.sql"), args![&account]).await?;
                    tx.execute(include_str!("sql/unlink_account.sql"), args![&account]).await?;
                    tx.execute(include_str!("sql/clear_attempts.sql"), args![attempts]).await?;
                    Ok(())
                })
            })
            .await;
        self.kept.forget();
        Ok(closed?)
    }

    /// Closes the store.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// Deletes what has run out, at most every ten minutes, so that strangers who try cannot fill the store. It is
    /// house-keeping: when it fails, the next one tries again, and nobody is refused for it.
    pub(crate) async fn sweep(&self) {
        let now = self.clock.now();
        let due = |swept: i64| (now >= later(Instant::from_micros(swept), SWEEP)).then_some(now.as_micros());
        if self.swept_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, due).is_err() {
            return;
        }
        if let Err(failure) = self.delete_what_ran_out(now).await {
            tracing::warn!(error = %failure, "What ran out could not be deleted from the store of sign-ins.");
        }
    }

    /// Each kind in a transaction of its own, so that none waits for rows of two kinds in another order than a
    /// sign-in does.
    async fn delete_what_ran_out(&self, now: Instant) -> Result<(), Failure> {
        for kind in attempt::KINDS {
            self.store.execute(include_str!("sql/sweep_attempts.sql"), args![kind, now]).await?;
        }
        let bounds = args![earlier(now, SESSION_IDLE), earlier(now, SESSION_ABSOLUTE)];
        self.store.execute(include_str!("sql/sweep_sessions.sql"), bounds).await?;
        self.store.execute(include_str!("sql/sweep_tokens.sql"), args![now]).await?;
        self.store.execute(include_str!("sql/sweep_flows.sql"), args![now]).await?;
        Ok(())
    }
}

/// The instant so much later.
pub(crate) fn later(instant: Instant, by: Duration) -> Instant {
    Instant::from_micros(instant.as_micros().saturating_add(micros(by)))
}

/// The instant so much earlier.
pub(crate) fn earlier(instant: Instant, by: Duration) -> Instant {
    Instant::from_micros(instant.as_micros().saturating_sub(micros(by)))
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

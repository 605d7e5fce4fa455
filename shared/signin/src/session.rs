//! Sessions of people in a browser.

use std::time::Duration;

use eventlog::args;
use kernel::{AccountId, Instant};

use crate::store::{earlier, later};
use crate::{SignIn, SignInError, secret};

/// A session that is not used for so long ends.
pub const SESSION_IDLE: Duration = Duration::from_secs(30 * 60);
/// A session ends after so long, however much it is used.
pub const SESSION_ABSOLUTE: Duration = Duration::from_secs(12 * 60 * 60);
/// So often it is written down at most that something is used.
pub(crate) const NOTED: Duration = Duration::from_secs(60);

/// A session that has just begun. The token is shown this once.
pub struct NewSession {
    /// What the browser sends with every request: 43 characters.
    pub token: String,
    /// When it ends at the latest.
    pub expires_at: Instant,
}

impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSession").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl SignIn {
    /// Begins a session for somebody who has proved to be this account.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn begin_session(&self, account: AccountId) -> Result<NewSession, SignInError> {
        self.sweep().await;
        let token = secret::random(&self.chance);
        let now = self.clock.now();
        let session = args![secret::digest(&token), account.to_string(), now];
        self.store.execute(include_str!("sql/begin_session.sql"), session).await?;
        Ok(NewSession { token, expires_at: later(now, SESSION_ABSOLUTE) })
    }

    /// The account whose session this is; none when there is no such session, or it has ended. It counts as used, which
    /// is written down at most once a minute.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn session(&self, token: &str) -> Result<Option<AccountId>, SignInError> {
        let digest = secret::digest(token);
        let found = self.store.fetch_optional(include_str!("sql/find_session.sql"), args![&digest]).await?;
        let Some(row) = found else { return Ok(None) };
        let now = self.clock.now();
        let (begun, seen) = (Instant::from_micros(row.int(1)?), Instant::from_micros(row.int(2)?));
        if now >= later(begun, SESSION_ABSOLUTE) || now >= later(seen, SESSION_IDLE) {
            return Ok(None);
        }
        if seen <= earlier(now, NOTED) {
            self.store.execute(include_str!("sql/see_session.sql"), args![&digest, now]).await?;
        }
        Ok(Some(row.parse(0)?))
    }

    /// Ends a session. One that is not there has ended already.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_session(&self, token: &str) -> Result<(), SignInError> {
        self.store.execute(include_str!("sql/end_session.sql"), args![secret::digest(token)]).await?;
        Ok(())
    }

    /// Ends every session of an account; answers how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_all_sessions(&self, account: AccountId) -> Result<u64, SignInError> {
        let ended = self.store.execute(include_str!("sql/end_sessions_of_account.sql"), args![account.to_string()]);
        Ok(ended.await?)
    }
}

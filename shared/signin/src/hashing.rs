//! Hashing passwords: argon2id, on threads that may block, a few at a time, so that signing in cannot eat the machine.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::SignInError;

/// Memory for one hash, in KiB: 19 MiB, with two passes on one lane (OWASP, Password Storage Cheat Sheet).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// So many are hashed at once.
const AT_ONCE: usize = 2;
/// So many may wait, those being hashed included.
const WAITING: usize = 64;

/// The salt of hashes that nobody compares.
const NOBODY: &[u8; 16] = b"there is no such";

#[derive(Debug, Clone)]
pub(crate) struct Hashing {
    argon2: Argon2<'static>,
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// Why nothing was hashed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum NotHashed {
    Busy,
    Failed,
}

impl From<NotHashed> for SignInError {
    fn from(reason: NotHashed) -> Self {
        match reason {
            NotHashed::Busy => Self::Busy,
            NotHashed::Failed => Self::Hashing,
        }
    }
}

impl Hashing {
    pub(crate) fn new() -> Result<Self, SignInError> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| SignInError::Hashing)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Ok(Self { argon2, at_once: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::new(Semaphore::new(WAITING)) })
    }

    /// The hash of a password, with its salt and parameters, as text.
    pub(crate) async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, NotHashed> {
        self.blocking(move |argon2| {
            let hash: PasswordHash = argon2.hash_password_with_salt(password.as_bytes(), &salt)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password is the one of this hash. Without a hash the answer is no, and takes as long.
    pub(crate) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, NotHashed> {
        self.blocking(move |argon2| match hash {
            Some(hash) => match argon2.verify_password(password.as_bytes(), hash.as_str()) {
                Ok(()) => Ok(true),
                Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(error),
            },
            None => {
                let _: PasswordHash = argon2.hash_password_with_salt(password.as_bytes(), NOBODY)?;
                Ok(false)
            }
        })
        .await
    }

    /// The permits go with the work, not with the caller: one who goes away does not make room for another.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> argon2::password_hash::Result<T> + Send + 'static,
    ) -> Result<T, NotHashed> {
        let waiting = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| NotHashed::Busy)?;
        let turn = Arc::clone(&self.at_once).acquire_owned().await.map_err(|_| NotHashed::Failed)?;
        let permits: [OwnedSemaphorePermit; 2] = [waiting, turn];
        let argon2 = self.argon2.clone();
        let task = tokio::task::spawn_blocking(move || {
            let answer = work(&argon2);
            drop(permits);
            answer
        });
        task.await.map_err(|_| NotHashed::Failed)?.map_err(|_| NotHashed::Failed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// The shortest of a few, for the machine may be busy with something else.
    async fn shortest(hashing: &Hashing, hash: Option<String>) -> Duration {
        let mut shortest = Duration::MAX;
        for _ in 0..5 {
            let begun = Instant::now();
            assert!(!hashing.verify("another password".to_owned(), hash.clone()).await.is_ok_and(|right| right));
            shortest = shortest.min(begun.elapsed());
        }
        shortest
    }

    #[tokio::test]
    async fn an_account_that_is_not_there_costs_what_a_wrong_password_costs() {
        let hashing = Hashing::new().unwrap();
        let hash = hashing.hash("correct horse battery".to_owned(), [7; 16]).await.ok();
        assert!(hash.is_some());
        let (there, nowhere) = (shortest(&hashing, hash).await, shortest(&hashing, None).await);
        assert!(nowhere * 2 > there && there * 2 > nowhere, "{nowhere:?} against {there:?}");
    }
}

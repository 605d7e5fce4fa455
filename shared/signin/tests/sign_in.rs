//! Passwords, sessions, tokens and links, over a store in a folder of its own.
#![expect(clippy::unwrap_used, reason = "a test's way to fail is to panic")]

#[path = "sign_in/passwords.rs"]
mod passwords;
#[path = "sign_in/sessions.rs"]
mod sessions;
#[path = "sign_in/tokens.rs"]
mod tokens;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::Duration;

use eventlog::LogConfig;
use kernel::{AccountId, Chance, Clock, Instant};
use signin::SignIn;
use tempfile::TempDir;

/// A store whose clock the test moves.
struct Desk {
    sign_in: SignIn,
    now: Arc<AtomicI64>,
    folder: TempDir,
}

impl Desk {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicI64::new(Instant::parse("2026-11-22T08:00:00Z").unwrap().as_micros()));
        let sign_in = Self::process(&folder, &now, 1).await;
        Self { sign_in, now, folder }
    }

    /// Another process over the same store.
    async fn another(&self) -> SignIn {
        Self::process(&self.folder, &self.now, 2).await
    }

    async fn process(folder: &TempDir, now: &Arc<AtomicI64>, seed: u8) -> SignIn {
        let hand = Arc::clone(now);
        let clock = Clock::new(move || Instant::from_micros(hand.load(Ordering::SeqCst)));
        SignIn::open(&LogConfig::sqlite(folder.path()), clock, chance(seed)).await.unwrap()
    }

    fn wait(&self, time: Duration) {
        self.now.fetch_add(i64::try_from(time.as_micros()).unwrap(), Ordering::SeqCst);
    }

    fn in_(&self, time: Duration) -> Instant {
        Instant::from_micros(self.now.load(Ordering::SeqCst) + i64::try_from(time.as_micros()).unwrap())
    }

    /// Whether any file of the store holds this text.
    fn holds(&self, text: &str) -> bool {
        let files: Vec<_> = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(files.iter().any(|file| file.file_name().unwrap().to_str().unwrap().starts_with("signin.db")));
        files.iter().any(|file| {
            let bytes = std::fs::read(file).unwrap();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    }
}

/// Bytes that differ each time.
fn chance(seed: u8) -> Chance {
    let calls = AtomicU8::new(0);
    Chance::new(move |bytes| {
        let call = calls.fetch_add(1, Ordering::SeqCst);
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::try_from(at).unwrap().wrapping_mul(31) ^ call ^ seed.rotate_left(5);
        }
    })
}

fn account(name: u8) -> AccountId {
    AccountId::new(uuid::Uuid::from_u128(u128::from(name)))
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

//! Tokens that were looked up a moment ago: a machine that calls with one calls often.
//!
//! What this process does to tokens it knows at once: whatever takes one away forgets all that is kept, and a look-up that was
//! under way meanwhile is not kept. What another process does, this one knows within [`KEPT`].

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::TokenHolder;
use crate::store::later;

/// How long a token is good for without being looked up again: how long one outlives its revocation by another process.
const KEPT: Duration = Duration::from_secs(1);

/// So many are kept: a process is called by fewer at a time.
const MOST: usize = 10_000;

/// Tokens by their digest.
#[derive(Debug, Default)]
pub(crate) struct KeptTokens(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// How often everything was forgotten.
    forgotten: u64,
    of: HashMap<String, LookedUp>,
}

/// A token that was looked up: when, by the machine's own count and by the clock, and when it ends.
#[derive(Debug)]
struct LookedUp {
    counted: Instant,
    at: kernel::Instant,
    ends: kernel::Instant,
    holder: TokenHolder,
}

impl LookedUp {
    fn is_good(&self, now: kernel::Instant) -> bool {
        now < self.ends && now < later(self.at, KEPT) && self.counted.elapsed() < KEPT
    }
}

impl KeptTokens {
    /// The holder, if the token was looked up a moment ago and has not ended by `now`; otherwise what to hand to
    /// [`Self::keep`] once it has been looked up.
    pub(crate) fn find(&self, digest: &str, now: kernel::Instant) -> Result<TokenHolder, u64> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let good = kept.of.get(digest).filter(|looked_up| looked_up.is_good(now));
        good.map(|looked_up| looked_up.holder.clone()).ok_or(kept.forgotten)
    }

    /// Keeps what was looked up, unless something was taken away since.
    pub(crate) fn keep(&self, since: u64, digest: String, [at, ends]: [kernel::Instant; 2], holder: TokenHolder) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.forgotten == since {
            if kept.of.len() >= MOST {
                kept.of.clear();
            }
            kept.of.insert(digest, LookedUp { counted: Instant::now(), at, ends, holder });
        }
    }

    /// Forgets everything: to be called once something was taken away.
    pub(crate) fn forget(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.forgotten += 1;
        kept.of.clear();
    }
}

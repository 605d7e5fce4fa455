//! A clock that a test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use kernel::{Clock, Instant};

/// A clock that a test moves. It ticks a microsecond each time it is read, so that no two readings are equal.
#[derive(Debug, Clone)]
pub struct MovableClock(Arc<AtomicI64>);

impl MovableClock {
    /// A clock that stands at `now`, such as `2026-11-22T08:00:00Z`.
    pub fn at(now: &str) -> Self {
        Self(Arc::new(AtomicI64::new(Instant::parse(now).unwrap().as_micros())))
    }

    /// Moves it, also back.
    pub fn set(&self, now: &str) {
        self.0.store(Instant::parse(now).unwrap().as_micros(), Ordering::SeqCst);
    }

    /// The clock, to be handed in.
    pub fn clock(&self) -> Clock {
        let micros = Arc::clone(&self.0);
        Clock::new(move || Instant::from_micros(micros.fetch_add(1, Ordering::SeqCst)))
    }
}

impl Default for MovableClock {
    fn default() -> Self {
        Self::at("2026-11-22T08:00:00Z")
    }
}

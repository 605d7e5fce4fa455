//! The time of a simulation: it stands still until somebody sets it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use kernel::{Clock, Instant};

/// The time of a simulation: it stands still until somebody sets it.
#[derive(Debug, Clone)]
pub struct Time(Arc<AtomicI64>);

impl Time {
    /// A time that stands at this instant.
    pub fn at(now: Instant) -> Self {
        Self(Arc::new(AtomicI64::new(now.as_micros())))
    }

    /// Sets it.
    pub fn set(&self, now: Instant) {
        self.0.store(now.as_micros(), Ordering::SeqCst);
    }

    /// A clock that shows it.
    pub fn clock(&self) -> Clock {
        let time = Arc::clone(&self.0);
        Clock::new(move || Instant::from_micros(time.load(Ordering::SeqCst)))
    }
}

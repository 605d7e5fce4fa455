//! The machine's clock and its randomness, taken here and nowhere else.

use kernel::{Chance, Clock, Instant};

/// The machine's clock.
pub fn clock() -> Clock {
    Clock::new(now)
}

#[expect(clippy::disallowed_methods, reason = "this is where a process gets the time that it hands on")]
fn now() -> Instant {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Instant::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
}

/// The operating system's randomness.
pub fn chance() -> Chance {
    Chance::new(fill)
}

#[expect(clippy::disallowed_methods, reason = "this is where a process gets the chance that it hands on")]
fn fill(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        // Keys and ids made without randomness would be worse than no process at all.
        tracing::error!(error = %error, "the operating system gave no randomness; the process ends");
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_goes_forward_and_chance_does_not_repeat() {
        let earlier = clock().now();
        assert!(clock().now() >= earlier);
        assert!(earlier > Instant::parse("2026-01-01T00:00:00Z").unwrap());
        assert_ne!(chance().bytes::<16>(), chance().bytes::<16>());
    }
}

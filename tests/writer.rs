//! Appends numbered events until it is killed, and says of each when it begins and when it was acknowledged.
//!
//! `writer <mode> <kind> <location> <next> <repeat,…>`: mode `after` says so after the acknowledgement, `before` too
//! early (the suite's control), `only` repeats what was left open and ends.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use eventlog::{EventLog, Expected, LogConfig};
use testkit::MovableClock;
use testkit::behaviour::counter::{append, counter};

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// How many write at once, so that commits have company.
const WRITERS: usize = 4;

#[tokio::main]
async fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, kind, location, next, open] = arguments.as_slice() else { return Err("five arguments".into()) };
    let config = match kind.as_str() {
        "sqlite" => LogConfig::sqlite(location),
        _ => LogConfig::postgres(location.as_str()),
    };
    let log = EventLog::open(&config, MovableClock::default().clock()).await?;
    for number in open.split(',').filter(|number| !number.is_empty()) {
        write(&log, mode, number.parse()?).await?;
    }
    if mode == "only" {
        return say("done", 0);
    }
    let next = Arc::new(AtomicU64::new(next.parse()?));
    let writers = (0..WRITERS).map(|_| {
        let (log, mode, next) = (log.clone(), mode.clone(), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let written: Outcome = write(&log, &mode, next.fetch_add(1, Ordering::SeqCst)).await;
                written?;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        let ended: Outcome = writer.await?;
        ended?;
    }
    Ok(())
}

async fn write(log: &EventLog, mode: &str, number: u64) -> Outcome {
    say("begun", number)?;
    if mode == "before" {
        say("acknowledged", number)?;
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    log.append(append(&format!("{number}"), &[(counter(u128::from(number)), Expected::None)])).await?;
    if mode == "before" { Ok(()) } else { say("acknowledged", number) }
}

/// One line, whole or not at all.
fn say(word: &str, number: u64) -> Outcome {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{word} {number}.\n").as_bytes())?;
    Ok(out.flush()?)
}

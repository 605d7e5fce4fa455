//! How long it takes, while clients write half of what they could, until a commit is acknowledged and a read model shows
//! it.

use std::time::Duration;

use async_trait::async_trait;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::Outcome;
use crate::workload::{Writer, rate};

/// How many clients write.
pub(crate) const CLIENTS: u64 = 32;
/// Tells their streams from those of other figures.
const FIGURE: u64 = 3_000_000;
/// A read model that is further behind is none any more.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A store whose events a read model shows.
#[async_trait]
pub(crate) trait Watched: Send + Sync {
    /// A client that appends to streams of its own and notes when what it wrote is shown.
    fn client(&self, writer: Writer) -> Outcome<Box<dyn Noting>>;

    /// Ends the read model.
    async fn stop(self: Box<Self>) -> Outcome<()>;
}

/// Somebody who appends and notes how long it takes.
#[async_trait]
pub(crate) trait Noting: Send {
    /// Appends its event of this number. Whether it is shown is not waited for.
    async fn append(&mut self, number: u64) -> Outcome<()>;

    /// Waits until everything is shown.
    async fn end(self: Box<Self>) -> Outcome<Vec<Noted>>;
}

/// How long an event took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noted {
    /// From the call to the acknowledgement.
    pub(crate) commit: Duration,
    /// From the acknowledgement until it was shown.
    pub(crate) visible: Duration,
}

/// Latencies in milliseconds: median and 99th percentile.
pub(crate) struct Lag {
    /// How many appends a second there were.
    pub(crate) rate: f64,
    /// From the call to the acknowledgement.
    pub(crate) commit: [f64; 2],
    /// From the acknowledgement until the read model shows it.
    pub(crate) visible: [f64; 2],
}

/// Lets the clients append `wanted` events a second in all, at equal distances whatever the store does.
pub(crate) async fn measure(store: &dyn Watched, round: u64, wanted: f64, slice: Duration) -> Outcome<Lag> {
    let pause = Duration::from_secs_f64(CLIENTS as f64 / wanted);
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let client = store.client(Writer { figure: FIGURE, round, client: number })?;
        let first = began + pause.mul_f64(number as f64 / CLIENTS as f64);
        clients.spawn(paced(client, [first, began + slice], pause));
    }
    let mut noted = Vec::new();
    while let Some(client) = clients.join_next().await {
        noted.extend(client??);
    }
    // What was begun in time and acknowledged late counts into the rate: it was part of the load.
    Ok(Lag {
        rate: rate(noted.len() as u64, slice),
        commit: percentiles(noted.iter().map(|one| one.commit)),
        visible: percentiles(noted.iter().map(|one| one.visible)),
    })
}

async fn paced(mut client: Box<dyn Noting>, [first, until]: [Instant; 2], pause: Duration) -> Outcome<Vec<Noted>> {
    let mut due = first;
    for number in 0.. {
        if due.max(Instant::now()) >= until {
            break;
        }
        sleep_until(due).await;
        client.append(number).await?;
        due += pause;
    }
    client.end().await
}

fn percentiles(times: impl Iterator<Item = Duration>) -> [f64; 2] {
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    [50, 99].map(|percent| times.get(times.len() * percent / 100).map_or(0.0, |time| time.as_secs_f64() * 1_000.0))
}

//! How long it takes, while clients write half of what they could, until a commit is acknowledged and a view shows it.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::Outcome;
use crate::load::percentiles;
use crate::product::{Desk, Follower, Product};
use crate::workload::{Writer, rate};

/// How many clients write.
pub(crate) const CLIENTS: u64 = 32;
/// Tells its streams from those of other figures.
const FIGURE: u64 = 3_000_000;
/// A view that is further behind is no read model any more.
const PATIENCE: Duration = Duration::from_secs(30);

/// Latencies in milliseconds: median and 99th percentile.
pub(crate) struct Lag {
    /// How many appends a second there were.
    pub(crate) rate: f64,
    /// From the call to the acknowledgement.
    pub(crate) commit: [f64; 2],
    /// From the acknowledgement until the view shows it.
    pub(crate) visible: [f64; 2],
}

/// Lets the clients append `wanted` events a second in all, at equal distances whatever the log does.
pub(crate) async fn half_load(
    log: &Product,
    follower: &Follower,
    round: u64,
    wanted: f64,
    slice: Duration,
) -> Outcome<Lag> {
    let pause = Duration::from_secs_f64(CLIENTS as f64 / wanted);
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let desk = log.desk.clone();
        let writer = Writer { figure: FIGURE, round, client: number };
        let first = began + pause.mul_f64(number as f64 / CLIENTS as f64);
        clients.spawn(client(desk, follower.view.clone(), writer, [first, began + slice], pause));
    }
    let (mut commit, mut visible) = (Vec::new(), Vec::new());
    while let Some(client) = clients.join_next().await {
        for times in client?? {
            commit.push(times[0]);
            visible.push(times[1]);
        }
    }
    // What was begun in time and acknowledged late counts into the rate: it was part of the load.
    let rate = rate(commit.len() as u64, slice);
    Ok(Lag { rate, commit: percentiles(commit), visible: percentiles(visible) })
}

/// Appends at equal distances, and lets others wait for the view.
async fn client(
    desk: Desk,
    view: eventlog::View,
    writer: Writer,
    [first, until]: [Instant; 2],
    pause: Duration,
) -> Outcome<Vec<[Duration; 2]>> {
    let mut shown = JoinSet::new();
    let mut due = first;
    for number in 0.. {
        if due >= until {
            break;
        }
        sleep_until(due).await;
        due += pause;
        let request = desk.request(writer, number, 1)?;
        let began = Instant::now();
        let receipt = desk.log.append(request).await?;
        let commit = began.elapsed();
        let view = view.clone();
        let acknowledged = Instant::now();
        shown.spawn(async move {
            view.wait_for(&receipt.position, PATIENCE).await?;
            Outcome::Ok([commit, acknowledged.elapsed()])
        });
    }
    let mut times = Vec::new();
    while let Some(one) = shown.join_next().await {
        times.push(one??);
    }
    Ok(times)
}

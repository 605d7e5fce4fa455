//! Clients that write until a slice of time is over.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Outcome;
use crate::store::{Bulk, Client, Store};
use crate::workload::{Writer, rate};

/// Tells the figures apart that are not told apart by their number of clients.
const CONTENTION: u64 = 1_000_000;
const BULK: u64 = 2_000_000;

/// How many clients fight over the hot streams.
pub(crate) const CONTENDERS: u64 = 32;

/// Events a second that so many clients append, one at a time, each to streams of its own.
pub(crate) async fn appends(store: &dyn Store, round: u64, clients: u64, slice: Duration) -> Outcome<f64> {
    let client = |client| store.client(Writer { figure: clients, round, client });
    drive((0..clients).map(client).collect::<Outcome<_>>()?, slice).await
}

/// Events a second that clients append to the same few streams.
pub(crate) async fn contention(store: &dyn Store, round: u64, slice: Duration) -> Outcome<f64> {
    let client = |client| store.contender(Writer { figure: CONTENTION, round, client });
    drive((0..CONTENDERS).map(client).collect::<Outcome<_>>()?, slice).await
}

async fn drive(clients: Vec<Box<dyn Client>>, slice: Duration) -> Outcome<f64> {
    let began = Instant::now();
    let until = began + slice;
    let mut tasks = JoinSet::new();
    for mut client in clients {
        tasks.spawn(async move {
            let mut number = 0;
            while Instant::now() < until {
                if client.append(number).await? {
                    number += 1;
                }
            }
            Outcome::Ok(number)
        });
    }
    let mut written = 0;
    while let Some(done) = tasks.join_next().await {
        written += done??;
    }
    Ok(rate(written, began.elapsed()))
}

/// Events a second that one client appends, so many at a time.
pub(crate) async fn bulk(store: &dyn Bulk, round: u64, batch: u64, slice: Duration) -> Outcome<f64> {
    let writer = Writer { figure: BULK + batch, round, client: 0 };
    let began = Instant::now();
    let mut number = 0;
    while began.elapsed() < slice {
        store.append_many(writer, number, batch).await?;
        number += batch;
    }
    Ok(rate(number, began.elapsed()))
}

//! How fast the log is, beside other event stores and beside what the same database allows, in one run.
//!
//! `cargo xtask bench log` runs it with a PostgreSQL of its own; SQLite is beside it in a temporary folder (`TMPDIR` names
//! another disk). It prints a table, and how far the goals are. A server that `SHUANGSHI_TEST_POSTGRES` names instead
//! must take 400 connections, and let us make databases and an extension in them.
//!
//! | argument | |
//! | --- | --- |
//! | `--json` | the goals alone, one line of JSON each: `goal`, `ratio`, `target`, `met` |
//! | `--figures` | the figures alone, one line of JSON each; with `--json` the goals follow |
//! | `--rounds 9` | measures longer: five rounds are counted otherwise |
//! | `--events 20000` | replays shorter logs: 200,000 events otherwise |
//! | `--slice 200` | milliseconds of each figure in a round: 700 otherwise |
//!
//! **Who is measured.** The product; *plain*, the same rows in a table with the same columns and keys by the driver
//! alone, at the same durability, with no versions, no hashes and no triggers (PostgreSQL: one statement for many rows, and
//! another way with *an array of rows* for its parameter, of which the goals take the quicker; SQLite: its own API, a prepared
//! statement for row after row in one transaction, with as much memory for pages as the log's writer has); and the peers, on the same
//! PostgreSQL with the same payloads of 190 bytes, each as its documentation says and in databases of its own. What is
//! particular about one stands at the top of its file in `peers/`. Everybody parses what is read into the same type.
//! A pool has 40 connections; with 256 clients 100 are tried too, and the goals take what is better for the peer.
//!
//! **What is measured.**
//!
//! - *append*: clients that each append single events to 50 streams of their own, at the exact version. A peer that
//!   refuses an event because of another's (disintegrate's transactions are serialisable) is asked again. The tables are
//!   empty at the beginning of each round.
//! - *append, 32 clients, two stand still*: read models, of which one hangs in the middle of a page and one fails at its first,
//!   and is tried again and again; beside it as many clients without read models.
//! - *append, 32 clients on 4 streams*: each client reads what is new in its stream, or its version where there is a way
//!   to ask for that, and appends; when somebody was faster, again. What counts is what was written.
//! - *append, many at a time*: one client; plain: as many rows a commit.
//! - *half load*: 32 clients append half of what as many appended in this round, at equal distances; how long it takes to
//!   the acknowledgement, and from there until a view shows the event. disintegrate: its listener, woken by the database.
//!   Of the others readers poll, or there is none, so that there would be nothing to measure but a pause.
//! - *replay*: the whole log, payloads parsed: the product's `scan`, and pages; one streaming select of the product's
//!   table; what each peer offers. disintegrate and message-db can go on from where a replay stopped; cqrs-es and esrs
//!   have no position in the whole log.
//! - *catch-up*: a projection that counts events by stream takes in the whole log and keeps how far it came. Plain:
//!   pages of 1,000. disintegrate: its listener, which hands over single events, watched for 1.5 seconds. message-db:
//!   pages of 1,000. cqrs-es and esrs offer nothing that keeps how far it came.
//!
//! **How to read it.** All figures of everybody are taken in turn, round after round and each time with another one first,
//! so that a disturbance hits them alike; a first round is not counted. A figure is the median of its rounds; *from* and
//! *to* are the least and the most of them. `product ÷` is the product's figure divided by this one: the median of the
//! ratios within a round, which vary less than the figures. *The best peer* is the one that this ratio is least for.
//! Compare ratios between machines, and figures only on one machine. When the spread printed at the end is large, the
//! machine was busy: run it again.

mod figures;
mod goals;
mod half_load;
mod load;
mod measure;
mod options;
mod peers;
mod place;
mod plain;
mod product;
mod store;
mod workload;

use std::time::Instant;

use crate::figures::Figures;
use crate::measure::Bench;
use crate::options::Options;

/// Whatever fails ends the run.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// As the product has it, for everybody.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[tokio::main]
async fn main() -> Outcome<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    let load = figures::load();
    let began = Instant::now();
    let bench = Bench::new(options::server()?, &options::crate_folder()?, options.events, options.slice).await?;
    eprintln!("the logs are filled, {:.0} s", began.elapsed().as_secs_f64());
    let mut figures = Figures::default();
    for round in 0..=options.rounds {
        // The first round warms up.
        let mut warming = Figures::default();
        bench.round(round, if round == 0 { &mut warming } else { &mut figures }).await?;
        eprintln!("round {round} of {}, {:.0} s", options.rounds, began.elapsed().as_secs_f64());
    }
    let goals = goals::of(&figures)?;
    if options.figures {
        figures.print_json()?;
    }
    if options.json {
        goals::print_json(&goals)?;
    }
    if !options.figures && !options.json {
        figures.print_table(&load, &bench.server_version().await?);
        goals::print_table(&goals);
    }
    bench.close().await
}

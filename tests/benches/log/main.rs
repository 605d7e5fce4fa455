//! How fast the log is, beside what the same database allows on the same machine in the same minute.
//!
//! `cargo xtask bench` runs it with a PostgreSQL of its own; SQLite is beside it in a temporary folder (`TMPDIR` names
//! another disk). Arguments go behind `--`: `--json` prints one line a figure, `--rounds 9` measures longer,
//! `--events 20000` replays a shorter log.
//!
//! **What is measured.** Every *plain* figure is the limit: the same rows in a table with the same columns and keys, by
//! the driver alone, at the same durability, with no versions, no hashes and no triggers.
//!
//! - *append*: clients that each append single events of 190 bytes to 50 streams of their own, at the exact version. And
//!   one client that appends 1,000 events at a time. Plain: one row a commit with as many clients (on SQLite they take
//!   turns, as they must), and 100 or 1,000 rows a commit by one client, the fastest way there is.
//! - *replay*: the whole log of 200,000 events, its payloads parsed, by one statement and in pages of 1,000. Plain: one
//!   streaming select of the same rows, parsed alike.
//! - *view*: a projection that counts events by stream catches up on that log in pages of 1,000. And the time from the
//!   acknowledgement of a commit until a view shows it, with one client that writes every few milliseconds.
//!
//! **How to read it.** All figures of all databases are taken in turn, round after round, so that a disturbance hits
//! them alike; the first round is not counted. A figure is the median of its rounds; *from* and *to* are the least and
//! the most of them. `÷ alike` divides by the plain way that does the same work, `÷ limit` by the fastest plain way; both are
//! medians of the ratios within a round, which vary less than the figures. Compare ratios between machines, and figures
//! only on one machine. When the spread printed at the end is large, the machine was busy: run it again.

mod figures;
mod plain;
mod product;
mod workload;

use std::time::{Duration, Instant};

use testkit::Place;

use crate::figures::{Figures, Ratio, Unit};
use crate::plain::Plain;
use crate::product::{Follower, Product};

/// Whatever fails ends the run.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How long a figure that has no end of its own is measured in a round.
const SLICE: Duration = Duration::from_millis(700);
/// How many clients append at once.
const CLIENTS: [u64; 3] = [1, 8, 32];

const USAGE: &str = "the arguments are --json, --rounds <number> and --events <number>";

/// What the command line asks for.
struct Options {
    json: bool,
    rounds: u64,
    /// The events of the log that is replayed, in thousands appended at once.
    events: u64,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options = Self { json: false, rounds: 5, events: 200_000 };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                // Cargo adds it.
                "--bench" => {}
                "--json" => options.json = true,
                "--rounds" => options.rounds = number(arguments.next())?,
                "--events" => options.events = number(arguments.next())?,
                other => return Err(format!("{other}: {USAGE}").into()),
            }
        }
        if options.rounds == 0 || options.events < 2_000 || !options.events.is_multiple_of(1_000) {
            return Err("there is at least one round, and the events are two thousand, three thousand …".into());
        }
        Ok(options)
    }
}

fn number(argument: Option<String>) -> Outcome<u64> {
    Ok(argument.ok_or(USAGE)?.parse()?)
}

/// A database with everything that is measured on it.
struct Subject {
    database: &'static str,
    /// Appended to.
    product: Product,
    plain: Plain,
    /// Replayed.
    filled: Product,
    /// How many events that has.
    events: u64,
    /// Keeps a view of the log that is replayed.
    rebuilt: Follower,
    /// A log that little happens in, and its view.
    quiet: Product,
    shown: Follower,
}

impl Subject {
    async fn new(database: &'static str, events: u64) -> Outcome<Self> {
        let place = async || if database == "SQLite" { Place::sqlite() } else { Place::postgres().await };
        let filled = Product::open(place().await).await?;
        filled.fill(events).await?;
        let quiet = Product::open(place().await).await?;
        Ok(Self {
            database,
            product: Product::open(place().await).await?,
            plain: Plain::open(place().await).await?,
            rebuilt: Follower::start(&filled).await?,
            filled,
            events,
            shown: Follower::start(&quiet).await?,
            quiet,
        })
    }

    /// Every figure once. `round` keeps the streams of the rounds apart.
    async fn measure(&self, round: u64, figures: &mut Figures) -> Outcome<()> {
        self.appends(round, figures).await?;
        self.replays(figures).await?;
        let mut add = |name: &str, unit, value| figures.add(self.database, name, unit, Ratio::default(), value);
        let lag = self.quiet.light_load(round, &self.shown).await?;
        add("append, light load, p50", Unit::Millis, lag.commit[0]);
        add("append, light load, p99", Unit::Millis, lag.commit[1]);
        add("view, commit to visible, p50", Unit::Millis, lag.visible[0]);
        add("view, commit to visible, p99", Unit::Millis, lag.visible[1]);
        Ok(())
    }

    async fn appends(&self, round: u64, figures: &mut Figures) -> Outcome<()> {
        let mut add = |name: &str, ratio, value| figures.add(self.database, name, Unit::Rate, ratio, value);
        let bulk = "plain insert, 1,000 rows a commit";
        for clients in CLIENTS {
            let who = if clients == 1 { "1 client".to_owned() } else { format!("{clients} clients") };
            let alike = format!("plain insert, a row a commit, {who}");
            add(&alike, Ratio::default(), self.plain.one_by_one(round, clients, SLICE).await?);
            let rate = self.product.one_by_one(round, clients, SLICE).await?;
            add(&format!("append, {who}"), Ratio::of(&alike, bulk), rate);
        }
        let hundreds = self.plain.many(round, 100, SLICE).await?;
        add("plain insert, 100 rows a commit", Ratio::default(), hundreds);
        add(bulk, Ratio::default(), self.plain.many(round, 1_000, SLICE).await?);
        let rate = self.product.many(round, 1_000, SLICE).await?;
        add("append, 1,000 events at a time", Ratio::of(bulk, bulk), rate);
        Ok(())
    }

    async fn replays(&self, figures: &mut Figures) -> Outcome<()> {
        let mut add = |name: &str, ratio, value| figures.add(self.database, name, Unit::Rate, ratio, value);
        let select = "plain select, streamed";
        add(select, Ratio::default(), plain::replay(self.filled.place(), self.events).await?);
        let ratio = || Ratio::of(select, select);
        add("replay, one statement", ratio(), self.filled.scan(self.events).await?);
        add("replay, pages of 1,000", ratio(), self.filled.pages(self.events, 1_000).await?);
        add("view, catch-up in pages of 1,000", Ratio::of("", select), self.rebuilt.rebuild().await?);
        Ok(())
    }

    async fn close(&self) {
        for view in [&self.rebuilt, &self.shown] {
            view.stop().await;
        }
        for log in [&self.product, &self.filled, &self.quiet] {
            log.close().await;
        }
    }
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    let load = figures::load();
    let subjects = [Subject::new("SQLite", options.events).await?, Subject::new("PostgreSQL", options.events).await?];
    let began = Instant::now();
    let mut figures = Figures::default();
    for round in 0..=options.rounds {
        let mut of_round = Figures::default();
        for subject in &subjects {
            subject.measure(round, &mut of_round).await?;
        }
        // The first round warms up.
        if round > 0 {
            figures.join(of_round);
        }
        eprintln!("round {round} of {}, {:.0} s", options.rounds, began.elapsed().as_secs_f64());
    }
    if options.json {
        figures.print_json();
    } else {
        figures.print_table(&load);
    }
    for subject in &subjects {
        subject.close().await;
    }
    Ok(())
}

//! What a large registry costs: the log, its read models from nothing, `log verify`, coverage and a restart, beside a tenth of
//! it in the same run.
//!
//! The subject is the product's own program, a process a step, over a simulated registry: five years until 2026-08-31,
//! `--teachers N` (the nation is 1,400,000; 14,000 unless said otherwise) and before that a tenth of as many, on each database
//! or the one that `--on` names. Of a step stand there: the clock; how many cores the machine was busy with meanwhile, the
//! database's server and everybody else included; the most memory the process held; and what an event took. The nation takes
//! half an hour or more and some 60 GB of disk a database: `TMPDIR` names where SQLite's files lie. What its PostgreSQL is set to
//! is said before the command: `cargo xtask postgres --set max_wal_size=8GB --set checkpoint_timeout=30min -- cargo xtask bench
//! size --teachers 1400000 --on postgresql`. At 14,000 teachers a start-up of some tenths of a second weighs in every figure:
//! what is said of the nation is said of a run with all of it.
//!
//! `cargo xtask bench size -- --json` prints one line a goal.

mod figures;
mod program;

use std::sync::Arc;

use eventlog::Storage;
use serde_json::Value;
use testkit::{Place, Registry};

use figures::{Figures, Size};
use program::{Step, run, until_ready};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The last day of what is simulated.
const UNTIL: &str = "2026-08-31";

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    let after = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1);
    let teachers: u64 = after("--teachers").map_or(Ok(14_000), |number| number.parse())?;
    for name in ["SQLite", "PostgreSQL"] {
        if after("--on").is_some_and(|only| !only.eq_ignore_ascii_case(name)) {
            continue;
        }
        let tenth = measure(place(name).await, teachers / 10).await?;
        let whole = measure(place(name).await, teachers).await?;
        Figures { tenth, whole }.print(name, json);
    }
    Ok(())
}

async fn place(name: &str) -> Place {
    if name == "SQLite" { Place::sqlite() } else { Place::postgres().await }
}

async fn measure(place: Place, teachers: u64) -> Outcome<Size> {
    let registry = Registry::new(place);
    let count = teachers.to_string();
    let simulate = ["simulate", "--teachers", &count, "--seed", "7", "--until", UNTIL, "--log-only", "--json"];
    let (log, said) = run(&registry, &simulate)?;
    let said: Value = serde_json::from_str(&said)?;
    let events = said["simulated"]["recorded"].as_u64().ok_or("the simulation does not say what it recorded")?;
    let on_disk_log = on_disk(&registry).await?;
    // Whoever asks first catches the read models up.
    let coverage = ["coverage", "--by", "province", "--as-of", UNTIL];
    let (views, first) = run(&registry, &coverage)?;
    let (coverage, again) = run(&registry, &coverage)?;
    if first != again {
        return Err("the same question had two answers".into());
    }
    let (verify, _) = run(&registry, &["log", "verify"])?;
    let ready = [until_ready(&registry)?, until_ready(&registry)?];
    let on_disk_views = on_disk(&registry).await?.saturating_sub(on_disk_log);
    let steps = [(Step::Log, log), (Step::Views, views), (Step::Coverage, coverage), (Step::Verify, verify)];
    Ok(Size { teachers, events, steps, ready, on_disk_log, on_disk_views })
}

/// Bytes of everything there is.
async fn on_disk(registry: &Arc<Registry>) -> Outcome<u64> {
    if let Storage::Sqlite { dir } = &registry.place().config().storage {
        return folder(dir);
    }
    let rows = registry.place().back_door().await.fetch("select pg_database_size(current_database())", vec![]).await?;
    let bytes = rows.first().ok_or("a database has no size")?.int(0)?;
    Ok(u64::try_from(bytes)?)
}

fn folder(dir: &std::path::Path) -> Outcome<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { folder(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

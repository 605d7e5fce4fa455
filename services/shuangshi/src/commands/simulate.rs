//! `simulate`.

use std::time::{Duration, Instant};

use dossiers::DossierProjection;
use eventlog::Grouping;
use host::{App, Config};
use simulation::{Scenario, Term};

use crate::commands::import::progress;
use crate::line::Simulate;
use crate::outcome::{Trouble, say};
use crate::present;
use crate::registry::Registry;
use crate::simulate::{Report, Time, simulate as record};

/// How commits are grouped: with nobody waiting for an answer, fewer and larger ones write the pages of the indexes less
/// often.
const LARGE: Grouping = Grouping { max_requests: 4_096, max_bytes: 4 << 20, max_linger: Duration::from_millis(3) };

/// How long the two halves took.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// Writing the log.
    pub log: Duration,
    /// Catching the read models up; none when they were left to somebody else.
    pub read_models: Option<Duration>,
}

/// Records an invented registry: first the log, then the read models.
pub async fn simulate(line: &Simulate) -> Result<(), Trouble> {
    let until = line.until.unwrap_or_else(|| host::ambient::clock().now().day());
    let scenario = Scenario::new(line.seed, line.teachers, line.years, until);
    let scenario = scenario.map_err(|fault| Trouble::No(fault.to_string()))?;
    let began = Instant::now();
    let config = Config { grouping: LARGE, ..line.setup.config.clone() };
    let (report, mut position) = write(&config, scenario, line.into_existing).await?;
    let mut took = Took { log: began.elapsed(), read_models: None };
    if !line.log_only {
        let began = Instant::now();
        let registry = Registry::open(&line.setup.config).await?;
        let caught_up = registry.app().views().catch_up().await;
        let shown = registry.app().views().get(DossierProjection::NAME).map(|view| view.position().to_string());
        registry.close().await;
        caught_up?;
        position = shown?;
        took.read_models = Some(began.elapsed());
    }
    if line.setup.json {
        say(&format!("{}\n", json(&report, took, &position)))
    } else {
        say(&present::simulated(&report, took, &position))
    }
}

/// Writes the log. Every read model rests meanwhile: it would compete for the same processors and the same disk.
async fn write(config: &Config, scenario: Scenario, into_existing: bool) -> Result<(Report, String), Trouble> {
    let time = Time::at(scenario.recorded_at(Term::BEFORE));
    let app = App::open_at_rest(config, time.clock(), host::ambient::chance()).await?;
    let registry = Registry::of(app)?;
    let bar = progress(scenario.terms().count() as u64, "terms");
    let report = record(scenario, &registry, &time, into_existing, |terms| bar.set_position(terms)).await;
    bar.finish_and_clear();
    let position = registry.app().head().to_string();
    registry.close().await;
    Ok((report?, position))
}

fn json(report: &Report, took: Took, position: &str) -> serde_json::Value {
    serde_json::json!({
        "simulated": report,
        "position": position,
        "seconds": { "log": took.log.as_secs_f64(), "read_models": took.read_models.map(|took| took.as_secs_f64()) },
    })
}

//! `log verify`, `log make` and `rebuild`.

use eventlog::EventLog;
use readings::Readings;

use crate::commands::import::progress;
use crate::line::Setup;
use crate::outcome::{Trouble, say};
use crate::registry::Registry;

/// Checks every stored event. It opens the logs and nothing else: read models that are behind would be built meanwhile.
pub async fn verify(setup: &Setup) -> Result<(), Trouble> {
    let (storage, clock) = (setup.config.storage(), host::ambient::clock());
    let log = EventLog::open(&storage, clock.clone()).await.map_err(Trouble::failed)?;
    let bar = progress(log.head().events(), "events");
    let report = log.verify(|done| bar.set_position(done)).await;
    bar.finish_and_clear();
    log.close().await;
    let (report, readings) = (report?, Readings::verify_log(&storage, clock).await?);
    let fault = report.fault.as_ref().or(readings.fault.as_ref()).map(ToString::to_string);
    if setup.json {
        let body = serde_json::json!({
            "events": report.events, "position": report.head.to_string(), "fault": fault,
            "readings": { "events": readings.events, "position": readings.head.to_string() },
        });
        say(&format!("{body}\n"))?;
    } else if fault.is_none() {
        say(&format!(
            "{} events up to {} and {} readings of personal data up to {}: every hash, position and version is as it \
             was written\n",
            report.events, report.head, readings.events, readings.head
        ))?;
    }
    match fault {
        None => Ok(()),
        Some(fault) => Err(Trouble::No(format!("a log is damaged: {fault}"))),
    }
}

/// Makes the logs. Everything else is the services' own to make: what the owner made they could not use.
pub async fn make(setup: &Setup) -> Result<(), Trouble> {
    let (storage, clock) = (setup.config.storage(), host::ambient::clock());
    let log = EventLog::open(&storage, clock.clone()).await.map_err(Trouble::failed)?;
    let head = log.head();
    log.close().await;
    Readings::make_log(&storage, clock).await.map_err(Trouble::failed)?;
    if setup.json {
        say(&format!("{}\n", serde_json::json!({ "position": head.to_string() })))
    } else {
        say(&format!("the logs are there, the register's at {head}\n"))
    }
}

/// Builds every read model again, and checks that it is the same to the byte. Where something is recorded meanwhile the two are
/// not of the same log, and are not compared.
pub async fn rebuild(setup: &Setup) -> Result<(), Trouble> {
    let registry = Registry::open(&setup.config).await?;
    let outcome = rebuild_all(&registry, setup.json).await;
    registry.close().await;
    outcome
}

async fn rebuild_all(registry: &Registry, json: bool) -> Result<(), Trouble> {
    let (views, log) = (registry.app().views(), registry.app().log());
    for status in views.status() {
        views.catch_up().await?;
        let position = log.present().await?;
        let before = views.get(status.view)?.digest().await?;
        let bar = progress(registry.app().head().events(), "events");
        views.rebuild(status.view, |position| bar.set_position(position.events())).await?;
        bar.finish_and_clear();
        // The swap may come a few events early.
        views.catch_up().await?;
        let after = views.get(status.view)?.digest().await?;
        let digest: String = after.iter().map(|byte| format!("{byte:02x}")).collect();
        let has_moved = log.present().await? != position;
        if before != after && !has_moved {
            let words = format!("{} was rebuilt to other bytes than it had: {digest}", status.view);
            return Err(Trouble::No(words));
        }
        let same = (before == after).then_some(true);
        if json {
            say(&format!("{}\n", serde_json::json!({ "view": status.view, "digest": digest, "same": same })))?;
        } else if same.is_some() {
            say(&format!("{} was rebuilt to the same bytes: {digest}\n", status.view))?;
        } else {
            let why = "something was recorded meanwhile, so it cannot be compared with what it was";
            say(&format!("{} was rebuilt; {why}: {digest}\n", status.view))?;
        }
    }
    Ok(())
}

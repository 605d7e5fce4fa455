//! `log verify`, `log make` and `rebuild`.

use eventlog::EventLog;
use readings::Readings;

use crate::commands::import::progress;
use crate::line::Setup;
use crate::outcome::Trouble;
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
        println!("{body}");
    } else if fault.is_none() {
        println!(
            "{} events up to {} and {} readings of personal data up to {}: every hash, position and version is as it \
             was written",
            report.events, report.head, readings.events, readings.head
        );
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
        println!("{}", serde_json::json!({ "position": head.to_string() }));
    } else {
        println!("the logs are there, the register's at {head}");
    }
    Ok(())
}

/// Builds every read model again, and checks that it is the same to the byte.
pub async fn rebuild(setup: &Setup) -> Result<(), Trouble> {
    let registry = Registry::open(&setup.config).await?;
    let outcome = rebuild_all(&registry, setup.json).await;
    registry.close().await;
    outcome
}

async fn rebuild_all(registry: &Registry, json: bool) -> Result<(), Trouble> {
    let views = registry.app().views();
    views.catch_up().await?;
    for status in views.status() {
        let before = views.get(status.view)?.digest().await?;
        let bar = progress(registry.app().head().events(), "events");
        views.rebuild(status.view, |position| bar.set_position(position.events())).await?;
        bar.finish_and_clear();
        // The swap may come a few events early.
        views.catch_up().await?;
        let after = views.get(status.view)?.digest().await?;
        let digest: String = after.iter().map(|byte| format!("{byte:02x}")).collect();
        if before != after {
            let words = format!("{} was rebuilt to other bytes than it had: {digest}", status.view);
            return Err(Trouble::No(words));
        }
        if json {
            println!("{}", serde_json::json!({ "view": status.view, "digest": digest, "same": true }));
        } else {
            println!("{} was rebuilt to the same bytes: {digest}", status.view);
        }
    }
    Ok(())
}

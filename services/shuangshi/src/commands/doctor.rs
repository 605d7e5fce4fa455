//! `doctor`: the configuration, and whether the databases are well.

use crate::line::Setup;
use crate::outcome::{Trouble, say};
use crate::registry::Registry;

/// Prints the configuration and checks the databases. Opening the log checks durability settings, version and format;
/// opening the vault checks the master key.
pub async fn doctor(setup: &Setup) -> Result<(), Trouble> {
    let config = &setup.config;
    let storage = if config.database_url.is_some() { "PostgreSQL" } else { "SQLite" };
    let registry = Registry::open(config).await?;
    let caught_up = registry.app().views().catch_up().await;
    let head = registry.app().head();
    let views = registry.app().views().status();
    let policies_hold = registry.app().log().policies_hold().await;
    registry.close().await;
    caught_up?;
    let policies_hold = policies_hold?;
    let verdict = match policies_hold {
        Some(false) => Err(Trouble::No(
            "PostgreSQL exempts this account from the policies on rows: use one that is \
                                        neither superuser nor bypassrls"
                .to_owned(),
        )),
        _ => Ok(()),
    };
    if setup.json {
        let views: Vec<_> = views
            .iter()
            .map(|view| {
                serde_json::json!({
                    "view": view.view, "version": view.version, "generation": view.generation,
                    "position": view.position.to_string(), "lag": view.lag, "error": view.error,
                })
            })
            .collect();
        let body = serde_json::json!({
            "storage": storage, "data": config.data, "listen": config.listen.to_string(),
            "position": head.to_string(), "events": head.events(), "views": views, "row_policies_hold": policies_hold,
        });
        say(&format!("{body}\n"))?;
        return verdict;
    }
    say(&format!("storage    {storage}\n"))?;
    say(&format!("data       {}\n", config.data.display()))?;
    say(&format!("listen     {}\n", config.listen))?;
    let events = head.events();
    say(&format!("log        {events} events, at {head}; durability and format are as they must be\n"))?;
    say("vault      opens under the master key given\n")?;
    for view in views {
        let state = view.error.map_or_else(|| format!("{} behind", view.lag), |error| format!("failing: {error}"));
        say(&format!("view       {} v{} g{}: {state}\n", view.view, view.version, view.generation))?;
    }
    verdict?;
    say("all is well\n")
}

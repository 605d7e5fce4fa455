//! `serve`.

use std::cell::Cell;
use std::process::ExitCode;

use host::{App, Service};

use crate::demo;
use crate::line::{Serve, Setup};
use crate::outcome::{Trouble, say};
use crate::registry::Registry;

/// Serves until told to stop. On the first start of an embedded registry an invented one is recorded to try things on.
pub async fn serve(serve: Serve) -> Result<ExitCode, Trouble> {
    let services = chosen(&serve.only)?;
    let whole = services.len() == crate::services().len();
    let wants_demo = whole && !serve.no_demo && serve.config.database_url.is_none();
    let has_demo = Cell::new(false);
    let prepare = async |app: &App| -> Result<(), Trouble> {
        let registry = Registry::of(app.clone())?;
        crate::delivery::publish_packs(&registry).await?;
        if wants_demo && demo::is_untouched(&registry).await? {
            eprintln!("An empty registry: recording an invented one to try things on …");
            demo::record(&registry).await?;
        }
        has_demo.set(demo::is_there(&registry).await?);
        Ok(())
    };
    let announce = |address| {
        // It serves, whoever hears of it.
        say(&welcome(address, &serve, has_demo.get())).unwrap_or_default();
    };
    Ok(host::serve(&serve.config, services, prepare, announce).await)
}

/// Records the invented registry in one that has nothing in it, wherever it is kept. Of services that run apart none does
/// so by itself.
pub async fn demo(setup: &Setup) -> Result<(), Trouble> {
    let registry = Registry::open(&setup.config).await?;
    let recorded = async {
        crate::delivery::publish_packs(&registry).await?;
        if !demo::is_untouched(&registry).await? {
            return Err(Trouble::No("there is something in this registry already".to_owned()));
        }
        demo::record(&registry).await
    };
    let outcome = recorded.await;
    registry.close().await;
    outcome
}

fn chosen(only: &[String]) -> Result<Vec<Service>, Trouble> {
    let all = crate::services();
    if let Some(unknown) = only.iter().find(|name| !all.iter().any(|service| service.name == name.as_str())) {
        let names: Vec<&str> = all.iter().map(|service| service.name).collect();
        return Err(Trouble::NotFound(format!("there is no service {unknown}; there are {}", names.join(", "))));
    }
    Ok(all.into_iter().filter(|service| only.is_empty() || only.iter().any(|name| name == service.name)).collect())
}

fn welcome(address: std::net::SocketAddr, serve: &Serve, has_demo: bool) -> String {
    let data = match serve.config.database_url {
        None => serve.config.data.display().to_string(),
        Some(_) => "PostgreSQL".to_owned(),
    };
    let to_try = if has_demo { to_try(address) } else { String::new() };
    format!(
        "\nShuangshi 双师 serves http://{address}/  (API: http://{address}/api/openapi.json, data: {data})\n\
         {to_try}Stop with Ctrl-C.\n"
    )
}

fn to_try(address: std::net::SocketAddr) -> String {
    let password = demo::PASSWORD;
    format!(
        "Three things to try in another terminal:\n  \
         1. who was double-qualified by the rules on a day:\n     \
         cargo run -- teachers list --as-of 2024-06-30 --status eligible\n  \
         2. one teacher, with reasons:\n     \
         cargo run -- teacher show 083500009 --as-of 2024-06-30\n  \
         3. coverage by school, over HTTP, as the ministry of the demo:\n     \
         curl -H \"Authorization: Bearer $(cargo run -q -- account token demo-ministry)\" \
         'http://{address}/api/v1/coverage?as_of=2024-06-30&by=school'\n\
         The demo's accounts are demo-operator, demo-second, demo-hr, demo-clerk, demo-province, demo-ministry,\n\
         demo-auditor and demo-teacher; their password is {password}.\n"
    )
}

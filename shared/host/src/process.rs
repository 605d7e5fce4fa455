//! A process from its first argument to its exit code.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;
use crate::config::Config;
use crate::failure::Chain;
use crate::server::{Running, Server};
use crate::service::Service;
use crate::telemetry;

/// The log could not be trusted any more (`EX_SOFTWARE`): start the process again, it will look what was kept.
const LOG_LOST: u8 = 70;

/// What ended a process.
enum End {
    /// It was told to stop.
    Told,
    /// The log failed in a way that only a new process gets over.
    Lost(String),
    /// The server ended by itself.
    Ended,
}

/// A part of the register of double-qualified teachers, in a process of its own
#[derive(Parser)]
#[command(about, long_about = None)]
struct Line {
    #[command(flatten)]
    config: Config,
}

/// Runs a process of these services, with its arguments and environment as its configuration, until it is told to
/// stop. The whole `main` of a service that runs by itself.
pub fn run(services: Vec<Service>) -> ExitCode {
    let config = Line::parse().config;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&error),
    };
    let prepare = async |_: &App| Ok::<_, Infallible>(());
    let announce = |address| tracing::info!(server.address = %address, "the process serves");
    let code = runtime.block_on(serve(&config, services, prepare, announce));
    // What is still at work has been waited for as long as it may take.
    runtime.shutdown_background();
    code
}

/// Serves until the process is told to stop. Needs a runtime of several threads.
///
/// `prepare` runs on the opened registry before the first request is answered; `announce` hears where requests go.
pub async fn serve<E: Error + 'static>(
    config: &Config,
    services: Vec<Service>,
    prepare: impl AsyncFnOnce(&App) -> Result<(), E>,
    announce: impl FnOnce(SocketAddr),
) -> ExitCode {
    if let Err(error) = telemetry::start_log(config) {
        return refuse(&error);
    }
    let names: Vec<&str> = services.iter().map(|service| service.name).collect();
    tracing::info!(process.services = names.join(","), config = ?config, "the process starts");
    let server = match Server::open(config, services).await {
        Ok(server) => server,
        Err(error) => return refuse(&error),
    };
    if let Err(error) = prepare(server.app()).await {
        return refuse(&error);
    }
    let address = server.address();
    match server.start().await {
        Ok(running) => {
            announce(address);
            until_end(running).await
        }
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &(dyn Error + 'static)) -> ExitCode {
    if tracing::enabled!(tracing::Level::ERROR) {
        tracing::error!(error.chain = %Chain(error), "the process did not start");
    } else {
        eprintln!("the process did not start: {}", Chain(error));
    }
    ExitCode::FAILURE
}

async fn until_end(mut running: Running) -> ExitCode {
    let app = running.app().clone();
    let end = tokio::select! {
        () = told() => End::Told,
        reason = app.lost() => End::Lost(reason),
        () = running.ended() => End::Ended,
    };
    match end {
        End::Told => {
            tracing::info!("the process was told to stop and drains");
            tokio::select! {
                () = running.stop() => {}
                () = told() => {
                    tracing::warn!("the process was told to stop again and does not drain");
                    return ExitCode::FAILURE;
                }
            }
            tracing::info!("the process has stopped");
            ExitCode::SUCCESS
        }
        End::Lost(reason) => {
            tracing::error!(log.failure = reason, "the log cannot be written any more; the process ends");
            app.leave();
            ExitCode::from(LOG_LOST)
        }
        End::Ended => ExitCode::FAILURE,
    }
}

/// Waits for SIGTERM or SIGINT; for ever when the system offers no signals.
async fn told() {
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        _ => std::future::pending().await,
    }
}

//! `cargo xtask bench` and `cargo xtask postgres`: what runs beside a PostgreSQL of its own.

use crate::command::{self, cargo, program};
use crate::packages;
use crate::postgres::{self, Server};
use crate::provider;

/// What asks the server as fast as it answers.
const WRK: &str = "the bench of the server needs `wrk`: install the package of that name (Debian, Ubuntu)";

/// Runs the benchmarks, with these arguments.
pub(crate) fn benchmarks(passed: &[String]) -> Result<(), String> {
    // Asked for its version it ends in failure: that it could be started is all there is to learn.
    if program("wrk").arg("--version").output().is_err() {
        packages::install(&["wrk"], WRK)?;
    }
    let server = Server::start()?;
    let mut bench = cargo();
    // Only the benchmarks: of the tests' programs Cargo would make benchmarks too.
    bench.args(["bench", "--package", "journeys", "--bench", "*", "--"]).args(passed);
    command::run(bench.env(postgres::NAMED, server.url()))
}

/// Runs any command.
pub(crate) fn command(passed: &[String]) -> Result<(), String> {
    let Some((name, arguments)) = passed.split_first() else {
        return Err("say which command after --".to_owned());
    };
    let provider = provider::folder()?;
    let server = Server::start()?;
    let mut any = program(name);
    command::run(any.args(arguments).env(postgres::NAMED, server.url()).env(provider::NAMED, provider))
}

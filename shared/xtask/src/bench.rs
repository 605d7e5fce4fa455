//! `cargo xtask bench` and `cargo xtask postgres`: what runs beside a PostgreSQL of its own.

use crate::apart;
use crate::command::{self, cargo, program};
use crate::postgres::{self, Server};
use crate::provider;

/// Runs the benchmarks, with these arguments.
pub(crate) fn benchmarks(passed: &[String]) -> Result<(), String> {
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
    let (provider, haproxy) = (provider::folder()?, apart::haproxy()?);
    let server = Server::start()?;
    let mut any = program(name);
    any.args(arguments).env(postgres::NAMED, server.url());
    command::run(any.env(provider::NAMED, provider).env(apart::NAMED, haproxy))
}

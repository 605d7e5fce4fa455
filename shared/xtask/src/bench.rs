//! `cargo xtask bench` and `cargo xtask postgres`: what runs beside a PostgreSQL of its own.

use std::path::PathBuf;
use std::process::Command;

use crate::command::{self, cargo, program, variable};
use crate::postgres::{self, Server};
use crate::{apart, npm, packages, provider, tree};

/// The manifest of the bench of the log, a workspace of its own.
const LOG: &str = "tests/peers/Cargo.toml";

/// The variable that says where Cargo builds.
const TARGET: &str = "CARGO_TARGET_DIR";

const ADVICE: &str = "the bench of the log needs npm for the SQL of message-db (tests/peers/message-db): Node.js 20.12 \
                      or newer (nodejs.org; Debian 13 has it as `nodejs` and `npm`)";

/// What asks the server as fast as it answers.
const WRK: &str = "the bench of the server needs `wrk`: install the package of that name (Debian, Ubuntu)";

/// A benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bench {
    /// The log beside its peers and the plain limit.
    Log,
    /// The server under load.
    Http,
    /// One of the crate `journeys`.
    Journeys(&'static str),
}

/// Every benchmark by its name, and whether it is run when none is named: those that say how far the goals are.
const BENCHES: [(&str, Bench, bool); 5] = [
    ("log", Bench::Log, true),
    ("http", Bench::Http, true),
    ("size", Bench::Journeys("size"), true),
    ("rights", Bench::Journeys("rights"), false),
    ("lists", Bench::Journeys("lists"), false),
];

/// Runs the benchmark that is named first, or those with goals; whatever else is said is for the benchmarks.
pub(crate) fn benchmarks(own: &[&str], passed: &[String]) -> Result<(), String> {
    let (benches, arguments) = chosen(own, passed)?;
    packages::make()?;
    let server = Server::start()?;
    for bench in benches {
        let mut command = bench.command()?;
        command::run(command.args(&arguments).env(postgres::NAMED, server.url()))?;
    }
    Ok(())
}

fn chosen(own: &[&str], passed: &[String]) -> Result<(Vec<Bench>, Vec<String>), String> {
    let (name, options) = match own.split_first() {
        Some((name, options)) if !name.starts_with("--") => (Some(*name), options),
        _ => (None, own),
    };
    let is_meant = |(known, _, with_goals): &&(&str, Bench, bool)| name.map_or(*with_goals, |name| name == *known);
    let benches: Vec<Bench> = BENCHES.iter().filter(is_meant).map(|(_, bench, _)| *bench).collect();
    if benches.is_empty() {
        let known = BENCHES.map(|(name, _, _)| name).join(", ");
        return Err(format!("the benchmarks are {known}"));
    }
    let options = options.iter().map(|option| (*option).to_owned());
    Ok((benches, options.chain(passed.iter().cloned()).collect()))
}

impl Bench {
    fn command(self) -> Result<Command, String> {
        let mut bench = cargo();
        match self {
            Self::Log => {
                npm::install(&tree::root().join("tests/peers/message-db"), ADVICE)?;
                bench = of_log("run");
                bench.args(["--release", "--locked", "--"]);
            }
            Self::Http => {
                // Asked for its version it ends in failure: that it could be started is all there is to learn.
                if program("wrk").arg("--version").output().is_err() {
                    packages::install(&["wrk"], WRK)?;
                }
                bench.args(["bench", "--package", "journeys", "--bench", "http", "--"]);
            }
            Self::Journeys(name) => {
                bench.args(["bench", "--package", "journeys", "--bench", name, "--"]);
            }
        }
        Ok(bench)
    }
}

/// Cargo on the crate of the log's bench.
pub(crate) fn of_log(subcommand: &str) -> Command {
    let mut command = cargo();
    command.args([subcommand, "--manifest-path", LOG]);
    // In a folder of its own, so that neither waits for the other's lock.
    let target = variable(TARGET).map_or_else(|| tree::root().join("target"), PathBuf::from);
    command.env(TARGET, target.join("peers"));
    // What Cargo tells us of our own crate is not for theirs: some would be built again whenever it differs.
    let of_crate = |name: &std::ffi::OsString| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    };
    for name in std::env::vars_os().map(|(name, _)| name).filter(of_crate) {
        command.env_remove(name);
    }
    command
}

/// Runs any command; `own` are settings of the server, `--set name=value` each.
pub(crate) fn command(own: &[&str], passed: &[String]) -> Result<(), String> {
    let Some((name, arguments)) = passed.split_first() else {
        return Err("say which command after --".to_owned());
    };
    let settings = own.chunks(2).map(|pair| match pair {
        ["--set", setting] if setting.contains('=') => Ok(*setting),
        _ => Err("settings of the server are said as --set name=value".to_owned()),
    });
    let settings: Vec<&str> = settings.collect::<Result<_, _>>()?;
    let (provider, haproxy) = (provider::folder()?, apart::haproxy()?);
    let server = Server::start_with(&settings)?;
    let mut any = program(name);
    any.args(arguments).env(postgres::NAMED, server.url());
    command::run(any.env(provider::NAMED, provider).env(apart::NAMED, haproxy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_with_goals_are_run_unless_one_is_named() {
        let json = ["--json".to_owned()];
        let with_goals = || vec![Bench::Log, Bench::Http, Bench::Journeys("size")];
        assert_eq!(chosen(&["--json"], &[]), Ok((with_goals(), json.to_vec())));
        assert_eq!(chosen(&[], &json), Ok((with_goals(), json.to_vec())));
        assert_eq!(chosen(&["rights"], &[]), Ok((vec![Bench::Journeys("rights")], Vec::new())));
        assert_eq!(chosen(&["log", "--rounds", "9"], &[]).unwrap().1, ["--rounds", "9"]);
        assert!(chosen(&["nothing"], &[]).is_err());
    }

    #[test]
    fn the_lock_file_names_no_host() {
        assert!(!include_str!("../../../tests/peers/message-db/package-lock.json").contains("\"resolved\""));
    }
}

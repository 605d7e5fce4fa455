//! The project's own tasks: `cargo xtask test | tidy | generate | bench | apart | postgres`.
//!
//! House rules are tests here, so that nobody has to remember them. The crate depends on nothing but `apart`, which
//! depends on nothing, so that it is built in a second.

mod apart;
mod bench;
mod command;
mod generate;
mod npm;
mod packages;
mod postgres;
mod provider;
mod suite;
mod tidy;
mod tree;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <task>

  test [--only <part>] [--locked] [-- <arguments of cargo test>]
         Everything a change must pass. Parts: tidy, fmt, clippy, tests, generated.
         The tests run on SQLite and PostgreSQL: the server named by SHUANGSHI_TEST_POSTGRES,
         or a throw-away one of their own. The OpenID Connect provider they sign in at
         (tests/oidc) needs Node.js; its packages are installed by npm.
  tidy   The house rules.
  generate
         Writes the generated files: docs/events.md, docs/api/openapi.json and
         deploy/split/routes.map.
  apart [--no-demo] [--release] [--port <number>] [-- <command>]
         The services apart: two replicas of each, every one a process of its own, on
         PostgreSQL (as for the tests, but a server that is named needs its administrator
         here) and behind HAProxy, which is installed where missing.
         Until Ctrl-C; with a command, until it ends: it finds the registry at SHUANGSHI_URL.
  apart restart
         Restarts what runs apart, one process after the other, while it goes on answering.
  bench [<name>] [<arguments of the benchmark>]
         A benchmark, with a throw-away PostgreSQL; without a name those that say how far
         the goals are. Arguments may stand behind -- as well.
         log     The log beside other event stores and the plain limit. It needs npm for
                 the SQL of one. Arguments: --json (a line of JSON a goal), --figures (a
                 line of JSON a figure), --rounds <number>, --events <number>,
                 --slice <milliseconds>. Has goals.
         http    The server under load, beside an empty handler of its own; wrk is installed
                 where missing. Arguments: --json, --rounds <number>, --teachers <number>,
                 --on <sqlite or postgresql>. Has goals.
         size    What a large registry costs, beside a tenth of it. Arguments: --json,
                 --teachers <number>, --on <sqlite or postgresql>. Has goals.
         rights  What authorisation costs.
         lists   What a list costs.
  postgres [--set <name>=<value>]... -- <command>
         Any command, with SHUANGSHI_TEST_POSTGRES naming a throw-away PostgreSQL with these
         settings, SHUANGSHI_TEST_OIDC the provider and SHUANGSHI_TEST_HAPROXY the proxy.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (own, passed) = match arguments.iter().position(|argument| argument == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (&arguments[..], &[][..]),
    };
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let outcome = match own.as_slice() {
        ["test", options @ ..] => suite::Options::parse(options, passed).and_then(|options| suite::run(&options)),
        ["tidy"] => tidy::run(&tree::root()),
        ["generate"] => generate::write(&tree::root()),
        ["apart", "restart"] => apart::restart(),
        ["apart", options @ ..] => {
            apart::Options::parse(options, passed).and_then(|options| apart::run_apart(&options))
        }
        ["bench", own @ ..] => bench::benchmarks(own, passed),
        ["postgres", own @ ..] => bench::command(own, passed),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("this is not a task\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

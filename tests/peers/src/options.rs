//! What the run is told from outside.

use std::path::PathBuf;
use std::time::Duration;

use crate::Outcome;
use crate::place::Server;

/// The variable that names the server.
const SERVER: &str = "SHUANGSHI_TEST_POSTGRES";
/// The variable in which Cargo names the folder of the crate.
const CRATE: &str = "CARGO_MANIFEST_DIR";

const USAGE: &str =
    "the arguments are --json, --figures, --rounds <number>, --events <number> and --slice <milliseconds>";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Options {
    /// The goals as lines of JSON.
    pub(crate) json: bool,
    /// The figures as lines of JSON.
    pub(crate) figures: bool,
    /// How many rounds are counted.
    pub(crate) rounds: u64,
    /// The events of a log that is replayed.
    pub(crate) events: u64,
    /// How long a figure that has no end of its own is measured in a round.
    pub(crate) slice: Duration,
}

impl Options {
    /// Reads the arguments.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let slice = Duration::from_millis(700);
        let mut options = Self { json: false, figures: false, rounds: 5, events: 200_000, slice };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--json" => options.json = true,
                "--figures" => options.figures = true,
                "--rounds" => options.rounds = number(arguments.next())?,
                "--events" => options.events = number(arguments.next())?,
                "--slice" => options.slice = Duration::from_millis(number(arguments.next())?),
                other => return Err(format!("{other}: {USAGE}").into()),
            }
        }
        if options.rounds == 0 || options.slice.is_zero() {
            return Err("there is at least one round, and it takes time".into());
        }
        if options.events < 2_000 || !options.events.is_multiple_of(1_000) {
            return Err("the events are two thousand, three thousand …".into());
        }
        Ok(options)
    }
}

fn number(argument: Option<String>) -> Outcome<u64> {
    Ok(argument.ok_or(USAGE)?.parse()?)
}

/// The PostgreSQL server.
pub(crate) fn server() -> Outcome<Server> {
    Ok(Server::new(variable(SERVER)?))
}

/// The folder of this crate.
pub(crate) fn crate_folder() -> Outcome<PathBuf> {
    Ok(PathBuf::from(variable(CRATE)?))
}

#[expect(clippy::disallowed_methods, reason = "a bench is told where things are by its environment")]
fn variable(name: &str) -> Outcome<String> {
    Ok(std::env::var(name).map_err(|_| format!("{name} is not set: run `cargo xtask bench log`"))?)
}

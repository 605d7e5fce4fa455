//! `cargo xtask test`: everything a change must pass.

use crate::command::{self, cargo};
use crate::postgres::{self, Server};
use crate::{apart, bench, generate, packages, provider, tidy, tree};

/// A part of the suite, in the order in which they run: the quick ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Tidy,
    Fmt,
    Clippy,
    Tests,
    Generated,
}

const PARTS: [(&str, Part); 5] = [
    ("tidy", Part::Tidy),
    ("fmt", Part::Fmt),
    ("clippy", Part::Clippy),
    ("tests", Part::Tests),
    ("generated", Part::Generated),
];

/// What to run, and how.
#[derive(Debug)]
pub(crate) struct Options {
    parts: Vec<Part>,
    locked: bool,
    passed: Vec<String>,
}

impl Options {
    /// Reads the options of the task; `passed` goes to `cargo test` as it is.
    pub(crate) fn parse(options: &[&str], passed: &[String]) -> Result<Self, String> {
        let (mut parts, mut locked) = (Vec::new(), false);
        let mut options = options.iter();
        while let Some(option) = options.next() {
            match *option {
                "--locked" => locked = true,
                "--only" => parts.push(part(options.next())?),
                other => return Err(format!("test has no option {other}")),
            }
        }
        if parts.is_empty() {
            parts = PARTS.map(|(_, part)| part).to_vec();
        }
        Ok(Self { parts, locked, passed: passed.to_vec() })
    }
}

fn part(name: Option<&&str>) -> Result<Part, String> {
    let found = PARTS.iter().find(|(known, _)| name == Some(known));
    found.map(|(_, part)| *part).ok_or_else(|| {
        let known = PARTS.map(|(name, _)| name).join(", ");
        format!("say which part after --only: {known}")
    })
}

/// Runs the parts until one fails.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    packages::make()?;
    options.parts.iter().try_for_each(|part| match part {
        Part::Tidy => tidy::run(&tree::root()),
        Part::Fmt => {
            command::run(cargo().args(["fmt", "--all", "--check"]))?;
            command::run(bench::of_log("fmt").arg("--check"))
        }
        Part::Clippy => {
            let clippy = ["clippy", "--workspace", "--all-targets"];
            let denied = ["--", "-D", "warnings"];
            command::run(cargo().args(clippy).args(locked(options)).args(denied))?;
            // A workspace of its own, which is looked at and not built here: its peers take minutes.
            command::run(bench::of_log("clippy").arg("--all-targets").args(locked(options)).args(denied))
        }
        Part::Tests => tests(options),
        Part::Generated => generate::check(&tree::root()),
    })
}

fn tests(options: &Options) -> Result<(), String> {
    let (provider, haproxy) = (provider::folder()?, apart::haproxy()?);
    let server = Server::start()?;
    let mut test = cargo();
    test.args(["test", "--workspace", "--no-fail-fast"]).args(locked(options)).args(&options.passed);
    test.env(postgres::NAMED, server.url()).env(provider::NAMED, provider).env(apart::NAMED, haproxy);
    command::run(&mut test)
}

fn locked(options: &Options) -> &'static [&'static str] {
    if options.locked { &["--locked"] } else { &[] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_run_unless_a_part_is_named() {
        assert_eq!(Options::parse(&[], &[]).unwrap().parts.len(), PARTS.len());
        assert_eq!(Options::parse(&["--only", "fmt", "--locked"], &[]).unwrap().parts, [Part::Fmt]);
        assert!(Options::parse(&["--only", "nothing"], &[]).is_err());
        assert!(Options::parse(&["--fast"], &[]).is_err());
    }
}

//! Other programs, run from the root of the project.

use std::process::{Command, Stdio};

use crate::tree;

/// A program to be run from the root of the project.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(tree::root());
    command
}

/// `cargo`, the one that runs us.
pub(crate) fn cargo() -> Command {
    program(&variable("CARGO").unwrap_or_else(|| "cargo".to_owned()))
}

/// Runs it, its output being ours.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let shown = shown(command);
    eprintln!("xtask: {shown}");
    let status = command.status().map_err(|error| format!("could not run {shown}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{shown} failed ({status})")) }
}

/// Runs it and gives what it writes.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let shown = shown(command);
    let run = command.stdin(Stdio::null()).output().map_err(|error| format!("could not run {shown}: {error}"))?;
    if !run.status.success() {
        let said = String::from_utf8_lossy(&run.stderr);
        return Err(format!("{shown} failed ({}): {}", run.status, said.trim()));
    }
    String::from_utf8(run.stdout).map_err(|_| format!("{shown} wrote something that is no text"))
}

/// Whether it can be run and succeeds; what it writes is not shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "a developer's tool is told where things are by its environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn shown(command: &Command) -> String {
    let parts = std::iter::once(command.get_program()).chain(command.get_args());
    let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
    parts.join(" ")
}

//! Packages of the system, installed where that is possible without asking: Debian or Ubuntu, as root or by `sudo`.

use std::process::Command;

use crate::command::{output, program, run, succeeds};

/// Installs packages, or says what to do instead.
pub(crate) fn install(names: &[&str], advice: &str) -> Result<(), String> {
    if !succeeds(program("apt-get").arg("--version")) {
        return Err(advice.to_owned());
    }
    let by_root = is_root();
    if !by_root && !succeeds(program("sudo").args(["-n", "true"])) {
        return Err(advice.to_owned());
    }
    let installed = run(apt(by_root).arg("update"));
    let installed = installed.and_then(|()| run(apt(by_root).args(["install", "--yes"]).args(names)));
    installed.map_err(|why| format!("{why}\n{advice}"))
}

/// Installs make where it is missing: the allocator of every process is built by it.
pub(crate) fn make() -> Result<(), String> {
    if succeeds(program("make").arg("--version")) {
        return Ok(());
    }
    install(&["make"], "make is missing: install it, with a C compiler")
}

fn apt(by_root: bool) -> Command {
    let mut command = if by_root { program("env") } else { program("sudo") };
    if !by_root {
        command.args(["-n", "env"]);
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    // What we print may be read by a program.
    command.stdout(std::io::stderr());
    command
}

/// Whether we may do everything.
pub(crate) fn is_root() -> bool {
    output(program("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

//! Signals, sent by the shell: the standard library only knows how to kill.

use std::process::{Command, Stdio};

/// Tells a process to stop (`SIGTERM`).
pub(crate) fn terminate(pid: u32) -> Result<(), String> {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "kill -TERM \"$1\"", "terminate", &pid.to_string()]);
    let sent = shell.stdin(Stdio::null()).stderr(Stdio::null()).status();
    match sent {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("process {pid} could not be told to stop")),
        Err(error) => Err(format!("could not run a shell: {error}")),
    }
}

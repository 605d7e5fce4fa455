//! How one task tells another, which looks after an installation, to restart it: a socket in the installation's folder.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::apart::Installation;

/// What the last line of an answer begins with when all went well.
const DONE: &str = "done";

/// What a caller says.
const RESTART: &str = "restart";

/// How long a caller may take to say it.
const PATIENCE: Duration = Duration::from_secs(1);

/// The ear of an installation.
pub(super) struct Control(UnixListener);

impl Control {
    /// Listens in the installation's folder.
    pub(super) fn listen(folder: &Path) -> Result<Self, String> {
        let listener = UnixListener::bind(socket(folder));
        let listener = listener.and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
        listener.map(Self).map_err(|error| format!("could not listen in {}: {error}", folder.display()))
    }

    /// Does what somebody asks for, if anybody does.
    pub(super) fn answer(&self, installation: &mut Installation) {
        let Ok((mut caller, _)) = self.0.accept() else { return };
        if !asks_for_restart(&caller) {
            return;
        }
        let mut tell = |line: &str| drop(writeln!(caller, "{line}"));
        match installation.restart(&mut tell) {
            Ok(()) => tell(DONE),
            Err(why) => tell(&why),
        }
    }
}

/// Whether a caller says the word. One that only looks whether somebody listens says nothing.
fn asks_for_restart(caller: &UnixStream) -> bool {
    let mut line = String::new();
    let waits = caller.set_nonblocking(false).and_then(|()| caller.set_read_timeout(Some(PATIENCE)));
    waits.is_ok() && BufReader::new(caller).read_line(&mut line).is_ok() && line.trim() == RESTART
}

/// Has the installation of this project restarted, one process after the other.
pub(crate) fn restart() -> Result<(), String> {
    let missing = |_| "the services do not run apart: start them with `cargo xtask apart`".to_owned();
    let mut answer = UnixStream::connect(socket(&super::place())).map_err(missing)?;
    writeln!(answer, "{RESTART}").map_err(|error| format!("the installation does not listen: {error}"))?;
    let mut last = String::new();
    for line in BufReader::new(answer).lines() {
        last = line.map_err(|error| format!("the installation was not heard to the end: {error}"))?;
        println!("{last}");
    }
    if last == DONE { Ok(()) } else { Err("not every process was restarted".to_owned()) }
}

/// Whether somebody looks after an installation in this folder.
pub(super) fn answers(folder: &Path) -> bool {
    UnixStream::connect(socket(folder)).is_ok()
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("control.sock")
}

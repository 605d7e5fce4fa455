//! One process of a service.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{LOOK, ports, signal};

/// How long a process may take to stop: it answers what is under way.
const STOP: Duration = Duration::from_secs(60);

/// How much of what a process wrote is shown when it fails.
const SHOWN: usize = 4_000;

/// One process of a service, whether it runs or not.
pub(crate) struct Replica {
    service: String,
    number: usize,
    name: String,
    port: u16,
    folder: PathBuf,
    child: Option<Child>,
}

impl Replica {
    /// A process that has not been started.
    pub(crate) fn new(service: &str, number: usize, port: u16, folder: &Path) -> Self {
        let (service, name) = (service.to_owned(), format!("{service}-{number}"));
        Self { service, number, name, port, folder: folder.to_owned(), child: None }
    }

    pub(crate) fn service(&self) -> &str {
        &self.service
    }

    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// Its name, which is also its name in the proxy's configuration.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Starts it. What it writes is added to its file.
    pub(crate) fn start(&mut self, program: impl Fn(&str) -> Command, leave: Duration) -> Result<(), String> {
        let failed = |error| format!("could not start {}: {error}", self.name);
        let written = File::options().create(true).append(true).open(self.file("log")).map_err(failed)?;
        let mut command = program(&self.service);
        command.env("SHUANGSHI_LISTEN", format!("127.0.0.1:{}", self.port));
        command.env("SHUANGSHI_LEAVE_SECONDS", leave.as_secs().to_string());
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(written);
        let child = command.spawn().map_err(failed)?;
        fs::write(self.file("pid"), child.id().to_string()).map_err(failed)?;
        self.child = Some(child);
        Ok(())
    }

    /// Whether it says that it is worth sending requests to.
    pub(crate) fn is_ready(&self) -> bool {
        ports::answers(self.port, "/health/ready")
    }

    /// Whether it does not run: it was killed, or ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.as_mut().is_none_or(|child| child.try_wait().is_ok_and(|ended| ended.is_some()))
    }

    /// Tells it to stop and waits for nothing.
    pub(crate) fn tell_to_stop(&mut self) {
        // The number of one that has ended may be somebody else's.
        if let Some(pid) = self.pid().filter(|_| !self.has_ended()) {
            drop(signal::terminate(pid));
        }
    }

    /// Tells it to stop, and waits until it has.
    pub(crate) fn stop(&mut self) -> Result<(), String> {
        if self.has_ended() {
            self.forget();
        }
        let Some(child) = &mut self.child else { return Ok(()) };
        signal::terminate(child.id())?;
        let begun = Instant::now();
        while begun.elapsed() < STOP {
            match child.try_wait() {
                Ok(None) => std::thread::sleep(LOOK),
                Ok(Some(status)) if status.success() => {
                    self.forget();
                    return Ok(());
                }
                Ok(Some(status)) => return Err(format!("{} ended badly ({status}):\n{}", self.name, self.written())),
                Err(error) => return Err(format!("{} cannot be waited for: {error}", self.name)),
            }
        }
        Err(format!("{} did not stop within {STOP:?}; it wrote:\n{}", self.name, self.written()))
    }

    /// Kills it.
    pub(crate) fn kill(&mut self) -> Result<(), String> {
        let child = self.child.as_mut().ok_or_else(|| format!("{} does not run", self.name))?;
        let killed = child.kill().and_then(|()| child.wait());
        killed.map_err(|error| format!("{} could not be killed: {error}", self.name))?;
        self.forget();
        Ok(())
    }

    /// Its number is another process's soon.
    fn forget(&mut self) {
        self.child = None;
        drop(fs::remove_file(self.file("pid")));
    }

    /// The end of what it wrote.
    pub(crate) fn written(&self) -> String {
        let written = fs::read_to_string(self.file("log")).unwrap_or_default();
        let from = written.len().saturating_sub(SHOWN);
        written.get(written.ceil_char_boundary(from)..).unwrap_or_default().to_owned()
    }

    fn file(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.name))
    }
}

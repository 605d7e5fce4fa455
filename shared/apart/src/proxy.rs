//! HAProxy in front of the replicas, configured by the file that an installation for good would use: its environment says
//! where the replicas are.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::replica::Replica;
use crate::{Plan, ports};

/// How long the proxy may take to say how its servers are.
const PATIENCE: Duration = Duration::from_secs(5);

/// HAProxy.
pub(crate) struct Proxy {
    child: Child,
    url: String,
    socket: PathBuf,
}

impl Proxy {
    /// Starts it. It looks by itself which replicas are ready.
    pub(crate) fn start(plan: &Plan, replicas: &[Replica]) -> Result<Self, String> {
        let port = plan.port.map_or_else(ports::free, Ok)?;
        let (url, socket) = (format!("http://127.0.0.1:{port}"), plan.folder.join("proxy.sock"));
        let failed = |error| format!("could not start HAProxy: {error}");
        let written = File::options().create(true).append(true).open(plan.folder.join("proxy.log")).map_err(failed)?;
        let mut haproxy = Command::new(&plan.haproxy);
        haproxy.arg("-db").arg("-f").arg(plan.split.join("haproxy.cfg"));
        haproxy.env("SHUANGSHI_PROXY_LISTEN", format!("127.0.0.1:{port}"));
        haproxy.env("SHUANGSHI_PROXY_SOCKET", &socket);
        haproxy.env("SHUANGSHI_ROUTES", plan.split.join("routes.map"));
        for replica in replicas {
            let variable = format!("SHUANGSHI_{}_{}", replica.service().to_uppercase(), replica.number());
            haproxy.env(variable, format!("127.0.0.1:{}", replica.port()));
        }
        let both = written.try_clone().map_err(failed)?;
        haproxy.process_group(0).stdin(Stdio::null()).stdout(both).stderr(written);
        let child = haproxy.spawn().map_err(failed)?;
        fs::write(plan.folder.join("proxy.pid"), child.id().to_string()).map_err(failed)?;
        let mut proxy = Self { child, url, socket };
        proxy.until_it_answers(&plan.folder)?;
        Ok(proxy)
    }

    fn until_it_answers(&mut self, folder: &Path) -> Result<(), String> {
        for _ in 0..100 {
            if self.has_ended() {
                break;
            }
            if self.servers().is_some() {
                return Ok(());
            }
            std::thread::sleep(crate::LOOK);
        }
        let written = fs::read_to_string(folder.join("proxy.log")).unwrap_or_default();
        Err(format!("HAProxy did not start; it wrote:\n{written}"))
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|ended| ended.is_some())
    }

    /// Whether it sends requests for this service to this replica.
    pub(crate) fn sends_to(&self, service: &str, replica: &str) -> bool {
        self.servers().is_some_and(|table| is_up(&table, service, replica))
    }

    /// Ends it: nobody is told.
    pub(crate) fn end(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// What it says of its servers: a line each, with commas between the columns.
    fn servers(&self) -> Option<String> {
        let mut socket = UnixStream::connect(&self.socket).ok()?;
        socket.set_read_timeout(Some(PATIENCE)).ok()?;
        socket.write_all(b"show stat\n").ok()?;
        let mut table = String::new();
        socket.read_to_string(&mut table).ok()?;
        Some(table)
    }
}

/// Whether a table says that a server of a backend is up, and has been checked to be.
fn is_up(table: &str, backend: &str, server: &str) -> bool {
    let mut lines = table.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().trim_start_matches("# ").split(',').collect();
    let column = |name: &str| columns.iter().position(|column| *column == name);
    let (Some(status), Some(checked)) = (column("status"), column("check_status")) else { return false };
    lines.map(|line| line.split(',').collect::<Vec<_>>()).any(|cells| {
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        // While a check is under way the outcome of the one before stands behind a star.
        let well = cell(checked).trim_start_matches("* ") == "L7OK";
        cell(0) == backend && cell(1) == server && cell(status) == "UP" && well
    })
}

#[cfg(test)]
mod tests {
    use super::is_up;

    #[test]
    fn a_server_is_up_when_its_check_said_so() {
        let table = "# pxname,svname,status,check_status,\nteachers,teachers-1,UP,* L7OK,\nteachers,teachers-2,DOWN,L7STS,\n\
                     teams,teams-1,UP,INI,\n";
        assert!(is_up(table, "teachers", "teachers-1"));
        assert!(!is_up(table, "teachers", "teachers-2"));
        assert!(!is_up(table, "teams", "teams-1") && !is_up(table, "teams", "teachers-1") && !is_up("", "a", "b"));
    }
}

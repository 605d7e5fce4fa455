//! `wrk`, which asks one question after the other on a few connections, as fast as it is answered.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use crate::Outcome;

/// So many connections ask at once: enough to keep two processors busy, and fewer than are let in at once.
const CONNECTIONS: &str = "32";

/// A question: its paths are asked in turn.
pub(crate) struct Question {
    /// What it is called in the table.
    pub(crate) name: &'static str,
    pub(crate) paths: Vec<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// How fast it was answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered {
    pub(crate) requests: f64,
    pub(crate) seconds: f64,
}

/// Fails when there is no `wrk` to run.
pub(crate) fn look_for() -> Outcome<()> {
    let found = Command::new("wrk").arg("--version").output();
    found.map(drop).map_err(|_| "the bench needs `wrk`: install Debian's package of that name".into())
}

/// Asks for so long.
pub(crate) fn ask(address: SocketAddr, question: &Question, long: Duration) -> Outcome<Answered> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("ask.lua");
    std::fs::write(&script, lua(question))?;
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--connections", CONNECTIONS, "--duration", &format!("{}s", long.as_secs())]);
    let output = wrk.arg("--script").arg(&script).arg(format!("http://{address}/")).output()?;
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT ")).ok_or("wrk says nothing")?;
    let numbers = line.split(' ').map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    let &[requests, microseconds, refused, failed] = numbers.as_slice() else {
        return Err("wrk says too little".into());
    };
    if refused + failed > 0.0 {
        return Err(format!("{}: {refused} refused and {failed} failed of {requests}", question.name).into());
    }
    Ok(Answered { requests, seconds: microseconds / 1e6 })
}

/// The script: ids, codes and tokens of the bench's own making, none of which has a quote in it.
fn lua(question: &Question) -> String {
    let paths: Vec<String> = question.paths.iter().map(|path| format!("\"{path}\"")).collect();
    let headers: Vec<String> =
        question.headers.iter().map(|(name, value)| format!("[\"{name}\"] = \"{value}\"")).collect();
    format!(
        "local paths = {{ {} }}\nlocal headers = {{ {} }}\nlocal requests, at = {{}}, 0\n{}",
        paths.join(", "),
        headers.join(", "),
        include_str!("ask.lua")
    )
}

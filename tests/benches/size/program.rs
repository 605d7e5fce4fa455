//! The product's program, watched while it runs.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use testkit::Registry;

use crate::Outcome;

/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// What is done to a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Log,
    Views,
    Coverage,
    Verify,
}

/// What a step took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Took {
    pub(crate) clock: Duration,
    /// How many cores the machine was busy with meanwhile.
    pub(crate) cores: f64,
    /// The most memory that the process held, in MiB.
    pub(crate) memory: f64,
}

/// Runs the program; answers what it took, and what it printed.
pub(crate) fn run(registry: &Arc<Registry>, arguments: &[&str]) -> Outcome<(Took, String)> {
    let (began, busy) = (Instant::now(), busy()?);
    let mut process = program(registry).args(arguments).stdout(Stdio::piped()).spawn()?;
    let mut output = process.stdout.take().ok_or("the program has no output")?;
    // Read beside it: a program that prints more than a pipe holds would wait for us.
    let printed = std::thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).map(|_| text)
    });
    let mut memory = 0.0_f64;
    let status = loop {
        if let Some(status) = process.try_wait()? {
            break status;
        }
        memory = memory.max(held(&process));
        std::thread::sleep(LOOK);
    };
    let clock = began.elapsed();
    if !status.success() {
        return Err(format!("{} ended with {status}", arguments.join(" ")).into());
    }
    let cores = (self::busy()? - busy).as_secs_f64() / clock.as_secs_f64();
    let printed = printed.join().map_err(|_| "what the program printed was lost")??;
    Ok((Took { clock, cores, memory }, printed))
}

/// Starts the server, waits until it is ready, and kills it: what that took.
pub(crate) fn until_ready(registry: &Arc<Registry>) -> Outcome<Took> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let address = format!("127.0.0.1:{port}");
    let (began, busy) = (Instant::now(), busy()?);
    let mut process = program(registry).args(["serve", "--listen", &address]).stdout(Stdio::null()).spawn()?;
    let ready = loop {
        if is_ready(&address).unwrap_or(false) {
            let clock = began.elapsed();
            let cores = (self::busy()? - busy).as_secs_f64() / clock.as_secs_f64();
            break Ok(Took { clock, cores, memory: held(&process) });
        }
        if let Some(status) = process.try_wait()? {
            break Err(format!("the server ended with {status}").into());
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    process.kill()?;
    process.wait()?;
    ready
}

fn is_ready(address: &str) -> std::io::Result<bool> {
    use std::io::Write;
    let mut connection = std::net::TcpStream::connect(address)?;
    connection.write_all(b"GET /health/ready HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

fn program(registry: &Arc<Registry>) -> Command {
    let mut program = registry.command(env!("CARGO_BIN_EXE_shuangshi-cli"));
    program.env("SHUANGSHI_LOG", "error").stderr(Stdio::inherit());
    program
}

/// The most memory that a process has held so far, in MiB; nothing of one that has just ended.
fn held(process: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    most.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}

/// The processor time that the machine has spent on anything since it started.
fn busy() -> Outcome<Duration> {
    let stat = std::fs::read_to_string("/proc/stat")?;
    let ticks: Vec<u64> =
        stat.lines().next().unwrap_or_default().split_whitespace().filter_map(|ticks| ticks.parse().ok()).collect();
    // user, nice, system, idle, waiting, interrupts of hard- and software. A tick is a hundredth of a second.
    let busy: u64 = [0, 1, 2, 5, 6].iter().filter_map(|at| ticks.get(*at)).sum();
    Ok(Duration::from_millis(busy * 10))
}

//! A client that asks at a rate, whether or not it is answered, as a crowd does. What an answer took counts from the
//! moment at which it should have been asked for, so that a server that stands still does not stop the clock.
//!
//! It speaks as little HTTP as it needs: client and server share two processors, and a client with everything would take
//! more of them than the server.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What asks.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) address: SocketAddr,
    /// The request of a number, as it goes over the wire.
    pub(crate) request: &'a dyn Fn(u64) -> Vec<u8>,
}

/// What a request ended in.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// When it should have been asked for, from the beginning.
    pub(crate) at: Duration,
    /// The status; 0 when the connection broke.
    pub(crate) status: u16,
    pub(crate) took: Duration,
    pub(crate) has_retry_after: bool,
    pub(crate) location: Option<String>,
}

/// What became of all that was asked.
pub(crate) struct Stretch {
    pub(crate) answers: Vec<Answer>,
    /// How long after the last was to be asked for the last was answered.
    pub(crate) drained: Duration,
}

type Idle = Arc<Mutex<Vec<TcpStream>>>;

impl Asking<'_> {
    /// Asks so many times a second for so long.
    pub(crate) async fn evenly(&self, rate: f64, long: Duration) -> Stretch {
        let (began, idle) = (Instant::now(), Idle::default());
        let (mut asked, mut answers) = (0_u64, JoinSet::new());
        let mut ticks = tokio::time::interval(Duration::from_millis(1));
        let mut ended = Vec::new();
        while began.elapsed() < long {
            ticks.tick().await;
            let due = (began.elapsed().as_secs_f64() * rate) as u64;
            while asked < due {
                let at = Duration::from_secs_f64(asked as f64 / rate);
                answers.spawn(ask(self.address, (self.request)(asked), Arc::clone(&idle), began, at));
                asked += 1;
            }
            while let Some(answer) = answers.try_join_next() {
                ended.extend(answer);
            }
        }
        while let Some(answer) = answers.join_next().await {
            ended.extend(answer);
        }
        let drained = began.elapsed().saturating_sub(long);
        ended.sort_by_key(|answer| answer.at);
        Stretch { answers: ended, drained }
    }
}

async fn ask(address: SocketAddr, request: Vec<u8>, idle: Idle, began: Instant, at: Duration) -> Answer {
    let connection = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let outcome = exchange(address, connection, &request).await;
    let took = began.elapsed().saturating_sub(at);
    let Ok((connection, head)) = outcome else {
        return Answer { at, status: 0, took, has_retry_after: false, location: None };
    };
    if header(&head, "connection") != Some("close") {
        idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let location = header(&head, "location").map(str::to_owned);
    Answer { at, status, took, has_retry_after: header(&head, "retry-after").is_some(), location }
}

/// Sends a request and reads its answer to the end; answers its head.
async fn exchange(
    address: SocketAddr,
    connection: Option<TcpStream>,
    request: &[u8],
) -> std::io::Result<(TcpStream, String)> {
    let mut connection = match connection {
        Some(connection) => connection,
        None => TcpStream::connect(address).await?,
    };
    connection.set_nodelay(true)?;
    connection.write_all(request).await?;
    let mut read = Vec::with_capacity(32 * 1024);
    let head = loop {
        if connection.read_buf(&mut read).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&read[..head]).to_ascii_lowercase();
    let length: usize = header(&text, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    while read.len() < head + length {
        if connection.read_buf(&mut read).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok((connection, text))
}

/// A header of a head in lower case.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
}

//! Ports of this machine.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// How long a process may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(5);

/// A port that nobody listens on.
pub(crate) fn free() -> Result<u16, String> {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    address.map(|address| address.port()).map_err(|error| format!("there is no free port: {error}"))
}

/// Whether a process answers 200 there.
pub(crate) fn answers(port: u16, path: &str) -> bool {
    status(port, path).is_ok_and(|status| status.starts_with("HTTP/1.1 200") || status.starts_with("HTTP/1.0 200"))
}

fn status(port: u16, path: &str) -> std::io::Result<String> {
    let mut connection = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), PATIENCE)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    write!(connection, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
    let mut answer = [0; 12];
    connection.read_exact(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

//! The database says nothing any more, as of a machine that went away or a way to it that was cut.

use std::time::Duration;

use eventlog::{AppendError, EventLog, Expected, Failure, LogConfig, Position, Storage};
use testkit::Place;
use testkit::behaviour::counter::{append, counter};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const PATIENCE: Duration = Duration::from_secs(1);
/// How many events are there before.
const BEFORE: u128 = 3;

/// What is held back of every connection that is there, until it is let go: connections that come later are not held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Nothing,
    Questions,
    Answers,
}

/// A way to the database that can be cut.
struct Way {
    held: watch::Sender<(u64, Held)>,
    url: String,
}

impl Way {
    async fn to(place: &Place) -> Self {
        let Storage::Postgres { url, .. } = &place.config().storage else { unreachable!("only of a server") };
        let (account, rest) = url.rsplit_once('@').unwrap();
        let (server, name) = rest.split_once('/').unwrap();
        let (listener, server) = (TcpListener::bind(("127.0.0.1", 0)).await.unwrap(), server.to_owned());
        let url = format!("{account}@{}/{name}", listener.local_addr().unwrap());
        let held = watch::Sender::new((0, Held::Nothing));
        let holding = held.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = TcpStream::connect(&server).await.unwrap().into_split();
                let since = holding.borrow().0;
                tokio::spawn(pass(from_client, to_server, Held::Questions, since, holding.subscribe()));
                tokio::spawn(pass(from_server, to_client, Held::Answers, since, holding.subscribe()));
            }
        });
        Self { held, url }
    }

    fn hold(&self, held: Held) {
        self.held.send_modify(|now| *now = (now.0 + 1, held));
    }
}

/// Passes on what comes, but holds it back for as long as this is held, of connections from before then. An end is not passed on
/// while something is held: whoever went away is not known to be gone.
async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    which: Held,
    since: u64,
    mut held: watch::Receiver<(u64, Held)>,
) {
    let mut room = vec![0; 65_536];
    while let Ok(length) = from.read(&mut room).await {
        let let_go = held.wait_for(|(times, what)| *times == since || *what != which).await.is_ok();
        if length == 0 || !let_go || to.write_all(&room[..length]).await.is_err() {
            return;
        }
    }
}

async fn log_by(way: &Way, place: &Place) -> EventLog {
    let config = LogConfig::postgres(way.url.clone()).with_patience(PATIENCE);
    let log = EventLog::open(&config, place.clock.clock()).await.unwrap();
    // From the third on, a commit is all that is asked.
    for number in 1..=BEFORE {
        log.append(append(&format!("before {number}"), &[(counter(number), Expected::None)])).await.unwrap();
    }
    log
}

/// A question that never arrives is answered after a while: nothing was written. What was held back arrives later, and writes
/// nothing either, though nothing else was written in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_to_have_failed_does_not_come_after_all() {
    let place = Place::postgres().await;
    let way = Way::to(&place).await;
    let log = log_by(&way, &place).await;
    way.hold(Held::Questions);
    let late = append("late", &[(counter(9), Expected::None)]);
    let failed = tokio::time::timeout(20 * PATIENCE, log.append(late.clone())).await.unwrap();
    assert!(matches!(failed, Err(AppendError::Failure(Failure::Unavailable(_)))), "{failed:?}");

    way.hold(Held::Nothing);
    tokio::time::sleep(PATIENCE).await;
    let events = || async { place.open().await.read(0, Position::START, u32::MAX).await.unwrap().events.len() as u128 };
    assert_eq!(events().await, BEFORE, "what was held back has arrived meanwhile");
    assert!(!log.append(late).await.unwrap().replayed);
    assert_eq!(events().await, BEFORE + 1);
    assert_eq!(log.verify(|_| ()).await.unwrap().fault, None);
}

/// An answer that never arrives is looked for: what was written is acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_is_acknowledged_though_its_answer_was_lost() {
    let place = Place::postgres().await;
    let way = Way::to(&place).await;
    let log = log_by(&way, &place).await;
    way.hold(Held::Answers);
    let written = append("written", &[(counter(9), Expected::None)]);
    let receipt = tokio::time::timeout(20 * PATIENCE, log.append(written.clone())).await.unwrap().unwrap();
    assert!(!receipt.replayed);
    assert!(log.append(written).await.unwrap().replayed, "sent again it is answered over the new connection");
    assert_eq!(log.verify(|_| ()).await.unwrap().events, 4);
}

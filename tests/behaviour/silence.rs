//! The database says nothing any more, as of a machine that went away or a way to it that was cut.

use std::sync::Arc;
use std::time::Duration;

use eventlog::{
    AppendError, EventLog, Expected, Failure, LogConfig, Position, Storage, Version, Views, WorkerOptions, args,
};
use futures_util::future::join_all;
use testkit::Place;
use testkit::behaviour::counter::{append, counter};
use testkit::behaviour::tally::Tally;
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

async fn open_by(way: &Way, place: &Place) -> EventLog {
    let config = LogConfig::postgres(way.url.clone()).with_patience(PATIENCE);
    EventLog::open(&config, place.clock.clock()).await.unwrap()
}

async fn log_by(way: &Way, place: &Place) -> EventLog {
    let log = open_by(way, place).await;
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

/// Whoever reads is told after a while, and is answered over another connection the next time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_is_answered_though_nothing_comes_over_the_connections_of_before() {
    let place = Place::postgres().await;
    let way = Way::to(&place).await;
    let log = log_by(&way, &place).await;
    let stream = counter(1);
    let everybody = || join_all((0..8).map(|_| log.read_stream(&stream, Version::NONE, 10)));
    assert!(everybody().await.iter().all(Result::is_ok));
    // All connections that there may be are there now, and were used a moment ago.
    tokio::time::sleep(PATIENCE / 10).await;
    way.hold(Held::Answers);
    let answered = async {
        loop {
            let answers = everybody().await;
            if answers.iter().all(Result::is_ok) {
                break;
            }
            for failure in answers.into_iter().filter_map(Result::err) {
                assert!(matches!(failure, Failure::Unavailable(_)), "{failure}");
            }
        }
    };
    tokio::time::timeout(20 * PATIENCE, answered).await.unwrap();
}

/// A view whose worker waits for an answer that never comes goes on over another connection, and so does whoever asks it: what was
/// not answered takes nobody's place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_goes_on_though_nothing_comes_over_the_connections_of_before() {
    let place = Place::postgres().await;
    let (way, straight) = (Way::to(&place).await, place.open().await);
    let log = open_by(&way, &place).await;
    // It says five times a second that it is alive, and so waits for an answer whenever that is cut.
    let options = WorkerOptions { lease: PATIENCE * 3 / 5, connections: 2, ..WorkerOptions::default() };
    let views = Views::start(&log, vec![Arc::new(Tally::default())], options).await.unwrap();
    let view = views.get("tally").unwrap();
    let before = straight.append(append("before", &[(counter(1), Expected::None)])).await.unwrap().position;
    view.wait_for(&before, 20 * PATIENCE).await.unwrap();
    way.hold(Held::Answers);
    let sum = "select cast(sum(events) as bigint) from tally";
    let given_up = || tokio::time::timeout(PATIENCE / 5, view.fetch(sum, args![]));
    join_all((0..4).map(|_| given_up())).await;
    let after = straight.append(append("after", &[(counter(1), Expected::Exact(Version(1)))])).await.unwrap().position;
    view.wait_for(&after, 40 * PATIENCE).await.unwrap();
    assert_eq!(view.fetch(sum, args![]).await.unwrap()[0].count(0).unwrap(), 2);
}

/// Whoever is let in nowhere by a server that takes a connection and says nothing is told so, instead of never starting.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_is_not_opened_for_ever() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("postgres://nobody@{}/register", listener.local_addr().unwrap());
    let place = Place::sqlite();
    let config = LogConfig::postgres(url).with_patience(PATIENCE);
    let opened = tokio::time::timeout(20 * PATIENCE, EventLog::open(&config, place.clock.clock())).await.unwrap();
    assert!(opened.is_err());
}

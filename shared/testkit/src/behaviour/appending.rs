//! Appends: races, all or nothing, neighbours.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use eventlog::{AppendError, EventLog, Expected, NewEvent, Position, QueueBounds, Receipt, Recorded, Refusal, Version};
use futures_util::future::{join, join_all};
use kernel::{Clock, EventId};

use crate::Place;
use crate::behaviour::counter::{Ask, Counter, CounterEvent, Full, append, context, counter, key, order};

/// Of many who expect the same version, one wins; the others are told and write nothing.
pub async fn the_loser_of_a_race_writes_nothing(place: Place) {
    let logs = [place.open().await, place.open().await];
    let stream = counter(1);
    let race = |expected: Expected, round: &'static str| {
        let runner = |index: usize| {
            let (log, stream) = (logs[index % 2].clone(), stream.clone());
            async move { log.append(append(&format!("{round} {index}"), &[(stream, expected)])).await }
        };
        join_all((0..12).map(runner))
    };
    let before = race(Expected::None, "fair").await;
    assert_eq!(one_winner(&before), Ok(()));
    assert_eq!(logs[1].read_stream(&stream, Version::NONE, 10).await.unwrap().len(), 1);
    for loser in before.into_iter().filter_map(Result::err) {
        assert!(matches!(loser, AppendError::WrongVersion { actual: Version(1), .. }), "{loser}");
    }

    let control = race(Expected::Any, "control").await;
    assert!(one_winner(&control).is_err(), "whoever expects nothing always wins, and the checker must see it");
}

/// Whoever writes alone for a while writes without a look first; what others write in between is seen all the same.
pub async fn what_others_wrote_in_between_counts(place: Place) {
    let logs = [place.open().await, place.open().await];
    let mut version = 0;
    for round in 0..6 {
        let (here, there) = (&logs[round % 2], &logs[(round + 1) % 2]);
        // Long enough to be sure of being alone.
        for _ in 0..4 {
            let expected = Expected::Exact(Version(version));
            let written = here.append(append(&format!("{version}"), &[(counter(1), expected)])).await.unwrap();
            version += 1;
            assert_eq!(written.version(&counter(1)), Some(Version(version)));
        }
        let stale = Expected::Exact(Version(version - 1));
        let refused = there.append(append(&format!("stale {round}"), &[(counter(1), stale)])).await.unwrap_err();
        assert!(matches!(refused, AppendError::WrongVersion { actual: Version(actual), .. } if actual == version));
        let of_other = append(&format!("other {round}"), &[(counter(2), Expected::Any)]);
        there.append(of_other).await.unwrap();
        // Nobody wrote to this stream; the head has moved on all the same.
        let mut keyed = append(&format!("keyed {round}"), &[(counter(3), Expected::Exact(Version(round as u64)))]);
        keyed.context.key = Some(key(&format!("key {round}"), 1));
        assert!(!here.append(keyed.clone()).await.unwrap().replayed);
        assert!(there.append(keyed.clone()).await.unwrap().replayed);
        assert!(here.append(keyed).await.unwrap().replayed);
        // Who takes nothing for granted need not say at which version: the one who wrote last knows it, as long as he did.
        for (number, log) in (1..).zip([here, here, there, here, here]) {
            let careless = append(&format!("careless {round} {number}"), &[(counter(4), Expected::Any)]);
            let written = log.append(careless).await.unwrap();
            assert_eq!(written.version(&counter(4)), Some(Version(round as u64 * 5 + number)));
        }
    }
    let positions: Vec<u64> = all(&logs[0]).await.iter().map(|event| event.position.0).collect();
    assert_eq!(positions, (1..=66).collect::<Vec<_>>());
    assert_eq!(logs[0].verify(|_| ()).await.unwrap().fault, None);
}

fn one_winner(answers: &[Result<Receipt, AppendError>]) -> Result<(), String> {
    let winners = answers.iter().filter(|answer| answer.is_ok()).count();
    if winners == 1 { Ok(()) } else { Err(format!("{winners} of {} won", answers.len())) }
}

/// An order that loses is decided again on the new state, and the domain's limit holds.
pub async fn orders_that_race_are_decided_again(place: Place) {
    let logs = [place.open().await, place.open().await];
    let stream = counter(1);
    let orders = (0..12).map(|index| {
        let (log, stream) = (logs[index % 2].clone(), stream.clone());
        async move {
            loop {
                let ask = Ask::Add { amount: 1, limit: 9 };
                match log.execute::<Counter>(order(&format!("add {index}"), &stream, ask)).await {
                    Err(Refusal::Contended) => {}
                    answer => return answer,
                }
            }
        }
    });
    let answers = join_all(orders).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 9);
    assert!(answers.iter().filter_map(|answer| answer.as_ref().err()).all(|no| matches!(no, Refusal::Rejected(Full))));
    assert_eq!(logs[0].load::<Counter>(&stream).await.unwrap(), (9, Version(9)));

    // Control: whoever appends what was decided on an old state, expecting nothing, goes past the limit.
    logs[0].append(append("blind", &[(stream.clone(), Expected::Any)])).await.unwrap();
    assert!(logs[0].load::<Counter>(&stream).await.unwrap().0 > 9);
}

/// One expectation that does not hold refuses the whole append.
pub async fn events_of_several_streams_are_written_together_or_not_at_all(place: Place) {
    let log = place.open().await;
    let three = [counter(1), counter(2), counter(3)];
    log.append(append("taken", &[(three[2].clone(), Expected::None)])).await.unwrap();
    let wanted = three.clone().map(|stream| (stream, Expected::None));
    let refused = log.append(append("three", &wanted)).await.unwrap_err();
    assert!(matches!(refused, AppendError::WrongVersion { .. }));
    assert_eq!(together(&log, &[three[0].clone(), three[1].clone()]).await, Ok(0));

    let receipt = log.append(append("two", &wanted[..2])).await.unwrap();
    assert_eq!(receipt.versions.len(), 2);
    assert_eq!(together(&log, &[three[0].clone(), three[1].clone()]).await, Ok(1));

    // Control: one append a stream leaves the first written when the second is refused.
    let pair = [counter(4), three[2].clone()];
    for (index, stream) in pair.iter().enumerate() {
        log.append(append(&format!("apart {index}"), &[(stream.clone(), Expected::None)])).await.ok();
    }
    log.append(append("more", &[(pair[1].clone(), Expected::Exists)])).await.unwrap();
    assert!(together(&log, &pair).await.is_err());
}

async fn together(log: &EventLog, streams: &[eventlog::StreamId]) -> Result<usize, String> {
    let lengths = streams.iter().map(|stream| log.read_stream(stream, Version::NONE, 100));
    let lengths: BTreeSet<_> = join_all(lengths).await.into_iter().map(|events| events.unwrap().len()).collect();
    if lengths.len() == 1 { Ok(lengths.into_iter().next().unwrap()) } else { Err(format!("{lengths:?}")) }
}

/// A reader sees all events of an append or none.
pub async fn nobody_reads_half_of_an_append(place: Place) {
    let (log, reader) = (place.open().await, place.open().await);
    let five: Vec<_> = (1..=5).map(|number| (counter(number), Expected::Any)).collect();
    let writing = async {
        for round in 0..40 {
            log.append(append(&format!("whole {round}"), &five)).await.unwrap();
        }
    };
    let reading = async {
        for _ in 0..200 {
            assert_eq!(whole(&all(&reader).await), Ok(()));
        }
    };
    join(writing, reading).await;

    // Control: the five events of one command, appended one by one.
    let mut seen = Vec::new();
    let parts = append("parts", &five);
    for (event, expectation) in parts.events.clone().into_iter().zip(&five) {
        let part = eventlog::Append { events: vec![event], expectations: vec![expectation.clone()], ..parts.clone() };
        log.append(part).await.unwrap();
        seen.push(whole(&all(&reader).await));
    }
    assert!(seen[..4].iter().all(Result::is_err) && seen[4].is_ok(), "{seen:?}");
}

/// Every command in the log has its five events.
fn whole(events: &[Recorded]) -> Result<(), String> {
    let mut counts = BTreeMap::new();
    for event in events {
        *counts.entry(event.command).or_insert(0) += 1;
    }
    match counts.into_iter().find(|(_, count)| *count != 5) {
        Some((command, count)) => Err(format!("{command} shows {count} of 5 events")),
        None => Ok(()),
    }
}

/// Every event of the first partition.
pub(crate) async fn all(log: &EventLog) -> Vec<Recorded> {
    log.read(0, Position::START, 1_000_000).await.unwrap().events
}

/// In one commit, a request that is refused leaves the others as they are.
pub async fn a_conflict_leaves_its_neighbours_alone(place: Place) {
    let log = place.open().await;
    log.append(append("taken", &[(counter(0), Expected::None)])).await.unwrap();
    let requests = (0..60_u128).map(|index| {
        let stream = if index % 3 == 0 { counter(0) } else { counter(index) };
        log.append(append(&format!("neighbour {index}"), &[(stream, Expected::None)]))
    });
    let answers = join_all(requests).await;
    assert_eq!(neighbours(&answers), Ok(()));
    let written = all(&log).await;
    assert_eq!(written.len(), 41);
    // The clock is read once a commit, so equal instants are one commit.
    let commits: BTreeSet<_> = written.iter().map(|event| event.recorded_at).collect();
    assert!(commits.len() < 20, "{} commits: the requests were not grouped", commits.len());

    // Control: the same requests as one append fail together.
    let joined: Vec<_> = (100..103).map(|number| (counter(number), Expected::None)).collect();
    let refused = log.append(append("joined", &[joined, vec![(counter(0), Expected::None)]].concat())).await;
    assert!(neighbours(&[refused.clone(), refused.clone(), refused]).is_err());
}

/// Every third was to be refused, and no other.
fn neighbours(answers: &[Result<Receipt, AppendError>]) -> Result<(), String> {
    let wrong = answers.iter().enumerate().find(|(index, answer)| answer.is_ok() == (index % 3 == 0));
    wrong.map_or(Ok(()), |(index, answer)| Err(format!("request {index}: {answer:?}")))
}

/// A crowd is written together, without a look first. Some of it is stale, some repeats itself, and another process writes
/// as well: everybody is answered as if alone.
pub async fn a_crowd_is_answered_as_if_everybody_were_alone(place: Place) {
    let logs = [place.open().await, place.open().await];
    let log = &logs[0];
    let one_of_many = |number: u128| async move {
        let stream = counter(number);
        for version in 0..4 {
            let name = format!("{number} {version}");
            let mut next = append(&name, &[(stream.clone(), Expected::Exact(Version(version)))]);
            if number.is_multiple_of(7) {
                next.context.key = Some(key(&name, 1));
            }
            let receipt = log.append(next.clone()).await.unwrap();
            assert_eq!((receipt.version(&stream), receipt.replayed), (Some(Version(version + 1)), false), "{name}");
            if number.is_multiple_of(14) {
                let again = log.append(next).await.unwrap();
                assert!(again.replayed && again.events == receipt.events, "{name} again");
            }
            if number.is_multiple_of(11) {
                let stale = append(&format!("{name} stale"), &[(stream.clone(), Expected::Exact(Version(version)))]);
                let refused = log.append(stale).await.unwrap_err();
                assert!(
                    matches!(refused, AppendError::WrongVersion { actual: Version(actual), .. } if actual == version + 1),
                    "{refused}"
                );
            }
            let careless = append(&format!("{name} careless"), &[(counter(1_000 + number % 3), Expected::Any)]);
            assert!(!log.append(careless).await.unwrap().replayed);
        }
    };
    let elsewhere = async {
        for index in 0..20 {
            let there = append(&format!("there {index}"), &[(counter(2_000), Expected::Exact(Version(index)))]);
            logs[1].append(there).await.unwrap();
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    };
    join(join_all((1..=300).map(one_of_many)), elsewhere).await;

    let events = all(log).await;
    assert_eq!(events.len(), 300 * 8 + 20);
    let positions = events.iter().zip(1..).find(|(event, number)| event.position != Position(*number));
    assert!(positions.is_none(), "{positions:?}");
    assert_eq!(events.iter().map(|event| event.id).collect::<BTreeSet<_>>().len(), events.len());
    for careless in 1_000..1_003 {
        let versions = log.read_stream(&counter(careless), Version::NONE, 1_000).await.unwrap();
        assert!(versions.iter().zip(1..).all(|(event, number)| event.version == Version(number)));
        assert_eq!(versions.len(), 400);
    }
}

/// A stream that must exist is looked at in the append's own transaction.
pub async fn a_missing_requirement_refuses_the_order(place: Place) {
    let log = place.open().await;
    let ask = Ask::Add { amount: 1, limit: 9 };
    let mut wanted = order("wanted", &counter(1), ask);
    wanted.requires = vec![counter(2)];
    let refused = log.execute::<Counter>(wanted.clone()).await.unwrap_err();
    assert!(matches!(refused, Refusal::NoSuchStream { stream } if stream == counter(2)));

    log.execute::<Counter>(order("other", &counter(2), ask)).await.unwrap();
    assert!(log.execute::<Counter>(wanted).await.is_ok());

    let mut stale = order("stale", &counter(2), ask);
    stale.if_version = Some(Version(7));
    let refused = log.execute::<Counter>(stale).await.unwrap_err();
    assert!(matches!(refused, Refusal::Stale { actual: Version(1) }));

    let mut unnamed = append("unnamed", &[(counter(3), Expected::None)]);
    let event = CounterEvent::Added { amount: 1 };
    unnamed.events.push(NewEvent::of(&counter(4), EventId::of(context("unnamed").command, 1), &event).unwrap());
    let refused = log.append(unnamed).await.unwrap_err();
    assert!(matches!(refused, AppendError::NoExpectation { .. }));
    assert_eq!(all(&log).await.len(), 2);
}

/// What does not fit into the queue is refused at once, what was taken is written, and the queue empties.
pub async fn a_full_queue_refuses_and_loses_nothing(place: Place) {
    let mut config = place.config().clone();
    config.queue = QueueBounds { requests: 8, bytes: 1 << 20 };
    let log = EventLog::open(&config, place.clock.clock()).await.unwrap();
    let requests =
        (0..64_u128).map(|index| log.append(append(&format!("{index}"), &[(counter(index), Expected::None)])));
    let answers = join_all(requests).await;
    let written = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(answers.iter().any(|answer| matches!(answer, Err(AppendError::Overloaded))));
    assert_eq!(all(&log).await.len(), written);
    assert!(log.append(append("after", &[(counter(99), Expected::None)])).await.is_ok());
    assert_eq!(log.queued(), 0);
    log.close().await;
    let closed = log.append(append("closed", &[(counter(100), Expected::None)])).await;
    assert!(matches!(closed, Err(AppendError::Closed)));
}

/// A log that is closed writes what it took and takes nothing more, also when everybody goes on asking.
pub async fn closing_ends_though_everybody_goes_on_asking(place: Place) {
    let log = place.open().await;
    let asking = |number: u128| {
        let log = log.clone();
        tokio::spawn(async move {
            for version in 0.. {
                let next =
                    append(&format!("{number} {version}"), &[(counter(number), Expected::Exact(Version(version)))]);
                match log.append(next).await {
                    Ok(_) => {}
                    Err(AppendError::Closed) => return version,
                    Err(other) => panic!("{other}"),
                }
            }
            0
        })
    };
    let asking: Vec<_> = (1..=64).map(asking).collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    tokio::time::timeout(Duration::from_secs(20), log.close()).await.unwrap();
    let mut acknowledged = 0;
    for one in join_all(asking).await {
        acknowledged += usize::try_from(one.unwrap()).unwrap();
    }
    assert!(acknowledged > 0);
    assert_eq!(all(&place.open().await).await.len(), acknowledged);
}

/// What writes fails by a defect: whoever asked is told, and so is the process, which is to end.
pub async fn a_process_in_which_nothing_writes_any_more_ends(place: Place) {
    let (fails, clock) = (Arc::new(AtomicBool::new(false)), place.clock.clock());
    let failing = Arc::clone(&fails);
    let clock = Clock::new(move || {
        assert!(!failing.load(Ordering::SeqCst), "a defect of the test's own");
        clock.now()
    });
    let log = EventLog::open(place.config(), clock).await.unwrap();
    let first = append("first", &[(counter(1), Expected::None)]);
    log.append(first.clone()).await.unwrap();
    assert_eq!(*log.fatal().borrow(), None, "control: as long as it works, nothing is said");

    fails.store(true, Ordering::SeqCst);
    let second = append("second", &[(counter(1), Expected::Exact(Version(1)))]);
    assert!(matches!(log.append(second.clone()).await, Err(AppendError::Closed)));
    let mut fatal = log.fatal();
    let said = tokio::time::timeout(Duration::from_secs(20), fatal.wait_for(Option::is_some)).await;
    assert!(said.unwrap().unwrap().as_ref().unwrap().contains("what writes the log has failed"));

    let log = place.open().await;
    assert!(log.append(first).await.unwrap().replayed);
    assert!(!log.append(second).await.unwrap().replayed);
}

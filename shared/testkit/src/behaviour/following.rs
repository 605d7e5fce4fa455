//! Reading while others write: no position is skipped, and everybody is woken.

use std::collections::BTreeSet;
use std::time::Duration;

use eventlog::{EventLog, Expected, Position, Recorded, SideStore, args};
use futures_util::TryStreamExt;
use futures_util::future::{join, join_all};

use crate::Place;
use crate::behaviour::appending::all;
use crate::behaviour::counter::{append, counter};

/// With 16 writers over four processes' worth of logs, a reader that asks for what comes after its last position sees
/// every position once, in order.
pub async fn no_position_is_ever_skipped(place: Place) {
    let logs = join_all((0..4).map(|_| place.open())).await;
    let reader = place.open().await;
    const WRITERS: u128 = 16;
    const EACH: u128 = 25;
    let writers = (0..WRITERS).map(|writer| {
        let log = logs[usize::try_from(writer % 4).unwrap()].clone();
        async move {
            for round in 0..EACH {
                let stream = counter(writer * 1_000 + round % 7);
                log.append(append(&format!("{writer} {round}"), &[(stream, Expected::Any)])).await.unwrap();
            }
        }
    });
    let total = usize::try_from(WRITERS * EACH).unwrap();
    let (_, seen) = join(join_all(writers), tail(&reader, total)).await;
    assert_eq!(contiguous(&seen, total), Ok(()));
    let scanned: Vec<_> = reader.scan(0, Position::START).map_ok(|event| event.position.0).try_collect().await.unwrap();
    assert_eq!(contiguous(&scanned, total), Ok(()));
    assert_eq!(reader.verify(|_| ()).await.unwrap().fault, None);

    let seen = tail_of_a_sequence(&place.back_door().await).await;
    assert!(contiguous(&seen, 3).is_err(), "numbers from a sequence are not in the order of commits: {seen:?}");
}

async fn tail(reader: &EventLog, total: usize) -> Vec<u64> {
    let (mut seen, mut after) = (Vec::new(), Position::START);
    while seen.len() < total {
        let page = reader.read(0, after, 10).await.unwrap();
        seen.extend(page.events.iter().map(|event| event.position.0));
        after = page.reached;
    }
    seen
}

fn contiguous(seen: &[u64], total: usize) -> Result<(), String> {
    let due: Vec<u64> = (1..=total as u64).collect();
    if seen == due { Ok(()) } else { Err(format!("{} of {total} positions seen, or not in order", seen.len())) }
}

/// Control: a writer that numbers by a sequence and commits later, and the same reader.
async fn tail_of_a_sequence(store: &SideStore) -> Vec<u64> {
    store.execute("create table naive (position bigint not null)", args![]).await.unwrap();
    let mut sequence = 0_u64;
    let mut next = || {
        sequence += 1;
        sequence
    };
    let (slow, quick, last) = (next(), next(), next());
    let (mut seen, mut after) = (Vec::new(), 0);
    for committed in [quick, slow, last] {
        store.execute("insert into naive (position) values ($1)", args![committed]).await.unwrap();
        let sql = "select position from naive where position > $1 order by position";
        for row in store.fetch(sql, args![after]).await.unwrap() {
            after = row.count(0).unwrap();
            seen.push(after);
        }
    }
    seen
}

/// What one process appends, another hears of without asking.
pub async fn another_process_is_woken(place: Place) {
    let (writer, reader) = (place.open().await, place.open().await);
    let mut heads = reader.watch();
    let before = heads.borrow_and_update().clone();
    let receipt = writer.append(append("news", &[(counter(1), Expected::None)])).await.unwrap();
    assert!(!before.covers(&receipt.position), "control: it had not heard before");
    let heard = heads.wait_for(|head| head.covers(&receipt.position));
    tokio::time::timeout(Duration::from_secs(5), heard).await.unwrap().unwrap();
}

/// Events that together are too large to be read at once are read in turn, and so is what follows them.
pub async fn large_events_are_read_in_turn(place: Place) {
    let (log, mut due) = (place.open().await, Vec::new());
    let spaces = [vec![3 << 20; 9], vec![1 << 20; 20], vec![0; 40]].concat();
    for (index, spaces) in (1..).zip(spaces) {
        let mut large = append(&format!("{index}"), &[(counter(index.into()), Expected::None)]);
        let payload = &mut large.events[0].payload;
        payload.extend(std::iter::repeat_n(b' ', spaces));
        due.push((index, payload.len()));
        log.append(large).await.unwrap();
    }
    let told = |event: &Recorded| (event.position.0, event.payload.len());
    let scanned: Vec<_> = log.scan(0, Position::START).map_ok(|event| told(&event)).try_collect().await.unwrap();
    assert_eq!(scanned, due);
    let page = log.read(0, Position::START, 1_000).await.unwrap();
    assert_eq!(page.events.iter().map(told).collect::<Vec<_>>(), due);
    assert_eq!(log.verify(|_| ()).await.unwrap().fault, None);
}

/// When the machine's clock goes back, the log's does not.
pub async fn the_instant_of_recording_never_goes_back(place: Place) {
    let log = place.open().await;
    log.append(append("first", &[(counter(1), Expected::None)])).await.unwrap();
    place.clock.set("2020-01-01T00:00:00Z");
    log.append(append("second", &[(counter(2), Expected::None)])).await.unwrap();
    let instants: Vec<_> = all(&log).await.iter().map(|event| event.recorded_at).collect();
    assert!(instants[0] <= instants[1]);
    assert!(place.clock.clock().now() < instants[0], "control: the clock did go back");
}

/// In a log of four partitions each is gap-free of itself, and an append across them is still all or nothing.
pub async fn four_partitions_keep_their_promises(place: Place) {
    let place = place.with_partitions(4);
    let logs = [place.open().await, place.open().await];
    let writers = (0..24_u128).map(|index| {
        let log = logs[usize::try_from(index % 2).unwrap()].clone();
        async move {
            // Two streams each, so most appends cross partitions, in both directions at once.
            let pair = [(counter(index), Expected::None), (counter(1_000 + index), Expected::None)];
            log.append(append(&format!("pair {index}"), &pair)).await.unwrap()
        }
    });
    let receipts = join_all(writers).await;
    assert!(receipts.iter().any(|receipt| receipt.position.partitions().count() == 2), "some crossed partitions");
    let head = logs[0].present().await.unwrap();
    assert_eq!((head.events(), head.partitions().count()), (48, 4));
    assert!(receipts.iter().all(|receipt| head.covers(&receipt.position)));
    for partition in 0..4 {
        let page = logs[1].read(partition, Position::START, 100).await.unwrap();
        let seen: Vec<_> = page.events.iter().map(|event| event.position.0).collect();
        let total = usize::try_from(head.at(partition).0).unwrap();
        assert_eq!(contiguous(&seen, total), Ok(()));
    }
    assert_eq!(logs[0].verify(|_| ()).await.unwrap().fault, None);

    let taken: BTreeSet<_> =
        (0..40_u128).map(|index| (counter(5_000 + index), Expected::None)).map(|(stream, _)| stream).collect();
    let mut half: Vec<_> = taken.into_iter().map(|stream| (stream, Expected::None)).collect();
    half.push((counter(0), Expected::None));
    assert!(logs[0].append(append("refused", &half)).await.is_err());
    assert_eq!(logs[0].present().await.unwrap(), head, "not one of 40 streams in all partitions was written");
    half.pop();
    logs[0].append(append("taken", &half)).await.unwrap();
    assert_eq!(logs[0].present().await.unwrap().events(), 88, "control: without the conflict they are");
}

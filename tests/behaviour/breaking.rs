//! The database itself goes away, or turns out to be ruined.

use std::time::Duration;

use eventlog::{AppendError, Expected, Position, Storage, args};
use testkit::Place;
use testkit::behaviour::counter::{append, counter};

/// PostgreSQL ends connections under the writers, also in the middle of a commit. A request is answered or failed; sent
/// again until it is answered, it stands once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_break_lose_and_double_nothing() {
    const WRITERS: u128 = 8;
    const EACH: u128 = 40;
    let place = Place::postgres().await;
    let log = place.open().await;
    let writers = (0..WRITERS).map(|writer| {
        let log = log.clone();
        tokio::spawn(async move {
            for round in 0..EACH {
                let number = writer * 1_000 + round;
                let request = append(&format!("{number}"), &[(counter(number), Expected::None)]);
                while let Err(error) = log.append(request.clone()).await {
                    assert!(matches!(error, AppendError::Failure(_)), "{error}");
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let breaker = place.back_door().await;
    let mut broken = 0;
    while writers.iter().any(|writer| !writer.is_finished()) {
        let sql = "select cast(count(pg_terminate_backend(pid)) as bigint) from pg_stat_activity
                   where datname = current_database() and pid <> pg_backend_pid() and application_name = 'shuangshi'";
        broken += breaker.fetch(sql, args![]).await.map_or(0, |rows| rows[0].count(0).unwrap());
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(broken > 5, "control: connections were broken: {broken}");
    let events = log.read(0, Position::START, u32::MAX).await.unwrap().events;
    assert_eq!(events.len(), usize::try_from(WRITERS * EACH).unwrap());
    assert_eq!(log.verify(|_| ()).await.unwrap().fault, None);
}

/// When the file is ruined under a running log, it stops taking appends for good and says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ruined_file_stops_the_log_for_good() {
    let place = Place::sqlite();
    let log = place.open().await;
    let mut fatal = log.fatal();
    // More than the writer's connection keeps in memory, so that it has to read.
    let large = |number: u128| {
        let mut request = append(&format!("{number}"), &[(counter(number), Expected::None)]);
        request.events[0].payload = vec![b' '; 20_000];
        request
    };
    for number in 0..400 {
        log.append(large(number)).await.unwrap();
    }
    assert!(log.append(large(0)).await.unwrap().replayed);
    assert!(fatal.borrow_and_update().is_none(), "control: nothing is wrong yet");
    let Storage::Sqlite { dir } = &place.config().storage else { return };
    for name in ["log.db", "log.db-wal"] {
        let length = std::fs::metadata(dir.join(name)).unwrap().len();
        let file = std::fs::OpenOptions::new().write(true).open(dir.join(name)).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, &vec![0x5a; usize::try_from(length).unwrap()], 0).unwrap();
    }
    let ruined = log.append(large(1)).await;
    assert!(matches!(ruined, Err(AppendError::Failure(_))), "{ruined:?}");
    let waited = tokio::time::timeout(Duration::from_secs(5), fatal.wait_for(Option::is_some)).await;
    assert!(waited.unwrap().unwrap().is_some());
    let closed = log.append(append("after", &[(counter(1), Expected::Any)])).await;
    assert!(matches!(closed, Err(AppendError::Closed)));
}

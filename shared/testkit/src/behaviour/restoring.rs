//! A log that has gone back, and a clock that was set back: nothing that is remembered of what was stands in the way.

use std::sync::Arc;
use std::time::Duration;

use eventlog::{EventLog, View, Views, WorkerOptions, args};

use crate::Place;
use crate::behaviour::counter::write;
use crate::behaviour::guarding::disarm;
use crate::behaviour::projecting::{AT_MOST, quick};
use crate::behaviour::tally::Tally;

async fn start(log: &EventLog, options: WorkerOptions) -> Views {
    Views::start(log, vec![Arc::new(Tally::default())], options).await.unwrap()
}

async fn counted(view: &View) -> u64 {
    let sql = "select cast(coalesce(sum(events), 0) as bigint) from tally";
    view.fetch_one(sql, args![]).await.unwrap().count(0).unwrap()
}

/// Takes the log back to its tenth event, as it is in a backup, or on a server that takes over without the last commits.
async fn go_back(place: &Place) {
    let store = place.back_door().await;
    disarm(place, &store).await;
    let guard = if place.is_sqlite() {
        "drop trigger head_never_goes_back"
    } else {
        "drop trigger head_never_goes_back on head"
    };
    store.execute(guard, args![]).await.unwrap();
    store.execute("delete from event where position > 10", args![]).await.unwrap();
    store.execute("update head set position = 10", args![]).await.unwrap();
    store.close().await;
}

/// A log is restored from its backup and its views are not: they forget what is no longer in it, and leave out nothing that is
/// written from there on.
pub async fn a_view_that_is_ahead_of_its_log_is_begun_anew(place: Place) {
    let log = place.open().await;
    let views = start(&log, quick()).await;
    write(&log, "before", 20).await;
    views.catch_up().await.unwrap();
    assert_eq!(counted(&views.get("tally").unwrap()).await, 20);
    views.stop().await;
    log.close().await;
    go_back(&place).await;

    let log = place.open().await;
    write(&log, "afterwards", 4).await;
    let views = start(&log, quick()).await;
    views.catch_up().await.unwrap();
    let view = views.get("tally").unwrap();
    assert_eq!((counted(&view).await, view.position().events()), (14, 14));
    let digest = view.digest().await.unwrap();
    views.rebuild("tally", |_| ()).await.unwrap();
    assert_eq!(views.get("tally").unwrap().digest().await.unwrap(), digest);
    views.stop().await;
}

/// A process whose log goes back while it runs says so and ends: what it remembers is of another one.
pub async fn a_process_whose_log_has_gone_back_ends(place: Place) {
    let log = place.open().await;
    write(&log, "before", 20).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut fatal = log.fatal();
    assert_eq!(*fatal.borrow(), None, "control: as long as it does not, nothing is said");
    go_back(&place).await;
    let said = tokio::time::timeout(AT_MOST, fatal.wait_for(Option::is_some)).await.unwrap().unwrap().clone();
    assert!(said.unwrap().contains("it is not the one that it was"));
}

/// Whoever keeps a view until the time of a clock that was ahead, and is gone, is not waited for.
pub async fn a_lease_of_a_clock_that_was_ahead_ends(place: Place) {
    let doomed = tokio::runtime::Runtime::new().unwrap();
    let log = place.open().await;
    // As if its clock had been a month ahead.
    let ahead = WorkerOptions { lease: Duration::from_secs(30 * 24 * 3600), ..quick() };
    let (theirs, config) = (place.clock.clock(), place.config().clone());
    let position = doomed
        .spawn(async move {
            let log = EventLog::open(&config, theirs).await.unwrap();
            let views = start(&log, ahead).await;
            let position = write(&log, "before", 10).await;
            views.get("tally").unwrap().wait_for(&position, AT_MOST).await.unwrap();
            std::mem::forget(views);
            position
        })
        .await
        .unwrap();
    // Its tasks end in the middle of whatever they are at, as with `kill -9`.
    doomed.shutdown_background();
    let views = start(&log, quick()).await;
    let view = views.get("tally").unwrap();
    assert!(view.position().covers(&position));
    let position = write(&log, "afterwards", 10).await;
    view.wait_for(&position, AT_MOST).await.unwrap();
    assert_eq!(counted(&view).await, 20);
    views.stop().await;
}

//! Views: every event once, whatever happens to the workers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use eventlog::{
    Behind, EventLog, LogPosition, Projection, SideStore, Storage, View, ViewError, Views, WorkerOptions, args,
};

use crate::Place;
use crate::behaviour::counter::write;
use crate::behaviour::tally::{self, Careless, Moody, PageKeeper, Stuck, Tally};

pub(super) const AT_MOST: Duration = Duration::from_secs(20);

pub(super) fn quick() -> WorkerOptions {
    WorkerOptions {
        page: 7,
        lease: Duration::from_millis(600),
        poll: Duration::from_millis(50),
        ..WorkerOptions::default()
    }
}

async fn start(log: &EventLog, projection: impl Projection, options: WorkerOptions) -> Views {
    Views::start(log, vec![Arc::new(projection)], options).await.unwrap()
}

/// Compares a tally with the log: every event counted exactly once.
async fn counted(view: &View, log: &EventLog) -> Result<(), String> {
    let sql = "select cast(coalesce(sum(events), 0) as bigint) from tally";
    let found = view.fetch_one(sql, args![]).await.unwrap().count(0).unwrap();
    let due = log.present().await.unwrap().events();
    if found == due { Ok(()) } else { Err(format!("{found} events counted, {due} recorded")) }
}

/// Workers are stopped, dropped and started between and within pages; no event counts twice or not at all.
pub async fn every_event_counts_exactly_once_across_restarts(place: Place) {
    let log = place.open().await;
    for round in 0..6 {
        let views = start(&log, Tally::default(), quick()).await;
        let position = write(&log, &format!("round {round}"), 60).await;
        if round % 2 == 0 {
            views.stop().await;
        } else {
            views.get("tally").unwrap().wait_for(&position, AT_MOST).await.unwrap();
            drop(views);
        }
    }
    let views = start(&log, Tally::default(), quick()).await;
    views.catch_up().await.unwrap();
    assert_eq!(counted(&views.get("tally").unwrap(), &log).await, Ok(()));

    // Control: rows written in another transaction than the checkpoint are written again when a page is tried again.
    let rows = SideStore::open(place.config(), "careless", tally::SCHEMA).await.unwrap();
    let views = start(&log, Careless::new(rows.clone()), quick()).await;
    views.catch_up().await.unwrap();
    let sql = "select cast(coalesce(sum(events), 0) as bigint) from tally";
    let found = rows.fetch_optional(sql, args![]).await.unwrap().unwrap().count(0).unwrap();
    assert!(found > log.present().await.unwrap().events(), "{found}");
}

/// A view that was built again holds the same as the one that followed, byte for byte, in pages of any size.
pub async fn a_rebuilt_view_equals_the_live_one(place: Place) {
    let log = place.open().await;
    let live = start(&log, Tally::default(), WorkerOptions { page: 1_000, ..quick() }).await;
    let paged = start(&log, PageKeeper::default(), WorkerOptions { page: 1_000, ..quick() }).await;
    write(&log, "before", 150).await;
    let position = write(&log, "after", 50).await;
    let view = live.get("tally").unwrap();
    view.wait_for(&position, AT_MOST).await.unwrap();
    let before = view.digest().await.unwrap();
    let mut reports = 0;
    live.rebuild("tally", |_| reports += 1).await.unwrap();
    assert!(reports > 0);
    assert_eq!(view.status().generation, 2);
    view.wait_for(&position, AT_MOST).await.unwrap();
    assert_eq!(view.digest().await.unwrap(), before);
    live.stop().await;

    let small = start(&log, Tally::default(), WorkerOptions { page: 1, ..quick() }).await;
    small.rebuild("tally", |_| ()).await.unwrap();
    let view = small.get("tally").unwrap();
    view.wait_for(&position, AT_MOST).await.unwrap();
    assert_eq!(view.digest().await.unwrap(), before, "in pages of one event");
    write(&log, "more", 1).await;
    small.catch_up().await.unwrap();
    assert_ne!(view.digest().await.unwrap(), before, "control: another event, another digest");

    // Control: a projection that writes down its pages does not come out the same.
    paged.rebuild("pages", |_| ()).await.unwrap();
    paged.catch_up().await.unwrap();
    let followed = paged.get("pages").unwrap().digest().await.unwrap();
    paged.stop().await;
    let paged = start(&log, PageKeeper::default(), WorkerOptions { page: 1, ..quick() }).await;
    paged.rebuild("pages", |_| ()).await.unwrap();
    paged.catch_up().await.unwrap();
    assert_ne!(paged.get("pages").unwrap().digest().await.unwrap(), followed);
}

/// A page ends with so many events, or so many bytes of them, whichever comes first.
pub async fn a_page_has_an_end_in_bytes_too(place: Place) {
    let log = place.open().await;
    write(&log, "many", 20).await;
    for (page_bytes, pages) in [(1, 20), (usize::MAX, 1)] {
        let views = start(&log, PageKeeper::default(), WorkerOptions { page: 1_000, page_bytes, ..quick() }).await;
        views.rebuild("pages", |_| ()).await.unwrap();
        views.catch_up().await.unwrap();
        let sql = "select count(*) from page";
        let found = views.get("pages").unwrap().fetch_one(sql, args![]).await.unwrap().count(0).unwrap();
        assert_eq!(found, pages, "{page_bytes}");
        views.stop().await;
    }
}

/// A view that lingers takes in at once what came one after another; another one takes in what there is.
pub async fn who_lingers_takes_in_at_once_what_came_one_by_one(place: Place) {
    let log = place.open().await;
    let mut pages = Vec::new();
    for linger in [Duration::from_millis(600), Duration::ZERO] {
        let options = WorkerOptions { linger, lease: Duration::from_secs(10), ..quick() };
        let views = start(&log, PageKeeper::default(), options).await;
        views.rebuild("pages", |_| ()).await.unwrap();
        views.catch_up().await.unwrap();
        let view = views.get("pages").unwrap();
        let sql = "select count(*) from page";
        let before = view.fetch_one(sql, args![]).await.unwrap().count(0).unwrap();
        for number in 0..8 {
            let position = write(&log, &format!("{linger:?} {number}"), 1).await;
            // One that lingers is not waited for.
            if linger.is_zero() {
                view.wait_for(&position, AT_MOST).await.unwrap();
            }
        }
        views.catch_up().await.unwrap();
        pages.push(view.fetch_one(sql, args![]).await.unwrap().count(0).unwrap() - before);
        views.stop().await;
    }
    assert!((1..8).contains(&pages[0]) && pages[1] == 8, "{pages:?}");
}

/// Of two processes one works on a view; when it dies the other takes over, and no event counts twice.
pub async fn one_worker_works_and_another_takes_over(place: Place) {
    let doomed = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (first, second) = (Tally::default(), Tally::default());
    let (worked_first, worked_second) = (first.applied.clone(), second.applied.clone());
    let config = place.config().clone();
    let clock = place.clock.clock();
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    doomed.spawn(async move {
        let log = EventLog::open(&config, clock).await.unwrap();
        let views = start(&log, first, quick()).await;
        views.catch_up().await.unwrap();
        ready.send(()).unwrap();
        std::future::pending::<()>().await;
        drop(views);
    });
    is_ready.await.unwrap();
    let log = place.open().await;
    let views = start(&log, second, quick()).await;
    let view = views.get("tally").unwrap();
    let position = write(&log, "while both live", 40).await;
    view.wait_for(&position, AT_MOST).await.unwrap();
    assert_eq!(worked_second.load(Ordering::SeqCst), 0, "it stands by while the other lives");
    assert_eq!(worked_first.load(Ordering::SeqCst), 40, "control: the other does the work");

    // Its tasks end in the middle of whatever they are at, as with `kill -9`.
    doomed.shutdown_background();
    let position = write(&log, "after the death", 40).await;
    view.wait_for(&position, AT_MOST).await.unwrap();
    assert!(worked_second.load(Ordering::SeqCst) > 0);
    assert_eq!(counted(&view, &log).await, Ok(()));

    // Control: two workers without a lease count everything twice.
    let rows = SideStore::open(place.config(), "unguarded", tally::SCHEMA).await.unwrap();
    let events = log.read(0, eventlog::Position::START, 1_000).await.unwrap().events;
    for _ in 0..2 {
        let page = events.clone();
        let both: Result<(), ViewError> =
            rows.transaction(move |tx| Box::pin(async move { tally::count(tx, &page).await })).await;
        both.unwrap();
    }
    let sql = "select cast(sum(events) as bigint) from tally";
    let found = rows.fetch_optional(sql, args![]).await.unwrap().unwrap().count(0).unwrap();
    assert_eq!(found, 2 * events.len() as u64);
}

/// A worker that takes over what another has finished knows so, also when nothing happens any more.
pub async fn who_takes_over_knows_how_far_it_is(place: Place) {
    let log = place.open().await;
    let first = start(&log, Tally::default(), quick()).await;
    first.catch_up().await.unwrap();
    let slow = WorkerOptions { poll: Duration::from_secs(1), ..quick() };
    let second = start(&log, Tally::default(), slow).await;
    let position = write(&log, "all of it", 10).await;
    first.get("tally").unwrap().wait_for(&position, AT_MOST).await.unwrap();
    let view = second.get("tally").unwrap();
    assert!(!view.position().covers(&position), "control: it has not looked yet");
    first.stop().await;
    view.wait_for(&position, AT_MOST).await.unwrap();
    assert_eq!(counted(&view, &log).await, Ok(()));
}

/// A process with a newer version builds its own tables, while one with the older version goes on answering.
pub async fn a_new_version_is_built_beside_the_old(place: Place) {
    let log = place.open().await;
    let old = start(&log, Tally::default(), quick()).await;
    write(&log, "first", 30).await;
    old.catch_up().await.unwrap();
    let new = start(&log, Tally { version: 2, ..Tally::default() }, quick()).await;
    assert_eq!(counted(&old.get("tally").unwrap(), &log).await, Ok(()), "the old one still answers");
    new.catch_up().await.unwrap();
    let view = new.get("tally").unwrap();
    assert_eq!((view.status().version, view.status().generation, view.status().ready), (2, 2, true));
    assert_eq!(counted(&view, &log).await, Ok(()));
    new.stop().await;

    let again = start(&log, Tally { version: 2, ..Tally::default() }, quick()).await;
    assert_eq!(again.get("tally").unwrap().status().generation, 2, "control: the same version is not built again");
    again.stop().await;
    old.stop().await;
}

/// What runs an older version goes on answering, and taking in, for as long as it runs; one that is started anew finds its
/// view where it was. Once no process keeps it, it is thrown away.
pub async fn an_older_version_answers_for_as_long_as_a_process_keeps_it(place: Place) {
    let log = place.open().await;
    let hasty = || WorkerOptions {
        retire_after: Duration::from_millis(100),
        abandoned_after: Duration::from_millis(2_500),
        ..quick()
    };
    let old = start(&log, Tally::default(), hasty()).await;
    write(&log, "first", 30).await;
    old.catch_up().await.unwrap();
    let new = start(&log, Tally { version: 2, ..Tally::default() }, hasty()).await;
    new.catch_up().await.unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    write(&log, "second", 5).await;
    old.catch_up().await.unwrap();
    assert_eq!(counted(&old.get("tally").unwrap(), &log).await, Ok(()), "the old one answers still");
    old.stop().await;
    let old = start(&log, Tally::default(), hasty()).await;
    assert_eq!(old.get("tally").unwrap().status().generation, 1, "it is where it was");
    old.catch_up().await.unwrap();
    new.catch_up().await.unwrap();
    assert_eq!(counted(&new.get("tally").unwrap(), &log).await, Ok(()), "and took nothing from the new one");
    old.stop().await;

    let generations = SideStore::open(place.config(), "log", "select 1").await.unwrap();
    let mut left = 2;
    for _ in 0..200 {
        let rows = generations.fetch("select generation from view_generation order by generation", args![]).await;
        left = rows.unwrap().len();
        if left == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(left, 1, "nobody keeps it any more");
    assert_eq!(counted(&new.get("tally").unwrap(), &log).await, Ok(()));
    new.stop().await;
}

/// A view waits until it shows the caller's own write, and says when it does not get there.
pub async fn a_view_shows_what_its_caller_wrote(place: Place) {
    let log = place.open().await;
    let views = start(&log, Tally::default(), WorkerOptions::default()).await;
    let view = views.get("tally").unwrap();
    for round in 0..20 {
        let position = write(&log, &format!("round {round}"), 1).await;
        view.wait_for(&position, AT_MOST).await.unwrap();
        assert_eq!(counted(&view, &log).await, Ok(()));
    }
    let far: LogPosition = "v1.0:1000".parse().unwrap();
    let behind = view.wait_for(&far, Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(behind, Behind { view: "tally", .. }));
    assert!(matches!(views.get("nothing"), Err(ViewError::Unknown { .. })));
}

/// So does one that is built anew meanwhile: the generation that answers next, however slow, is never behind the one before.
pub async fn a_view_that_is_built_anew_meanwhile_shows_what_its_caller_wrote(place: Place) {
    let log = place.open().await;
    let slow = Tally { is_slow_when_built: true, ..Tally::default() };
    let views = start(&log, slow, WorkerOptions::default()).await;
    let view = views.get("tally").unwrap();
    for round in 0..50 {
        let position = write(&log, &format!("before {round}"), 30).await;
        view.wait_for(&position, AT_MOST).await.unwrap();
    }
    let before = view.generation();
    let writing = async {
        for round in 0.. {
            let position = write(&log, &format!("meanwhile {round}"), 1).await;
            view.wait_for(&position, AT_MOST).await.unwrap();
            tokio::time::sleep(Duration::from_millis(15)).await;
            assert_eq!(counted(&view, &log).await, Ok(()), "round {round}, generation {}", view.generation());
            if view.generation() > before && round > 20 {
                break;
            }
        }
    };
    let (rebuilt, ()) = tokio::join!(views.rebuild("tally", |_| ()), writing);
    rebuilt.unwrap();
}

/// A projection that fails is tried again, says so meanwhile, and loses nothing.
pub async fn a_failing_projection_says_so_and_goes_on(place: Place) {
    fails_and_goes_on(place, Moody::default(), "not today").await;
}

/// So does one that panics.
pub async fn a_panicking_projection_says_so_and_goes_on(place: Place) {
    fails_and_goes_on(place, Moody { panics: true, ..Moody::default() }, "panicked").await;
}

/// So does one whose transaction the database ends itself, as SQLite does when the disk is full: what is told is why it
/// did, not that there is nothing left to undo, and the connection is good again afterwards.
pub async fn a_projection_whose_transaction_is_ended_says_why_and_goes_on(place: Place) {
    let (ends, why) = match &place.config().storage {
        Storage::Sqlite { .. } => ("insert or rollback into tally select * from tally limit 1", "UNIQUE constraint"),
        Storage::Postgres { .. } => ("insert into tally select * from tally limit 1", "duplicate key"),
    };
    fails_and_goes_on(place, Moody { by: Some(ends), ..Moody::default() }, why).await;
}

async fn fails_and_goes_on(place: Place, moody: Moody, why: &str) {
    let log = place.open().await;
    let mood = moody.sulks.clone();
    let views = start(&log, moody, quick()).await;
    views.catch_up().await.unwrap();
    mood.store(true, Ordering::SeqCst);
    let position = write(&log, "unwelcome", 20).await;
    let view = views.get("tally").unwrap();
    assert!(view.wait_for(&position, Duration::from_millis(300)).await.is_err());
    let status = view.status();
    assert!(status.error.as_ref().is_some_and(|error| error.contains(why)) && status.lag == 20, "{status:?}");
    mood.store(false, Ordering::SeqCst);
    view.wait_for(&position, AT_MOST).await.unwrap();
    assert_eq!(counted(&view, &log).await, Ok(()));
    assert_eq!(view.status().error, None, "control: it no longer says so");
}

/// A projection that hangs in the middle of a page, and one that fails for good: the log takes what comes as before.
pub async fn a_projection_that_stands_still_never_holds_up_the_log(place: Place) {
    let log = place.open().await;
    let begun = Instant::now();
    write(&log, "alone", 100).await;
    let alone = begun.elapsed();
    let (stuck, dead) = (Stuck::default(), Moody::default());
    let hangs = stuck.begun.clone();
    dead.sulks.store(true, Ordering::SeqCst);
    let views = Views::start(&log, vec![Arc::new(stuck), Arc::new(dead)], quick()).await.unwrap();
    let both_stand = || hangs.load(Ordering::SeqCst) && views.get("tally").unwrap().status().error.is_some();
    while !both_stand() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let begun = Instant::now();
    let position = write(&log, "beside", 100).await;
    let beside = begun.elapsed();
    assert!(beside < alone * 10 + Duration::from_secs(2), "{beside:?} beside, {alone:?} alone");
    assert_eq!(log.present().await.unwrap(), position);
    for status in views.status() {
        assert_eq!((status.lag, status.ready), (200, false), "{} stands where it stood", status.view);
    }
    // Control: who waits for such a view waits in vain.
    for view in views.all() {
        assert!(view.wait_for(&position, Duration::from_millis(100)).await.is_err());
    }
}

/// A page may take long, and whoever waits for the view waits for it; a view that nobody moves is given up soon.
pub async fn a_long_page_is_no_standstill(place: Place) {
    let logs = [place.open().await, place.open().await];
    let waiting = |stands_still, at_one_page| WorkerOptions { stands_still, at_one_page, ..quick() };
    let (soon, late) = (Duration::from_millis(200), Duration::from_secs(60));
    let stuck = [Stuck::default(), Stuck::default()];
    let [begun, other_begun] = [0, 1].map(|process: usize| Arc::clone(&stuck[process].begun));
    let [first, second] = stuck;
    let views = [start(&logs[0], first, waiting(soon, late)).await, start(&logs[1], second, waiting(soon, late)).await];
    write(&logs[0], "long", 3).await;
    while !begun.load(Ordering::SeqCst) && !other_begun.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let [at_page, beside] = if begun.load(Ordering::SeqCst) { [&views[0], &views[1]] } else { [&views[1], &views[0]] };
    let waits = tokio::time::timeout(Duration::from_secs(2), at_page.catch_up()).await;
    assert!(waits.is_err(), "it is at a page: {waits:?}");
    // Another process sees only that the view stands still.
    let given_up = tokio::time::timeout(AT_MOST, beside.catch_up()).await.unwrap().unwrap_err();
    assert!(given_up.to_string().contains("stuck stands still"), "{given_up}");

    // A page has an end, too.
    let elsewhere = Place::sqlite();
    let log = elsewhere.open().await;
    write(&log, "endless", 3).await;
    let views = start(&log, Stuck::default(), waiting(late, soon)).await;
    let given_up = tokio::time::timeout(AT_MOST, views.catch_up()).await.unwrap().unwrap_err();
    assert!(given_up.to_string().contains("the end of a page"), "{given_up}");
}

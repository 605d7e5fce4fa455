//! Building a view of a long log in one go: the same rows as by pages, whatever happens meanwhile.

pub(crate) mod way;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use eventlog::{EventLog, Expected, Storage, ViewError, Views, WorkerOptions, args};

use crate::Place;
use crate::behaviour::building::way::Way;
use crate::behaviour::counter::{append, counter, write};
use crate::behaviour::tally::Tally;

/// So many events are a long log here.
const LONG: usize = 100;

fn options(in_one_go_from: usize) -> WorkerOptions {
    let (lease, poll) = (Duration::from_millis(600), Duration::from_millis(50));
    let in_one_go_from = in_one_go_from as u64;
    WorkerOptions { page: 7, page_far_behind: 7, in_one_go_from, lease, poll, ..WorkerOptions::default() }
}

fn tally(way: Way) -> Tally {
    Tally { way: Some(way), ..Tally::default() }
}

async fn start(log: &EventLog, projection: Tally, in_one_go_from: usize) -> Views {
    Views::start(log, vec![Arc::new(projection)], options(in_one_go_from)).await.unwrap()
}

async fn digest(views: &Views) -> [u8; 32] {
    views.catch_up().await.unwrap();
    views.get("tally").unwrap().digest().await.unwrap()
}

/// A long log is built in one go, a short one page by page, and what comes after is taken in by pages: the rows are the
/// same, and so are the indexes.
pub async fn a_long_log_is_built_in_one_go(place: Place) {
    let log = place.open().await;
    write(&log, "before", LONG as u128).await;
    let projection = tally(Way::ByStream);
    let (built, paged) = (projection.built.clone(), projection.applied.clone());
    let views = start(&log, projection, LONG).await;
    views.rebuild("tally", |_| ()).await.unwrap();
    let in_one_go = digest(&views).await;
    let first = built.load(Ordering::SeqCst);
    assert!(first >= LONG && paged.load(Ordering::SeqCst) == 0);
    write(&log, "after", 20).await;
    let went_on = digest(&views).await;
    assert_eq!((built.load(Ordering::SeqCst), paged.load(Ordering::SeqCst)), (first, 20));
    assert_ne!(in_one_go, went_on, "control: what came after is in it");

    // Again, when there is more, and beside the one that answers.
    views.rebuild("tally", |_| ()).await.unwrap();
    assert_eq!(digest(&views).await, went_on);
    assert_eq!((built.load(Ordering::SeqCst), paged.load(Ordering::SeqCst)), (first + LONG + 20, 20));
    assert_eq!(indexes(&place, &views).await, 1);
    assert!(place.is_sqlite() || is_known_to_the_planner(&views).await);
    views.stop().await;

    // Files of read models that are gone, as after a backup without them, though one of them is the one that answers.
    if let Storage::Sqlite { dir } = &place.config().storage {
        std::fs::remove_dir_all(dir.join("views")).unwrap();
        let views = start(&log, tally(Way::WaitsForTheEnd), LONG).await;
        // Longer than the catalogue is not looked at.
        tokio::time::sleep(Duration::from_millis(1_300)).await;
        assert!(!views.get("tally").unwrap().status().ready, "it answers from nothing");
        views.stop().await;
        let projection = tally(Way::ByStream);
        let (built, paged) = (projection.built.clone(), projection.applied.clone());
        digest(&start(&log, projection, LONG).await).await;
        assert_eq!((built.load(Ordering::SeqCst), paged.load(Ordering::SeqCst)), (LONG + 20, 0));
    }

    // Control: a log that is not long enough.
    let projection = tally(Way::ByStream);
    let (built, paged) = (projection.built.clone(), projection.applied.clone());
    let views = start(&log, projection, LONG * 100).await;
    let in_one_go = digest(&views).await;
    views.rebuild("tally", |_| ()).await.unwrap();
    assert_eq!(digest(&views).await, in_one_go);
    assert_eq!((built.load(Ordering::SeqCst), paged.load(Ordering::SeqCst)), (0, LONG + 20));
}

/// Whether the planner of PostgreSQL knows what is in the table.
async fn is_known_to_the_planner(views: &Views) -> bool {
    let sql = "select count(*) from pg_stats where schemaname = current_schema() and tablename = 'tally'";
    views.get("tally").unwrap().fetch(sql, args![]).await.unwrap()[0].int(0).unwrap() > 0
}

/// How many there are of the index of the view.
async fn indexes(place: &Place, views: &Views) -> u64 {
    let index = if matches!(place.config().storage, Storage::Sqlite { .. }) {
        "select count(*) from sqlite_schema where name = 'tally_by_events'"
    } else {
        "select count(*) from pg_indexes where indexname = 'tally_by_events' and schemaname = current_schema()"
    };
    views.get("tally").unwrap().fetch_one(index, args![]).await.unwrap().count(0).unwrap()
}

/// What cannot be built in one go is built page by page, and nothing is left of what was tried.
pub async fn what_cannot_be_built_in_one_go_is_built_by_pages(place: Place) {
    let log = place.open().await;
    write(&log, "before", LONG as u128).await;
    let projection = tally(Way::Fails);
    let (built, paged) = (projection.built.clone(), projection.applied.clone());
    let views = start(&log, projection, LONG).await;
    let by_pages = digest(&views).await;
    assert_eq!((built.load(Ordering::SeqCst), paged.load(Ordering::SeqCst)), (LONG, LONG), "control: it was tried");
    views.stop().await;

    let views = start(&log, tally(Way::ByStream), LONG).await;
    views.rebuild("tally", |_| ()).await.unwrap();
    assert_eq!(digest(&views).await, by_pages);
}

/// A store that is away once is no reason to build by pages, which takes twice as long; one that is away again is.
pub async fn a_build_that_is_cut_off_is_tried_once_more(place: Place) {
    let log = place.open().await;
    write(&log, "before", LONG as u128).await;
    let mut digests = Vec::new();
    for (times, by_pages) in [(1, 0), (2, LONG)] {
        let projection = tally(Way::IsCutOff(times));
        let (built, paged) = (projection.built.clone(), projection.applied.clone());
        let views = start(&log, projection, LONG).await;
        if !digests.is_empty() {
            views.rebuild("tally", |_| ()).await.unwrap();
        }
        digests.push(digest(&views).await);
        assert_eq!((built.load(Ordering::SeqCst), paged.load(Ordering::SeqCst)), (2 * LONG, by_pages), "{times} times");
        views.stop().await;
    }
    assert_eq!(digests[0], digests[1]);
}

/// A view that answers, with nothing in it, does not answer while very much at once is built in one go: it holds a part.
/// PostgreSQL would have to wait for whoever reads it, and takes it in by pages.
pub async fn a_view_that_is_built_in_one_go_does_not_answer(place: Place) {
    let log = place.open().await;
    let projection = tally(Way::WaitsForTheEnd);
    let (built, paged) = (projection.built.clone(), projection.applied.clone());
    let views = start(&log, projection, LONG).await;
    views.catch_up().await.unwrap();
    let view = views.get("tally").unwrap();
    let ask = || view.fetch("select stream from tally", args![]);
    assert!(view.status().ready && ask().await.unwrap().is_empty(), "control: of an empty log it answers");
    let at_once: Vec<_> = (0..LONG as u128).map(|number| (counter(number), Expected::Any)).collect();
    log.append(append("at once", &at_once)).await.unwrap();
    if place.is_sqlite() {
        while built.load(Ordering::SeqCst) < LONG {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(!view.status().ready);
        assert!(matches!(ask().await, Err(ViewError::Building { view: "tally" })));
    } else {
        views.catch_up().await.unwrap();
        assert_eq!((ask().await.unwrap().len(), paged.load(Ordering::SeqCst)), (LONG, LONG));
    }
    views.stop().await;
    let views = start(&log, tally(Way::ByStream), LONG).await;
    views.catch_up().await.unwrap();
    let view = views.get("tally").unwrap();
    assert_eq!(view.fetch("select stream from tally", args![]).await.unwrap().len(), LONG);
}

/// Who is told to stop in the middle leaves nothing that counts, and whoever comes next begins anew.
pub async fn a_build_that_is_stopped_begins_anew(place: Place) {
    let log = place.open().await;
    write(&log, "before", LONG as u128).await;
    let projection = tally(Way::WaitsForTheEnd);
    let built = projection.built.clone();
    let impatient = WorkerOptions { stands_still: Duration::from_millis(200), ..options(LONG) };
    let views = Views::start(&log, vec![Arc::new(projection)], impatient.clone()).await.unwrap();
    while built.load(Ordering::SeqCst) < LONG {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!views.get("tally").unwrap().status().ready, "control: it is not done");
    let waits = tokio::time::timeout(Duration::from_millis(600), views.catch_up()).await;
    assert!(waits.is_err(), "it is no standstill: {waits:?}");
    // While it goes on, another process stands by and does not complain.
    let other = place.open().await;
    let projection = tally(Way::ByStream);
    let (built, paged) = (projection.built.clone(), projection.applied.clone());
    let beside = Views::start(&other, vec![Arc::new(projection)], impatient).await.unwrap();
    let waits = tokio::time::timeout(Duration::from_millis(900), beside.catch_up()).await;
    assert!(waits.is_err(), "it is none here either: {waits:?}");
    assert_eq!((beside.get("tally").unwrap().status().error, built.load(Ordering::SeqCst)), (None, 0));
    views.stop().await;

    beside.catch_up().await.unwrap();
    assert_eq!((built.load(Ordering::SeqCst), paged.load(Ordering::SeqCst)), (LONG, 0));
}

/// Nor does a process that dies in the middle, and another begins anew.
pub async fn a_build_whose_process_dies_is_begun_anew_by_another(place: Place) {
    let log = place.open().await;
    write(&log, "before", LONG as u128).await;
    let doomed = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let projection = tally(Way::WaitsForTheEnd);
    let begun = projection.built.clone();
    let (config, clock) = (place.config().clone(), place.clock.clock());
    doomed.spawn(async move {
        let log = EventLog::open(&config, clock).await.unwrap();
        let _views = start(&log, projection, LONG).await;
        std::future::pending::<()>().await;
    });
    while begun.load(Ordering::SeqCst) < LONG {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Its tasks end in the middle of whatever they are at, as with `kill -9`.
    doomed.shutdown_background();
    let projection = tally(Way::ByStream);
    let (built, paged) = (projection.built.clone(), projection.applied.clone());
    let views = start(&log, projection, LONG).await;
    let after_the_death = digest(&views).await;
    assert_eq!((built.load(Ordering::SeqCst), paged.load(Ordering::SeqCst)), (LONG, 0));
    views.rebuild("tally", |_| ()).await.unwrap();
    assert_eq!(digest(&views).await, after_the_death);
}

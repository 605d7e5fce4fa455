//! An invented registry: what the command says it recorded is what readers find, and a seed is all there is to it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use access::AccessProjection;
use dossiers::DossierProjection;
use eventlog::{EventLog, Position, Projection, Recorded, Views, WorkerOptions};
use events::{PlacementEvent, SessionEvent, SiteEvent};
use futures_util::TryStreamExt;
use kernel::{Day, DayRange, Hours, Period, PlacementId, SiteId, TeacherId};
use serde_json::Value;
use testkit::{InOneGo, Place, Registry};

use super::{on_both, program};

on_both!(
    what_a_simulation_says_it_recorded_is_what_readers_find,
    a_simulation_that_was_killed_goes_on_and_ends_as_if_it_had_not_been,
    a_registry_with_something_in_it_is_left_alone,
    read_models_built_in_one_go_are_those_built_page_by_page,
);

const UNTIL: &str = "2026-08-31";

fn arguments(seed: &'static str) -> [&'static str; 8] {
    ["simulate", "--teachers", "300", "--until", UNTIL, "--seed", seed, "--json"]
}

async fn what_a_simulation_says_it_recorded_is_what_readers_find(place: Place) {
    let registry = Registry::new(place);
    let said = program::json(&registry, &arguments("7"));
    let events = recorded(&registry).await;
    let said_kinds: BTreeMap<String, u64> = serde_json::from_value(said["simulated"]["kinds"].clone()).unwrap();
    assert_eq!(kinds(&events, said["simulated"]["import"].as_str().unwrap()), said_kinds);
    let dirt = |sort: &str| usize::try_from(said["simulated"]["dirt"][sort].as_u64().unwrap()).unwrap();
    assert_eq!(late(&events), dirt("late"));
    assert_eq!(two_sites_at_once(&events), dirt("two_sites_at_once"));
    assert_eq!(above_eight_hours(&events), dirt("above_eight_hours"));
    assert_eq!(base_not_approved(&events), dirt("base_not_approved"));
    assert_eq!(voided(&events), dirt("voided"));
    let kind = |kind: &str| usize::try_from(said_kinds.get(kind).copied().unwrap_or(0)).unwrap();
    assert_eq!(kind("session.roster_amended"), dirt("roster_amended"));
    assert_eq!(kind("teacher.fact_disputed"), dirt("disputed"));
    assert!(dirt("duplicate") > 0 && dirt("late") > 0 && dirt("base_not_approved") > 0);
    answers(&registry);
    let again = program::json(&registry, &arguments("7"));
    assert_eq!((&again["position"], &again["simulated"]["recorded"]), (&said["position"], &Value::from(0)));
    let same = Registry::new(Place::sqlite());
    program::json(&same, &arguments("7"));
    assert!(digests(&recorded(&same).await) == digests(&events), "the same seed gave another log");
}

/// What the product answers about it: nobody is missing, the log is whole, the read models are what the log says.
fn answers(registry: &Registry) {
    let listed = program::json(registry, &["coverage", "--as-of", UNTIL, "--by", "province", "--json"]);
    assert_eq!(listed["rows"].as_array().unwrap().len(), 32, "31 provinces and the XPCC");
    let nation = program::json(registry, &["coverage", "--as-of", UNTIL, "--json"])["rows"][0].clone();
    let share = nation["recognised"].as_f64().unwrap() / nation["specialised"].as_f64().unwrap();
    assert!((0.46..0.66).contains(&share), "{share} of the specialised teachers are recognised");
    assert_eq!(program::json(registry, &["log", "verify", "--json"])["fault"], Value::Null);
    let rebuilt = program::output(registry, &["rebuild"]);
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
}

async fn a_simulation_that_was_killed_goes_on_and_ends_as_if_it_had_not_been(place: Place) {
    let whole = Registry::new(Place::sqlite());
    program::json(&whole, &arguments("3"));
    let registry = Registry::new(place);
    let mut delay = Duration::from_millis(200);
    while recorded(&registry).await.len() < 1_000 {
        let mut command = program::command(&registry, &arguments("3"));
        let mut running = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(delay).await;
        running.kill().unwrap();
        running.wait().unwrap();
        delay += Duration::from_millis(200);
    }
    let said = program::json(&registry, &arguments("3"));
    let (events, expected) = (recorded(&registry).await, recorded(&whole).await);
    let ids = |events: &[Recorded]| events.iter().map(|event| event.id).collect::<BTreeSet<_>>();
    assert_eq!(ids(&events), ids(&expected));
    assert_eq!(events.len(), expected.len(), "something was recorded twice");
    assert_eq!(program::json(&registry, &["log", "verify", "--json"])["fault"], Value::Null);
    assert_eq!(program::json(&registry, &arguments("3"))["position"], said["position"]);
}

async fn a_registry_with_something_in_it_is_left_alone(place: Place) {
    let registry = Registry::new(place);
    let imported = program::import(&registry)["position"].clone();
    let refused = program::output(&registry, &arguments("1"));
    assert_eq!(refused.status.code(), Some(6));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--into-existing"));
    assert_eq!(program::json(&registry, &["log", "verify", "--json"])["position"], imported);
    let mut beside = arguments("1").to_vec();
    beside.push("--into-existing");
    let said = program::json(&registry, &beside);
    assert_eq!(said["simulated"]["kinds"]["teacher.registered"], 300);
    let nation = program::json(&registry, &["coverage", "--as-of", UNTIL, "--by", "province", "--json"]);
    assert_eq!(nation["rows"].as_array().unwrap().len(), 32);
    assert_eq!(program::json(&registry, &beside)["simulated"]["known_already"], true);
}

async fn read_models_built_in_one_go_are_those_built_page_by_page(place: Place) {
    let registry = Registry::new(place);
    program::json(&registry, &[&arguments("7")[..], &["--log-only"]].concat());
    let log = registry.place().open().await;
    let by_pages = built(&log, DossierProjection, u64::MAX).await;
    assert_eq!(built(&log, InOneGo(DossierProjection), 1).await, by_pages);
    let by_pages = built(&log, AccessProjection, u64::MAX).await;
    assert_eq!(built(&log, InOneGo(AccessProjection), 1).await, by_pages);
    log.close().await;
}

/// What a read model holds that was built in one go from so many events on.
async fn built(log: &EventLog, projection: impl Projection, in_one_go_from: u64) -> [u8; 32] {
    let (name, options) = (projection.name(), WorkerOptions { in_one_go_from, pile: 500, ..WorkerOptions::default() });
    let views = Views::start(log, vec![Arc::new(projection)], options).await.unwrap();
    views.catch_up().await.unwrap();
    views.rebuild(name, |_| ()).await.unwrap();
    views.catch_up().await.unwrap();
    let digest = views.get(name).unwrap().digest().await.unwrap();
    views.stop().await;
    digest
}

#[test]
fn to_record_a_registry_and_to_verify_the_log_builds_no_read_model() {
    let registry = Registry::new(Place::sqlite());
    program::json(&registry, &[&arguments("7")[..], &["--log-only"]].concat());
    let read_models = || {
        let files = std::fs::read_dir(registry.config().data.join("views")).into_iter().flatten();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".db")).collect::<BTreeSet<_>>()
    };
    assert_eq!(read_models(), BTreeSet::new());
    assert_eq!(program::json(&registry, &["log", "verify", "--json"])["fault"], Value::Null);
    assert_eq!(read_models(), BTreeSet::new());
    program::json(&registry, &["coverage", "--as-of", UNTIL, "--json"]);
    assert!(read_models().len() > 1, "control: a question builds them");
}

/// A disk that is full in the middle of it: the command says so, what is on record is sound, and it goes on when there is
/// room.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_simulation_that_has_no_room_left_says_so_and_goes_on_later() {
    let registry = Registry::new(Place::sqlite());
    let asked = [&arguments("3")[..], &["--log-only"]].concat();
    let program = program::command(&registry, &asked);
    // No file may grow beyond 1.5 MiB; a write that would make it do so is refused.
    let limited = "trap '' XFSZ; ulimit -f 1536; exec \"$0\" \"$@\"";
    let mut shell = std::process::Command::new("bash");
    shell.args(["-c", limited]).arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let refused = shell.output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("can no longer be relied upon"), "{said}");
    assert!(said.contains("disk I/O error"), "{said}");
    let before = recorded(&registry).await.len();
    assert_eq!(program::json(&registry, &["log", "verify", "--json"])["fault"], Value::Null);
    let report = program::json(&registry, &asked);
    assert!(
        before > 100 && report["simulated"]["known_already"] != true,
        "control: it had begun and was not at its end"
    );
    let whole = Registry::new(Place::sqlite());
    program::json(&whole, &asked);
    let ids = |events: Vec<Recorded>| events.iter().map(|event| event.id).collect::<BTreeSet<_>>();
    let events = recorded(&registry).await;
    assert_eq!(events.len(), recorded(&whole).await.len(), "something was recorded twice");
    assert_eq!(ids(events), ids(recorded(&whole).await));
}

/// Everything on record, in its order.
async fn recorded(registry: &Registry) -> Vec<Recorded> {
    let log = registry.place().open().await;
    let events = log.scan(0, Position::START).try_collect().await.unwrap();
    log.close().await;
    events
}

/// What is the same in two logs, whoever keeps their keys.
fn digests(events: &[Recorded]) -> Vec<([u8; 32], &[u8])> {
    events.iter().map(|event| (event.hash, event.payload.as_slice())).collect()
}

/// How many of each kind a batch recorded, apart from the batch itself.
fn kinds(events: &[Recorded], import: &str) -> BTreeMap<String, u64> {
    let mut kinds = BTreeMap::new();
    for event in events {
        if event.correlation.to_string() == import && event.stream.category() != "import" {
            *kinds.entry(format!("{}.{}", event.stream.category(), event.kind)).or_default() += 1;
        }
    }
    kinds
}

/// Sessions held, placements completed and achievements that were recorded more than 300 days after they happened.
fn late(events: &[Recorded]) -> usize {
    let told = ["held", "completed", "achievement_recorded"];
    let is_late = |event: &&Recorded| event.recorded_at.day().days_since(event.occurred_on) > 300;
    events.iter().filter(|event| told.contains(&event.kind.as_str())).filter(is_late).count()
}

fn voided(events: &[Recorded]) -> usize {
    events.iter().filter(|event| ["voided", "fact_voided"].contains(&event.kind.as_str())).count()
}

fn above_eight_hours(events: &[Recorded]) -> usize {
    let logged = events.iter().filter(|event| event.is::<PlacementEvent>()).map(|event| event.event().unwrap());
    logged
        .filter(
            |event| matches!(event, PlacementEvent::DaysLogged { hours_a_day, .. } if *hours_a_day > Hours::whole(8)),
        )
        .count()
}

/// Pairs of doings of one person whose days overlap: placements with placements, placements with sessions, and
/// sessions with sessions, whether or not they were voided later.
fn two_sites_at_once(events: &[Recorded]) -> usize {
    let mut doings: BTreeMap<TeacherId, Vec<DayRange>> = BTreeMap::new();
    let mut started: BTreeMap<PlacementId, (TeacherId, Day)> = BTreeMap::new();
    let mut scheduled = BTreeMap::new();
    for event in events {
        let id = event.stream.id();
        if event.is::<PlacementEvent>() {
            match event.event().unwrap() {
                PlacementEvent::Started { on, teacher, .. } => {
                    started.insert(PlacementId::new(id), (teacher, on));
                }
                PlacementEvent::Completed { last_day, .. } => {
                    let (teacher, on) = started[&PlacementId::new(id)];
                    doings.entry(teacher).or_default().push(DayRange::new(on, last_day).unwrap());
                }
                _ => {}
            }
        } else if event.is::<SessionEvent>() {
            match event.event().unwrap() {
                SessionEvent::Scheduled(programme) => drop(scheduled.insert(id, programme.dates)),
                SessionEvent::Held { roster, .. } => {
                    for attendance in roster {
                        doings.entry(attendance.teacher).or_default().push(scheduled[&id]);
                    }
                }
                _ => {}
            }
        }
    }
    let pairs = |dates: &Vec<DayRange>| {
        let later =
            |(place, one): (usize, &DayRange)| dates[place + 1..].iter().filter(|other| one.overlaps(**other)).count();
        dates.iter().enumerate().map(later).sum::<usize>()
    };
    doings.values().map(pairs).sum()
}

/// Sessions on days of which one at least no approval of the base covers.
fn base_not_approved(events: &[Recorded]) -> usize {
    let mut approved: BTreeMap<SiteId, Vec<Period>> = BTreeMap::new();
    let mut withdrawn: BTreeMap<SiteId, Day> = BTreeMap::new();
    let mut held = Vec::new();
    for event in events {
        if event.is::<SiteEvent>() {
            let site = SiteId::new(event.stream.id());
            match event.event().unwrap() {
                SiteEvent::Approved { period, .. } | SiteEvent::Renewed { period, .. } => {
                    approved.entry(site).or_default().push(period);
                }
                SiteEvent::Withdrawn { on, .. } => drop(withdrawn.insert(site, on)),
                SiteEvent::ApprovalVoided { .. } => unreachable!("no approval is voided"),
            }
        } else if event.is::<SessionEvent>()
            && let SessionEvent::Scheduled(programme) = event.event().unwrap()
        {
            held.push((programme.base, programme.dates));
        }
    }
    let is_approved = |base: SiteId, day: Day| {
        approved[&base].iter().any(|period| period.contains(day)) && withdrawn.get(&base).is_none_or(|on| day < *on)
    };
    let wrong = |(base, dates): &&(SiteId, DayRange)| {
        (0..dates.days()).any(|days| !is_approved(*base, dates.from().plus_days(days)))
    };
    held.iter().filter(wrong).count()
}

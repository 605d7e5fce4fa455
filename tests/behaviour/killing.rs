//! `kill -9`, again and again, in the middle of writing: whatever was acknowledged is there, once.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use eventlog::{EventLog, Position, Storage};
use testkit::Place;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// How often the writer is killed.
const KILLS: u64 = 50;

/// What the writer has said so far.
#[derive(Default)]
struct Heard {
    begun: BTreeSet<u64>,
    acknowledged: BTreeSet<u64>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_on_sqlite() {
    survive(&Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_on_postgres() {
    survive(&Place::postgres().await).await;
}

async fn survive(place: &Place) {
    let mut heard = Heard::default();
    let mut dice = 20_261_122;
    for _ in 0..KILLS {
        write_and_kill(place, "after", &mut dice, &mut heard).await;
    }
    // A last run answers what was left open, then stops by itself.
    let open = heard.begun.difference(&heard.acknowledged).copied().collect::<Vec<_>>();
    write_and_kill(place, "only", &mut dice, &mut heard).await;
    assert!(open.iter().all(|number| heard.acknowledged.contains(number)), "every repetition was answered");
    assert!(heard.acknowledged.len() > 20, "{} acknowledged", heard.acknowledged.len());
    let log = place.open().await;
    assert_eq!(kept(&log, &heard.acknowledged).await, Ok(()));
    assert_eq!(log.verify(|_| ()).await.unwrap().fault, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn control_a_writer_that_acknowledges_first_is_found_out() {
    let place = Place::sqlite();
    let (mut heard, mut dice) = (Heard::default(), 7);
    for _ in 0..5 {
        write_and_kill(&place, "before", &mut dice, &mut heard).await;
    }
    let fault = kept(&place.open().await, &heard.acknowledged).await;
    assert!(fault.is_err_and(|fault| fault.contains("lost")));
}

/// Whether every acknowledged number stands in the log, and none twice.
async fn kept(log: &EventLog, acknowledged: &BTreeSet<u64>) -> Result<(), String> {
    let events = log.read(0, Position::START, u32::MAX).await.unwrap().events;
    let written: BTreeSet<u64> =
        events.iter().map(|event| u64::try_from(event.stream.id().as_u128()).unwrap()).collect();
    if written.len() != events.len() {
        return Err(format!("{} events doubled", events.len() - written.len()));
    }
    let lost: Vec<_> = acknowledged.difference(&written).collect();
    if lost.is_empty() { Ok(()) } else { Err(format!("lost: {lost:?}")) }
}

/// Starts the writer on what is open and on new numbers, lets it run for a random while, and kills it.
async fn write_and_kill(place: &Place, mode: &str, dice: &mut u64, heard: &mut Heard) {
    let open: Vec<String> = heard.begun.difference(&heard.acknowledged).map(u64::to_string).collect();
    let next = heard.begun.last().map_or(1, |last| last + 1);
    let (kind, location) = match &place.config().storage {
        Storage::Sqlite { dir } => ("sqlite", dir.to_string_lossy().into_owned()),
        Storage::Postgres { url, .. } => ("postgres", url.clone()),
    };
    let mut child = Command::new(env!("CARGO_BIN_EXE_writer"))
        .args([mode, kind, &location, &next.to_string(), &open.join(",")])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next_line().await.unwrap();
    note(first, heard);
    if mode != "only" {
        *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Half of them die at any moment from their first words on, the others once they are at full speed.
        let before = heard.acknowledged.len();
        while *dice >> 63 == 1 && heard.acknowledged.len() == before {
            note(lines.next_line().await.unwrap(), heard);
        }
        let until = tokio::time::Instant::now() + Duration::from_micros((*dice >> 33) % 60_000);
        while let Ok(line) = tokio::time::timeout_at(until, lines.next_line()).await {
            note(line.unwrap(), heard);
        }
        child.start_kill().unwrap();
    }
    // What it had said before it died still counts.
    while let Some(line) = lines.next_line().await.unwrap() {
        note(Some(line), heard);
    }
    child.wait().await.unwrap();
}

fn note(line: Option<String>, heard: &mut Heard) {
    let line = line.expect("the writer ended by itself");
    let (word, number) = line.split_once(' ').unwrap();
    // A line cut short by the kill says nothing: every whole one ends in a full stop.
    let Some(number) = number.strip_suffix('.') else { return };
    let number = number.parse().unwrap();
    if word == "done" {
        return;
    }
    heard.begun.insert(number);
    if word == "acknowledged" {
        heard.acknowledged.insert(number);
    }
}

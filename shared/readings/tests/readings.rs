//! The log of readings, as a process uses it.
#![expect(clippy::unwrap_used, reason = "a test's way to fail is to panic")]

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use eventlog::{Append, Context, EventLog, Expected, LogConfig, NewEvent, Position, SideStore, StreamId, args};
use events::ReadingEvent;
use kernel::vocabulary::{Capacity, Purpose};
use kernel::{AccountId, Actor, Agent, Chance, Clock, CommandId, CorrelationId, EventId, Instant, TeacherId};
use readings::{Looked, Reading, Readings, ReadingsError, Reference};
use tempfile::TempDir;
use uuid::Uuid;

/// A folder of a test's own, and how a register's log is kept in it.
fn place() -> (LogConfig, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (LogConfig::sqlite(folder.path()), folder)
}

/// A clock that moves a microsecond each time it is read.
fn clock() -> Clock {
    let micros = AtomicI64::new(Instant::parse("2026-11-22T08:00:00Z").unwrap().as_micros());
    Clock::new(move || Instant::from_micros(micros.fetch_add(1, Ordering::SeqCst)))
}

/// Bytes that no other call in this process has.
fn chance() -> Chance {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Chance::new(|bytes| {
        let next = NEXT.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        let from = next.len().saturating_sub(bytes.len());
        bytes.iter_mut().rev().zip(next[from..].iter().rev()).for_each(|(to, from)| *to = *from);
    })
}

async fn open(config: &LogConfig) -> Readings {
    Readings::open(config, clock(), chance()).await.unwrap()
}

/// The log itself, as another process sees it.
async fn log(config: &LogConfig) -> EventLog {
    EventLog::open(&config.beside("readings"), clock()).await.unwrap()
}

fn teacher(number: u128) -> TeacherId {
    TeacherId::new(Uuid::from_u128(number))
}

fn account(number: u128) -> AccountId {
    AccountId::new(Uuid::from_u128(0xacc << 64 | number))
}

fn actor() -> Actor {
    Actor { agent: Agent::parse("hr-desk").unwrap(), capacity: Capacity::SchoolHr, organisation: None }
}

fn reading(by: u128, subjects: impl IntoIterator<Item = u128>) -> Reading {
    Reading {
        account: account(by),
        actor: actor(),
        subjects: subjects.into_iter().map(teacher).collect(),
        operation: "qualification_status",
        purpose: Purpose::Verification,
        reference: Some(Reference::parse("HR-7").unwrap()),
        correlation: CorrelationId::new(Uuid::from_u128(9)),
    }
}

async fn all_of(readings: &Readings, subject: u128) -> Vec<Looked> {
    readings.of_subject(teacher(subject), None, 10_000).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_is_on_record_when_recording_returns_and_after_a_restart() {
    let (config, _folder) = place();
    let readings = open(&config).await;
    readings.record(reading(1, [7, 8, 7])).await.unwrap();

    let other = log(&config).await;
    let events = other.read(0, Position::START, 10).await.unwrap().events;
    assert_eq!(events.len(), 1, "another process reads it before anything is closed");
    assert_eq!(events[0].stream, StreamId::of::<ReadingEvent>(account(1).uuid()));
    assert_eq!(events[0].actor, actor());
    let ReadingEvent::Looked { subjects, on, .. } = events[0].event().unwrap();
    assert_eq!((subjects, on.to_string()), (vec![teacher(7), teacher(8)], "2026-11-22".to_owned()));
    other.close().await;
    readings.close().await;

    let again = open(&config).await;
    let found = all_of(&again, 7).await;
    assert_eq!(found.len(), 1);
    let looked = &found[0];
    assert_eq!((looked.position, looked.account, looked.subjects), (1, account(1), 2));
    assert_eq!((looked.at, looked.at.day()), (events[0].recorded_at, on));
    assert_eq!((looked.capacity, looked.organisation), (Capacity::SchoolHr, None));
    assert_eq!((looked.operation.as_str(), looked.purpose), ("qualification_status", Purpose::Verification));
    assert_eq!(looked.reference.as_deref(), Some("HR-7"));
    assert_eq!(again.of_account(account(1), None, 10).await.unwrap(), found);
    assert_eq!(again.of_account(account(2), None, 10).await.unwrap(), vec![], "control: another account");
    assert_eq!(all_of(&again, 9).await, vec![], "control: somebody nobody looked at");
    again.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_at_once_are_all_there_once_and_share_commits() {
    let (config, _folder) = place();
    let readings = open(&config).await;
    let recording = (0..200).map(|n: u128| {
        let readings = readings.clone();
        tokio::spawn(async move { readings.record(reading(n % 10, [1, 1_000 + n])).await })
    });
    for recorded in recording.collect::<Vec<_>>() {
        recorded.await.unwrap().unwrap();
    }
    let found = all_of(&readings, 1).await;
    assert_eq!(found.iter().map(|looked| looked.position).collect::<HashSet<_>>().len(), 200);
    assert_eq!(found.len(), 200);
    for n in 0..200 {
        assert_eq!(all_of(&readings, 1_000 + n).await.len(), 1, "{n}");
    }
    for n in 0..10 {
        assert_eq!(readings.of_account(account(n), None, 1_000).await.unwrap().len(), 20, "{n}");
    }
    // The clock moves with each commit and is read once for it.
    let commits = found.iter().map(|looked| looked.at).collect::<HashSet<_>>().len();
    assert!(commits < 100, "{commits} commits for 200 readings");
    let report = Readings::verify_log(&config, clock()).await.unwrap();
    assert_eq!((report.events, report.fault), (200, None));
    readings.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_newest_first_without_gaps_or_doubles() {
    let (config, _folder) = place();
    let readings = open(&config).await;
    for n in 0..25 {
        // Between those of the person asked about there are others.
        readings.record(reading(1, [7, 100 + n])).await.unwrap();
        readings.record(reading(2, [8])).await.unwrap();
    }
    let whole = all_of(&readings, 7).await;
    assert_eq!(whole.len(), 25);
    assert!(whole.is_sorted_by(|newer, older| newer.position > older.position && newer.at > older.at));
    let positions: Vec<u64> = whole.iter().map(|looked| looked.position).collect();
    for size in [1, 4, 25] {
        let (mut of_subject, mut before) = (Vec::new(), Some(positions[0] + 1));
        while let Some(after) = before {
            let page = readings.of_subject(teacher(7), Some(after), size).await.unwrap();
            // What comes in between two pages is in neither.
            readings.record(reading(3, [7])).await.unwrap();
            before = page.last().map(|looked| looked.position);
            of_subject.extend(page.into_iter().map(|looked| looked.position));
            assert!(of_subject.len() <= positions.len(), "a page goes back over another");
        }
        assert_eq!(of_subject, positions, "in pages of {size}");

        let (mut of_account, mut page) = (Vec::new(), readings.of_account(account(1), None, size).await.unwrap());
        while let Some(last) = page.last().map(|looked| looked.position) {
            of_account.extend(page.into_iter().map(|looked| looked.position));
            assert!(of_account.len() <= positions.len(), "a page goes back over another");
            page = readings.of_account(account(1), Some(last), size).await.unwrap();
        }
        assert_eq!(of_account, positions, "in pages of {size}");
    }
    let newest = readings.of_subject(teacher(7), None, 1).await.unwrap();
    assert_eq!(newest[0].account, account(3), "control: without a position the first page begins at the newest");
    readings.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_becomes_several_readings_and_a_reading_of_nobody_none() {
    let (config, _folder) = place();
    let readings = open(&config).await;
    readings.record(reading(1, [])).await.unwrap();
    assert_eq!(readings.of_account(account(1), None, 10).await.unwrap(), vec![]);
    assert_eq!(Readings::verify_log(&config, clock()).await.unwrap().events, 0);

    readings.record(reading(1, (1..=20_001).rev())).await.unwrap();
    let found = readings.of_account(account(1), None, 10).await.unwrap();
    assert_eq!(found.iter().map(|looked| looked.subjects).collect::<Vec<_>>(), [1, 10_000, 10_000]);
    assert_eq!(found.iter().map(|looked| looked.at).collect::<HashSet<_>>().len(), 1, "in one commit");
    let mut people = Vec::new();
    for looked in found.iter().rev() {
        let mut after = None;
        loop {
            let page = readings.subjects(looked.position, after, 3_000).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(*last);
            people.extend(page);
        }
    }
    assert_eq!(people, (1..=20_001).map(teacher).collect::<Vec<_>>());
    for subject in [1, 10_000, 10_001, 20_001] {
        assert_eq!(all_of(&readings, subject).await.len(), 1, "{subject}");
    }
    assert_eq!(readings.subjects(4, None, 10).await.unwrap(), vec![], "control: there is no such reading");
    readings.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_an_error() {
    let (config, _folder) = place();
    let readings = open(&config).await;
    readings.record(reading(1, [7])).await.unwrap();
    let tables = SideStore::open(&config.beside("readings"), "log", "select 1").await.unwrap();
    tables.execute("alter table event rename to elsewhere", vec![]).await.unwrap();
    let refused = readings.record(reading(2, [7])).await;
    assert!(matches!(refused, Err(ReadingsError::Record(_))), "{refused:?}");
    tables.execute("alter table elsewhere rename to event", vec![]).await.unwrap();
    tables.close().await;
    readings.record(reading(3, [7])).await.unwrap();
    let found = all_of(&readings, 7).await;
    assert_eq!(found.iter().map(|looked| looked.account).collect::<Vec<_>>(), [account(3), account(1)]);

    readings.close().await;
    let refused = readings.record(reading(4, [7])).await;
    assert!(matches!(refused, Err(ReadingsError::Record(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_is_built_again_answers_the_same() {
    let (config, _folder) = place();
    let readings = open(&config).await;
    for n in 0..250 {
        readings.record(reading(n % 3, [7, n])).await.unwrap();
    }
    let before = all_of(&readings, 7).await;
    readings.rebuild().await.unwrap();
    assert_eq!(readings.status()[0].generation, 2);
    assert_eq!(all_of(&readings, 7).await, before);
    assert_eq!(before.len(), 250);
    readings.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_leaves_the_register_where_it_is() {
    let (config, _folder) = place();
    let config = config.with_partitions(4);
    let register = EventLog::open(&config, clock()).await.unwrap();
    let stream = StreamId::new("reading", Uuid::from_u128(1)).unwrap();
    let command = CommandId::derived("the register's own");
    let own = ReadingEvent::Looked {
        on: kernel::Day::parse("2026-11-22").unwrap(),
        subjects: vec![teacher(7)],
        operation: "none".to_owned(),
        purpose: Purpose::Operations,
        reference: None,
    };
    let event = NewEvent::of(&stream, EventId::of(command, 0), &own).unwrap();
    let correlation = CorrelationId::new(Uuid::from_u128(9));
    let context = Context { command, actor: actor(), correlation, causation: None, key: None };
    let append = Append { context, expectations: vec![(stream, Expected::None)], events: vec![event] };
    register.append(append).await.unwrap();

    let readings = open(&config).await;
    let before = register.present().await.unwrap();
    assert_eq!(before.events(), 1);
    for _ in 0..10 {
        readings.record(reading(1, [7])).await.unwrap();
    }
    assert_eq!(register.present().await.unwrap(), before);
    assert_eq!(all_of(&readings, 7).await.len(), 10, "control: they are recorded, and the register's own is not one");
    assert_eq!(log(&config.clone().with_partitions(1)).await.present().await.unwrap().events(), 10);
    assert_eq!(register.verify(|_| ()).await.unwrap().fault, None);
    readings.close().await;
    register.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_ids_and_codes_is_kept() {
    let (config, folder) = place();
    let readings = open(&config).await;
    readings.record(reading(1, [7, 8])).await.unwrap();
    all_of(&readings, 7).await;
    readings.close().await;

    let mut kept = Vec::new();
    let events = log(&config).await.read(0, Position::START, 10).await.unwrap().events;
    let payload: serde_json::Value = serde_json::from_slice(&events[0].payload).unwrap();
    texts(&payload, &mut kept);
    let views = folder.path().join("readings/views");
    std::fs::copy(views.join("readings.v1.g1.db"), views.join("copy.db")).unwrap();
    let copy = SideStore::open(&LogConfig::sqlite(&views), "copy", "select 1").await.unwrap();
    for sql in ["select * from reading", "select * from subject"] {
        let rows = copy.fetch(sql, args![]).await.unwrap();
        assert!(!rows.is_empty());
        kept.extend(rows.iter().flat_map(|row| row.values()).filter_map(|value| match value {
            eventlog::Value::Text(text) => Some(text.clone()),
            _ => None,
        }));
    }
    assert!(kept.iter().any(|text| *text == teacher(7).to_string()));
    assert_eq!(kept.iter().filter(|text| !plain(text)).collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(!plain("王小明") && !plain("11010519491231002X"), "control: a name and an id number are found");
}

/// Whether it looks like an id, a code, a day or a reference.
fn plain(text: &str) -> bool {
    Reference::parse(text).is_ok()
}

fn texts(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => found.push(text.clone()),
        serde_json::Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        serde_json::Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            found.push(name.clone());
            texts(value, found);
        }),
        _ => {}
    }
}

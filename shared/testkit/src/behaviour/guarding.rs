//! The log against whoever would change it.

use eventlog::{AppendError, EventLog, Expected, OpenError, Position, Recorded, SideStore, Version, args};
use futures_util::TryStreamExt;

use crate::Place;
use crate::behaviour::counter::{append, counter};

const COLUMNS: &str = "partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at, agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash";

/// Attacks that both databases must refuse.
const ATTACKS: [&str; 11] = [
    "update event set kind = 'forged' where position = 2",
    "update event set position = 9 where position = 3",
    "update event set payload = hash",
    "delete from event where position = 2",
    "delete from event",
    "update head set position = 1",
    "delete from head",
    "update meta set content = '7' where name = 'partitions'",
    "delete from meta",
    "update caller_key set spans = ''",
    "delete from caller_key",
];

/// The other ways in that SQLite has.
const ATTACKS_ON_SQLITE: [&str; 9] = [
    "insert or replace into event select partition, position, category, stream, version, id, 'forged', schema_version, occurred_on, recorded_at, agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash from event where position = 2",
    "replace into event select partition, 4, category, stream, version, id, 'forged', schema_version, occurred_on, recorded_at, agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash from event where position = 2",
    "insert into event select partition, 9, category, stream, 9, id, kind, schema_version, occurred_on, recorded_at, agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash from event where position = 2",
    "insert into event select partition, 4, category, stream, 9, id, kind, schema_version, occurred_on, recorded_at, agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash from event where position = 2",
    "insert or replace into event (rowid, partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at, agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash) select 2, partition, 4, category, stream, 4, id, kind, schema_version, occurred_on, recorded_at, agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash from event where position = 3",
    "insert or replace into head (partition, position, recorded_at) values (0, 1, 0)",
    "insert or replace into meta (name, content) values ('partitions', '7')",
    "insert or replace into caller_key select agent, name, fingerprint, command, '' from caller_key",
    "update or replace event set position = 1 where position = 2",
];

/// The other ways in that PostgreSQL has.
const ATTACKS_ON_POSTGRES: [&str; 6] = [
    "truncate event",
    "truncate head, meta, caller_key",
    "with gone as (delete from event returning position) select count(*) from gone",
    "insert into event select * from event on conflict (partition, position) do update set kind = 'forged'",
    "set local session_replication_role = replica; delete from event",
    "set local session_replication_role = replica; update event set kind = 'forged'",
];

/// What makes the table of events as it was in format 1.
const SQLITE_BEFORE: [&str; 5] = [
    "alter table event rename to newer",
    "create table event (partition integer not null, position integer not null, category text not null, stream blob not null, version integer not null, id blob not null, kind text not null, schema_version integer not null, occurred_on integer not null, recorded_at integer not null, agent text not null, capacity text not null, organisation blob, command blob not null, correlation blob not null, causation blob, encoding integer not null, payload blob not null, algorithm integer not null, hash blob not null, primary key (partition, position), unique (partition, category, stream, version))",
    "insert into event select * from newer",
    "drop table newer",
    "create trigger event_is_only_appended before insert on event begin select 1; end",
];
const POSTGRES_BEFORE: [&str; 1] = [
    "alter table event drop constraint event_stream_category_partition_version_key, add unique (partition, category, stream, version)",
];

/// No statement changes or removes what is recorded.
pub async fn what_is_recorded_cannot_be_changed(place: Place) {
    let log = place.open().await;
    for number in 1..=3 {
        let mut append = append(&format!("{number}"), &[(counter(7), Expected::Any)]);
        append.context.key = Some(super::counter::key(&format!("key-{number}"), 1));
        log.append(append).await.unwrap();
    }
    assert!(COLUMNS.split(", ").count() == 20);
    let store = place.back_door().await;
    let own: &[&'static str] = if place.is_sqlite() { &ATTACKS_ON_SQLITE } else { &ATTACKS_ON_POSTGRES };
    for attack in ATTACKS.iter().chain(own) {
        assert!(attempt(&store, attack).await.is_err(), "went through: {attack}");
        assert_eq!(log.verify(|_| ()).await.unwrap().fault, None, "{attack}");
    }
    log.append(append("unharmed", &[(counter(7), Expected::Any)])).await.unwrap();

    // Control: without its trigger the first attack goes through, and `verify` tells.
    disarm(&place, &store).await;
    attempt(&store, ATTACKS[0]).await.unwrap();
    assert!(log.verify(|_| ()).await.unwrap().fault.is_some());
}

/// Statements separated by `; ` in one transaction.
async fn attempt(store: &SideStore, attack: &'static str) -> Result<(), eventlog::Failure> {
    store
        .transaction(move |tx| {
            Box::pin(async move {
                for statement in attack.split("; ") {
                    tx.execute(statement, args![]).await?;
                }
                Ok(())
            })
        })
        .await
}

pub(super) async fn disarm(place: &Place, store: &SideStore) {
    let triggers: &[&'static str] = if place.is_sqlite() {
        &["drop trigger event_is_never_changed", "drop trigger event_is_never_removed"]
    } else {
        &["drop trigger event_is_never_changed on event"]
    };
    for trigger in triggers {
        store.execute(trigger, args![]).await.unwrap();
    }
}

/// Whoever gets past the triggers is found out: a changed event, a missing one, a changed order.
pub async fn verify_names_the_first_fault(place: Place) {
    let log = place.open().await;
    for number in 1..=6 {
        log.append(append(&format!("{number}"), &[(counter(number % 2), Expected::Any)])).await.unwrap();
    }
    let mut done = 0;
    let report = log.verify(|events| done = events).await.unwrap();
    assert_eq!((report.events, report.fault, done), (6, None, 6));
    let store = place.back_door().await;
    disarm(&place, &store).await;
    let forge = "update event set recorded_at = recorded_at + 1 where position = 5";
    store.execute(forge, args![]).await.unwrap();
    assert_eq!(fault(&log).await, 5);
    store.execute("update event set kind = 'forged' where position = 3", args![]).await.unwrap();
    assert_eq!(fault(&log).await, 3);
    store.execute("delete from event where position = 2", args![]).await.unwrap();
    assert_eq!(fault(&log).await, 2);
    store.execute("delete from event where position > 1", args![]).await.unwrap();
    assert_eq!(fault(&log).await, 2, "also a lost tail");
}

async fn fault(log: &EventLog) -> u64 {
    log.verify(|_| ()).await.unwrap().fault.unwrap().position.0
}

/// A log that this program cannot serve faithfully is not opened, and says why.
pub async fn a_newer_a_damaged_and_a_differently_cut_log_refuse_to_open(place: Place) {
    let log = place.open().await;
    log.append(append("first", &[(counter(1), Expected::None)])).await.unwrap();
    log.close().await;
    place.open().await.close().await;

    let cut = place.config().clone().with_partitions(2);
    let refused = EventLog::open(&cut, place.clock.clock()).await.unwrap_err();
    assert!(matches!(refused, OpenError::Partitions { found: 1, asked: 2 }), "{refused}");

    let store = place.back_door().await;
    store.execute("insert into migration (format, checksum) values (99, '')", args![]).await.unwrap();
    let refused = EventLog::open(place.config(), place.clock.clock()).await.unwrap_err();
    assert!(matches!(refused, OpenError::Newer { found: 99, .. }), "{refused}");
    assert!(refused.to_string().contains("newer program"));
    store.execute("delete from migration where format = 99", args![]).await.unwrap();
    place.open().await.close().await;

    store.execute("update migration set checksum = 'other'", args![]).await.unwrap();
    let refused = EventLog::open(place.config(), place.clock.clock()).await.unwrap_err();
    assert!(matches!(refused, OpenError::Corrupt(_)), "{refused}");
    store.close().await;

    if let eventlog::Storage::Sqlite { dir } = &place.config().storage {
        for ending in ["log.db-wal", "log.db-shm"] {
            std::fs::remove_file(dir.join(ending)).ok();
        }
        std::fs::write(dir.join("log.db"), [b'x'; 8_192]).unwrap();
        let refused = EventLog::open(place.config(), place.clock.clock()).await.unwrap_err();
        assert!(matches!(refused, OpenError::Corrupt(_)), "{refused}");
    }
}

/// A log of format 1, which kept a row a stream besides, is taken over as it is, and goes on.
pub async fn a_log_of_the_format_before_is_taken_over(place: Place) {
    let log = place.open().await;
    log.append(append("first", &[(counter(1), Expected::None), (counter(2), Expected::None)])).await.unwrap();
    log.append(append("more", &[(counter(1), Expected::Exact(Version(1)))])).await.unwrap();
    let before: Vec<Recorded> = log.scan(0, Position::START).try_collect().await.unwrap();
    log.close().await;
    let store = place.back_door().await;
    store.execute("delete from migration where format > 1", args![]).await.unwrap();
    let as_before: &[&'static str] = if place.is_sqlite() { &SQLITE_BEFORE } else { &POSTGRES_BEFORE };
    for statement in as_before {
        store.execute(statement, args![]).await.unwrap();
    }
    store.execute("create table stream (partition integer, version bigint)", args![]).await.unwrap();
    store.execute("insert into stream values (0, 1)", args![]).await.unwrap();

    let log = place.open().await;
    assert!(store.fetch("select * from stream", args![]).await.is_err(), "the table is gone");
    let taken_over: Vec<Recorded> = log.scan(0, Position::START).try_collect().await.unwrap();
    assert_eq!(taken_over, before);
    let again = log.append(append("again", &[(counter(1), Expected::None)])).await.unwrap_err();
    assert!(matches!(again, AppendError::WrongVersion { actual: Version(2), .. }), "{again}");
    log.append(append("third", &[(counter(1), Expected::Exact(Version(2)))])).await.unwrap();
    assert_eq!(log.verify(|_| ()).await.unwrap().fault, None);
    for change in ["update event set kind = 'forged'", "delete from event"] {
        assert!(store.execute(change, args![]).await.is_err(), "it is guarded as a new one is");
    }
}

/// A gap in a log that was tampered with hides nothing that follows it, wherever it lies.
pub async fn what_follows_a_gap_is_read(place: Place) {
    let log = place.open().await;
    for block in 0..11 {
        let streams: Vec<_> = (0..100).map(|number| (counter(block * 100 + number), Expected::None)).collect();
        log.append(append(&format!("{block}"), &streams)).await.unwrap();
    }
    let store = place.back_door().await;
    disarm(&place, &store).await;
    // The last of what is read at once.
    store.execute("delete from event where position = 512", args![]).await.unwrap();
    let read: Vec<u64> = log.scan(0, Position::START).map_ok(|event| event.position.0).try_collect().await.unwrap();
    assert_eq!(read, (1..=1_100).filter(|position| *position != 512).collect::<Vec<_>>());
    assert_eq!(fault(&log).await, 512);
}

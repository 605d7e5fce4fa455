//! Its listener: hands over one event after the other, and keeps how far it came when it pauses.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use disintegrate::{EventListener, PersistedEvent, StreamQuery};
use disintegrate_postgres::{Error, PgEventId, PgEventListener, PgEventListenerConfig};
use sqlx08::postgres::PgPool;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Outcome;
use crate::half_load::{Noted as Times, Noting, Watched};
use crate::peers::disintegrate::{Inner, Noted, OwnStreams};
use crate::store::Client;
use crate::workload::{STREAMS, Writer, rate};

/// How long it is watched: an event takes a commit of its own, so that a whole log would take minutes.
const WATCHED: Duration = Duration::from_millis(1_500);
/// How often it looks for events, when nobody wakes it.
const POLL: Duration = Duration::from_millis(20);

/// What it has not handed over so long after the last append counts as handed over so late. While others write it passes
/// over an event now and then, for good: its readers go by marks of writers that they may see too late.
const MISSED: Duration = Duration::from_secs(3);

/// A listener that runs.
pub(super) struct Listener {
    shown: Arc<Mutex<Shown>>,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), Error>>,
}

/// What its handler has written.
#[derive(Default)]
struct Shown {
    /// When it was given its first event.
    first: Option<Instant>,
    events: u64,
    /// When each event was there, by its stream and number in it.
    at: HashMap<(String, u64), Instant>,
    counts: HashMap<String, u64>,
}

/// Counts the events of each stream in a table, as a handler can: it is given an event, and no transaction.
struct Counts {
    query: StreamQuery<PgEventId, Noted>,
    pool: PgPool,
    shown: Arc<Mutex<Shown>>,
}

#[async_trait]
impl EventListener<PgEventId, Noted> for Counts {
    type Error = sqlx08::Error;

    fn id(&self) -> &'static str {
        "counts"
    }

    fn query(&self) -> &StreamQuery<PgEventId, Noted> {
        &self.query
    }

    async fn handle(&self, event: PersistedEvent<PgEventId, Noted>) -> Result<(), sqlx08::Error> {
        of(&self.shown).first.get_or_insert_with(Instant::now);
        let Noted::Held { stream, .. } = event.into_inner();
        let count =
            sqlx08::query(include_str!("../../../sql/count_postgres.sql")).bind([stream.as_str()]).bind([1_i64]);
        count.execute(&self.pool).await?;
        of(&self.shown).note(stream);
        Ok(())
    }
}

impl Shown {
    fn note(&mut self, stream: String) {
        let number = self.counts.entry(stream.clone()).or_default();
        self.at.insert((stream, *number), Instant::now());
        *number += 1;
        self.events += 1;
    }
}

fn of(shown: &Mutex<Shown>) -> MutexGuard<'_, Shown> {
    shown.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Listener {
    /// Lets it begin behind this event.
    pub(super) async fn start(store: &Inner, pool: &PgPool, behind: PgEventId) -> Outcome<Self> {
        sqlx08::raw_sql(include_str!("../../../sql/forget_counts.sql")).execute(pool).await?;
        sqlx08::raw_sql(include_str!("../../../sql/counts.sql")).execute(pool).await?;
        sqlx08::query(include_str!("../../../sql/disintegrate_behind.sql")).bind(behind).execute(pool).await?;
        let shown = Arc::<Mutex<Shown>>::default();
        let counts = Counts { query: disintegrate::query!(Noted), pool: pool.clone(), shown: Arc::clone(&shown) };
        let listener = PgEventListener::builder(store.clone())
            .uninitialized()
            .register_listener(counts, PgEventListenerConfig::poller(POLL).with_notifier());
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(listener.start_with_shutdown(async move {
            // That the other end is gone says the same.
            drop(stopped.await);
        }));
        Ok(Self { shown, stop, running })
    }

    async fn end(self) -> Outcome<()> {
        drop(self.stop);
        Ok(self.running.await??)
    }

    /// Answers how many events a second it hands over, from the first on.
    pub(super) async fn catch_up(self, events: u64) -> Outcome<f64> {
        let (mut seen, mut lasted) = (0, Duration::ZERO);
        while lasted < WATCHED && seen < events {
            if self.running.is_finished() {
                return Err("the listener ended".into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
            let shown = of(&self.shown);
            (seen, lasted) = (shown.events, shown.first.map(|first| first.elapsed()).unwrap_or_default());
        }
        self.end().await?;
        Ok(rate(seen, lasted))
    }
}

/// The store with its listener, which new events wake.
pub(super) struct WatchedDisintegrate {
    pub(super) store: Inner,
    pub(super) listener: Listener,
}

#[async_trait]
impl Watched for WatchedDisintegrate {
    fn client(&self, writer: Writer) -> Outcome<Box<dyn Noting>> {
        let client = OwnStreams::new(self.store.clone(), writer)?;
        Ok(Box::new(Reading { client, writer, shown: Arc::clone(&self.listener.shown), acknowledged: Vec::new() }))
    }

    async fn stop(self: Box<Self>) -> Outcome<()> {
        self.listener.end().await
    }
}

struct Reading {
    client: OwnStreams,
    writer: Writer,
    shown: Arc<Mutex<Shown>>,
    /// How long each append took, and when it was acknowledged.
    acknowledged: Vec<(Duration, Instant)>,
}

#[async_trait]
impl Noting for Reading {
    async fn append(&mut self, number: u64) -> Outcome<()> {
        let began = Instant::now();
        while !self.client.append(number).await? {}
        self.acknowledged.push((began.elapsed(), Instant::now()));
        Ok(())
    }

    async fn end(self: Box<Self>) -> Outcome<Vec<Times>> {
        let ended = Instant::now();
        let mut noted = Vec::new();
        for (number, (commit, acknowledged)) in (0..).zip(&self.acknowledged) {
            let key = (self.writer.stream(number).to_string(), number / STREAMS);
            let at = loop {
                if let Some(at) = of(&self.shown).at.get(&key) {
                    break *at;
                }
                if ended.elapsed() > MISSED {
                    break *acknowledged + MISSED;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            };
            // It may be shown before its writer is told.
            noted.push(Times { commit: *commit, visible: at.saturating_duration_since(*acknowledged) });
        }
        Ok(noted)
    }
}

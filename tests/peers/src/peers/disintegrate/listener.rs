//! Its listener: hands over one event after the other, and keeps how far it came when it pauses.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use disintegrate::{EventListener, PersistedEvent, StreamQuery};
use disintegrate_postgres::{PgEventId, PgEventListener, PgEventListenerConfig};
use sqlx08::postgres::PgPool;
use tokio::sync::oneshot;

use crate::Outcome;
use crate::peers::disintegrate::{Inner, Noted};
use crate::workload::rate;

/// How long it is watched: an event takes a commit of its own, so that a whole log would take minutes.
const WATCHED: Duration = Duration::from_millis(1_500);
/// How often it looks for events.
const POLL: Duration = Duration::from_millis(2);

/// Counts the events of each stream in a table, as a handler can: it is given an event, and no transaction.
struct Counts {
    query: StreamQuery<PgEventId, Noted>,
    pool: PgPool,
    handled: Arc<AtomicU64>,
    first: Arc<Mutex<Option<Instant>>>,
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
        self.first.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(Instant::now);
        let Noted::Held { stream, .. } = event.into_inner();
        let count = sqlx08::query(include_str!("../../../sql/count_postgres.sql")).bind([stream]).bind([1_i64]);
        count.execute(&self.pool).await?;
        self.handled.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// Lets it begin at the beginning; answers how many events a second it hands over, from the first on.
pub(super) async fn catch_up(store: &Inner, pool: &PgPool, events: u64) -> Outcome<f64> {
    sqlx08::raw_sql(include_str!("../../../sql/forget_counts.sql")).execute(pool).await?;
    sqlx08::raw_sql(include_str!("../../../sql/counts.sql")).execute(pool).await?;
    sqlx08::raw_sql(include_str!("../../../sql/disintegrate_again.sql")).execute(pool).await?;
    let (handled, first) = (Arc::<AtomicU64>::default(), Arc::<Mutex<Option<Instant>>>::default());
    let counts = Counts {
        query: disintegrate::query!(Noted),
        pool: pool.clone(),
        handled: Arc::clone(&handled),
        first: Arc::clone(&first),
    };
    let listener = PgEventListener::builder(store.clone())
        .uninitialized()
        .register_listener(counts, PgEventListenerConfig::poller(POLL));
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(listener.start_with_shutdown(async move {
        // That the other end is gone says the same.
        drop(stopped.await);
    }));
    let began = loop {
        tokio::time::sleep(Duration::from_millis(5)).await;
        if let Some(began) = *first.lock().unwrap_or_else(PoisonError::into_inner) {
            break began;
        }
        if running.is_finished() {
            return Err("the listener ended".into());
        }
    };
    while began.elapsed() < WATCHED && handled.load(Ordering::Relaxed) < events {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let reached = rate(handled.load(Ordering::Relaxed), began.elapsed());
    drop(stop);
    running.await??;
    Ok(reached)
}

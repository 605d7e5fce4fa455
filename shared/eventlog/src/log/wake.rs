//! Hearing of events that other processes wrote, and letting them hear of ours.
//!
//! On PostgreSQL one notification a commit goes out after it, on another connection and at most every 20 ms: inside the
//! transaction it would take a lock that serialises all commits of the server. It is a hint; a slow poll stands behind
//! it. On SQLite a quick poll is all there is, and cheap.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::database::Database;
use crate::store::{self, Store};
use crate::{LogPosition, Storage};

const POLL_SQLITE: Duration = Duration::from_millis(200);
const POLL_POSTGRES: Duration = Duration::from_secs(1);
const NOTIFY_AT_MOST_EVERY: Duration = Duration::from_millis(20);
const LISTEN_AGAIN_AFTER: Duration = Duration::from_secs(1);

type Heads = Arc<watch::Sender<LogPosition>>;
type Fatal = Arc<watch::Sender<Option<String>>>;

/// Starts the tasks; they end with `closing`.
pub(crate) fn start(store: &Store, heads: &Heads, wrote: &Heads, fatal: &Fatal, closing: &watch::Sender<bool>) {
    let (interval, channel) = match &store.storage {
        Storage::Sqlite { .. } => (POLL_SQLITE, None),
        Storage::Postgres { url, schema } => (POLL_POSTGRES, Some((url.clone(), format!("{schema}_head")))),
    };
    until_closed(closing, poll(store.clone(), Arc::clone(heads), Arc::clone(fatal), interval));
    if let Some((url, channel)) = channel {
        until_closed(closing, announce(store.database.clone(), channel.clone(), wrote.subscribe()));
        until_closed(closing, listen(url, channel, Arc::clone(heads)));
    }
}

/// Runs a task that never ends of itself, until the log is closed or nobody holds it any more.
fn until_closed(closing: &watch::Sender<bool>, task: impl Future<Output = ()> + Send + 'static) {
    let mut closing = closing.subscribe();
    tokio::spawn(async move {
        tokio::select! {
            () = task => {}
            () = closed(&mut closing) => {}
        }
    });
}

/// Waits until the log is closed or dropped.
pub(crate) async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error says that the sender is gone, which is the same here.
    closing.wait_for(|closing| *closing).await.map_or_else(drop, drop);
}

/// Asks again and again how far the log is. One that ends before what this process knows to be in it is another log: of a
/// server that took over without the last commits, or of a backup. What this process remembers is of no use then, and its
/// views would leave out what is written from there on: it has to begin anew.
async fn poll(store: Store, heads: Heads, fatal: Fatal, interval: Duration) {
    loop {
        tokio::time::sleep(interval).await;
        let before = heads.borrow().clone();
        match store.position().await {
            Ok(position) if position.covers(&before) => drop(heads.send_if_modified(|known| known.merge(&position))),
            Ok(position) => {
                let why =
                    format!("the log ends at {position}, and had been at {before}: it is not the one that it was");
                tracing::error!("{why}");
                fatal.send_replace(Some(why));
                return;
            }
            Err(error) => tracing::warn!(%error, "How far the log is could not be asked"),
        }
    }
}

async fn announce(database: Database, channel: String, mut wrote: watch::Receiver<LogPosition>) {
    while wrote.changed().await.is_ok() {
        let position = wrote.borrow_and_update().to_string();
        let told = database.fetch("select 1 from pg_notify($1, $2)", crate::args![&channel, position]).await;
        if let Err(error) = told {
            tracing::debug!(%error, "Other processes were not told of new events; they will find them by their poll");
        }
        tokio::time::sleep(NOTIFY_AT_MOST_EVERY).await;
    }
}

async fn listen(url: String, channel: String, heads: Heads) {
    loop {
        if let Err(error) = store::listen(&url, &channel, &heads).await {
            tracing::debug!(%error, "Listening for new events was interrupted; the poll goes on");
        }
        tokio::time::sleep(LISTEN_AGAIN_AFTER).await;
    }
}

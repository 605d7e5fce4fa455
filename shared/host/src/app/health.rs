//! How a process is doing: for whoever sends it requests, and for whoever watches it.

use std::time::Duration;

use serde::Serialize;

use super::App;

/// How long the store may take to answer before the process counts as not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// How a process is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// Whether requests are welcome.
    pub ready: bool,
    /// Whether it was told to stop.
    pub leaving: bool,
    /// Whether the store of the log answers.
    pub store: bool,
    /// How far the log is.
    pub head: String,
    /// How many requests wait to be written.
    pub queued: usize,
    /// How each view is doing.
    pub views: Vec<ViewHealth>,
}

/// How a view is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ViewHealth {
    /// Its name.
    pub view: &'static str,
    /// Whether it has been built and answers.
    pub ready: bool,
    /// How far it is.
    pub position: String,
    /// How many events it has not taken in yet.
    pub lag: u64,
    /// Whether it is at an event that it cannot take in; the log of the process says more.
    pub stuck: bool,
}

impl App {
    /// How the process is doing.
    pub async fn health(&self) -> Health {
        let views: Vec<ViewHealth> = self.views().status().into_iter().map(|status| ViewHealth::of(&status)).collect();
        let (leaving, store) = (self.is_leaving(), self.store_answers().await);
        let ready = store && !leaving && views.iter().all(|view| view.ready);
        Health { ready, leaving, store, head: self.head().to_string(), queued: self.log().queued(), views }
    }

    /// Notes how the process is doing among its numbers.
    pub(crate) async fn measure(&self) {
        let health = self.health().await;
        metrics::gauge!("shuangshi_log_head").set(to_gauge(self.head().events()));
        metrics::gauge!("shuangshi_log_queued").set(to_gauge(health.queued as u64));
        metrics::gauge!("shuangshi_ready").set(to_gauge(u64::from(health.ready)));
        for view in health.views {
            metrics::gauge!("shuangshi_view_lag_events", "view" => view.view).set(to_gauge(view.lag));
            metrics::gauge!("shuangshi_view_stuck", "view" => view.view).set(to_gauge(u64::from(view.stuck)));
        }
    }

    async fn store_answers(&self) -> bool {
        if self.log().fatal().borrow().is_some() {
            return false;
        }
        matches!(tokio::time::timeout(PATIENCE, self.log().present()).await, Ok(Ok(_)))
    }
}

impl ViewHealth {
    fn of(status: &eventlog::ViewStatus) -> Self {
        Self {
            view: status.view,
            ready: status.ready,
            position: status.position.to_string(),
            lag: status.lag,
            stuck: status.error.is_some(),
        }
    }
}

/// Counts of ours are far below 2^53, up to which a gauge is exact.
fn to_gauge(count: u64) -> f64 {
    count as f64
}

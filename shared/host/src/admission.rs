//! Who is let in when more is asked for than can be done at once (`docs/decisions/0018-overload.md`).
//!
//! Requests come in by two lanes, so that a list of ten thousand names and a question about one teacher neither stand in
//! each other's way nor starve each other. Whoever cannot be let in within a moment is told so, before anything else is
//! looked at: neither who asks nor what for. Probes and numbers are asked of a process in trouble most of all, and are
//! never refused.

mod lane;

use std::collections::HashSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServiceRequest;
use contracts::{Code, Problem};
use uuid::Uuid;

use crate::config::Config;
use crate::failure::Failure;
use crate::service::Service;

pub(crate) use lane::Refused;
use lane::{Lane, Shape, Slot};

/// How long a short request should be at work: the lane is narrowed while it takes longer, and widened while it takes less.
/// It waits about as long before. A mean of a tenth of the half second leaves room for the slowest of a hundred, for writes
/// and for a machine that does something else beside.
const SHORT: Duration = Duration::from_millis(50);

/// How long a short request waits at most to be let in.
const SHORT_WAIT: Duration = Duration::from_millis(150);

/// How long a long request waits at most to be let in: its body may have taken longer to be put together.
const LONG_WAIT: Duration = Duration::from_secs(5);

/// For each long request at work so many may wait: mostly they are short lists, and soon through.
const LONG_QUEUE: usize = 8;

/// So many requests a processor are at work at once unless the configuration says otherwise: enough for writes to share
/// commits, few enough to be through them within a moment.
const A_PROCESSOR: usize = 64;

/// The lane of short requests is never narrower than this, however slow they have become.
const NARROWEST: usize = 8;

/// What is waited for no longer than this is not worth stepping aside: a body mostly comes with its head, a view is mostly
/// there, and the other parts of a request, which are read at the same time, are looked at meanwhile.
const BRIEF: Duration = Duration::from_millis(20);

tokio::task_local! {
    static SLOT: Arc<Slot>;
}

/// The lanes of a process.
pub(crate) struct Admission {
    short: Arc<Lane>,
    long: Arc<Lane>,
    /// The paths of the long lane.
    long_paths: HashSet<&'static str>,
}

impl Admission {
    /// The lanes of these services.
    pub(crate) fn new(config: &Config, services: &[Service]) -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        let short = config.requests.unwrap_or(A_PROCESSOR * processors).max(1);
        let long = config.long_requests.unwrap_or(processors).max(1);
        let again = |after_seconds, spread_seconds| Refused { after_seconds, spread_seconds };
        let (aim, wait, least) = (Some(SHORT), SHORT_WAIT, short.min(NARROWEST));
        let short = Shape { least, most: short, queue: 1, aim, wait, again: again(1, 3) };
        let long =
            Shape { least: long, most: long, queue: LONG_QUEUE, aim: None, wait: LONG_WAIT, again: again(5, 10) };
        let long_paths = services.iter().flat_map(|service| service.long).copied().collect();
        Self { short: Lane::new("short", short), long: Lane::new("long", long), long_paths }
    }

    /// The lane of a request; none where it is never refused.
    pub(crate) fn lane(&self, http: &ServiceRequest) -> Option<&Arc<Lane>> {
        let path = http.path();
        if path.starts_with("/health/") || path == "/metrics" {
            return None;
        }
        Some(if self.long_paths.contains(path) { &self.long } else { &self.short })
    }

    /// Notes how full the lanes are among the numbers of the process.
    pub(crate) fn measure(&self) {
        self.short.measure();
        self.long.measure();
    }
}

/// Answers what `work` answers once there is room for it.
///
/// # Errors
/// When there is none within a moment.
pub(crate) async fn through<F: Future>(lane: &Arc<Lane>, work: F) -> Result<F::Output, Refused> {
    let slot = lane.enter().await?;
    Ok(SLOT.scope(Arc::new(slot), work).await)
}

/// Waits for something that takes no work, such as a body that is still arriving or a view that is catching up:
/// meanwhile somebody else is let in, and it does not count as slow.
pub(crate) async fn aside<F: Future>(wait: F) -> F::Output {
    let mut wait = pin!(wait);
    if let Ok(outcome) = tokio::time::timeout(BRIEF, wait.as_mut()).await {
        return outcome;
    }
    let aside = SLOT.try_with(Slot::step_aside).ok().flatten();
    let outcome = wait.await;
    drop(aside);
    outcome
}

/// The problem of a request that was not let in. Its id spreads the second tries, so that they do not come all at once.
pub(crate) fn failure(refused: &Refused, request: Uuid) -> Failure {
    let spread = u32::from(request.as_bytes()[15]) % refused.spread_seconds;
    let detail = "more is asked for than can be done at once, and nothing of this request was looked at: send it again \
                  after the seconds in Retry-After, a write with the same Idempotency-Key";
    Failure::from(Problem::new(Code::Overloaded).detail(detail)).retry_after(refused.after_seconds + spread)
}

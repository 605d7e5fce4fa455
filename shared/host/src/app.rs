//! What the handlers of a process share: the log, the views, the clock, chance and the limits.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use access::{Access, AccessProjection, Kind};
use contracts::{Code, Rejects};
use decider::Decider;
use eventlog::{EventLog, LogPosition, Order, Projection, Receipt, StreamId, View, Views, WorkerOptions};
use kernel::{Chance, Clock, Day};
use readings::Readings;
use signin::{OpenIdConnect, SignIn};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Instrument;
use vault::{MasterKey, Vault};

use crate::admission;
use crate::config::Config;
use crate::extract::Recording;
use crate::failure::Failure;
use crate::fresh::{self, AtLeast};
use crate::may::Right;
use crate::server::StartError;
use crate::write::Recorded;

mod health;

pub use health::{Health, ViewHealth};

/// The limits of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest JSON body, in bytes.
    pub body_bytes: usize,
    /// How long a body may take to arrive.
    pub body: Duration,
    /// How long an answer may take.
    pub answer: Duration,
    /// How long a view is waited for when a query asks for a position.
    pub fresh: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 256 * 1024,
            body: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            fresh: Duration::from_secs(2),
        }
    }
}

/// What handlers share; they take it as `Data<App>`. Clones are cheap.
#[derive(Clone)]
pub struct App(Arc<State>);

struct State {
    log: EventLog,
    views: Views,
    vault: Vault,
    sign_in: SignIn,
    provider: Option<OpenIdConnect>,
    access: Access,
    readings: Readings,
    /// Where browsers reach the process, when that is behind TLS.
    origin: Option<String>,
    clock: Clock,
    chance: Chance,
    limits: Limits,
    /// Bounds the writes under way, and is how a process that stops waits for them.
    writes: Arc<Semaphore>,
    most_writes: u32,
    drain: Duration,
    runtime: Handle,
    leaving: AtomicBool,
}

impl App {
    /// Opens the log and the vault, and starts the views: each once, however many services keep it.
    ///
    /// # Errors
    /// When one of them cannot be had.
    pub async fn open(
        config: &Config,
        mut projections: Vec<Arc<dyn Projection>>,
        clock: Clock,
        chance: Chance,
    ) -> Result<Self, StartError> {
        projections.push(Arc::new(AccessProjection));
        let mut names = HashSet::new();
        projections.retain(|projection| names.insert(projection.name()));
        let log = open_log(config, &clock).await?;
        let views = Views::start(&log, projections, WorkerOptions::default()).await.map_err(StartError::Views)?;
        Self::with(config, log, views, clock, chance).await
    }

    /// The same with every view at rest, for a process that writes very much and asks nothing: whoever opens the registry
    /// next builds them, of all of it at once.
    ///
    /// # Errors
    /// When the log or the vault cannot be had.
    pub async fn open_at_rest(config: &Config, clock: Clock, chance: Chance) -> Result<Self, StartError> {
        let log = open_log(config, &clock).await?;
        let views = Views::at_rest(&log, vec![Arc::new(AccessProjection)]).map_err(StartError::Views)?;
        Self::with(config, log, views, clock, chance).await
    }

    async fn with(
        config: &Config,
        log: EventLog,
        views: Views,
        clock: Clock,
        chance: Chance,
    ) -> Result<Self, StartError> {
        let master = MasterKey::from_file(&config.master_key(), &chance).map_err(StartError::MasterKey)?;
        let storage = config.storage();
        let vault = Vault::open(&storage, master, chance.clone()).await.map_err(StartError::Vault)?;
        let sign_in = SignIn::open(&storage, clock.clone(), chance.clone()).await.map_err(StartError::SignIn)?;
        let readings = Readings::open(&storage, clock.clone(), chance.clone()).await.map_err(StartError::Readings)?;
        let provider = config.provider(&sign_in).map_err(StartError::Provider)?;
        let access = Access::new(views.get(AccessProjection::NAME).map_err(StartError::Views)?, log.clone());
        Ok(Self(Arc::new(State {
            log,
            views,
            vault,
            sign_in,
            provider,
            access,
            readings,
            origin: config.origin(),
            clock,
            chance,
            limits: config.limits(),
            writes: Arc::new(Semaphore::new(config.writes as usize)),
            most_writes: config.writes,
            drain: Duration::from_secs(config.drain_seconds),
            runtime: Handle::current(),
            leaving: AtomicBool::new(false),
        })))
    }

    /// The log.
    pub fn log(&self) -> &EventLog {
        &self.0.log
    }

    /// The views.
    pub fn views(&self) -> &Views {
        &self.0.views
    }

    /// The keys of persons.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Who is calling.
    pub fn sign_in(&self) -> &SignIn {
        &self.0.sign_in
    }

    /// The identity provider, where one is configured.
    pub fn provider(&self) -> Option<&OpenIdConnect> {
        self.0.provider.as_ref()
    }

    /// Who may do what.
    pub fn access(&self) -> &Access {
        &self.0.access
    }

    /// Who looked at whose record.
    pub fn readings(&self) -> &Readings {
        &self.0.readings
    }

    /// Where browsers reach the process behind TLS, such as `https://shuangshi.example`; none on this machine only.
    pub fn origin(&self) -> Option<&str> {
        self.0.origin.as_deref()
    }

    /// Whether browsers reach the process by TLS only.
    pub fn is_behind_tls(&self) -> bool {
        self.0.origin.is_some()
    }

    /// Today, in Asia/Shanghai.
    pub fn today(&self) -> Day {
        self.clock().now().day()
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The runtime of the process.
    pub(crate) fn runtime(&self) -> &Handle {
        &self.0.runtime
    }

    /// The source of chance.
    pub fn chance(&self) -> &Chance {
        &self.0.chance
    }

    /// The limits of a request.
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    /// Records what a request asks for: asks the write model `D` of `stream`, appends what it answers, and answers when
    /// that is safe. Streams that the command refers to go into `requires`; they must exist. `If-Match`, when sent, is
    /// about `stream`. What needs a second person by the table of operations becomes a proposal first.
    ///
    /// # Errors
    /// When the domain says no, the stream has moved on, something referred to does not exist, or the log fails.
    pub async fn record<D>(
        &self,
        right: &Right,
        stream: StreamId,
        requires: Vec<StreamId>,
        command: D::Command,
        recording: &Recording<impl Sized>,
    ) -> Result<Recorded, Failure>
    where
        D: Decider + 'static,
        D::Command: 'static,
        D::Rejection: Rejects,
    {
        if right.operation().kind() == Kind::WriteSeconded {
            return self.record_seconded::<D>(right, stream, requires, command, recording).await;
        }
        let (context, if_version) = (recording.context(right), recording.seen);
        let receipt =
            self.execute::<D>(Order { stream: stream.clone(), command, context, if_version, requires }).await?;
        self.recorded::<D>(&stream, receipt).await
    }

    /// Carries out an order, whether or not the caller stays to hear of it.
    ///
    /// # Errors
    /// As [`Self::record`].
    pub async fn execute<D>(&self, order: Order<D>) -> Result<Receipt, Failure>
    where
        D: Decider + 'static,
        D::Command: 'static,
        D::Rejection: Rejects,
    {
        self.refuse_ahead::<D>(&order.command)?;
        let (log, started) = (self.log().clone(), Instant::now());
        let written = self.detached(async move { log.execute(order).await.map_err(Failure::from) }).await?;
        let outcome = match &written {
            Ok(receipt) if receipt.replayed => "replayed",
            Ok(_) => "recorded",
            Err(failure) => failure.problem().code.as_str(),
        };
        metrics::counter!("shuangshi_writes_total", "outcome" => outcome).increment(1);
        metrics::histogram!("shuangshi_write_seconds").record(started.elapsed().as_secs_f64());
        written
    }

    /// Runs a write to its end, whether or not the caller stays to hear of it: a request that is dropped or timed out
    /// would otherwise stop half-way.
    ///
    /// # Errors
    /// When as many writes are under way as may be, or this one panics.
    pub async fn detached<T: Send + 'static>(
        &self,
        write: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Failure> {
        let permit = self.permit()?;
        let work = async move {
            let outcome = write.await;
            drop(permit);
            outcome
        };
        self.0.runtime.spawn(work.in_current_span()).await.map_err(Failure::internal)
    }

    /// Runs what nobody waits for, beside the requests. It asks [`Self::is_leaving`] between its steps and ends then:
    /// a process that stops does not wait for it.
    pub fn background(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.0.runtime.spawn(work.in_current_span()));
    }

    fn permit(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let permit = Arc::clone(&self.0.writes).try_acquire_owned();
        permit.map_err(|_| Failure::of(if self.is_leaving() { Code::Unavailable } else { Code::Overloaded }))
    }

    /// The view of this name, once it has been built and shows everything up to the position that the request names. One
    /// that is still being built after the time that a request waits says so when it is asked.
    ///
    /// # Errors
    /// When it does not come so far in time.
    pub async fn fresh(&self, view: &str, at_least: &AtLeast) -> Result<View, Failure> {
        let view = self.views().get(view)?;
        match &at_least.0 {
            Some(wanted) => self.wait(&view, wanted).await?,
            None => admission::aside(view.wait_to_answer(self.limits().fresh)).await,
        }
        Ok(view)
    }

    /// The same, once it shows at least what the right was decided on: who has just been allowed to see somebody is
    /// not told that there is nobody.
    ///
    /// # Errors
    /// As [`Self::fresh`].
    pub async fn fresh_for(&self, right: &Right, view: &str, at_least: &AtLeast) -> Result<View, Failure> {
        let view = self.fresh(view, at_least).await?;
        self.wait(&view, right.decided_at()).await?;
        Ok(view)
    }

    /// The view of rights, once it has been built: a process that has just begun is asked before that.
    pub(crate) async fn rights(&self) -> &Access {
        admission::aside(self.access().wait_to_answer(self.limits().fresh)).await;
        self.access()
    }

    /// Waits until the view of rights shows everything that the log has, as far as this process knows: before a *no* is
    /// final.
    ///
    /// # Errors
    /// When it does not come so far in time.
    pub async fn rights_caught_up(&self) -> Result<(), Failure> {
        Ok(admission::aside(self.access().caught_up(self.limits().fresh)).await?)
    }

    async fn wait(&self, view: &View, position: &LogPosition) -> Result<(), Failure> {
        let reached = admission::aside(view.wait_for(position, self.limits().fresh)).await;
        reached.map_err(|behind| fresh::behind(&behind))
    }

    /// How far the log is, as a token to wait for.
    pub fn head(&self) -> LogPosition {
        self.log().head()
    }

    /// Waits until one of the logs has failed for good, and says why.
    pub(crate) async fn lost(&self) -> String {
        let (mut register, mut readings) = (self.log().fatal(), self.readings().fatal());
        let outcome = tokio::select! {
            reason = register.wait_for(Option::is_some) => reason.map(|reason| reason.clone()),
            reason = readings.wait_for(Option::is_some) => reason.map(|reason| reason.clone()),
        };
        match outcome {
            Ok(reason) => reason.unwrap_or_default(),
            Err(_closed) => std::future::pending().await,
        }
    }

    /// No longer ready: requests should go elsewhere.
    pub(crate) fn leave(&self) {
        self.0.leaving.store(true, Ordering::Relaxed);
    }

    /// Whether the process is about to stop.
    pub fn is_leaving(&self) -> bool {
        self.0.leaving.load(Ordering::Relaxed)
    }

    /// Waits for the writes under way, then closes the views, the log and the vault. A database that does not answer is not
    /// waited for longer than that: what was acknowledged is kept, and whatever else is open it undoes itself.
    pub async fn close(&self) {
        let written = self.0.writes.acquire_many(self.0.most_writes);
        if tokio::time::timeout(self.0.drain, written).await.is_err() {
            tracing::warn!("writes were still under way when the time to drain was over");
        }
        self.0.writes.close();
        if tokio::time::timeout(self.0.drain, self.let_go()).await.is_err() {
            tracing::warn!("the database did not answer when the time to close was over");
        }
    }

    async fn let_go(&self) {
        self.views().stop().await;
        self.log().close().await;
        self.vault().close().await;
        self.sign_in().close().await;
        self.readings().close().await;
    }
}

async fn open_log(config: &Config, clock: &Clock) -> Result<EventLog, StartError> {
    let log = EventLog::open(&config.storage(), clock.clone()).await.map_err(StartError::Log)?;
    if log.policies_hold().await.map_err(|failure| StartError::Log(failure.into()))? == Some(false) {
        tracing::warn!("PostgreSQL exempts this account from the policies on rows: use an ordinary one");
    }
    Ok(log)
}

//! What a process says of itself: lines for a reader or a log store, numbers for a monitor.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Latencies from a look-up in memory to the time limit of an answer, in seconds.
const SECONDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// So often what was measured is added up, whether somebody asks for it or not: until then every measurement is kept by itself.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts the log of the process on standard error. A second call changes nothing.
///
/// # Errors
/// When the filter is not one.
pub fn start_log(config: &Config) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::builder().parse(&config.log)?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let outcome = match config.log_format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).try_init(),
    };
    // Several servers may share a process, as they do in tests; the first one's log is everyone's.
    drop(outcome);
    Ok(())
}

/// Starts the log of a command on standard error. What a command did it prints; only what failed is said beside it.
pub fn start_log_of_failures() {
    let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::ERROR).with_writer(std::io::stderr);
    // Refused only when the process has a log already.
    drop(lines.with_ansi(std::io::stderr().is_terminal()).without_time().with_target(false).try_init());
}

/// The numbers of the process. There is one set a process, however many servers it runs.
#[derive(Clone)]
pub(crate) struct Numbers(PrometheusHandle);

impl Numbers {
    /// Starts counting, or joins what counts already.
    pub(crate) fn start() -> Result<Self, BuildError> {
        static STARTED: OnceLock<PrometheusHandle> = OnceLock::new();
        let seconds = Matcher::Suffix("_seconds".to_owned());
        let counting = PrometheusBuilder::new().set_buckets_for_metric(seconds, &SECONDS)?;
        let start = || {
            let recorder = counting.build_recorder();
            let handle = recorder.handle();
            // Refused only when the program that runs us already counts in its own way.
            drop(metrics::set_global_recorder(recorder));
            describe();
            keep_up(handle.clone());
            handle
        };
        let handle = STARTED.get_or_init(start).clone();
        Ok(Self(handle))
    }

    /// The numbers in the text form of Prometheus.
    pub(crate) fn render(&self) -> String {
        self.0.run_upkeep();
        self.0.render()
    }
}

/// For as long as the process lives, for that is how long it counts.
fn keep_up(numbers: PrometheusHandle) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(UPKEEP);
            numbers.run_upkeep();
        }
    });
}

fn describe() {
    metrics::describe_counter!("shuangshi_http_requests_total", "Requests answered, by method, route and status");
    metrics::describe_histogram!("shuangshi_http_request_seconds", "How long answers took, by route");
    metrics::describe_gauge!("shuangshi_requests", "Requests by lane: at work, waiting, aside; and the lane's width");
    metrics::describe_counter!("shuangshi_requests_refused_total", "Requests that were not let in, by lane and reason");
    metrics::describe_histogram!("shuangshi_request_wait_seconds", "How long requests waited to be let in, by lane");
    metrics::describe_counter!("shuangshi_writes_total", "Writes, by what they ended in");
    metrics::describe_histogram!("shuangshi_write_seconds", "How long writes took, from the request to the commit");
    metrics::describe_gauge!("shuangshi_ready", "Whether the process is ready");
    metrics::describe_gauge!("shuangshi_log_queued", "Requests that wait to be written");
    metrics::describe_gauge!("shuangshi_view_stuck", "Whether a view is at an event that it cannot take in");
    metrics::describe_gauge!("shuangshi_view_lag_events", "Events that a view has not yet taken in");
    metrics::describe_gauge!("shuangshi_log_head", "Events in the log");
}

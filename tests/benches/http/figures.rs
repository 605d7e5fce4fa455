//! What was measured, as a table for a reader and as goals for a program.

use std::collections::BTreeSet;
use std::time::Duration;

use testkit::Goal;

use crate::open_loop::{Answer, Stretch};
use crate::subject::{EMPTY, NAMES, VERIFICATION};
use crate::wrk::Answered;

/// What is let in is answered within so long, and a process is as before within so long.
const ACCEPTED: Duration = Duration::from_millis(500);
const RECOVERED: Duration = Duration::from_secs(10);
/// What is not let in is told so at once.
const AT_ONCE: Duration = Duration::from_millis(50);

/// The answers of a stretch are looked at in pieces of so long, to see when it is as before.
const PIECE: Duration = Duration::from_millis(250);

/// Rates and processor times a question, a round.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    rates: [Vec<f64>; NAMES.len()],
    cpu_us: [Vec<f64>; NAMES.len()],
}

impl Rates {
    pub(crate) fn note(&mut self, question: usize, answered: &Answered, cpu: Duration) {
        self.rates[question].push(answered.requests / answered.seconds);
        self.cpu_us[question].push(cpu.as_secs_f64() * 1e6 / answered.requests);
    }

    /// Requests a second.
    pub(crate) fn median(&self, question: usize) -> f64 {
        median(&self.rates[question])
    }
}

/// Some of the times that a load took.
type TimesOf = fn(&Load) -> Vec<Duration>;

/// Half of what it can do, a crowd of five times as many, and half again.
pub(crate) struct Load {
    pub(crate) half: Stretch,
    pub(crate) crowd: Stretch,
    pub(crate) afterwards: Stretch,
}

/// Everything that was measured on one database.
pub(crate) struct Figures {
    pub(crate) rates: Rates,
    pub(crate) capacity: f64,
    /// One a round.
    pub(crate) loads: Vec<Load>,
    /// Memory held now and at most, in MiB.
    pub(crate) before: (f64, f64),
    pub(crate) during: (f64, f64),
    pub(crate) acknowledged: usize,
    pub(crate) present: usize,
}

impl Figures {
    pub(crate) fn print(&self, on: &str, json: bool) {
        if !json {
            self.table(on);
        }
        for goal in self.goals() {
            goal.print(&format!("http, {on}"), json);
        }
    }

    fn goals(&self) -> [Goal; 8] {
        // Nobody answered is no answer in time.
        let within = |times: &[Duration], limit: Duration| match times {
            [] => 0.0,
            times => limit.as_secs_f64() / p99(times).as_secs_f64(),
        };
        let rate = self.rates.median(VERIFICATION) / self.rates.median(EMPTY);
        let half = self.median(|load| within(&took_or_for_ever(&load.half), ACCEPTED));
        let accepted = self.median(|load| within(&took(&load.crowd, is_accepted), ACCEPTED));
        let refused = self.median(|load| within(&took(&load.crowd, is_refused), AT_ONCE));
        let told = self.least(|load| share(took(&load.crowd, is_told).len(), load.crowd.answers.len()));
        let recovered = self.median(|load| RECOVERED.as_secs_f64() / load.recovery().as_secs_f64().max(1e-3));
        [
            Goal::new("verification ÷ empty handler, rate", rate, 0.5),
            Goal::new("half of capacity: 500 ms ÷ p99", half, 1.0),
            Goal::new("5 × capacity: 500 ms ÷ p99 of the accepted", accepted, 1.0),
            Goal::new("5 × capacity: 50 ms ÷ p99 until refused", refused, 1.0),
            Goal::new("5 × capacity: answered, or refused with Retry-After", told, 1.0),
            Goal::new("5 × capacity: 2 × memory before ÷ most", 2.0 * self.before.1 / self.during.1, 1.0),
            Goal::new("acknowledged writes that are on the register", share(self.present, self.acknowledged), 1.0),
            Goal::new("10 s ÷ until it is as before", recovered, 1.0),
        ]
    }

    fn median(&self, of: impl Fn(&Load) -> f64) -> f64 {
        median(&self.of_loads(of))
    }

    fn least(&self, of: impl Fn(&Load) -> f64) -> f64 {
        self.of_loads(of).into_iter().reduce(f64::min).unwrap_or_default()
    }

    fn of_loads(&self, of: impl Fn(&Load) -> f64) -> Vec<f64> {
        self.loads.iter().map(of).collect()
    }

    fn table(&self, on: &str) {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        println!("\n{on}, {cores} cores, {} rounds: medians (from – to)", self.loads.len());
        println!("closed loop, 32 connections {:>53}", "requests/s     ÷ empty   processor µs a request");
        let empty = self.rates.median(EMPTY);
        for (at, name) in NAMES.iter().enumerate() {
            let (rates, cpu) = (&self.rates.rates[at], median(&self.rates.cpu_us[at]));
            println!("  {name:<46} {:>22} {:>11.3} {cpu:>12.1}", spread(rates, 0), median(rates) / empty);
        }
        let rows: [(&str, TimesOf); 3] = [
            ("half of capacity", |load| took_or_for_ever(&load.half)),
            ("5 × capacity, accepted", |load| took(&load.crowd, is_accepted)),
            ("5 × capacity, refused", |load| took(&load.crowd, is_refused)),
        ];
        for (name, times) in rows {
            let of = |which: fn(&[Duration]) -> Duration| spread(&self.of_loads(|load| millis(which(&times(load)))), 1);
            let answers = self.median(|load| times(load).len() as f64);
            println!("  {name:<46} {answers:>8.0} answers, p50 {} ms, p99 {} ms", of(p50), of(p99));
        }
        let unanswered = self.of_loads(|load| (load.half.answers.len() - took(&load.half, is_accepted).len()) as f64);
        println!("  half of capacity: not answered {}", spread(&unanswered, 0));
        let answers = self.loads.iter().flat_map(|load| &load.crowd.answers);
        let other = answers.filter(|answer| !is_accepted(answer) && !is_refused(answer));
        let other: BTreeSet<u16> = other.map(|answer| answer.status).collect();
        println!("  5 × capacity: asked at {:.0}/s; other statuses (0: broke off) {other:?}", self.capacity * 5.0);
        println!(
            "  memory: {:.0} MiB before, {:.0} MiB at most, {:.0} MiB after",
            self.before.0, self.during.1, self.during.0
        );
        println!("  writes: {} acknowledged, {} of these on the register", self.acknowledged, self.present);
        println!("  as before after {} s", spread(&self.of_loads(|load| load.recovery().as_secs_f64()), 2));
    }
}

impl Load {
    /// How long after the last of the crowd was to be asked for nobody was refused any more and everybody answered in time.
    fn recovery(&self) -> Duration {
        let is_bad = |answer: &&Answer| !is_accepted(answer) || answer.took > ACCEPTED;
        let last = self.afterwards.answers.iter().rev().find(is_bad).map(|answer| answer.at + PIECE);
        self.crowd.drained + last.unwrap_or_default()
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn is_accepted(answer: &Answer) -> bool {
    matches!(answer.status, 200 | 201)
}

fn is_refused(answer: &Answer) -> bool {
    matches!(answer.status, 429 | 503)
}

/// Answered, or told when to come back.
fn is_told(answer: &Answer) -> bool {
    is_accepted(answer) || is_refused(answer) && answer.has_retry_after
}

fn took(stretch: &Stretch, which: impl Fn(&Answer) -> bool) -> Vec<Duration> {
    let mut times: Vec<Duration> =
        stretch.answers.iter().filter(|answer| which(answer)).map(|answer| answer.took).collect();
    times.sort();
    times
}

/// The same of everybody: whoever was refused has not been answered, however quickly.
fn took_or_for_ever(stretch: &Stretch) -> Vec<Duration> {
    let mut times = took(stretch, is_accepted);
    times.resize(stretch.answers.len(), Duration::MAX);
    times
}

fn millis(time: Duration) -> f64 {
    if time == Duration::MAX { f64::INFINITY } else { time.as_secs_f64() * 1e3 }
}

fn at(times: &[Duration], share: f64) -> Duration {
    let last = times.len().saturating_sub(1);
    times.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}

fn p50(times: &[Duration]) -> Duration {
    at(times, 0.5)
}

fn p99(times: &[Duration]) -> Duration {
    at(times, 0.99)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// The median, from the least to the most.
fn spread(values: &[f64], digits: usize) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    format!("{:.digits$} ({least:.digits$} – {most:.digits$})", median(values))
}

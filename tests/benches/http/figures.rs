//! What was measured, as a table for a reader and as goals for a program.

use std::collections::BTreeSet;
use std::time::Duration;

use testkit::Goal;

use crate::open_loop::Answer;
use crate::subject::{EMPTY, NAMES, VERIFICATION};
use crate::wrk::Answered;

/// What is let in is answered within so long, and a process is as before within so long.
const ACCEPTED: Duration = Duration::from_millis(500);
const RECOVERED: Duration = Duration::from_secs(10);

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

/// Everything that was measured on one database.
pub(crate) struct Figures {
    pub(crate) rates: Rates,
    pub(crate) capacity: f64,
    pub(crate) half: Vec<Answer>,
    pub(crate) crowd: Vec<Answer>,
    pub(crate) afterwards: Vec<Answer>,
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
        let (accepted, refused) = (took(&self.crowd, is_accepted), took(&self.crowd, is_refused));
        let seconds = |times: &[Duration]| p99(times).as_secs_f64();
        let told = self.crowd.iter().filter(|answer| is_refused(answer) && answer.has_retry_after).count();
        let empty = self.rates.median(EMPTY);
        let share = |part: usize, whole: usize| if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
        [
            Goal::least("verification ÷ empty handler, rate", self.rates.median(VERIFICATION) / empty, 0.5),
            Goal::most(
                "half of capacity: p99 ÷ 500 ms",
                seconds(&took(&self.half, |_| true)) / ACCEPTED.as_secs_f64(),
                1.0,
            ),
            Goal::most("5 × capacity: p99 of the accepted ÷ 500 ms", seconds(&accepted) / ACCEPTED.as_secs_f64(), 1.0),
            Goal::most("5 × capacity: p99 until refused ÷ 500 ms", seconds(&refused) / ACCEPTED.as_secs_f64(), 1.0),
            Goal::least(
                "5 × capacity: answered, or refused with Retry-After",
                share(told + accepted.len(), self.crowd.len()),
                1.0,
            ),
            Goal::most("5 × capacity: most memory ÷ before", self.during.1 / self.before.1, 2.0),
            Goal::least("acknowledged writes that are on the register", share(self.present, self.acknowledged), 1.0),
            Goal::most("until it is as before ÷ 10 s", self.recovery().as_secs_f64() / RECOVERED.as_secs_f64(), 1.0),
        ]
    }

    fn table(&self, on: &str) {
        println!("\n{on}: closed loop, 32 connections, medians       requests/s     ÷ empty   processor µs a request");
        let empty = self.rates.median(EMPTY);
        for (at, name) in NAMES.iter().enumerate() {
            let (rate, cpu) = (self.rates.median(at), median(&self.rates.cpu_us[at]));
            println!("  {name:<46} {rate:>12.0} {:>11.3} {cpu:>12.1}", rate / empty);
        }
        let millis = |times: &[Duration]| (p50(times).as_secs_f64() * 1e3, p99(times).as_secs_f64() * 1e3);
        let (half, accepted, refused) =
            (took(&self.half, |_| true), took(&self.crowd, is_accepted), took(&self.crowd, is_refused));
        let rows =
            [("half of capacity", &half), ("5 × capacity, accepted", &accepted), ("5 × capacity, refused", &refused)];
        for (name, times) in rows {
            let (p50, p99) = millis(times);
            println!("  {name:<46} {:>12} answers, p50 {p50:.1} ms, p99 {p99:.1} ms", times.len());
        }
        let other = self.crowd.iter().filter(|answer| !is_accepted(answer) && !is_refused(answer));
        let other: BTreeSet<u16> = other.map(|answer| answer.status).collect();
        println!(
            "  5 × capacity: other statuses (0: broke off) {other:?}, of {} asked at {:.0}/s",
            self.crowd.len(),
            self.capacity * 5.0
        );
        println!(
            "  memory: {:.0} MiB before, {:.0} MiB at most, {:.0} MiB after",
            self.before.0, self.during.1, self.during.0
        );
        println!("  writes: {} acknowledged, {} of these on the register", self.acknowledged, self.present);
        println!("  as before after {:.2} s", self.recovery().as_secs_f64());
    }

    /// When, after the crowd, nobody was refused any more and everybody answered in time.
    fn recovery(&self) -> Duration {
        let is_bad = |answer: &&Answer| !is_accepted(answer) || answer.took > ACCEPTED;
        let last = self.afterwards.iter().rev().find(is_bad).map(|answer| answer.at);
        last.map_or(Duration::ZERO, |at| at + PIECE)
    }
}

fn is_accepted(answer: &Answer) -> bool {
    matches!(answer.status, 200 | 201)
}

fn is_refused(answer: &Answer) -> bool {
    matches!(answer.status, 429 | 503)
}

fn took(answers: &[Answer], which: impl Fn(&Answer) -> bool) -> Vec<Duration> {
    let mut times: Vec<Duration> = answers.iter().filter(|answer| which(answer)).map(|answer| answer.took).collect();
    times.sort();
    times
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

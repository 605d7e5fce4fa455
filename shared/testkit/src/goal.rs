//! A goal, as the benches print it.

use serde::Serialize;

/// A figure, and what it should be at least.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    name: &'static str,
    ratio: f64,
    target: f64,
}

/// A goal as a line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    goal: &'a str,
    ratio: f64,
    target: f64,
    met: bool,
}

impl Goal {
    /// A ratio that is to be at least so much.
    pub fn new(name: &'static str, ratio: f64, target: f64) -> Self {
        Self { name, ratio, target }
    }

    /// Prints it as a line: of JSON, where `of` says what the bench is and what it ran on, or of a table.
    pub fn print(&self, of: &str, json: bool) {
        let Self { name, ratio, target } = *self;
        let met = ratio >= target;
        if json {
            let line = serde_json::to_string(&Line { goal: &format!("{of}: {name}"), ratio, target, met });
            println!("{}", line.unwrap_or_default());
        } else {
            let verdict = if met { "met" } else { "not met" };
            println!("  {name:<66} {ratio:>8.3}  ≥ {target}  {verdict}");
        }
    }
}

//! A goal, as the benches print it.

use serde_json::json;

/// A figure, what it should be, and whether more is better.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    name: &'static str,
    ratio: f64,
    target: f64,
    more_is_better: bool,
}

impl Goal {
    /// At least so much.
    pub fn least(name: &'static str, ratio: f64, target: f64) -> Self {
        Self { name, ratio, target, more_is_better: true }
    }

    /// At most so much.
    pub fn most(name: &'static str, ratio: f64, target: f64) -> Self {
        Self { name, ratio, target, more_is_better: false }
    }

    /// Prints it as a line: of JSON, where `of` says what the bench is and what it ran on, or of a table.
    pub fn print(&self, of: &str, json: bool) {
        let Self { name, ratio, target, more_is_better } = self;
        let met = if *more_is_better { ratio >= target } else { ratio <= target };
        if json {
            println!("{}", json!({ "goal": format!("{of}: {name}"), "ratio": ratio, "target": target, "met": met }));
        } else {
            let (sign, verdict) = (if *more_is_better { "≥" } else { "≤" }, if met { "met" } else { "not met" });
            println!("  {name:<66} {ratio:>8.3}  {sign} {target}  {verdict}");
        }
    }
}

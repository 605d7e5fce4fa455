//! What the project wants of its log, and how far it is.

use serde::Serialize;

use crate::Outcome;
use crate::figures::Figures;
use crate::measure::{self, POSTGRES, SQLITE};
use crate::store::Kind;

/// The slowest that one read in a hundred may be behind its commit, in milliseconds.
const BEHIND: f64 = 50.0;

/// So much of what the log takes it takes beside read models that stand still: all of it, but for chance.
const UNHINDERED: f64 = 0.9;

/// A goal, as a line of JSON says it.
#[derive(Debug, Serialize)]
pub(crate) struct Goal {
    goal: String,
    ratio: f64,
    target: f64,
    met: bool,
    /// Whom the ratio is over.
    #[serde(skip)]
    over: String,
}

/// Every goal, as far as the figures reach it.
pub(crate) fn of(figures: &Figures) -> Outcome<Vec<Goal>> {
    let mut goals = Vec::new();
    for (clients, target) in [(1, 1.0), (32, 4.0), (256, 8.0)] {
        let work = measure::append(clients);
        goals.push(Goal::over(
            figures,
            POSTGRES,
            &work,
            "the best peer",
            |kind| matches!(kind, Kind::Peer { .. }),
            target,
        )?);
    }
    for database in [POSTGRES, SQLITE] {
        for batch in measure::BATCHES {
            goals.push(Goal::over(figures, database, &measure::bulk(batch), "plain", is_plain, 0.7)?);
        }
    }
    let resumes = |kind| kind == Kind::Peer { resumes: true };
    goals.push(Goal::over(figures, POSTGRES, measure::REPLAY, "the best peer that resumes", resumes, 2.0)?);
    for database in [POSTGRES, SQLITE] {
        goals.push(Goal::over(figures, database, measure::REPLAY, "plain", is_plain, 0.7)?);
    }
    for database in [POSTGRES, SQLITE] {
        let [without, work] = measure::STANDSTILL;
        let ratio = figures.of_product_over(database, work, without);
        let ratio = ratio.ok_or_else(|| format!("{database}: {work} was not measured"))?;
        goals.push(Goal::new(format!("{database}: {work} ÷ none there"), ratio, UNHINDERED, "the product".to_owned()));
    }
    for database in [POSTGRES, SQLITE] {
        let work = measure::VISIBLE[1];
        let behind =
            figures.of_product(database, work).ok_or_else(|| format!("{database}: {work} was not measured"))?;
        goals.push(Goal::new(
            format!("{database}: {BEHIND} ms ÷ {work}"),
            BEHIND / behind,
            1.0,
            format!("{behind:.2} ms"),
        ));
    }
    Ok(goals)
}

fn is_plain(kind: Kind) -> bool {
    kind == Kind::Plain
}

impl Goal {
    fn new(goal: String, ratio: f64, target: f64, over: String) -> Self {
        let shown = (ratio * 1_000.0).round() / 1_000.0;
        Self { goal, ratio: shown, target, met: ratio >= target, over }
    }

    fn over(
        figures: &Figures,
        database: &str,
        work: &str,
        whom: &str,
        kind: impl Fn(Kind) -> bool,
        target: f64,
    ) -> Outcome<Self> {
        let best = figures.over_best(database, work, kind);
        let (ratio, who) = best.ok_or_else(|| format!("{database}: {work} was not measured"))?;
        Ok(Self::new(format!("{database}: {work} ÷ {whom}"), ratio, target, who.to_owned()))
    }
}

/// Prints a line of JSON a goal.
pub(crate) fn print_json(goals: &[Goal]) -> serde_json::Result<()> {
    for goal in goals {
        println!("{}", serde_json::to_string(goal)?);
    }
    Ok(())
}

/// Prints a table.
pub(crate) fn print_table(goals: &[Goal]) {
    let [ratio, target] = ["ratio", "target"];
    println!("\n{:<72}{ratio:>9}{target:>8}", "goals");
    for goal in goals {
        let met = if goal.met { "met" } else { "not met" };
        println!("{:<72}{:>9.3}{:>8.1}  {met:<8} ({})", goal.goal, goal.ratio, goal.target, goal.over);
    }
}

//! What was measured, and how it is printed.

use serde::Serialize;

use crate::store::{Kind, Who};

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Events or rows a second.
    Rate,
    /// Milliseconds.
    Millis,
}

/// What somebody was measured at.
#[derive(Debug)]
struct Figure {
    database: &'static str,
    work: String,
    who: Who,
    unit: Unit,
    /// One a round.
    values: Vec<f64>,
}

/// Everything that was measured.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<Figure>);

/// A figure as a line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    database: &'a str,
    work: &'a str,
    who: &'a str,
    unit: &'a str,
    median: f64,
    min: f64,
    max: f64,
    rounds: usize,
    cores: usize,
    /// The product's figure divided by this one: the median of the ratios within a round.
    product_ratio: Option<f64>,
}

impl Figures {
    pub(crate) fn add(&mut self, database: &'static str, work: &str, who: &Who, unit: Unit, value: f64) {
        let known = |known: &&mut Figure| known.is(database, work) && known.who == *who;
        match self.0.iter_mut().find(known) {
            Some(known) => known.values.push(value),
            None => {
                let (work, who) = (work.to_owned(), who.clone());
                self.0.push(Figure { database, work, who, unit, values: vec![value] });
            }
        }
    }

    /// How many times as fast the product is as the best of those at the same work: the median of the ratios within a
    /// round, for each of them, and the least of these; and who that is.
    pub(crate) fn over_best(&self, database: &str, work: &str, of: impl Fn(Kind) -> bool) -> Option<(f64, &str)> {
        let others = self.0.iter().filter(|figure| figure.is(database, work) && of(figure.who.kind));
        let ratios = others.filter_map(|figure| Some((self.product_ratio(figure)?, figure.who.name.as_str())));
        ratios.min_by(|one, other| one.0.total_cmp(&other.0))
    }

    /// The median of the product's own figure.
    pub(crate) fn of_product(&self, database: &str, work: &str) -> Option<f64> {
        Some(median(self.product(database, work)?.values.clone()))
    }

    /// How much the product does of one work while it does of another what is one: the median of the ratios within a round.
    pub(crate) fn of_product_over(&self, database: &str, work: &str, another: &str) -> Option<f64> {
        let (work, another) = (self.product(database, work)?, self.product(database, another)?);
        Some(median(work.values.iter().zip(&another.values).map(|(work, another)| work / another).collect()))
    }

    /// Somebody's figure of the last round.
    pub(crate) fn last(&self, database: &str, work: &str, who: &Who) -> Option<f64> {
        let figure = self.0.iter().find(|figure| figure.is(database, work) && figure.who == *who)?;
        figure.values.last().copied()
    }

    fn product(&self, database: &str, work: &str) -> Option<&Figure> {
        self.0.iter().find(|figure| figure.is(database, work) && figure.who.kind == Kind::Product)
    }

    fn product_ratio(&self, other: &Figure) -> Option<f64> {
        let comparable = other.unit == Unit::Rate && other.who.kind != Kind::Product;
        let product = self.product(other.database, &other.work).filter(|_| comparable)?;
        let ratios = product.values.iter().zip(&other.values).map(|(product, other)| product / other);
        Some(median(ratios.collect()))
    }

    /// Prints a line of JSON a figure.
    pub(crate) fn print_json(&self) -> serde_json::Result<()> {
        for figure in self.sorted() {
            let line = Line {
                database: figure.database,
                work: &figure.work,
                who: &figure.who.name,
                unit: match figure.unit {
                    Unit::Rate => "per second",
                    Unit::Millis => "ms",
                },
                median: median(figure.values.clone()),
                min: least(&figure.values),
                max: most(&figure.values),
                rounds: figure.values.len(),
                cores: cores(),
                product_ratio: self.product_ratio(figure),
            };
            println!("{}", serde_json::to_string(&line)?);
        }
        Ok(())
    }

    /// Prints a table.
    pub(crate) fn print_table(&self, load: &str, server: &str) {
        println!("{} cores, load before the run {load}, PostgreSQL {server}", cores());
        let (mut database, mut work) = ("", "");
        for figure in self.sorted() {
            if figure.database != database {
                database = figure.database;
                let [median, from, to, ratio] = ["median", "from", "to", "product ÷"];
                println!("\n{database:<48}{median:>12}{from:>12}{to:>12}{ratio:>11}");
            }
            if figure.work != work {
                work = &figure.work;
                println!("{work}");
            }
            let [median, from, to] =
                [median(figure.values.clone()), least(&figure.values), most(&figure.values)].map(|v| figure.shown(v));
            let ratio = self.product_ratio(figure).map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
            println!("    {:<44}{median:>12}{from:>12}{to:>12}{ratio:>11}", figure.who.name);
        }
        let spreads = || self.0.iter().filter(|figure| figure.unit == Unit::Rate).map(Figure::spread);
        let rounds = self.0.first().map_or(0, |figure| figure.values.len());
        println!(
            "\n{rounds} rounds; spread (max - min, of the median) of the rates: typically {:.0} %, at most {:.0} %",
            100.0 * median(spreads().collect()),
            100.0 * spreads().fold(0.0, f64::max),
        );
    }

    /// The product first, then the limit, then the peers; otherwise as measured.
    fn sorted(&self) -> Vec<&Figure> {
        let place = |figure: &Figure| self.0.iter().position(|first| first.is(figure.database, &figure.work));
        let databases = |figure: &Figure| self.0.iter().position(|first| first.database == figure.database);
        let mut sorted: Vec<&Figure> = self.0.iter().collect();
        sorted.sort_by_key(|figure| (databases(figure), place(figure), figure.rank(), figure.who.name.clone()));
        sorted
    }
}

impl Figure {
    fn is(&self, database: &str, work: &str) -> bool {
        self.database == database && self.work == work
    }

    fn rank(&self) -> u8 {
        match self.who.kind {
            Kind::Product => 0,
            Kind::ProductToo => 1,
            Kind::Plain => 2,
            Kind::Peer { .. } => 3,
        }
    }

    fn spread(&self) -> f64 {
        (most(&self.values) - least(&self.values)) / median(self.values.clone())
    }

    fn shown(&self, value: f64) -> String {
        match self.unit {
            Unit::Rate => format!("{value:.0}/s"),
            Unit::Millis => format!("{value:.2} ms"),
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}

/// The load average of the last minute, where the system tells it.
pub(crate) fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|text| !text.is_empty()).unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(name: &str, resumes: bool) -> Who {
        Who { name: name.to_owned(), kind: Kind::Peer { resumes } }
    }

    #[test]
    fn the_best_is_who_leaves_the_product_the_least_lead() {
        let mut figures = Figures::default();
        for (product, slow, fast) in [(800.0, 100.0, 200.0), (400.0, 100.0, 100.0), (900.0, 100.0, 300.0)] {
            figures.add("PostgreSQL", "replay", &Who::product(), Unit::Rate, product);
            figures.add("PostgreSQL", "replay", &peer("slow", true), Unit::Rate, slow);
            figures.add("PostgreSQL", "replay", &peer("fast", false), Unit::Rate, fast);
        }
        let any = |kind| matches!(kind, Kind::Peer { .. });
        assert_eq!(figures.over_best("PostgreSQL", "replay", any), Some((4.0, "fast")));
        let resuming = |kind| kind == Kind::Peer { resumes: true };
        assert_eq!(figures.over_best("PostgreSQL", "replay", resuming), Some((8.0, "slow")));
        assert_eq!(figures.over_best("SQLite", "replay", any), None);
    }
}

//! What was measured, and how it is printed.

use serde_json::json;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Events or rows a second.
    Rate,
    /// Milliseconds.
    Millis,
}

/// The plain figures of the same round that a figure is divided by; none where the name is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ratio {
    alike: String,
    limit: String,
}

impl Ratio {
    pub(crate) fn of(alike: &str, limit: &str) -> Self {
        Self { alike: alike.to_owned(), limit: limit.to_owned() }
    }
}

#[derive(Debug)]
struct Figure {
    database: &'static str,
    name: String,
    unit: Unit,
    ratio: Ratio,
    /// One a round.
    values: Vec<f64>,
}

/// Everything that was measured, in the order in which it was.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<Figure>);

impl Figures {
    pub(crate) fn add(&mut self, database: &'static str, name: &str, unit: Unit, ratio: Ratio, value: f64) {
        self.0.push(Figure { database, name: name.to_owned(), unit, ratio, values: vec![value] });
    }

    /// Adds the values of another round.
    pub(crate) fn join(&mut self, round: Self) {
        for figure in round.0 {
            match self.0.iter_mut().find(|known| (known.database, &known.name) == (figure.database, &figure.name)) {
                Some(known) => known.values.extend(figure.values),
                None => self.0.push(figure),
            }
        }
    }

    /// The median of the ratios within a round.
    fn ratio(&self, figure: &Figure, other: &str) -> Option<f64> {
        let other = self.0.iter().find(|known| known.database == figure.database && known.name == other)?;
        Some(median(figure.values.iter().zip(&other.values).map(|(ours, plain)| ours / plain).collect()))
    }

    pub(crate) fn print_json(&self) {
        for figure in &self.0 {
            let line = json!({
                "database": figure.database,
                "figure": figure.name,
                "unit": match figure.unit { Unit::Rate => "per second", Unit::Millis => "ms" },
                "median": median(figure.values.clone()),
                "min": least(&figure.values),
                "max": most(&figure.values),
                "rounds": figure.values.len(),
                "cores": cores(),
                "alike": self.ratio(figure, &figure.ratio.alike),
                "limit": self.ratio(figure, &figure.ratio.limit),
            });
            println!("{line}");
        }
    }

    pub(crate) fn print_table(&self, load: &str) {
        println!("{} cores, load before the run {load}", cores());
        let mut database = "";
        for figure in &self.0 {
            if figure.database != database {
                database = figure.database;
                let heads = ["median", "from", "to", "÷ alike", "÷ limit"];
                let [median, from, to, alike, limit] = heads;
                println!("\n{database:<44}{median:>12}{from:>12}{to:>12}{alike:>10}{limit:>10}");
            }
            let [median, from, to] =
                [median(figure.values.clone()), least(&figure.values), most(&figure.values)].map(|v| figure.shown(v));
            let [alike, limit] = [&figure.ratio.alike, &figure.ratio.limit]
                .map(|other| self.ratio(figure, other).map(|ratio| format!("{ratio:.3}")).unwrap_or_default());
            println!("{:<44}{median:>12}{from:>12}{to:>12}{alike:>10}{limit:>10}", figure.name);
        }
        let spreads = || self.0.iter().filter(|figure| figure.unit == Unit::Rate).map(Figure::spread);
        let rounds = self.0.first().map_or(0, |figure| figure.values.len());
        println!(
            "\n{rounds} rounds; spread (max - min, of the median) of the rates: typically {:.0} %, at most {:.0} %",
            100.0 * median(spreads().collect()),
            100.0 * spreads().fold(0.0, f64::max),
        );
    }
}

impl Figure {
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

//! What was measured, as a table for a reader and as goals for a program.

use std::time::Duration;

use testkit::Goal;

use crate::program::{Step, Took};

/// What a registry of one size took.
pub(crate) struct Size {
    pub(crate) teachers: u64,
    pub(crate) events: u64,
    pub(crate) steps: [(Step, Took); 4],
    /// Until the server was ready, and what it held then: started, and started again after it was killed.
    pub(crate) ready: [Took; 2],
    pub(crate) on_disk_log: u64,
    pub(crate) on_disk_views: u64,
}

impl Size {
    fn took(&self, step: Step) -> Took {
        self.steps.iter().find(|(of, _)| *of == step).map(|(_, took)| *took).unwrap_or_default()
    }

    /// Microseconds of the clock that an event took in all that is done to it.
    fn of_an_event(&self) -> f64 {
        let all: Duration = self.steps.iter().map(|(_, took)| took.clock).sum();
        all.as_secs_f64() * 1e6 / self.events as f64
    }

    fn memory(&self) -> f64 {
        let all = self.steps.iter().map(|(_, took)| took).chain(&self.ready);
        all.map(|took| took.memory).fold(0.0, f64::max)
    }

    fn table(&self) {
        let events = self.events as f64;
        println!("  {} teachers, {} events        s   µs/event   cores   MiB at most", self.teachers, self.events);
        for (step, took) in &self.steps {
            let name = match step {
                Step::Log => "the log",
                Step::Views => "its read models from nothing",
                Step::Coverage => "coverage by province",
                Step::Verify => "log verify",
            };
            let clock = took.clock.as_secs_f64();
            let (each, cores, memory) = (clock * 1e6 / events, took.cores, took.memory);
            println!("    {name:<30} {clock:>10.2} {each:>10.1} {cores:>7.2} {memory:>10.0}");
        }
        let [ready, again] = self.ready.map(|took| (took.clock.as_secs_f64(), took.memory));
        println!(
            "    ready after {:.2} s ({:.0} MiB), killed and ready again after {:.2} s",
            ready.0, ready.1, again.0
        );
        let (log, views) = (self.on_disk_log as f64 / events, self.on_disk_views as f64 / events);
        println!("    on disk, bytes an event: log and keys {log:.0}, read models {views:.0}");
    }
}

/// Both sizes on one database.
pub(crate) struct Figures {
    pub(crate) tenth: Size,
    pub(crate) whole: Size,
}

impl Figures {
    pub(crate) fn print(&self, on: &str, json: bool) {
        if !json {
            println!("\n{on}");
            self.tenth.table();
            self.whole.table();
        }
        let of = format!("size, {on}, {} teachers", self.whole.teachers);
        for goal in self.goals() {
            goal.print(&of, json);
        }
    }

    fn goals(&self) -> [Goal; 4] {
        let cores = std::thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64);
        let slowest = self.whole.ready.into_iter().map(|took| took.clock).max().unwrap_or_default();
        [
            Goal::new(
                "1.15 × what an event takes at a tenth ÷ at the whole",
                1.15 * self.tenth.of_an_event() / self.whole.of_an_event(),
                1.0,
            ),
            // Three quarters of all cores: less is to leave one alone.
            Goal::new("rebuild: busy cores ÷ cores", self.whole.took(Step::Views).cores / cores, 0.75),
            Goal::new("1 GiB ÷ most memory", 1024.0 / self.whole.memory(), 1.0),
            Goal::new("5 s ÷ until ready", 5.0 / slowest.as_secs_f64(), 1.0),
        ]
    }
}

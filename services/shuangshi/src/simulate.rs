//! An invented registry, recorded through the front of the log: every entry that `simulation` draws becomes a command of
//! the write model it belongs to, and has to lead to the event that was drawn.
//!
//! Terms are recorded in their order, each at its own instant, so that what was known when is as it would have been.
//! Within a term nothing waits for anything else to be written; the log takes it in the order in which it was drawn.

mod desk;
mod orders;
mod recorder;
mod report;
mod time;

use eventlog::StreamId;
use events::{ImportEvent, ImportedFile};
use kernel::{CommandId, CorrelationId, Name, PackId};
use sha2::{Digest, Sha256};
use simulation::{Country, Scenario, Term};
use training::import;

use crate::delivery::publish_packs;
use crate::demo;
use crate::outcome::Trouble;
use crate::registry::Registry;

use recorder::{Part, Recorder};
pub use report::Report;
pub use time::Time;

/// Records the registry of a scenario. `progress` hears how many terms are done.
pub async fn simulate(
    scenario: Scenario,
    registry: &Registry,
    time: &Time,
    into_existing: bool,
    mut progress: impl FnMut(u64),
) -> Result<Report, Trouble> {
    let pack = standards::national_basic();
    let country = Country::of(scenario, PackId::of_version(&pack.name, pack.version))?;
    let stream = StreamId::of::<ImportEvent>(scenario.import().uuid());
    let stage = registry.app().log().load::<import::Import>(&stream).await?.0;
    match stage {
        import::State::Confirmed | import::State::Undone => return Ok(Report::known(&country)),
        // It was killed before its end, and goes on.
        import::State::Received => {}
        import::State::Absent if into_existing || demo::is_untouched(registry).await? => {}
        import::State::Absent => {
            let words = "the registry has something in it already: simulate into a fresh --data folder or database, or say \
                         --into-existing";
            return Err(Trouble::No(words.to_owned()));
        }
    }
    publish_packs(registry).await?;
    let on = scenario.recorded_on(Term::BEFORE);
    batch(registry, &scenario, import::Command::Receive { on, files: vec![file(&scenario)?] }).await?;
    let mut recorder = Recorder::of(registry, &country)?;
    for term in scenario.terms() {
        time.set(scenario.recorded_at(term));
        recorder.begin();
        let mut parts = country.parts(term);
        // What is the nation's comes first, and alone: where a school is on the register already, nobody has been enrolled.
        if let Some(nation) = Part::enrolled(registry, parts.next()).await? {
            recorder.record(nation).await?;
        }
        let mut next = Part::enrolled(registry, parts.next()).await?;
        while let Some(part) = next {
            // On SQLite the vault is a file of its own: people of the next part are enrolled while this one is written.
            (_, next) = tokio::try_join!(recorder.record(part), Part::enrolled(registry, parts.next()))?;
        }
        recorder.finish().await?;
        progress(u64::from(term.number()) + 1);
    }
    let report = recorder.report();
    let (recorded, known) = (report.on_record(), report.duplicates());
    batch(registry, &scenario, import::Command::Confirm { on: scenario.until(), recorded, known }).await?;
    Ok(report)
}

/// The batch as a file: its name says what it was drawn from.
fn file(scenario: &Scenario) -> Result<ImportedFile, Trouble> {
    let words = scenario.words();
    let sha256 = Sha256::digest(words.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(ImportedFile { name: Name::parse(&words)?, sha256, rows: u64::from(scenario.teachers()) })
}

async fn batch(registry: &Registry, scenario: &Scenario, command: import::Command) -> Result<(), Trouble> {
    let id = scenario.import();
    let step = match &command {
        import::Command::Receive { .. } => "receive",
        import::Command::Confirm { .. } => "confirm",
        import::Command::Undo { .. } => "undo",
    };
    let stream = StreamId::of::<ImportEvent>(id.uuid());
    let name = CommandId::derived(&format!("simulated|{id}|{step}"));
    registry.record::<import::Import>(name, CorrelationId::new(id.uuid()), stream, vec![], command).await?;
    Ok(())
}

//! `what-if`: who would gain and lose by a draft of a rule pack. It prints figures and nobody's name.

use std::time::Duration;

use contracts::Rejects;
use kernel::Language;
use qualification::what_if::{Audience, Draft, Progress, WhatIfBody, run};

use super::import::progress;
use crate::line::WhatIfLine;
use crate::outcome::{Trouble, say};
use crate::present;
use crate::registry::Registry;

/// How often the progress bar moves.
const TICK: Duration = Duration::from_millis(200);

/// Runs the command.
pub async fn what_if(line: &WhatIfLine) -> Result<(), Trouble> {
    let content = std::fs::read_to_string(&line.file)
        .map_err(|error| Trouble::NotFound(format!("{}: {error}", line.file.display())))?;
    let registry = Registry::open(&line.setup.config).await?;
    let shown = tried(&registry, line, &content).await;
    registry.close().await;
    say(&shown?)
}

async fn tried(registry: &Registry, line: &WhatIfLine, content: &str) -> Result<String, Trouble> {
    let dossiers = registry.dossiers().await?;
    let known = Registry::known(&dossiers, line.known_at.as_deref())?;
    let (now, today) = (dossiers.rulebook(known.at(0).0).await?, registry.today());
    let draft = Draft::read(line.on.unwrap_or(today), content, now, line.as_of, today)
        .map_err(|reason| Trouble::No(format!("{}: {reason}", reason.code())))?;
    let (far, bar) = (Progress::default(), progress(0, "people"));
    let clock = registry.app().clock();
    let began = clock.now().as_micros();
    let running = run(&dossiers, (&draft, known.at(0).0), &line.area, &far, || false);
    tokio::pin!(running);
    let tally = loop {
        tokio::select! {
            came = &mut running => break came.map_err(Trouble::failed)?,
            () = tokio::time::sleep(TICK) => {
                bar.set_length(far.to_do());
                bar.set_position(far.done());
            }
        }
    };
    bar.finish_and_clear();
    let micros = u64::try_from(clock.now().as_micros() - began).unwrap_or_default();
    let body = WhatIfBody::of(&tally, &draft.pack, draft.as_of, known.to_string(), Audience::Persons);
    if line.setup.json {
        let timed = serde_json::json!({ "what_if": body, "microseconds": micros });
        return Ok(format!("{timed}\n"));
    }
    let language = if line.english { Language::English } else { Language::Chinese };
    Ok(present::what_if(&body, micros, language))
}

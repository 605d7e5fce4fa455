//! `contradictions`.

use std::collections::BTreeSet;

use dossiers::{AfterContradiction, ContradictionOnFile, Dossiers};
use qualification::told::ContradictionBody;

use crate::line::Contradictions;
use crate::outcome::{Trouble, say};
use crate::present;
use crate::registry::Registry;

/// How many are fetched at a time.
const PAGE: usize = 500;

/// Lists contradictions, of everybody on the register.
pub async fn contradictions(asked: &Contradictions) -> Result<(), Trouble> {
    let registry = Registry::open(&asked.setup.config).await?;
    let shown = listed(&registry, asked).await;
    registry.close().await;
    say(&shown?)
}

async fn listed(registry: &Registry, asked: &Contradictions) -> Result<String, Trouble> {
    let dossiers = registry.dossiers().await?;
    let found = all(&dossiers, !asked.all).await?;
    let teachers: BTreeSet<_> = found.iter().map(|one| one.teacher).collect();
    registry.saw("command_contradictions", teachers.into_iter().collect()).await?;
    let rows: Vec<ContradictionBody> = found.into_iter().map(ContradictionBody::whole).collect();
    let position = dossiers.position().to_string();
    if asked.setup.json {
        let body = serde_json::json!({ "known_at": position, "count": rows.len(), "contradictions": rows });
        return Ok(format!("{body}\n"));
    }
    Ok(present::contradictions(&rows, &position))
}

async fn all(dossiers: &Dossiers, open: bool) -> Result<Vec<ContradictionOnFile>, Trouble> {
    let mut found: Vec<ContradictionOnFile> = Vec::new();
    loop {
        let after =
            |one: &ContradictionOnFile| -> AfterContradiction { (one.position, one.teacher.to_string(), one.ordinal) };
        let page = dossiers.contradictions(open, found.last().map(after), PAGE).await?;
        let last = page.len() < PAGE;
        found.extend(page);
        if last {
            return Ok(found);
        }
    }
}

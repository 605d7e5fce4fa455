//! `teacher diff`.

use kernel::Language;
use qualification::changes::{Moment, changes, words};

use crate::line::Diff;
use crate::outcome::{Trouble, say};
use crate::registry::Registry;

/// Shows what differs between two answers about a teacher.
pub async fn differ(asked: &Diff) -> Result<(), Trouble> {
    let registry = Registry::open(&asked.setup.config).await?;
    let shown = difference(&registry, asked).await;
    registry.close().await;
    say(&shown?)
}

async fn difference(registry: &Registry, asked: &Diff) -> Result<String, Trouble> {
    let teacher = registry.teacher(&asked.id).await?;
    let dossiers = registry.dossiers().await?;
    let moment = |as_of: Option<kernel::Day>, known_at: Option<&str>| {
        let known_at = Registry::known(&dossiers, known_at)?;
        Ok::<_, Trouble>(Moment { as_of: as_of.unwrap_or_else(|| registry.today()), known_at })
    };
    let from = moment(asked.from_as_of, asked.from_known_at.as_deref())?;
    let to = moment(asked.to_as_of, asked.to_known_at.as_deref())?;
    let body = changes(&dossiers, registry.app().log(), teacher, (&from, &to)).await?;
    registry.saw("command_teacher_diff", vec![teacher]).await?;
    if asked.setup.json {
        return Ok(format!("{}\n", serde_json::to_string(&body)?));
    }
    Ok(words(&body, if asked.english { Language::English } else { Language::Chinese }))
}

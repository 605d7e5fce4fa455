//! `teacher show`, `teachers list`, `coverage`.

use access::figures::Audience;
use dossiers::{Dossiers, ListFilter, StatusFilter};
use kernel::Language;
use kernel::{Day, TeacherId};
use qualification::standing;
use vault::VaultError;

use crate::line::{Coverage, Setup};
use crate::outcome::{Trouble, say};
use crate::present;
use crate::registry::Registry;

/// How many teachers are fetched at a time.
const PAGE: u32 = 500;

/// Shows where a teacher stands on a day, and why.
pub async fn teacher(
    id: &str,
    as_of: Option<Day>,
    known_at: Option<&str>,
    english: bool,
    setup: &Setup,
) -> Result<(), Trouble> {
    let registry = Registry::open(&setup.config).await?;
    let shown = one_teacher(&registry, id, as_of, known_at, english, setup.json).await;
    registry.close().await;
    say(&shown?)
}

async fn one_teacher(
    registry: &Registry,
    id: &str,
    as_of: Option<Day>,
    known_at: Option<&str>,
    english: bool,
    json: bool,
) -> Result<String, Trouble> {
    let teacher = registry.teacher(id).await?;
    let dossiers = registry.dossiers().await?;
    let known = Registry::known(&dossiers, known_at)?;
    let on = as_of.unwrap_or_else(|| registry.today());
    let body = standing::status(&dossiers, teacher, on, &known).await?;
    let dossier = standing::dossier(&dossiers, teacher, &known).await?;
    registry.saw("command_teacher_show", vec![teacher]).await?;
    let identity = match &dossier.identity {
        Some(sealed) => match registry.app().vault().reveal(teacher, sealed).await {
            Ok(identity) => Some(identity),
            // There is no name to show.
            Err(VaultError::Restricted | VaultError::Erased | VaultError::NoKey) => None,
            Err(error) => return Err(error.into()),
        },
        None => None,
    };
    if json {
        let mut value = serde_json::to_value(&body)?;
        if let (Some(object), Some(identity)) = (value.as_object_mut(), &identity) {
            object.insert("name".to_owned(), identity.name.as_str().into());
            let number = identity.citizen_id.as_ref().map(|number| number.as_str());
            object.insert("citizen_id".to_owned(), number.into());
        }
        return Ok(format!("{value}\n"));
    }
    let language = if english { Language::English } else { Language::Chinese };
    let schools = dossiers.schools().await?;
    Ok(present::teacher(&body, &dossier, identity.as_ref(), &schools, language))
}

/// Lists teachers by where they stand on a day.
pub async fn teachers(as_of: Option<Day>, status: StatusFilter, area: String, setup: &Setup) -> Result<(), Trouble> {
    let registry = Registry::open(&setup.config).await?;
    let on = as_of.unwrap_or_else(|| registry.today());
    let shown = many_teachers(&registry, on, status, &area, setup.json).await;
    registry.close().await;
    say(&shown?)
}

async fn many_teachers(
    registry: &Registry,
    on: Day,
    status: StatusFilter,
    area: &str,
    json: bool,
) -> Result<String, Trouble> {
    let dossiers = registry.dossiers().await?;
    let position = dossiers.position().to_string();
    let mut rows = Vec::new();
    let mut after: Option<TeacherId> = None;
    loop {
        let filter = ListFilter { on, status, area: area.to_owned(), after, limit: PAGE };
        let page = standing::list(&dossiers, registry.app().vault(), &filter).await?;
        after = page.last().map(|row| row.teacher);
        let last = page.len() < PAGE as usize;
        rows.extend(page);
        if last {
            break;
        }
    }
    registry.saw("command_teachers_list", rows.iter().map(|row| row.teacher).collect()).await?;
    rows.sort_by_key(present::staff_number);
    if json {
        let body = serde_json::json!({ "as_of": on, "known_at": position, "count": rows.len(), "teachers": rows });
        return Ok(format!("{body}\n"));
    }
    Ok(present::teachers(&rows, &dossiers.schools().await?, on, &position))
}

/// Shows coverage on a day.
pub async fn coverage(asked: &Coverage) -> Result<(), Trouble> {
    let registry = Registry::open(&asked.setup.config).await?;
    let shown = table(&registry, asked).await;
    registry.close().await;
    say(&shown?)
}

async fn table(registry: &Registry, asked: &Coverage) -> Result<String, Trouble> {
    let dossiers: Dossiers = registry.dossiers().await?;
    let known = Registry::known(&dossiers, asked.known_at.as_deref())?;
    let on = asked.as_of.unwrap_or_else(|| registry.today());
    let body = coverage::table::coverage(&dossiers, on, &known, (asked.by, Audience::Persons)).await?;
    if asked.setup.json {
        return Ok(format!("{}\n", serde_json::to_string(&body)?));
    }
    Ok(present::coverage(&body))
}

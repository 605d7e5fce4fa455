//! Imports: batches of rows that arrived together.

use access::permissions::ShowImport;
use actix_web::get;
use actix_web::web::Data;
use contracts::Problem;
use eventlog::StreamId;
use events::ImportEvent;
use host::{App, Failure, May, PathId, Shown};
use kernel::ImportId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::import::{Import, Rejection, State};

/// An import.
#[derive(Serialize, ToSchema)]
pub struct ImportBody {
    /// The import.
    import: ImportId,
    /// How far it has come.
    state: ImportProgress,
}

/// How far an import has come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportProgress {
    /// Its files arrived and every row was read.
    Received,
    /// Every row was recorded.
    Confirmed,
    /// Every fact it recorded has been voided.
    Undone,
}

#[utoipa::path(operation_id = "show_import", tag = "training", summary = "Show how far an import has come", params(("import" = ImportId, Path)),
    responses((status = 200, body = ImportBody), (status = 404, body = Problem)))]
#[get("/v1/imports/{import}")]
pub async fn show(_: May<ShowImport>, id: PathId<ImportId>, app: Data<App>) -> Result<Shown<ImportBody>, Failure> {
    let position = app.head();
    let (state, version) = app.log().load::<Import>(&StreamId::of::<ImportEvent>(id.0.uuid())).await?;
    let state = progress(state).ok_or_else(|| Failure::rejected(&Rejection::NotReceived))?;
    Ok(Shown::new(ImportBody { import: id.0, state }, position).version(version))
}

fn progress(state: State) -> Option<ImportProgress> {
    match state {
        State::Absent => None,
        State::Received => Some(ImportProgress::Received),
        State::Confirmed => Some(ImportProgress::Confirmed),
        State::Undone => Some(ImportProgress::Undone),
    }
}

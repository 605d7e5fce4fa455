//! The coverage table.

use std::time::Instant;

use access::Operation;
use access::figures::Audience;
use access::permissions::ShowCoverage;
use actix_web::get;
use actix_web::web::Data;
use contracts::Problem;
use dossiers::{DossierProjection, Dossiers};
use eventlog::LogPosition;
use host::{App, AtLeast, Failure, Filed, May, Params, TableForm};
use kernel::Day;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::recent::{Asked, Drawn, Recent};
use crate::table::{self, By, CoverageBody};

/// Which table is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The day it is about; today when not given.
    as_of: Option<Day>,
    /// What was known at this log position; the newest when not given.
    #[param(value_type = Option<String>, example = "v1.0:1234")]
    known_at: Option<String>,
    /// What the rows are.
    by: Option<By>,
}

#[utoipa::path(tag = "coverage", summary = "Double-qualified share, rotation and practice by area, on any date",
    params(Which, AtLeast),
    responses((status = 200, body = CoverageBody), (status = 400, body = Problem), (status = 503, body = Problem)))]
#[get("/v1/coverage")]
pub async fn coverage(
    may: May<ShowCoverage>,
    which: Params<Which>,
    at_least: AtLeast,
    recent: Data<Recent>,
    app: Data<App>,
) -> Result<Filed, Failure> {
    let Which { as_of, known_at, by } = which.0;
    let parse = |text: String| text.parse().map_err(|malformed| Failure::parameter("known_at", &malformed));
    let of: Option<LogPosition> = known_at.map(parse).transpose()?;
    let at_least = AtLeast(of.clone().or(at_least.0));
    let view = app.fresh(DossierProjection::NAME, &at_least).await?;
    let dossiers = Dossiers::new(view, may.scope(), may.today());
    let audience = Audience::of(&may.scope(), &access::scope(may.principal(), Operation::ListTeachers));
    let (on, by, scope) = (as_of.unwrap_or(may.today()), by.unwrap_or_default(), may.scope());
    let asked = Asked { on, by, scope, audience };
    let newest = dossiers.position();
    let drawn = match of {
        Some(known) => drawn(&dossiers, &asked, &known).await?,
        None => {
            let draw = || drawn(&dossiers, &asked, &newest);
            recent.table(asked.clone(), &newest, at_least.0.as_ref(), draw).await?
        }
    };
    Ok(Filed { bytes: drawn.json.to_vec(), form: TableForm::Json, name: "coverage.json", position: drawn.known })
}

/// The table as known at a position.
async fn drawn(dossiers: &Dossiers, asked: &Asked, known: &LogPosition) -> Result<Drawn, Failure> {
    let begun = Instant::now();
    let body = table::coverage(dossiers, asked.on, known, (asked.by, asked.audience)).await?;
    let json = serde_json::to_vec(&body).map_err(Failure::internal)?.into();
    Ok(Drawn { json, known: known.clone(), begun })
}

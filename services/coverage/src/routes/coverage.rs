//! The coverage table.

use access::permissions::ShowCoverage;
use actix_web::get;
use actix_web::web::Data;
use contracts::Problem;
use dossiers::{DossierProjection, Dossiers};
use eventlog::LogPosition;
use host::{App, AtLeast, Failure, May, Params, Shown};
use kernel::Day;
use serde::Deserialize;
use utoipa::IntoParams;

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
    app: Data<App>,
) -> Result<Shown<CoverageBody>, Failure> {
    let Which { as_of, known_at, by } = which.0;
    let parse = |text: String| text.parse().map_err(|malformed| Failure::parameter("known_at", &malformed));
    let asked: Option<LogPosition> = known_at.map(parse).transpose()?;
    let at_least = AtLeast(asked.clone().or(at_least.0));
    let view = app.fresh(DossierProjection::NAME, &at_least).await?;
    let dossiers = Dossiers::new(view, may.scope(), may.today());
    let known = asked.unwrap_or_else(|| dossiers.position());
    let on = as_of.unwrap_or(may.today());
    let body = table::coverage(&dossiers, on, &known, by.unwrap_or_default()).await?;
    Ok(Shown::new(body, known))
}

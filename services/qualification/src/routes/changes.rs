//! What differs between two answers about a teacher.

use access::permissions::ShowStatusChanges;
use actix_web::get;
use actix_web::web::Data;
use contracts::Problem;
use dossiers::{DossierProjection, Dossiers};
use eventlog::LogPosition;
use host::{App, AtLeast, Failure, May, Params, PathId, Right, Shown};
use kernel::{Day, TeacherId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::no_answer;
use crate::changes::{ChangesBody, Moment, changes as compared};

/// Which two answers are compared.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Two {
    /// The day of the first answer; today when not given.
    from_as_of: Option<Day>,
    /// What was known at this log position; the newest when not given.
    #[param(value_type = Option<String>, example = "v1.0:1234")]
    from_known_at: Option<String>,
    /// The day of the second answer; today when not given.
    to_as_of: Option<Day>,
    /// What was known at this log position; the newest when not given.
    #[param(value_type = Option<String>, example = "v1.0:1234")]
    to_known_at: Option<String>,
}

#[utoipa::path(operation_id = "changes", tag = "qualification",
    summary = "What differs between two answers about a teacher, and what made it so",
    params(("teacher" = TeacherId, Path), Two, AtLeast),
    responses((status = 200, body = ChangesBody), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 503, body = Problem)))]
#[get("/v1/teachers/{teacher}/status/changes")]
pub async fn changes(
    may: May<ShowStatusChanges>,
    teacher: PathId<TeacherId>,
    two: Params<Two>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<ChangesBody>, Failure> {
    let (dossiers, from, to) = two.0.known(&may, at_least, &app).await?;
    let body = compared(&dossiers, app.log(), teacher.0, (&from, &to)).await.map_err(no_answer)?;
    Ok(Shown::new(body, to.known_at))
}

impl Two {
    /// The dossiers, showing at least what was known at both positions, and the two moments.
    async fn known(self, right: &Right, at_least: AtLeast, app: &App) -> Result<(Dossiers, Moment, Moment), Failure> {
        let parse = |name: &'static str, text: &Option<String>| {
            let parse = |text: &String| text.parse().map_err(|malformed| Failure::parameter(name, &malformed));
            text.as_ref().map(parse).transpose()
        };
        let from: Option<LogPosition> = parse("from_known_at", &self.from_known_at)?;
        let to: Option<LogPosition> = parse("to_known_at", &self.to_known_at)?;
        for asked in [&at_least.0, &from].into_iter().filter(|asked| asked.is_some()) {
            app.fresh(DossierProjection::NAME, &AtLeast(asked.clone())).await?;
        }
        let view = app.fresh_for(right, DossierProjection::NAME, &AtLeast(to.clone())).await?;
        let dossiers = Dossiers::new(view, right.scope(), right.today());
        let newest = dossiers.position();
        let moment = |as_of: Option<Day>, known_at: Option<LogPosition>| Moment {
            as_of: as_of.unwrap_or(right.today()),
            known_at: known_at.unwrap_or_else(|| newest.clone()),
        };
        Ok((dossiers, moment(self.from_as_of, from), moment(self.to_as_of, to)))
    }
}

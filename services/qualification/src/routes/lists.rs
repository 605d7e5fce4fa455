//! Verification of a list: a school hands in the numbers of those who came, and gets a table back.

use access::permissions::VerifyTeachers;
use actix_web::post;
use actix_web::web::Data;
use contracts::{Code, Fault, Place, Problem};
use dossiers::{DossierProjection, Dossiers};
use eventlog::View;
use host::{App, AtLeast, Failure, Filed, May, Params, Right, TableForm, Upload, Wanted};
use kernel::Day;
use serde::Deserialize;
use spreadsheet::{Format, RowFault};
use utoipa::IntoParams;

use super::no_answer;
use crate::pace::Pace;
use crate::standing::known;
use crate::verified::{self, Asker, People, Question, VerifiedList};

/// So many faults of a list are told; with more, it is another list.
const MOST_FAULTS: usize = 100;

/// What is asked of everybody in the list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The day it is about, where a row says no other; today when not given.
    as_of: Option<Day>,
    /// The day since when to say what changed.
    changed_since: Option<Day>,
}

#[utoipa::path(operation_id = "verify_list", tag = "qualification",
    summary = "Verify the qualification of up to 10,000 people by their id numbers, for a stated purpose",
    description = "The list is CSV in UTF-8 or a workbook (.xlsx) of up to 4 MiB, with a column 身份证号 or citizen_id, \
        and, if wanted, 姓名 or name and 截至日期 or as_of. `Accept` says whether the answer is JSON, CSV or a workbook.",
    params(Asked, AtLeast),
    request_body(content((String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    responses((status = 200, content((VerifiedList = "application/json"), (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = 400, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
#[post("/v1/verifications/lists")]
pub async fn verify_list(
    may: May<VerifyTeachers>,
    asked: Params<Asked>,
    wanted: Wanted,
    upload: Upload,
    at_least: AtLeast,
    pace: Data<Pace>,
    app: Data<App>,
) -> Result<Filed, Failure> {
    let people = People::of(&app, rows(&upload)?, may.today()).await?;
    let view = app.fresh_for(&may, DossierProjection::NAME, &at_least).await?;
    let dossiers = Dossiers::new(view.clone(), may.scope(), may.today());
    let own = dossiers.within_scope(&people.known()).await?;
    pace.list(may.principal().account, app.clock().now(), people.other_than(&own))?;
    may.saw(&app, people.known()).await?;
    let asker = asker(&may, &dossiers).await?;
    answered(&view, people, asked.0, asker, wanted.0, may.today()).await
}

fn rows(upload: &Upload) -> Result<Vec<verified::AskedRow>, Failure> {
    let (form, bytes) = upload.table()?;
    let format = if form == TableForm::Csv { Format::Csv } else { Format::Workbook };
    verified::parse("list", bytes, format).map_err(faulty)
}

fn faulty(faults: Vec<RowFault>) -> Failure {
    let detail = format!("the list has {} faults; nothing was looked up", faults.len());
    let problem = Problem::new(Code::Rejected).rejection("list_has_faults").detail(detail);
    let fault = |RowFault { file, row, column, why }| {
        Fault::new(Place { file: Some(file), row, column, ..Place::default() }, why)
    };
    faults.into_iter().take(MOST_FAULTS).map(fault).fold(problem, Problem::fault).into()
}

async fn asker(right: &Right, dossiers: &Dossiers) -> Result<Asker, Failure> {
    let actor = right.actor();
    let organisation = match actor.organisation {
        Some(organisation) => dossiers.school(organisation).await?.map(|school| school.name.to_string()),
        None => None,
    };
    let stated = right.purpose();
    Ok(Asker {
        account: actor.agent.to_string(),
        capacity: actor.capacity,
        organisation,
        purpose: stated.map(|stated| stated.purpose),
        reference: stated.and_then(|stated| stated.reference.as_ref()).map(ToString::to_string),
    })
}

async fn answered(
    view: &View,
    people: People,
    asked: Asked,
    asker: Asker,
    form: TableForm,
    today: Day,
) -> Result<Filed, Failure> {
    let position = known(&Dossiers::new(view.clone(), kernel::Scope::nothing(), today), None);
    let (as_of, changed_since) = (asked.as_of.unwrap_or(today), asked.changed_since);
    let question = Question { as_of, changed_since, known_at: position.clone() };
    let list = verified::answers(view, people, &question, today).await.map_err(no_answer)?;
    let write = move || match form {
        TableForm::Json => serde_json::to_vec(&list).map_err(Failure::internal),
        TableForm::Csv => Ok(verified::csv(&list)),
        TableForm::Workbook => verified::workbook(&list, &asker, today).map_err(Failure::internal),
    };
    let bytes = tokio::task::spawn_blocking(write).await.map_err(Failure::internal)??;
    let name = if form == TableForm::Csv { "verified.csv" } else { "verified.xlsx" };
    Ok(Filed { bytes, form, name, position })
}

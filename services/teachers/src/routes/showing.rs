//! A person's record shown: as it stands, beside another, whole, and who else it may be.

use access::permissions::{CompareTeachers, ExportTeacher, FindDuplicates, ShowTeacher};
use actix_web::http::header::{ACCEPT, CONTENT_DISPOSITION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder, get};
use contracts::Problem;
use dossiers::{DossierProjection, Dossiers};
use host::{App, AtLeast, Failure, May, POSITION, Params, PathId, PathIds, Right, Shown, current_request};
use kernel::{Language, TeacherId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::comparison::{self, ComparisonBody};
use crate::duplicates::{DuplicatesBody, candidates};
use crate::export::{ExportBody, render, whole};
use crate::particulars::Reader;
use crate::person::{Opening, Person};
use crate::showing::{self, PersonBody};
use crate::teacher::Rejection;

/// How the whole record is wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// As JSON, or as a text that a person reads; by `Accept` when not given.
    #[param(inline)]
    format: Option<Format>,
    /// In Chinese or in English; by `Accept-Language` when not given.
    #[param(inline)]
    language: Option<Tongue>,
}

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For programs.
    Json,
    /// For people.
    Text,
}

/// The language of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tongue {
    /// Chinese.
    Zh,
    /// English.
    En,
}

#[utoipa::path(tag = "teachers", summary = "Show the facts that stand in a person's own record",
    params(("teacher" = TeacherId, Path), AtLeast),
    responses((status = 200, body = PersonBody), (status = 404, body = Problem)))]
#[get("/v1/teachers/{teacher}")]
pub async fn show(
    may: May<ShowTeacher>,
    teacher: PathId<TeacherId>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<PersonBody>, Failure> {
    let position = app.head();
    let dossiers = dossiers(&app, &may, &at_least).await?;
    let person = Person::load(&app, teacher.0).await?;
    let version = person.own().filter(|own| own.state.is_registered()).map(|own| own.version);
    let version = version.ok_or_else(|| Failure::rejected(&Rejection::NotRegistered))?;
    let reader = Reader { app: &app, dossiers: &dossiers, opening: Opening::of(&may), language: language() };
    Ok(Shown::new(showing::show(&reader, &person).await?, position).version(version))
}

#[utoipa::path(tag = "teachers", summary = "Everything that is held about a person, for that person",
    params(("teacher" = TeacherId, Path), Wanted, AtLeast),
    responses((status = 200, content((ExportBody = "application/json"), (String = "text/plain"))),
        (status = 404, body = Problem)))]
#[get("/v1/teachers/{teacher}/export")]
pub async fn export(
    may: May<ExportTeacher>,
    teacher: PathId<TeacherId>,
    wanted: Params<Wanted>,
    at_least: AtLeast,
    request: HttpRequest,
    app: Data<App>,
) -> Result<HttpResponse, Failure> {
    let dossiers = dossiers(&app, &may, &at_least).await?;
    let position = dossiers.position();
    let language = wanted.0.language.map_or_else(language, |tongue| match tongue {
        Tongue::Zh => Language::Chinese,
        Tongue::En => Language::English,
    });
    let export = whole(&app, &dossiers, teacher.0, language).await?;
    let export = export.ok_or_else(|| Failure::of(contracts::Code::NotFound))?;
    if wanted.0.format.unwrap_or_else(|| accepted(&request)) == Format::Json {
        return Ok(Shown::new(export, position).respond_to(&request));
    }
    let text = render(&export, language).map_err(Failure::internal)?;
    let mut response = HttpResponse::Ok();
    response.content_type("text/plain; charset=utf-8").insert_header((POSITION, position.to_string()));
    // The name of the file says nothing about the person.
    response.insert_header((CONTENT_DISPOSITION, "attachment; filename=\"shuangshi-export.txt\""));
    Ok(response.body(text))
}

#[utoipa::path(tag = "teachers", summary = "Entries of the register that may be the same person",
    params(("teacher" = TeacherId, Path)),
    responses((status = 200, body = DuplicatesBody), (status = 404, body = Problem)))]
#[get("/v1/teachers/{teacher}/duplicates")]
pub async fn duplicates(
    may: May<FindDuplicates>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Shown<DuplicatesBody>, Failure> {
    let position = app.head();
    let body = candidates(&app, &may, teacher.0).await?;
    may.saw(&app, body.candidates.iter().map(|candidate| candidate.teacher).collect()).await?;
    Ok(Shown::new(body, position))
}

#[utoipa::path(tag = "teachers", summary = "Two entries of the register side by side",
    params(("teacher" = TeacherId, Path), ("other" = TeacherId, Path), AtLeast),
    responses((status = 200, body = ComparisonBody), (status = 404, body = Problem)))]
#[get("/v1/teachers/{teacher}/comparison/{other}")]
pub async fn compare(
    may: May<CompareTeachers>,
    ids: PathIds<TeacherId, TeacherId>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<ComparisonBody>, Failure> {
    let dossiers = dossiers(&app, &may, &at_least).await?;
    let position = dossiers.position();
    // The first of the two is whom the right was about, and on record with it.
    let others = [ids.0, ids.1].into_iter().filter(|id| Some(*id) != may.subject());
    may.saw(&app, others.collect()).await?;
    let body = comparison::compare(&app, &dossiers, (ids.0, ids.1), language()).await?;
    Ok(Shown::new(body, position))
}

async fn dossiers(app: &App, right: &Right, at_least: &AtLeast) -> Result<Dossiers, Failure> {
    let view = app.fresh_for(right, DossierProjection::NAME, at_least).await?;
    Ok(Dossiers::new(view, right.scope(), right.today()))
}

/// The language that the request asks for.
fn language() -> Language {
    current_request().map(|request| request.language).unwrap_or_default()
}

/// The format that `Accept` asks for first.
fn accepted(request: &HttpRequest) -> Format {
    let accept = request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let first = accept.split(',').next().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if first.eq_ignore_ascii_case("text/plain") { Format::Text } else { Format::Json }
}

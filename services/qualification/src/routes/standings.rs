//! Where teachers stand.

use access::permissions::{ListTeachers, ShowStatus, ShowTimeline};
use actix_web::get;
use actix_web::web::Data;
use contracts::{Cursor, Page, Problem};
use dossiers::{DossierProjection, Dossiers, ListFilter, StatusFilter};
use eventlog::LogPosition;
use host::{App, AtLeast, Failure, May, Params, PathId, Right, Shown};
use kernel::{Day, TeacherId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::no_answer;
use crate::standing::{self, ListedBody, StatusBody, TimelineBody};

/// The longest page.
const MOST: u32 = 200;

/// Which moment is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Moment {
    /// The day it is about; today when not given.
    as_of: Option<Day>,
    /// What was known at this log position; the newest when not given.
    #[param(value_type = Option<String>, example = "v1.0:1234")]
    known_at: Option<String>,
}

/// Which teachers are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The day it is about; today when not given.
    as_of: Option<Day>,
    /// Where they stand.
    #[param(inline)]
    status: Option<StatusFilter>,
    /// A school's id or code, a city's 6 digits or a province's 2.
    area: Option<String>,
    /// `next` of the page before.
    after: Option<Cursor>,
    /// At most so many, up to 200.
    limit: Option<u32>,
}

impl Moment {
    /// The dossiers, showing at least what was known at the position asked for, and that position.
    async fn known(&self, right: &Right, at_least: AtLeast, app: &App) -> Result<(Dossiers, LogPosition), Failure> {
        let parse = |text: &String| text.parse().map_err(|malformed| Failure::parameter("known_at", &malformed));
        let asked: Option<LogPosition> = self.known_at.as_ref().map(parse).transpose()?;
        let at_least = AtLeast(asked.clone().or(at_least.0));
        let view = app.fresh_for(right, DossierProjection::NAME, &at_least).await?;
        let dossiers = Dossiers::new(view, right.scope(), right.today());
        let known = standing::known(&dossiers, asked.as_ref());
        Ok((dossiers, known))
    }
}

#[utoipa::path(tag = "qualification", summary = "Where a teacher stands on a day, and why",
    params(("teacher" = TeacherId, Path), Moment, AtLeast),
    responses((status = 200, body = StatusBody), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 503, body = Problem)))]
#[get("/v1/teachers/{teacher}/status")]
pub async fn status(
    may: May<ShowStatus>,
    teacher: PathId<TeacherId>,
    moment: Params<Moment>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<StatusBody>, Failure> {
    let (dossiers, known) = moment.0.known(&may, at_least, &app).await?;
    let on = moment.0.as_of.unwrap_or(may.today());
    let body = standing::status(&dossiers, teacher.0, on, &known).await.map_err(no_answer)?;
    Ok(Shown::new(body, known))
}

#[utoipa::path(tag = "qualification", summary = "Where a teacher stands on every day",
    params(("teacher" = TeacherId, Path), Moment, AtLeast),
    responses((status = 200, body = TimelineBody), (status = 400, body = Problem), (status = 404, body = Problem)))]
#[get("/v1/teachers/{teacher}/timeline")]
pub async fn timeline(
    may: May<ShowTimeline>,
    teacher: PathId<TeacherId>,
    moment: Params<Moment>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<TimelineBody>, Failure> {
    let (dossiers, known) = moment.0.known(&may, at_least, &app).await?;
    let body = standing::timeline(&dossiers, teacher.0, &known).await.map_err(no_answer)?;
    Ok(Shown::new(body, known))
}

#[utoipa::path(tag = "qualification", summary = "Teachers by where they stand on a day", params(Which, AtLeast),
    responses((status = 200, body = Page<ListedBody>), (status = 400, body = Problem), (status = 503, body = Problem)))]
#[get("/v1/teachers")]
pub async fn list(
    may: May<ListTeachers>,
    which: Params<Which>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<Page<ListedBody>>, Failure> {
    let view = app.fresh(DossierProjection::NAME, &at_least).await?;
    let dossiers = Dossiers::new(view, may.scope(), may.today());
    let limit = which.0.limit.unwrap_or(MOST).clamp(1, MOST);
    let filter = filter(which.0, limit + 1, may.today())?;
    let position = dossiers.position();
    let rows = standing::list(&dossiers, app.vault(), &filter).await.map_err(no_answer)?;
    let page = Page::cut(rows, limit as usize, position.to_string(), |row| vec![row.teacher.to_string()]);
    may.saw(&app, page.items.iter().map(|row| row.teacher).collect()).await?;
    Ok(Shown::new(page, position))
}

fn filter(which: Which, limit: u32, today: Day) -> Result<ListFilter, Failure> {
    let after = match &which.after {
        Some(cursor) => {
            let key = cursor.key::<1>().and_then(|[teacher]| TeacherId::parse(teacher));
            Some(key.map_err(|malformed| Failure::parameter("after", &malformed))?)
        }
        None => None,
    };
    Ok(ListFilter {
        on: which.as_of.unwrap_or(today),
        status: which.status.unwrap_or_default(),
        area: which.area.unwrap_or_default(),
        after,
        limit,
    })
}

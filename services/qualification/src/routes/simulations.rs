//! What a draft of a rule pack would change: begun, looked at, cancelled. Nothing of it is recorded.

use std::sync::Arc;

use access::Operation;
use access::permissions::{CancelSimulation, ListSimulatedTeachers, ShowSimulation, SimulatePack};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{CustomizeResponder, Responder, delete, get, post};
use contracts::{Code, Cursor, Fault, Page, Place, Problem};
use dossiers::{DossierProjection, Dossiers};
use eventlog::LogPosition;
use host::{App, AtLeast, Body, Failure, May, Params, PathId, Right, Shown};
use kernel::{Day, SimulationId, TeacherId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::simulations::{Beginner, Simulation, SimulationBody, Simulations};
use crate::standing;
use crate::what_if::{Audience, Changed, Draft, WhatIfChange, run};

/// The longest page.
const MOST: u32 = 200;

/// A draft, and what it is tried on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Simulating {
    /// The day on which it would be published; today when not given.
    #[serde(default)]
    on: Option<Day>,
    /// The draft, byte for byte as in its file.
    content: String,
    /// A school's id or code, a city's 6 digits or a province's 2; everybody within reach when not given. Whoever sees
    /// figures alone names none.
    #[serde(default)]
    area: Option<String>,
    /// The day it is about; when not given today, or the draft's first day in force where that is still to come.
    #[serde(default)]
    as_of: Option<Day>,
    /// What was known at this log position; the newest when not given.
    #[serde(default)]
    #[schema(example = "v1.0:1234")]
    known_at: Option<String>,
}

/// Who is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Who {
    /// Those who would gain, or those who would lose; these when not given.
    #[param(inline)]
    change: Option<Direction>,
    /// `next` of the page before.
    after: Option<Cursor>,
    /// At most so many, up to 200.
    limit: Option<u32>,
}

/// A direction of change.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To a higher level.
    Gain,
    /// To a lower level, or to none.
    Lose,
}

/// A page of those who would gain or lose.
#[derive(serde::Serialize, ToSchema)]
pub struct SimulatedTeachers {
    /// The page.
    page: Page<WhatIfChange>,
    /// How many there are.
    people: u64,
    /// How many of them are listed by name, the first ones by their ids; at most 1,000.
    listed: u64,
}

#[utoipa::path(tag = "qualification", summary = "Begin to work out who would gain and lose by a draft of a rule pack",
    request_body = Simulating, params(AtLeast),
    responses((status = 202, body = SimulationBody), (status = 422, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
#[post("/v1/simulations")]
pub async fn simulate(
    may: May<SimulatePack>,
    asked: Body<Simulating>,
    at_least: AtLeast,
    app: Data<App>,
    simulations: Data<Simulations>,
) -> Result<CustomizeResponder<Shown<SimulationBody>>, Failure> {
    let (dossiers, simulation) = asked.0.read(&may, at_least, &app).await?;
    let begun = simulations.begin(simulation, app.clock().now())?;
    let at = format!("/api/v1/simulations/{}", begun.id());
    let answer = Shown::new(begun.body(), begun.known().clone());
    app.background(work(app.as_ref().clone(), dossiers, begun));
    Ok(answer.customize().with_status(StatusCode::ACCEPTED).insert_header((LOCATION, at)))
}

#[utoipa::path(tag = "qualification", summary = "How far a simulation is, and what it found",
    params(("simulation" = SimulationId, Path)),
    responses((status = 200, body = SimulationBody), (status = 404, body = Problem)))]
#[get("/v1/simulations/{simulation}")]
pub async fn show_simulation(
    may: May<ShowSimulation>,
    id: PathId<SimulationId>,
    app: Data<App>,
    simulations: Data<Simulations>,
) -> Result<Shown<SimulationBody>, Failure> {
    let found = theirs(&simulations, id.0, &may, &app)?;
    Ok(Shown::new(found.body(), found.known().clone()))
}

#[utoipa::path(tag = "qualification", summary = "Cancel a simulation",
    params(("simulation" = SimulationId, Path)),
    responses((status = 200, body = SimulationBody), (status = 404, body = Problem)))]
#[delete("/v1/simulations/{simulation}")]
pub async fn cancel_simulation(
    may: May<CancelSimulation>,
    id: PathId<SimulationId>,
    app: Data<App>,
    simulations: Data<Simulations>,
) -> Result<Shown<SimulationBody>, Failure> {
    let found = theirs(&simulations, id.0, &may, &app)?;
    found.cancel(app.clock().now());
    Ok(Shown::new(found.body(), found.known().clone()))
}

#[utoipa::path(tag = "qualification", summary = "Who would gain and lose, and by which criteria",
    params(("simulation" = SimulationId, Path), Who),
    responses((status = 200, body = SimulatedTeachers), (status = 400, body = Problem), (status = 404, body = Problem)))]
#[get("/v1/simulations/{simulation}/teachers")]
pub async fn simulated_teachers(
    may: May<ListSimulatedTeachers>,
    id: PathId<SimulationId>,
    who: Params<Who>,
    app: Data<App>,
    simulations: Data<Simulations>,
) -> Result<Shown<SimulatedTeachers>, Failure> {
    // Found only by whoever may see every person that it is about.
    let found = theirs(&simulations, id.0, &may, &app)?;
    let body = page(&found, &who.0)?;
    let shown = shown(&may, &app, body, &found).await?;
    may.saw(&app, shown.page.items.iter().map(|row| row.teacher).collect()).await?;
    Ok(Shown::new(shown, found.known().clone()))
}

impl Simulating {
    /// The dossiers it runs on, and the simulation, which has not begun.
    async fn read(self, may: &Right, at_least: AtLeast, app: &App) -> Result<(Dossiers, Simulation), Failure> {
        let parse = |text: &String| {
            text.parse().map_err(|malformed: kernel::Malformed| {
                let fault = Fault::new(Place::field("known_at"), malformed.to_string());
                Failure::from(Problem::new(Code::MalformedBody).fault(fault))
            })
        };
        let asked: Option<LogPosition> = self.known_at.as_ref().map(parse).transpose()?;
        let beginner = beginner(may);
        let area = self.area.unwrap_or_default();
        if beginner.audience == Audience::Figures && !area.is_empty() {
            // Figures of two areas, one within the other, would tell those of the difference.
            let fault = Fault::new(Place::field("area"), "figures alone are of everybody within reach, by province");
            return Err(Problem::new(Code::Rejected).rejection("area_of_figures").fault(fault).into());
        }
        let at_least = AtLeast(asked.clone().or(at_least.0));
        let view = app.fresh_for(may, DossierProjection::NAME, &at_least).await?;
        let dossiers = Dossiers::new(view, may.scope(), may.today());
        let known = standing::known(&dossiers, asked.as_ref());
        let (now, today) = (dossiers.rulebook(known.at(0).0).await?, may.today());
        let draft = Draft::read(self.on.unwrap_or(today), &self.content, now, self.as_of, today);
        let draft = draft.map_err(|reason| Failure::rejected(&reason))?;
        let began = app.clock().now();
        let id = SimulationId::new(app.chance().uuid(began));
        Ok((dossiers, Simulation::new((id, began), beginner, area, draft, known)))
    }
}

fn beginner(may: &Right) -> Beginner {
    let (scope, named) = (may.scope(), access::scope(may.principal(), Operation::ListSimulatedTeachers));
    let audience = Audience::of(&scope, &named);
    Beginner { account: may.principal().account, scope, audience }
}

fn theirs(simulations: &Simulations, id: SimulationId, may: &Right, app: &App) -> Result<Arc<Simulation>, Failure> {
    simulations.find(id, (may.principal().account, &may.scope()), app.clock().now())
}

async fn work(app: App, dossiers: Dossiers, simulation: Arc<Simulation>) {
    let is_stopped = || simulation.is_cancelled() || app.is_leaving();
    let what = (simulation.draft(), simulation.known().at(0).0);
    let came = run(&dossiers, what, simulation.area(), simulation.progress(), is_stopped).await;
    simulation.finish(came, app.clock().now());
}

/// A page of what was found; nobody while it is under way.
fn page(simulation: &Simulation, who: &Who) -> Result<SimulatedTeachers, Failure> {
    let after = match &who.after {
        Some(cursor) => {
            let key = cursor.key::<1>().and_then(|[teacher]| TeacherId::parse(teacher));
            Some(key.map_err(|malformed| Failure::parameter("after", &malformed))?)
        }
        None => None,
    };
    let limit = who.limit.unwrap_or(MOST).clamp(1, MOST) as usize;
    let found = simulation.found().unwrap_or_default();
    let (people, all) = match who.change {
        Some(Direction::Gain) => (found.total.all.gain, &found.gain),
        Some(Direction::Lose) | None => (found.total.all.lose, &found.lose),
    };
    let change = |Changed { teacher, before, after, criteria }: &Changed| WhatIfChange {
        teacher: *teacher,
        before: *before,
        after: *after,
        criteria: criteria.clone(),
    };
    let following = all.iter().filter(|row| after.is_none_or(|after| row.teacher > after));
    let rows: Vec<WhatIfChange> = following.take(limit + 1).map(change).collect();
    let page = Page::cut(rows, limit, simulation.known().to_string(), |row| vec![row.teacher.to_string()]);
    Ok(SimulatedTeachers { page, people, listed: all.len() as u64 })
}

/// The same without those who may not be shown any more: somebody may have left, or been erased, since it ran.
async fn shown(
    may: &Right,
    app: &App,
    mut body: SimulatedTeachers,
    simulation: &Simulation,
) -> Result<SimulatedTeachers, Failure> {
    let view = app.fresh_for(may, DossierProjection::NAME, &AtLeast(None)).await?;
    let dossiers = Dossiers::new(view, may.scope(), may.today());
    let named: Vec<TeacherId> = body.page.items.iter().map(|row| row.teacher).collect();
    let seen = dossiers.dossiers(&named, simulation.known().at(0).0).await?;
    body.page.items.retain(|row| seen.contains_key(&row.teacher));
    Ok(body)
}

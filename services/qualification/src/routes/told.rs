//! Contradictions, shown to the organisations concerned; and the feed of changes, followed with a cursor.

use access::permissions::{FollowChanges, ListContradictions, ShowContradictionsAtSite};
use actix_web::get;
use actix_web::web::Data;
use contracts::{Cursor, Page, Problem};
use dossiers::{AfterContradiction, DossierProjection, Dossiers};
use eventlog::LogPosition;
use host::{App, AtLeast, Failure, May, Params, PathId, Right, Shown};
use kernel::{Day, Malformed, Scope, SiteId, TeacherId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::told::{ContradictionBody, FeedBody, FeedItemBody};

/// The longest page.
const MOST: u32 = 200;

/// How far ahead a lapse is told, in months, when nobody says.
const MONTHS: u8 = 6;

/// Which contradictions are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Whether those that were resolved are asked for as well.
    #[serde(default)]
    resolved: bool,
    /// `next` of the page before.
    after: Option<Cursor>,
    /// At most so many, up to 200.
    limit: Option<u32>,
}

/// From where a feed is followed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct From {
    /// `next` of the answer before; from now on, with all that lapses soon, when not given.
    after: Option<Cursor>,
    /// How many months ahead a lapse is told, 1 to 24; 6 when not given.
    lapsing_within: Option<u8>,
    /// At most so many, up to 200.
    limit: Option<u32>,
}

/// Where a feed has got to: in the log, and among the days on which something lapses.
struct Reached {
    position: u64,
    change: (String, String),
    day: Day,
    lapse: String,
}

#[utoipa::path(tag = "qualification", summary = "Contradictions in what is known about teachers within reach, until they are resolved",
    params(Which, AtLeast), responses((status = 200, body = Page<ContradictionBody>), (status = 400, body = Problem)))]
#[get("/v1/contradictions")]
pub async fn contradictions(
    may: May<ListContradictions>,
    which: Params<Which>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<Page<ContradictionBody>>, Failure> {
    let (dossiers, position) = dossiers(&may, may.scope(), &at_least, &app).await?;
    let (after, limit) = (after(which.0.after.as_ref())?, limit(which.0.limit));
    let found = dossiers.contradictions(!which.0.resolved, after, limit + 1).await?;
    let page = Page::cut(found, limit, position.to_string(), |one| {
        vec![one.position.to_string(), one.teacher.to_string(), one.ordinal.to_string()]
    });
    may.saw(&app, page.items.iter().map(|one| one.teacher).collect()).await?;
    Ok(Shown::new(shown(page, ContradictionBody::whole), position))
}

#[utoipa::path(tag = "qualification", summary = "Contradictions that a site's own records have to do with",
    params(("site" = SiteId, Path), Which, AtLeast),
    responses((status = 200, body = Page<ContradictionBody>), (status = 400, body = Problem), (status = 404, body = Problem)))]
#[get("/v1/sites/{site}/contradictions")]
pub async fn contradictions_at_site(
    may: May<ShowContradictionsAtSite>,
    site: PathId<SiteId>,
    which: Params<Which>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<Page<ContradictionBody>>, Failure> {
    // The right is to the site's records, whoever they are about; of others' no more is shown than how many there are.
    let (dossiers, position) = dossiers(&may, Scope::everything(), &at_least, &app).await?;
    let (after, limit) = (after(which.0.after.as_ref())?, limit(which.0.limit));
    let found = dossiers.contradictions_at(site.0, !which.0.resolved, after, limit + 1).await?;
    let page = Page::cut(found, limit, position.to_string(), |one| {
        vec![one.position.to_string(), one.teacher.to_string(), one.ordinal.to_string()]
    });
    may.saw(&app, page.items.iter().map(|one| one.teacher).collect()).await?;
    Ok(Shown::new(shown(page, |one| ContradictionBody::of_site(one, site.0)), position))
}

#[utoipa::path(tag = "qualification", summary = "Follow what changes for teachers within reach, and what lapses soon",
    params(From, AtLeast), responses((status = 200, body = FeedBody), (status = 400, body = Problem)))]
#[get("/v1/changes")]
pub async fn feed(
    may: May<FollowChanges>,
    from: Params<From>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<FeedBody>, Failure> {
    let (dossiers, position) = dossiers(&may, may.scope(), &at_least, &app).await?;
    let months = i32::from(from.0.lapsing_within.unwrap_or(MONTHS).clamp(1, 24));
    let through = may.today().plus_months(months);
    let reached = Reached::of(from.0.after.as_ref(), &position, may.today())?;
    let body = told(&dossiers, reached, &position, through, limit(from.0.limit)).await?;
    may.saw(&app, body.items.iter().map(|one| one.teacher).collect()).await?;
    Ok(Shown::new(body, position))
}

/// Changes first; what lapses once there are no more of them.
async fn told(
    dossiers: &Dossiers,
    mut reached: Reached,
    position: &LogPosition,
    through: Day,
    limit: usize,
) -> Result<FeedBody, Failure> {
    let known = position.at(0).0;
    let after = (reached.position, reached.change.0.as_str(), reached.change.1.as_str());
    let changes = dossiers.changes(after, known, reached.day.max(through), limit).await?;
    let mut more = changes.len() == limit;
    match changes.last() {
        Some(last) if more => {
            reached.position = last.position;
            reached.change = (last.teacher.to_string(), last.kind.to_string());
        }
        // Behind every teacher and kind of the position: nothing more comes at it.
        _ => (reached.position, reached.change) = (known, ("~".to_owned(), String::new())),
    }
    let room = limit - changes.len();
    let mut items: Vec<FeedItemBody> = changes.into_iter().map(FeedItemBody::from).collect();
    if room > 0 && reached.day <= through {
        let lapses = dossiers.lapsing((reached.day, &reached.lapse), through, room).await?;
        let full = lapses.len() >= room;
        more |= full;
        match lapses.last() {
            Some(last) if full => (reached.day, reached.lapse) = (last.on, last.teacher.to_string()),
            _ => (reached.day, reached.lapse) = (through, "~".to_owned()),
        }
        items.extend(lapses.into_iter().map(FeedItemBody::from));
    }
    Ok(FeedBody { items, next: reached.cursor(), more, position: position.to_string() })
}

impl Reached {
    /// Where a cursor says; without one: at the end of the log, and today.
    fn of(cursor: Option<&Cursor>, position: &LogPosition, today: Day) -> Result<Self, Failure> {
        let Some(cursor) = cursor else {
            let change = ("~".to_owned(), String::new());
            return Ok(Self { position: position.at(0).0, change, day: today, lapse: "~".to_owned() });
        };
        let read = || {
            let [position, teacher, kind, day, lapse] = cursor.key::<5>()?;
            let position = position.parse().map_err(|_| Malformed::new("cursor", "it belongs to another list"))?;
            let change = (teacher.to_owned(), kind.to_owned());
            Ok(Self { position, change, day: Day::parse(day)?, lapse: lapse.to_owned() })
        };
        read().map_err(|malformed: Malformed| Failure::parameter("after", &malformed))
    }

    fn cursor(self) -> Cursor {
        let (teacher, kind) = self.change;
        Cursor::of(vec![self.position.to_string(), teacher, kind, self.day.to_string(), self.lapse])
    }
}

async fn dossiers(
    right: &Right,
    scope: Scope,
    at_least: &AtLeast,
    app: &App,
) -> Result<(Dossiers, LogPosition), Failure> {
    let view = app.fresh_for(right, DossierProjection::NAME, at_least).await?;
    let dossiers = Dossiers::new(view, scope, right.today());
    let position = dossiers.position();
    Ok((dossiers, position))
}

fn limit(asked: Option<u32>) -> usize {
    asked.unwrap_or(MOST).clamp(1, MOST) as usize
}

fn after(cursor: Option<&Cursor>) -> Result<Option<AfterContradiction>, Failure> {
    let read = |cursor: &Cursor| {
        let [position, teacher, ordinal] = cursor.key::<3>()?;
        let number = |text: &str| text.parse().map_err(|_| Malformed::new("cursor", "it belongs to another list"));
        Ok((number(position)?, TeacherId::parse(teacher)?.to_string(), number(ordinal)?))
    };
    let read = cursor.map(read).transpose();
    read.map_err(|malformed: Malformed| Failure::parameter("after", &malformed))
}

/// The same page with other rows.
fn shown<T, U>(page: Page<T>, row: impl Fn(T) -> U) -> Page<U> {
    Page { items: page.items.into_iter().map(row).collect(), next: page.next, position: page.position }
}

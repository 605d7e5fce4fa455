//! Rule packs: published, retired, shown and explained in words; a draft checked before it is published.

use access::permissions::{CheckPack, ListPacks, PublishPack, RetirePack, ShowCurrentPack, ShowPack};
use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Code, Fault, Place, Problem, RecordedBody};
use dossiers::{DossierProjection, Dossiers};
use eventlog::{LogPosition, StreamId};
use events::PackEvent;
use host::{App, AtLeast, Body, Failure, May, Params, PathId, Recorded, Recording, Right, Shown};
use kernel::code::Province;
use kernel::{Day, PackId, Reach, Reason};
use serde::Deserialize;
use standards::{Jurisdiction, Pack, Rulebook};
use utoipa::{IntoParams, ToSchema};

use crate::pack::{Command, Rejection, RulePack, read};
use crate::packs::{CheckedBody, PackBody, PacksBody};
use crate::standing;

/// A pack to be published.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// The day.
    on: Day,
    /// The pack, byte for byte as in its file.
    content: String,
}

/// A retirement.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retirement {
    /// The last day on which it applies.
    on: Day,
    /// Why.
    reason: Reason,
}

/// Which packs are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Of {
    /// The day it is about; today when not given.
    as_of: Option<Day>,
    /// The province whose pack is asked for, by its 2 digits; the nation's when not given.
    #[param(value_type = Option<String>)]
    province: Option<Province>,
}

fn stream(id: PackId) -> StreamId {
    StreamId::of::<PackEvent>(id.uuid())
}

/// The packs on file, and the position they are known at.
pub(super) async fn rulebook(
    right: &Right,
    at_least: &AtLeast,
    app: &App,
) -> Result<(std::sync::Arc<Rulebook>, LogPosition), Failure> {
    let view = app.fresh(DossierProjection::NAME, at_least).await?;
    let dossiers = Dossiers::new(view, right.scope(), right.today());
    let known = standing::known(&dossiers, None);
    Ok((dossiers.rulebook(known.at(0).0).await?, known))
}

#[utoipa::path(tag = "qualification", summary = "Publish a version of a rule pack: the nation's by the ministry, a province's by the province",
    request_body = Publication,
    responses((status = 201, body = RecordedBody), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/rule-packs")]
pub async fn publish(
    may: May<PublishPack>,
    recording: Recording<Publication>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Publication { on, content }, recording) = recording.take();
    // What was published a moment ago may be what this builds on.
    let (published, _) = rulebook(&may, &AtLeast(Some(app.head())), &app).await?;
    let pack = read(on, &content, &published).map_err(|rejection| Failure::rejected(&rejection))?;
    refuse_other_province(&may, pack.jurisdiction)?;
    let id = PackId::of_version(&pack.name, pack.version);
    let command = Command::Publish { on, content, published };
    let recorded = app.record::<RulePack>(&may, stream(id), vec![], command, &recording).await?;
    Ok(recorded.at(format!("/api/v1/rule-packs/{id}")))
}

#[utoipa::path(tag = "qualification", summary = "Retire a version of a rule pack", params(("pack" = PackId, Path)),
    request_body = Retirement,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/rule-packs/{pack}/retirement")]
pub async fn retire(
    may: May<RetirePack>,
    recording: Recording<Retirement>,
    id: PathId<PackId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Retirement { on, reason }, recording) = recording.take();
    let (published, _) = rulebook(&may, &AtLeast(Some(app.head())), &app).await?;
    let pack = find(&published, id.0).ok_or_else(|| Failure::rejected(&Rejection::NotPublished))?;
    refuse_other_province(&may, pack.jurisdiction)?;
    app.record::<RulePack>(&may, stream(id.0), vec![], Command::Retire { on, reason }, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Check a draft of a rule pack: what it says in words, and whether it may be published",
    request_body = Publication,
    responses((status = 200, body = CheckedBody), (status = 400, body = Problem)))]
#[post("/v1/rule-pack-checks")]
pub async fn check(
    may: May<CheckPack>,
    draft: Body<Publication>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<CheckedBody>, Failure> {
    let (published, known) = rulebook(&may, &at_least, &app).await?;
    let Publication { on, content } = draft.0;
    Ok(Shown::new(CheckedBody::of(read(on, &content, &published)), known))
}

#[utoipa::path(tag = "qualification", operation_id = "list_packs", summary = "All rule packs, and which of them judge on a day", params(Of, AtLeast),
    responses((status = 200, body = PacksBody)))]
#[get("/v1/rule-packs")]
pub async fn list(
    may: May<ListPacks>,
    of: Params<Of>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<PacksBody>, Failure> {
    let (published, known) = rulebook(&may, &at_least, &app).await?;
    let on = of.0.as_of.unwrap_or(may.today());
    let asked =
        |pack: &&Pack| of.0.province.is_none_or(|province| pack.jurisdiction == Jurisdiction::Province(province));
    let packs = published.packs().iter().filter(asked).map(|pack| PackBody::brief(pack, &published, on)).collect();
    Ok(Shown::new(PacksBody { as_of: on, known_at: known.to_string(), packs }, known))
}

#[utoipa::path(tag = "qualification", operation_id = "show_pack", summary = "Show a version of a rule pack: its file, and what it says in words",
    params(("pack" = PackId, Path), Of, AtLeast),
    responses((status = 200, body = PackBody), (status = 404, body = Problem)))]
#[get("/v1/rule-packs/{pack}")]
pub async fn show(
    may: May<ShowPack>,
    id: PathId<PackId>,
    of: Params<Of>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<PackBody>, Failure> {
    let (published, known) = rulebook(&may, &at_least, &app).await?;
    let pack = find(&published, id.0).ok_or_else(|| Failure::rejected(&Rejection::NotPublished))?;
    let on = of.0.as_of.unwrap_or(may.today());
    Ok(Shown::new(PackBody::full(pack, &published, on), known))
}

#[utoipa::path(tag = "qualification", summary = "Show the rule pack that judges", params(Of, AtLeast),
    responses((status = 200, body = PackBody), (status = 404, body = Problem)))]
#[get("/v1/rule-packs/current")]
pub async fn current(
    may: May<ShowCurrentPack>,
    of: Params<Of>,
    at_least: AtLeast,
    app: Data<App>,
) -> Result<Shown<PackBody>, Failure> {
    let (published, known) = rulebook(&may, &at_least, &app).await?;
    let on = of.0.as_of.unwrap_or(may.today());
    let pack = published.newest_of(of.0.province, on);
    let pack = pack.ok_or_else(|| Problem::new(Code::NotFound).detail("no rule pack is in force on that day"))?;
    Ok(Shown::new(PackBody::full(pack, &published, on), known))
}

fn find(published: &Rulebook, id: PackId) -> Option<&Pack> {
    published.packs().iter().find(|pack| PackId::of_version(&pack.name, pack.version) == id)
}

/// A province publishes and retires packs of its own only, and none of the nation's.
fn refuse_other_province(right: &Right, jurisdiction: Jurisdiction) -> Result<(), Failure> {
    let own = match right.held().map(|held| &held.reach) {
        Some(Reach::Province(province)) => jurisdiction == Jurisdiction::Province(*province),
        _ => true,
    };
    if own {
        return Ok(());
    }
    let fault = Fault::new(Place::field("content"), "the pack is for another jurisdiction than yours");
    Err(Problem::new(Code::Rejected).rejection("not_your_jurisdiction").fault(fault).into())
}

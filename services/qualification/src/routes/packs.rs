//! Rule packs.

use access::permissions::{PublishPack, RetirePack, ShowCurrentPack};
use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Code, Problem, RecordedBody};
use dossiers::{DossierProjection, Dossiers};
use eventlog::StreamId;
use events::PackEvent;
use host::{App, AtLeast, Failure, May, PathId, Recorded, Recording, Shown};
use kernel::Language;
use kernel::{Day, PackId, Reason};
use serde::{Deserialize, Serialize};
use standards::{Pack, PackReference};
use utoipa::ToSchema;

use crate::pack::{Command, Rejection, RulePack};
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

/// A pack, and what it says in words.
#[derive(Serialize, ToSchema)]
pub struct PackBody {
    /// Its id.
    id: PackId,
    /// Which pack, to the byte.
    pack: PackReference,
    /// What it says, in Chinese.
    chinese: String,
    /// What it says, in English.
    english: String,
}

fn stream(id: PackId) -> StreamId {
    StreamId::of::<PackEvent>(id.uuid())
}

#[utoipa::path(tag = "qualification", summary = "Publish a version of a rule pack", request_body = Publication,
    responses((status = 201, body = RecordedBody), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/rule-packs")]
pub async fn publish(
    may: May<PublishPack>,
    recording: Recording<Publication>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Publication { on, content }, recording) = recording.take();
    let pack = Pack::parse(&content).map_err(|fault| Failure::rejected(&Rejection::NotAPack(fault.to_string())))?;
    let id = PackId::of_version(&pack.name, pack.version);
    let recorded =
        app.record::<RulePack>(&may, stream(id), vec![], Command::Publish { on, content }, &recording).await?;
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
    app.record::<RulePack>(&may, stream(id.0), vec![], Command::Retire { on, reason }, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Show the rule pack that judges", params(AtLeast),
    responses((status = 200, body = PackBody), (status = 404, body = Problem)))]
#[get("/v1/rule-packs/current")]
pub async fn current(may: May<ShowCurrentPack>, at_least: AtLeast, app: Data<App>) -> Result<Shown<PackBody>, Failure> {
    let view = app.fresh(DossierProjection::NAME, &at_least).await?;
    let dossiers = Dossiers::new(view, may.scope(), may.today());
    let known = standing::known(&dossiers, None);
    let pack = dossiers.pack(known.at(0).0).await?;
    let missing = || Problem::new(Code::NotFound).detail("no rule pack has been published");
    let pack = pack.ok_or_else(missing)?;
    let body = PackBody {
        id: PackId::of_version(&pack.name, pack.version),
        pack: pack.reference(),
        chinese: pack.in_words(Language::Chinese),
        english: pack.in_words(Language::English),
    };
    Ok(Shown::new(body, known))
}

//! Decisions on recognitions: granted, refused, reviewed, revoked, reinstated; and appeals.

use access::permissions::{
    GrantRecognition, LodgeAppeal, RefuseRecognition, ReinstateRecognition, ResolveAppeal, ReviewRecognition,
    RevokeRecognition,
};
use actix_web::post;
use actix_web::web::Data;
use contracts::{Problem, ProposedBody, RecordedBody};
use host::{App, Failure, May, PathId, Recorded, Recording};
use kernel::vocabulary::Level;
use kernel::{Day, Document, OrganisationId, Reason, RecognitionId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::terms::{in_the_name_of, refuse_late_review};
use super::{organisation, recognition, refuse_own};
use crate::recognition::{Command, Grant, Recognition, Review};

/// A grant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantBody {
    /// The first day it is valid.
    on: Day,
    /// The level granted.
    level: Level,
    /// The body that decides.
    authority: OrganisationId,
    /// The last day before it must have been reviewed: at most as many years later as the pack has it, which are five or
    /// fewer.
    review_due: Day,
    /// The last day whose evidence was looked at, where that is not the day of the decision.
    #[serde(default)]
    cut_off: Option<Day>,
    /// The decision.
    #[serde(default)]
    document: Option<Document>,
}

/// A refusal, or a reinstatement.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The day; of a reinstatement, the first day on which it is valid again.
    on: Day,
    /// The body that decides.
    authority: OrganisationId,
    /// Why.
    reason: Reason,
}

/// A review.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewBody {
    /// The day.
    on: Day,
    /// The last day before the next review; bounded as that of a grant.
    review_due: Day,
    /// The level from now on; as it was when not given. Never a higher one.
    #[serde(default)]
    level: Option<Level>,
    /// Why; needed where the level is lower.
    #[serde(default)]
    reason: Option<Reason>,
}

/// When and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grounds {
    /// The day.
    on: Day,
    /// Why.
    reason: Reason,
}

/// How an appeal was decided.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    /// The day.
    on: Day,
    /// Whether it is upheld.
    upheld: bool,
    /// Why.
    reason: Reason,
}

#[utoipa::path(tag = "qualification", summary = "Grant a recognition", params(("recognition" = RecognitionId, Path)),
    request_body = GrantBody,
    responses((status = 200, body = RecordedBody), (status = 202, body = ProposedBody), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/recognitions/{recognition}/grant")]
pub async fn grant(
    may: May<GrantRecognition>,
    recording: Recording<GrantBody>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (GrantBody { on, level, authority, review_due, cut_off, document }, recording) = recording.take();
    let right = in_the_name_of(&may, authority)?;
    refuse_own(&app, &right, id.0).await?;
    refuse_late_review(&app, &right, id.0, on, review_due).await?;
    let evidence_position = app.head().to_string();
    let command = Command::Grant(Grant { on, level, authority, review_due, evidence_position, cut_off, document });
    app.record::<Recognition>(&right, recognition(id.0), vec![organisation(authority)], command, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Refuse an application", params(("recognition" = RecognitionId, Path)),
    request_body = Refusal,
    responses((status = 200, body = RecordedBody), (status = 202, body = ProposedBody), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/recognitions/{recognition}/refusal")]
pub async fn refuse(
    may: May<RefuseRecognition>,
    recording: Recording<Refusal>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Refusal { on, authority, reason }, recording) = recording.take();
    let right = in_the_name_of(&may, authority)?;
    refuse_own(&app, &right, id.0).await?;
    let command = Command::Refuse { on, authority, reason };
    app.record::<Recognition>(&right, recognition(id.0), vec![organisation(authority)], command, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Review a recognition; it goes on at its level or at a lower one", params(("recognition" = RecognitionId, Path)),
    request_body = ReviewBody,
    responses((status = 200, body = RecordedBody), (status = 202, body = ProposedBody), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/recognitions/{recognition}/review")]
pub async fn review(
    may: May<ReviewRecognition>,
    recording: Recording<ReviewBody>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (ReviewBody { on, review_due, level, reason }, recording) = recording.take();
    refuse_own(&app, &may, id.0).await?;
    refuse_late_review(&app, &may, id.0, on, review_due).await?;
    let command = Command::Review(Review { on, review_due, level, reason });
    app.record::<Recognition>(&may, recognition(id.0), vec![], command, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Revoke a recognition", params(("recognition" = RecognitionId, Path)),
    request_body = Grounds,
    responses((status = 200, body = RecordedBody), (status = 202, body = ProposedBody), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/recognitions/{recognition}/revocation")]
pub async fn revoke(
    may: May<RevokeRecognition>,
    recording: Recording<Grounds>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Grounds { on, reason }, recording) = recording.take();
    app.record::<Recognition>(&may, recognition(id.0), vec![], Command::Revoke { on, reason }, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Put a recognition in force again, after an appeal against its revocation was upheld", params(("recognition" = RecognitionId, Path)),
    request_body = Refusal,
    responses((status = 200, body = RecordedBody), (status = 202, body = ProposedBody), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/recognitions/{recognition}/reinstatement")]
pub async fn reinstate(
    may: May<ReinstateRecognition>,
    recording: Recording<Refusal>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Refusal { on, authority, reason }, recording) = recording.take();
    let right = in_the_name_of(&may, authority)?;
    refuse_own(&app, &right, id.0).await?;
    let command = Command::Reinstate { on, authority, reason };
    app.record::<Recognition>(&right, recognition(id.0), vec![organisation(authority)], command, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Appeal", params(("recognition" = RecognitionId, Path)),
    request_body = Grounds,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/recognitions/{recognition}/appeal")]
pub async fn lodge_appeal(
    may: May<LodgeAppeal>,
    recording: Recording<Grounds>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Grounds { on, reason }, recording) = recording.take();
    app.record::<Recognition>(&may, recognition(id.0), vec![], Command::LodgeAppeal { on, reason }, &recording).await
}

#[utoipa::path(tag = "qualification", summary = "Decide an appeal; what follows from it is a decision of its own", params(("recognition" = RecognitionId, Path)),
    request_body = Resolution,
    responses((status = 200, body = RecordedBody), (status = 202, body = ProposedBody), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/recognitions/{recognition}/appeal-resolution")]
pub async fn resolve_appeal(
    may: May<ResolveAppeal>,
    recording: Recording<Resolution>,
    id: PathId<RecognitionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Resolution { on, upheld, reason }, recording) = recording.take();
    refuse_own(&app, &may, id.0).await?;
    let command = Command::ResolveAppeal { on, upheld, reason };
    app.record::<Recognition>(&may, recognition(id.0), vec![], command, &recording).await
}

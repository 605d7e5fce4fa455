//! Requests for correction: the teacher asks, the school answers.

use access::permissions::{AnswerCorrection, RequestCorrection};
use actix_web::post;
use actix_web::web::Data;
use contracts::{Problem, RecordedBody};
use host::{App, Failure, May, PathId, PathIds, Recorded, Recording};
use kernel::{Day, EventId, Reason, TeacherId};
use serde::Deserialize;
use utoipa::ToSchema;
use vault::Field;

use super::record;
use crate::person;
use crate::teacher::Command;

/// A request for correction.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// The day.
    on: Day,
    /// The fact, where it is about one.
    #[serde(default)]
    fact: Option<EventId>,
    /// What should be corrected.
    wish: Reason,
}

/// The answer to a request for correction.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The day.
    on: Day,
    /// Whether the teacher is right; what follows from it is recorded on its own.
    upheld: bool,
    /// Why.
    reason: Reason,
}

#[utoipa::path(tag = "teachers", summary = "The teacher asks for a correction; one request about the same is open at a time",
    params(("teacher" = TeacherId, Path)), request_body = Wish,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/teachers/{teacher}/correction-requests")]
pub async fn request_correction(
    may: May<RequestCorrection>,
    recording: Recording<Wish>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Wish { on, fact, wish }, recording) = recording.take();
    let entry = match fact {
        Some(fact) => person::holder(&app, teacher.0, fact).await?,
        None => teacher.0,
    };
    let wish = app.vault().seal_text(entry, Field::Wish, wish.as_str()).await?;
    record(&app, &may, entry, vec![], Command::RequestCorrection { on, fact, wish }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "The school answers a request for correction",
    params(("teacher" = TeacherId, Path), ("request" = EventId, Path)), request_body = Reply,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/teachers/{teacher}/correction-requests/{request}/answer")]
pub async fn answer_correction(
    may: May<AnswerCorrection>,
    recording: Recording<Reply>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Reply { on, upheld, reason }, recording) = recording.take();
    let entry = person::holder(&app, ids.0, ids.1).await?;
    record(&app, &may, entry, vec![], Command::AnswerCorrection { request: ids.1, on, upheld, reason }, &recording)
        .await
}

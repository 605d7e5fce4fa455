//! Two entries that turn out to be one person, and one that turns out to be two.

use access::permissions::{MergeTeachers, UnmergeTeachers};
use actix_web::post;
use actix_web::web::Data;
use contracts::{Code, Problem, ProposedBody, RecordedBody};
use host::{App, Failure, May, PathIds, Recorded, Recording, Right};
use kernel::{EventId, TeacherId};

use super::processing::Because;
use super::record;
use crate::person::{self, Person};
use crate::teacher::{Command, Obstacle, Teacher};

#[utoipa::path(tag = "teachers", summary = "Take in another entry of the same person; its facts count here from then on",
    params(("teacher" = TeacherId, Path), ("other" = TeacherId, Path)), request_body = Because,
    responses((status = 200, body = RecordedBody), (status = 202, body = ProposedBody), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/teachers/{teacher}/merges/{other}")]
pub async fn merge(
    may: May<MergeTeachers>,
    recording: Recording<Because>,
    ids: PathIds<TeacherId, TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Because { on, reason }, recording) = recording.take();
    refuse_oneself(&app, &may, &[ids.0, ids.1]).await?;
    let obstacle = obstacle(&app, ids.0, ids.1).await?;
    let command = Command::Merge { other: ids.1, obstacle, on, reason };
    record(&app, &may, ids.0, vec![person::stream(ids.1)], command, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Undo a merge: both histories stand on their own again",
    params(("teacher" = TeacherId, Path), ("merge" = EventId, Path)), request_body = Because,
    responses((status = 200, body = RecordedBody), (status = 202, body = ProposedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/merges/{merge}/undoing")]
pub async fn unmerge(
    may: May<UnmergeTeachers>,
    recording: Recording<Because>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Because { on, reason }, recording) = recording.take();
    let merged = Person::load(&app, ids.0).await?.ids();
    refuse_oneself(&app, &may, &merged).await?;
    record(&app, &may, ids.0, vec![], Command::Unmerge { merge: ids.1, on, reason }, &recording).await
}

/// Refuses whose own entry is one of these: who somebody is, is for others to decide.
async fn refuse_oneself(app: &App, right: &Right, entries: &[TeacherId]) -> Result<(), Failure> {
    let Some(own) = right.principal().person else { return Ok(()) };
    for entry in entries {
        let keeper = app.access().merged_into(*entry).await?;
        if *entry == own || keeper == Some(own) {
            return Err(Failure::of(Code::Forbidden));
        }
    }
    Ok(())
}

/// What stands in the way and cannot be told from the keeper's own events.
async fn obstacle(app: &App, keeper: TeacherId, other: TeacherId) -> Result<Option<Obstacle>, Failure> {
    if keeper == other {
        return Ok(Some(Obstacle::Itself));
    }
    // Who was merged into whom stands in the keepers' records: the view has to show all of them.
    app.rights_caught_up().await?;
    if app.access().merged_into(keeper).await?.is_some() {
        return Ok(Some(Obstacle::KeeperMerged));
    }
    if app.access().merged_into(other).await?.is_some() {
        return Ok(Some(Obstacle::OtherMerged));
    }
    let (state, _) = app.log().load::<Teacher>(&person::stream(other)).await?;
    Ok(match () {
        () if !state.is_registered() => Some(Obstacle::OtherAbsent),
        () if state.is_erased() => Some(Obstacle::OtherErased),
        () if state.is_restricted() => Some(Obstacle::OtherRestricted),
        () => None,
    })
}

//! The composition of a team: who joins, who leaves.

use access::permissions::{JoinTeam, LeaveTeam};
use actix_web::post;
use actix_web::web::Data;
use contracts::{Problem, RecordedBody};
use host::{App, Failure, May, PathId, PathIds, Recorded, Recording, refuse_unknown_teachers};
use kernel::vocabulary::TeamRole;
use kernel::{Day, TeacherId, TeamId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{person, record};
use crate::team::Command;

/// A member of a team.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamMember {
    /// Who.
    pub(super) teacher: TeacherId,
    /// In which part.
    pub(super) role: TeamRole,
    /// The first day.
    pub(super) on: Day,
}

/// The end of a membership.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberDeparture {
    /// The last day.
    last_day: Day,
}

#[utoipa::path(tag = "teams", summary = "Take a person into a team", params(("team" = TeamId, Path)),
    request_body = TeamMember,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/teams/{team}/members")]
pub async fn join(
    may: May<JoinTeam>,
    recording: Recording<TeamMember>,
    id: PathId<TeamId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (TeamMember { teacher, role, on }, recording) = recording.take();
    refuse_unknown_teachers(&app, may.today(), [("teacher".to_owned(), teacher)]).await?;
    record(&app, &may, id.0, vec![person(teacher)], Command::Join { teacher, role, on }, &recording).await
}

#[utoipa::path(tag = "teams", summary = "Record that a person left a team",
    params(("team" = TeamId, Path), ("teacher" = TeacherId, Path)), request_body = MemberDeparture,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/teams/{team}/members/{teacher}/departure")]
pub async fn leave(
    may: May<LeaveTeam>,
    recording: Recording<MemberDeparture>,
    ids: PathIds<TeamId, TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (MemberDeparture { last_day }, recording) = recording.take();
    record(&app, &may, ids.0, vec![], Command::Leave { teacher: ids.1, last_day }, &recording).await
}

//! The list of teams: approval, acceptance, rectification, delisting.

use access::Object;
use access::permissions::{AcceptTeam, ApproveTeam, DelistTeam, SendTeamToRectify, ShowTeam};
use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Problem, RecordedBody};
use events::TeamProfile;
use host::{App, Asks, Failure, May, PathId, Recorded, Recording, Shown, closed_to};
use kernel::vocabulary::{TeamGrade, Term};
use kernel::{Day, Reason, TeacherId, TeamId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::members::TeamMember;
use super::{record, school, team};
use crate::team::{Command, Listed, Rejection, State, Team};

/// A team approved to be built.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamApproval {
    /// The day.
    on: Day,
    /// What the team is.
    profile: TeamProfile,
}

/// That a team passed acceptance.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamAcceptance {
    /// The day.
    on: Day,
    /// How well.
    grade: TeamGrade,
}

/// A decision against a team.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamObjection {
    /// The day.
    on: Day,
    /// Why.
    reason: Reason,
}

/// A team on the list.
#[derive(Serialize, ToSchema)]
pub struct TeamBody {
    /// The team.
    team: TeamId,
    /// The day of approval.
    on: Day,
    /// What it is.
    profile: TeamProfile,
    /// Who is a member.
    members: Vec<TeamMember>,
    /// How well it passed acceptance, once it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<TeamGrade>,
}

#[utoipa::path(tag = "teams", summary = "Approve a team to be built; its id follows from tier, batch and name",
    request_body = TeamApproval,
    responses((status = 201, body = RecordedBody), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/teams")]
pub async fn approve(
    asks: Asks<ApproveTeam>,
    recording: Recording<TeamApproval>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (TeamApproval { on, profile }, recording) = recording.take();
    let id = TeamId::of_name(profile.tier.code(), profile.batch.as_str(), profile.name.as_str());
    let may = asks.about(Object::Organisation(profile.school), "profile.school").await?;
    let requires = vec![school(profile.school)];
    let recorded = record(&app, &may, id, requires, Command::Approve { on, profile }, &recording).await?;
    Ok(recorded.at(format!("/api/v1/teams/{id}")))
}

#[utoipa::path(tag = "teams", summary = "Show a team with its members", params(("team" = TeamId, Path)),
    responses((status = 200, body = TeamBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[get("/v1/teams/{team}")]
pub async fn show(may: May<ShowTeam>, id: PathId<TeamId>, app: Data<App>) -> Result<Shown<TeamBody>, Failure> {
    let position = app.head();
    let (state, version) = app.log().load::<Team>(&team(id.0)).await?;
    let mut body = match state {
        State::Listed(listed) => body(id.0, &listed),
        State::Delisted => return Err(Failure::rejected(&Rejection::Delisted)),
        State::Absent => return Err(Failure::rejected(&Rejection::NotApproved)),
    };
    let named: Vec<TeacherId> = body.members.iter().map(|member| member.teacher).collect();
    let closed = closed_to(&app, &may, &named).await?;
    body.members.retain(|member| !closed.contains(&member.teacher));
    may.saw(&app, body.members.iter().map(|member| member.teacher).collect()).await?;
    Ok(Shown::new(body, position).version(version))
}

#[utoipa::path(tag = "teams", summary = "Record that a team passed acceptance", params(("team" = TeamId, Path)),
    request_body = TeamAcceptance,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/teams/{team}/acceptance")]
pub async fn accept(
    may: May<AcceptTeam>,
    recording: Recording<TeamAcceptance>,
    id: PathId<TeamId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (TeamAcceptance { on, grade }, recording) = recording.take();
    record(&app, &may, id.0, vec![], Command::Accept { on, grade }, &recording).await
}

#[utoipa::path(tag = "teams", summary = "Record that a team did not pass and has to rectify",
    params(("team" = TeamId, Path)), request_body = TeamObjection,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/teams/{team}/rectification")]
pub async fn send_to_rectify(
    may: May<SendTeamToRectify>,
    recording: Recording<TeamObjection>,
    id: PathId<TeamId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (TeamObjection { on, reason }, recording) = recording.take();
    record(&app, &may, id.0, vec![], Command::SendToRectify { on, reason }, &recording).await
}

#[utoipa::path(tag = "teams", summary = "Take a team off the list",
    params(("team" = TeamId, Path)), request_body = TeamObjection,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teams/{team}/delisting")]
pub async fn delist(
    may: May<DelistTeam>,
    recording: Recording<TeamObjection>,
    id: PathId<TeamId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (TeamObjection { on, reason }, recording) = recording.take();
    record(&app, &may, id.0, vec![], Command::Delist { on, reason }, &recording).await
}

fn body(team: TeamId, listed: &Listed) -> TeamBody {
    let members = listed.members().map(|(teacher, role, on)| TeamMember { teacher, role, on });
    TeamBody {
        team,
        on: listed.on(),
        profile: listed.profile().clone(),
        members: members.collect(),
        grade: listed.grade(),
    }
}

//! Sessions: scheduled, held with a roster, corrected, voided.

use access::Object;
use access::permissions::{AmendRoster, HoldSession, ScheduleSession, ShowTrainingSession, VoidSession};
use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Problem, RecordedBody};
use events::{Attendance, Programme};
use host::{App, Asks, Failure, May, PathId, Recorded, Recording, Shown, closed_to, refuse_unknown_teachers};
use kernel::{Day, Hours, Malformed, Reason, SessionId, TeacherId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{base, person, record, session};
use crate::session::{Command, Rejection, Session, State};

/// The most people on one roster: a roster is one event, which every reader of the log takes in whole.
const MOST_PEOPLE: usize = 2_000;

/// That a session took place, with its roster.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RosterBody {
    /// The day of recording, which dates people handed in later.
    on: Day,
    /// Who attended, and for how many class hours.
    #[schema(value_type = Vec<Attendance>, min_items = 1, max_items = 2_000)]
    roster: Roster,
}

/// A roster that one event can hold.
#[derive(Deserialize)]
#[serde(try_from = "Vec<Attendance>")]
pub struct Roster(Vec<Attendance>);

/// The right hours of one person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RosterAmendment {
    /// The person.
    teacher: TeacherId,
    /// The right hours; none: the person did not attend.
    #[serde(default)]
    hours: Option<Hours>,
    /// The day of the correction.
    on: Day,
    /// Why.
    reason: Reason,
}

/// That a session never took place, or was recorded twice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionVoid {
    /// The day of the correction.
    on: Day,
    /// Why.
    reason: Reason,
}

/// A session as it stands.
#[derive(Serialize, ToSchema)]
pub struct SessionBody {
    /// The session.
    session: SessionId,
    /// What it is.
    programme: Programme,
    /// Who attended; empty until it is recorded as held.
    roster: Vec<Attendance>,
}

#[utoipa::path(tag = "training", summary = "Schedule a session; its id follows from the base and the base's code",
    request_body = Programme,
    responses((status = 201, body = RecordedBody), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/sessions")]
pub async fn schedule(
    asks: Asks<ScheduleSession>,
    recording: Recording<Programme>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (programme, recording) = recording.take();
    let id = SessionId::of_code(programme.base, &programme.code);
    let may = asks.about(Object::Site(programme.base), "base").await?;
    let requires = vec![base(programme.base)];
    let recorded = record(&app, &may, id, requires, Command::Schedule(programme), &recording).await?;
    Ok(recorded.at(format!("/api/v1/sessions/{id}")))
}

#[utoipa::path(tag = "training", summary = "Show a session with its roster", params(("session" = SessionId, Path)),
    responses((status = 200, body = SessionBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[get("/v1/sessions/{session}")]
pub async fn show(
    may: May<ShowTrainingSession>,
    id: PathId<SessionId>,
    app: Data<App>,
) -> Result<Shown<SessionBody>, Failure> {
    let position = app.head();
    let (state, version) = app.log().load::<Session>(&session(id.0)).await?;
    let mut body = body(id.0, state).map_err(|rejection| Failure::rejected(&rejection))?;
    let named: Vec<TeacherId> = body.roster.iter().map(|attendance| attendance.teacher).collect();
    let closed = closed_to(&app, &may, &named).await?;
    body.roster.retain(|attendance| !closed.contains(&attendance.teacher));
    may.saw(&app, body.roster.iter().map(|attendance| attendance.teacher).collect()).await?;
    Ok(Shown::new(body, position).version(version))
}

#[utoipa::path(tag = "training", summary = "Record that a session took place; handed in again, it adds who is new",
    params(("session" = SessionId, Path)), request_body = RosterBody,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/sessions/{session}/roster")]
pub async fn hold(
    may: May<HoldSession>,
    recording: Recording<RosterBody>,
    id: PathId<SessionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (RosterBody { on, roster: Roster(roster) }, recording) = recording.take();
    let named = roster.iter().enumerate().map(|(row, one)| (format!("roster[{row}].teacher"), one.teacher));
    refuse_unknown_teachers(&app, may.today(), named).await?;
    let requires = roster.iter().map(|attendance| person(attendance.teacher)).collect();
    record(&app, &may, id.0, requires, Command::Hold { roster, on }, &recording).await
}

#[utoipa::path(tag = "training", summary = "Correct the roster for one person",
    params(("session" = SessionId, Path)), request_body = RosterAmendment,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/sessions/{session}/roster-amendments")]
pub async fn amend(
    may: May<AmendRoster>,
    recording: Recording<RosterAmendment>,
    id: PathId<SessionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (RosterAmendment { teacher, hours, on, reason }, recording) = recording.take();
    refuse_unknown_teachers(&app, may.today(), [("teacher".to_owned(), teacher)]).await?;
    let command = Command::Amend { teacher, hours, on, reason };
    record(&app, &may, id.0, vec![person(teacher)], command, &recording).await
}

#[utoipa::path(tag = "training", summary = "Void a session: it never took place, or was recorded twice",
    params(("session" = SessionId, Path)), request_body = SessionVoid,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 412, body = Problem)))]
#[post("/v1/sessions/{session}/void")]
pub async fn void(
    may: May<VoidSession>,
    recording: Recording<SessionVoid>,
    id: PathId<SessionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (SessionVoid { on, reason }, recording) = recording.take();
    record(&app, &may, id.0, vec![], Command::Void { on, reason }, &recording).await
}

fn body(session: SessionId, state: State) -> Result<SessionBody, Rejection> {
    match state {
        State::Scheduled { programme, roster } => {
            let attended = |(teacher, hours): (_, Option<_>)| Some(Attendance { teacher, hours: hours? });
            let roster = roster.into_iter().filter_map(attended);
            Ok(SessionBody { session, programme, roster: roster.collect() })
        }
        State::Voided => Err(Rejection::SessionIsVoided),
        State::Absent => Err(Rejection::NotScheduled),
    }
}

impl TryFrom<Vec<Attendance>> for Roster {
    type Error = Malformed;
    fn try_from(roster: Vec<Attendance>) -> Result<Self, Malformed> {
        if roster.len() > MOST_PEOPLE {
            return Err(Malformed::new("roster", format!("it has more than {MOST_PEOPLE} people")));
        }
        Ok(Self(roster))
    }
}

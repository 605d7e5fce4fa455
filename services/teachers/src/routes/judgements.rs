//! What expert panels judged: the route by equivalent ability. An authority records it, and two of its people: a school
//! would lift its own staff past the credential that the others have to earn.

use access::permissions::JudgeAbility;
use actix_web::post;
use actix_web::web::Data;
use contracts::{Problem, ProposedBody, RecordedBody};
use events::AbilityJudgement;
use host::{App, Failure, May, PathId, Recorded, Recording};
use kernel::TeacherId;

use super::{organisation, record};
use crate::organisation::{Organisation, State};
use crate::teacher::Command;

#[utoipa::path(tag = "teachers", summary = "Record what an expert panel judged of a teacher's ability",
    params(("teacher" = TeacherId, Path)), request_body = AbilityJudgement,
    responses((status = 200, body = RecordedBody), (status = 202, body = ProposedBody), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/teachers/{teacher}/ability-judgements")]
pub async fn judge_ability(
    may: May<JudgeAbility>,
    recording: Recording<AbilityJudgement>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (judgement, recording) = recording.take();
    let requires = vec![organisation(judgement.panel)];
    let panel = match app.log().load::<Organisation>(&organisation(judgement.panel)).await?.0 {
        State::Active(profile) => Some(profile.kind),
        State::Absent | State::Closed => None,
    };
    record(&app, &may, teacher.0, requires, Command::JudgeAbility { judgement, panel }, &recording).await
}

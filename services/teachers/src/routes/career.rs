//! A career: posts, roles, credentials, enterprise work, achievements.

use access::Object;
use access::permissions::{
    AssignRole, EndPost, EndTeacherRole, RecordAchievement, RecordCredential, RecordEnterpriseWork, RecordPost,
    WithdrawCredential,
};
use actix_web::post;
use actix_web::web::Data;
use contracts::{Problem, RecordedBody};
use events::{Achievement, Credential};
use host::{App, Asks, Failure, May, PathId, PathIds, Recorded, Recording};
use kernel::code::{SpecialtyCode, StaffNumber, TeacherCertificateNumber};
use kernel::vocabulary::{CredentialKind, EducationLevel, Employment, Role, SkillGrade, TitleRank};
use kernel::{Day, DayRange, EventId, Name, OrganisationId, Period, Reason, TeacherId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{organisation, record};
use crate::person::{holder, refuse_other_schools};
use crate::teacher::{Command, Post};

/// A post.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostBody {
    /// The school.
    school: OrganisationId,
    /// The staff number there.
    staff_number: StaffNumber,
    /// Full-time or part-time.
    employment: Employment,
    /// The role it is held for.
    role: Role,
    /// The specialty taught; needed for a specialised-course teacher or practice instructor.
    #[serde(default)]
    specialty: Option<SpecialtyCode>,
    /// The education level taught.
    #[serde(default)]
    education_level: Option<EducationLevel>,
    /// First and, if known, last day.
    period: Period,
}

/// The last day of something.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The last day.
    last_day: Day,
}

/// A further role within a post.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleBody {
    /// The first day.
    on: Day,
    /// The role.
    role: Role,
    /// The specialty taught.
    #[serde(default)]
    specialty: Option<SpecialtyCode>,
    /// The education level taught.
    #[serde(default)]
    education_level: Option<EducationLevel>,
}

/// A credential.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialBody {
    /// What it is.
    kind: CredentialKind,
    /// The day it was obtained.
    obtained_on: Day,
    /// The skill grade, of a skill grade or vocational qualification.
    #[serde(default)]
    grade: Option<SkillGrade>,
    /// The rank, of a title.
    #[serde(default)]
    rank: Option<TitleRank>,
    /// The number of a teacher certificate. It is kept sealed, and says nothing about whether it is the same one.
    #[serde(default)]
    number: Option<TeacherCertificateNumber>,
}

/// A withdrawal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// The first day on which it no longer holds.
    on: Day,
    /// Why.
    reason: Reason,
}

/// Enterprise work before the first post.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterpriseWork {
    /// First and last day.
    dates: DayRange,
    /// The enterprise.
    enterprise: Name,
}

#[utoipa::path(tag = "teachers", summary = "Record a post at a school", params(("teacher" = TeacherId, Path)),
    request_body = PostBody,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/v1/teachers/{teacher}/posts")]
pub async fn record_post(
    asks: Asks<RecordPost>,
    recording: Recording<PostBody>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (body, recording) = recording.take();
    let PostBody { school, staff_number, employment, role, specialty, education_level, period } = body;
    let may = asks.about(Object::Engagement(school, teacher.0), "teacher").await?;
    let post = Post { school, staff_number, employment, role, specialty, education_level, period };
    record(&app, &may, teacher.0, vec![organisation(school)], Command::RecordPost(post), &recording).await
}

#[utoipa::path(tag = "teachers", summary = "End a post",
    params(("teacher" = TeacherId, Path), ("post" = EventId, Path)), request_body = End,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/teachers/{teacher}/posts/{post}/end")]
pub async fn end_post(
    may: May<EndPost>,
    recording: Recording<End>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (End { last_day }, recording) = recording.take();
    let entry = holder(&app, ids.0, ids.1).await?;
    refuse_other_schools(&app, &may, entry, ids.1).await?;
    record(&app, &may, entry, vec![], Command::EndPost { post: ids.1, last_day }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Assign a further role within a post",
    params(("teacher" = TeacherId, Path), ("post" = EventId, Path)), request_body = RoleBody,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/teachers/{teacher}/posts/{post}/roles")]
pub async fn assign_role(
    may: May<AssignRole>,
    recording: Recording<RoleBody>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (RoleBody { on, role, specialty, education_level }, recording) = recording.take();
    let command = Command::AssignRole { post: ids.1, on, role, specialty, education_level };
    let entry = holder(&app, ids.0, ids.1).await?;
    refuse_other_schools(&app, &may, entry, ids.1).await?;
    record(&app, &may, entry, vec![], command, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "End a role",
    params(("teacher" = TeacherId, Path), ("assignment" = EventId, Path)), request_body = End,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/teachers/{teacher}/roles/{assignment}/end")]
pub async fn end_role(
    may: May<EndTeacherRole>,
    recording: Recording<End>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (End { last_day }, recording) = recording.take();
    let entry = holder(&app, ids.0, ids.1).await?;
    refuse_other_schools(&app, &may, entry, ids.1).await?;
    record(&app, &may, entry, vec![], Command::EndRole { assignment: ids.1, last_day }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Record a credential", params(("teacher" = TeacherId, Path)),
    request_body = CredentialBody,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/teachers/{teacher}/credentials")]
pub async fn record_credential(
    may: May<RecordCredential>,
    recording: Recording<CredentialBody>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (CredentialBody { kind, obtained_on, grade, rank, number }, recording) = recording.take();
    let sealed_number = match &number {
        Some(number) => Some(app.vault().seal_text(teacher.0, vault::Field::CertificateNumber, number.as_str()).await?),
        None => None,
    };
    let credential = Credential { kind, obtained_on, grade, rank, number: None, sealed_number };
    record(&app, &may, teacher.0, vec![], Command::RecordCredential(credential), &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Record that a credential was withdrawn",
    params(("teacher" = TeacherId, Path), ("credential" = EventId, Path)), request_body = Withdrawal,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/teachers/{teacher}/credentials/{credential}/withdrawal")]
pub async fn withdraw_credential(
    may: May<WithdrawCredential>,
    recording: Recording<Withdrawal>,
    ids: PathIds<TeacherId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (Withdrawal { on, reason }, recording) = recording.take();
    let entry = holder(&app, ids.0, ids.1).await?;
    record(&app, &may, entry, vec![], Command::WithdrawCredential { credential: ids.1, on, reason }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Record enterprise work before the first post",
    params(("teacher" = TeacherId, Path)), request_body = EnterpriseWork,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/enterprise-work")]
pub async fn record_enterprise_work(
    may: May<RecordEnterpriseWork>,
    recording: Recording<EnterpriseWork>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (EnterpriseWork { dates, enterprise }, recording) = recording.take();
    record(&app, &may, teacher.0, vec![], Command::RecordEnterpriseWork { dates, enterprise }, &recording).await
}

#[utoipa::path(tag = "teachers", summary = "Record an achievement", params(("teacher" = TeacherId, Path)),
    request_body = Achievement,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/teachers/{teacher}/achievements")]
pub async fn record_achievement(
    may: May<RecordAchievement>,
    recording: Recording<Achievement>,
    teacher: PathId<TeacherId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (achievement, recording) = recording.take();
    record(&app, &may, teacher.0, vec![], Command::RecordAchievement(achievement), &recording).await
}

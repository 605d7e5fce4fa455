//! Sites: approved, renewed, withdrawn.

use access::Object;
use access::permissions::{ApproveSite, RenewSite, ShowSite, VoidApproval, WithdrawSite};
use actix_web::web::Data;
use actix_web::{get, post};
use contracts::{Problem, RecordedBody};
use events::SiteProfile;
use host::{App, Asks, Failure, May, PathId, PathIds, Recorded, Recording, Shown};
use kernel::{Day, Document, EventId, Location, OrganisationId, Period, Reason, SiteId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{enterprise, site};
use crate::site::{Command, Rejection, Site, State};

/// The approval of a site.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteApproval {
    /// What the site is.
    profile: SiteProfile,
    /// When the approval holds.
    period: Period,
    /// The decision.
    #[serde(default)]
    document: Option<Document>,
}

/// Approval for a further period.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteRenewal {
    /// When the further approval holds.
    period: Period,
    /// The decision.
    #[serde(default)]
    document: Option<Document>,
}

/// The withdrawal of approval before its end.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteWithdrawal {
    /// The first day on which the site is no longer approved.
    on: Day,
    /// Why.
    reason: Reason,
}

/// That an approval was recorded in error.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalVoid {
    /// The day of the correction.
    on: Day,
    /// Why.
    reason: Reason,
}

/// A site as it stands.
#[derive(Serialize, ToSchema)]
pub struct SiteBody {
    /// The site.
    site: SiteId,
    /// What it is.
    profile: SiteProfile,
    /// The approvals that stand, earliest first.
    approvals: Vec<ApprovalBody>,
}

/// An approval that stands.
#[derive(Serialize, ToSchema)]
pub struct ApprovalBody {
    /// The event that recorded it.
    id: EventId,
    /// When it holds.
    period: Period,
}

#[utoipa::path(tag = "practice", summary = "Approve a site for a period; its id follows from its code",
    request_body = SiteApproval,
    responses((status = 201, body = RecordedBody), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/v1/sites")]
pub async fn approve(
    asks: Asks<ApproveSite>,
    recording: Recording<SiteApproval>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (SiteApproval { profile, period, document }, recording) = recording.take();
    let id = SiteId::of_code(&profile.code);
    let location = Location {
        organisation: OrganisationId::of_site(id),
        city: profile.division.city(),
        province: profile.division.province(),
    };
    let may = asks.about(Object::At(location), "profile.division").await?;
    let requires = profile.enterprise.map(enterprise).into_iter().collect();
    let command = Command::Approve { profile, period, document };
    let recorded = app.record::<Site>(&may, site(id), requires, command, &recording).await?;
    Ok(recorded.at(format!("/api/v1/sites/{id}")))
}

#[utoipa::path(tag = "practice", summary = "Show a site with the approvals that stand",
    params(("site" = SiteId, Path)),
    responses((status = 200, body = SiteBody), (status = 404, body = Problem)))]
#[get("/v1/sites/{site}")]
pub async fn show(_: May<ShowSite>, id: PathId<SiteId>, app: Data<App>) -> Result<Shown<SiteBody>, Failure> {
    let position = app.head();
    let (state, version) = app.log().load::<Site>(&site(id.0)).await?;
    let body = body(id.0, &state).ok_or_else(|| Failure::rejected(&Rejection::NotApproved))?;
    Ok(Shown::new(body, position).version(version))
}

#[utoipa::path(tag = "practice", summary = "Approve a site for a further period", params(("site" = SiteId, Path)),
    request_body = SiteRenewal,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/sites/{site}/renewals")]
pub async fn renew(
    may: May<RenewSite>,
    recording: Recording<SiteRenewal>,
    id: PathId<SiteId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (SiteRenewal { period, document }, recording) = recording.take();
    app.record::<Site>(&may, site(id.0), vec![], Command::Renew { period, document }, &recording).await
}

#[utoipa::path(tag = "practice", summary = "Withdraw approval before its end", params(("site" = SiteId, Path)),
    request_body = SiteWithdrawal,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/v1/sites/{site}/withdrawals")]
pub async fn withdraw(
    may: May<WithdrawSite>,
    recording: Recording<SiteWithdrawal>,
    id: PathId<SiteId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (SiteWithdrawal { on, reason }, recording) = recording.take();
    app.record::<Site>(&may, site(id.0), vec![], Command::Withdraw { on, reason }, &recording).await
}

#[utoipa::path(tag = "practice", summary = "Void an approval that was recorded in error",
    params(("site" = SiteId, Path), ("approval" = EventId, Path)), request_body = ApprovalVoid,
    responses((status = 200, body = RecordedBody), (status = 404, body = Problem)))]
#[post("/v1/sites/{site}/approvals/{approval}/void")]
pub async fn void_approval(
    may: May<VoidApproval>,
    recording: Recording<ApprovalVoid>,
    ids: PathIds<SiteId, EventId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (ApprovalVoid { on, reason }, recording) = recording.take();
    let command = Command::VoidApproval { approval: ids.1, on, reason };
    app.record::<Site>(&may, site(ids.0), vec![], command, &recording).await
}

fn body(site: SiteId, state: &State) -> Option<SiteBody> {
    let profile = state.profile()?.clone();
    let mut approvals: Vec<_> = state.approvals().map(|(id, period)| ApprovalBody { id, period }).collect();
    approvals.sort_by_key(|approval| approval.period);
    Some(SiteBody { site, profile, approvals })
}

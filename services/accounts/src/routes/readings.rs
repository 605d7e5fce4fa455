//! Who looked at whose record: for the person, and for whoever watches over it.

use access::permissions::{ListReadings, ListReadingsOfAccount};
use actix_web::get;
use actix_web::web::Data;
use contracts::{Cursor, Page, Problem};
use host::{App, Failure, May, Params, PathId, Right, Shown};
use kernel::vocabulary::{Capacity, Purpose};
use kernel::{AccountId, Instant, Malformed, OrganisationId, TeacherId};
use readings::Looked;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{after, page_size};

/// Which page of readings is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichReadings {
    /// `next` of the page before.
    after: Option<Cursor>,
    /// At most so many, up to 200; 50 when not given.
    limit: Option<u32>,
}

/// That somebody looked at records.
#[derive(Serialize, ToSchema)]
pub struct LookBody {
    /// When.
    at: Instant,
    /// In which capacity.
    capacity: Capacity,
    /// For which organisation; none for roles of the nation, and for the person themself.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<OrganisationId>,
    /// By which operation: its id in this document.
    operation: String,
    /// What for.
    purpose: Purpose,
    /// The case or ticket that was stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// The account that looked: for whoever watches over readings, not for the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<AccountId>,
    /// At how many people's records at once: for whoever watches over readings.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<u64>,
    /// Where it stands in the log of readings.
    #[serde(skip)]
    position: u64,
}

#[utoipa::path(tag = "accounts", operation_id = "readings", summary = "Who looked at a person's record, newest first",
    params(("teacher" = TeacherId, Path), WhichReadings),
    responses((status = 200, body = Page<LookBody>), (status = 404, body = Problem)))]
#[get("/v1/teachers/{teacher}/readings")]
pub async fn of_teacher(
    may: May<ListReadings>,
    teacher: PathId<TeacherId>,
    which: Params<WhichReadings>,
    app: Data<App>,
) -> Result<Shown<Page<LookBody>>, Failure> {
    let (size, before) = asked(&which.0)?;
    let rows = app.readings().of_subject(teacher.0, before, rows(size)).await?;
    Ok(page(rows, size, &may))
}

#[utoipa::path(tag = "accounts", operation_id = "readings_of_account",
    summary = "Which records an account looked at, newest first", params(("account" = AccountId, Path), WhichReadings),
    responses((status = 200, body = Page<LookBody>), (status = 404, body = Problem)))]
#[get("/v1/accounts/{account}/readings")]
pub async fn of_account(
    may: May<ListReadingsOfAccount>,
    account: PathId<AccountId>,
    which: Params<WhichReadings>,
    app: Data<App>,
) -> Result<Shown<Page<LookBody>>, Failure> {
    let (size, before) = asked(&which.0)?;
    let rows = app.readings().of_account(account.0, before, rows(size)).await?;
    Ok(page(rows, size, &may))
}

fn asked(which: &WhichReadings) -> Result<(usize, Option<u64>), Failure> {
    let position = |text: &str| text.parse().map_err(|_| Malformed::new("cursor", "it belongs to another list"));
    Ok((page_size(which.limit), after(which.after.as_ref(), position)?))
}

/// One row more than the page has tells whether more follow.
fn rows(size: usize) -> u32 {
    u32::try_from(size + 1).unwrap_or(u32::MAX)
}

fn page(rows: Vec<Looked>, size: usize, right: &Right) -> Shown<Page<LookBody>> {
    // Who acts in a role watches over it; who acts in none asks about themself.
    let watches = right.held().is_some();
    let position = right.decided_at().clone();
    let bodies = rows.into_iter().map(|looked| body(looked, watches)).collect();
    Shown::new(Page::cut(bodies, size, position.to_string(), |row| vec![row.position.to_string()]), position)
}

fn body(looked: Looked, watches: bool) -> LookBody {
    let Looked { position, at, account, capacity, organisation, operation, purpose, reference, subjects } = looked;
    let (account, people) = (watches.then_some(account), watches.then_some(subjects));
    LookBody { at, capacity, organisation, operation, purpose, reference, account, people, position }
}

#[cfg(test)]
mod tests {
    use kernel::Agent;

    use super::*;

    #[test]
    fn the_person_learns_the_capacity_but_not_the_account() {
        let account = AccountId::of_agent(&Agent::parse("clerk-7").unwrap());
        let looked = Looked {
            position: 9,
            at: Instant::from_micros(0),
            account,
            capacity: Capacity::SchoolHr,
            organisation: Some(OrganisationId::of_name("an invented school")),
            operation: "qualification_status".to_owned(),
            purpose: Purpose::OwnStaff,
            reference: None,
            subjects: 3,
        };
        let shown = serde_json::to_string(&body(looked.clone(), false)).unwrap();
        assert!(!shown.contains(&account.to_string()) && shown.contains("school_hr"), "{shown}");
        let watched = serde_json::to_value(body(looked, true)).unwrap();
        assert_eq!((watched["account"].as_str(), watched["people"].as_u64()), (Some(&*account.to_string()), Some(3)));
    }
}

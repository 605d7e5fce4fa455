//! What a record is looked at for. Within one's own organisation that goes without saying; elsewhere it is stated.

use access::{Held, Kind, Operation, Place, Principal};
use actix_web::HttpRequest;
use contracts::{Code, Fault, Place as Where, Problem};
use kernel::Reach;
use kernel::vocabulary::{Purpose, Term};
use readings::Reference;

use crate::failure::Failure;

/// The header with the purpose, by its code.
const PURPOSE: &str = "Purpose";

/// The header with the case or ticket that it belongs to.
const REFERENCE: &str = "Purpose-Reference";

/// A purpose, as stated or as it goes without saying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The purpose.
    pub purpose: Purpose,
    /// The case or ticket.
    pub reference: Option<Reference>,
}

/// What the caller states.
pub(super) fn stated(request: &HttpRequest) -> Result<Option<Stated>, Failure> {
    let header = |name: &str| match request.headers().get(name) {
        Some(value) => {
            value.to_str().map(Some).map_err(|_| Failure::header(name, "it has other than ASCII characters"))
        }
        None => Ok(None),
    };
    let Some(purpose) = header(PURPOSE)? else { return Ok(None) };
    let purpose = <Purpose as Term>::parse(purpose).map_err(|fault| Failure::header(PURPOSE, &fault.to_string()))?;
    let reference = header(REFERENCE)?.map(Reference::parse).transpose();
    let reference = reference.map_err(|fault| Failure::header(REFERENCE, &fault.to_string()))?;
    Ok(Some(Stated { purpose, reference }))
}

/// The purpose for which somebody looks; none where the operation shows no persons.
pub(super) fn of(
    operation: Operation,
    principal: &Principal,
    held: Option<&Held>,
    place: &Place,
    stated: Option<Stated>,
) -> Result<Option<Stated>, Failure> {
    if operation.kind() != Kind::ReadPersons {
        return Ok(None);
    }
    let is_oneself = place.subject.is_some() && place.subject == principal.person && held.is_none();
    let is_own = is_own(operation, principal, held, place);
    let silent = |purpose| Ok(Some(Stated { purpose, reference: None }));
    match stated {
        // What goes without saying cannot be said where it is not so.
        Some(Stated { purpose: Purpose::Oneself, .. }) if !is_oneself => Err(untrue()),
        Some(Stated { purpose: Purpose::OwnStaff, .. }) if !is_own => Err(untrue()),
        Some(stated) => Ok(Some(stated)),
        None if is_oneself => silent(Purpose::Oneself),
        None if is_own => silent(Purpose::OwnStaff),
        None => Err(missing()),
    }
}

/// Whether only records of the organisation that a role is held at can be seen.
fn is_own(operation: Operation, principal: &Principal, held: Option<&Held>, place: &Place) -> bool {
    if matches!(operation, Operation::VerifyTeacher | Operation::VerifyTeachers) {
        return false;
    }
    match place.subject {
        Some(_) => held.is_some() && access::is_of_own_organisation(held),
        None => {
            let scope = access::scope(principal, operation);
            scope.reaches().all(|reach| matches!(reach, Reach::Organisation(_) | Reach::Person(_)))
        }
    }
}

fn untrue() -> Failure {
    let fault = Fault::new(Where::header(PURPOSE), "the records are not one's own, or not of one's own organisation");
    Problem::new(Code::MalformedParameter).fault(fault).into()
}

fn missing() -> Failure {
    let stated = |purpose: &&Purpose| !matches!(purpose, Purpose::Oneself | Purpose::OwnStaff);
    let codes: Vec<&str> = Purpose::all().iter().filter(stated).map(|purpose| purpose.code()).collect();
    let hint = format!("send one of {}; and Purpose-Reference, where there is a case", codes.join(", "));
    Problem::new(Code::PurposeMissing).fault(Fault::new(Where::header(PURPOSE), "it is missing").hint(hint)).into()
}

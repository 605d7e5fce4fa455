//! Who is calling.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use kernel::vocabulary::Capacity;
use kernel::{Actor, Agent};

use crate::failure::Failure;

/// Who is calling, in which capacity, for which organisation.
///
/// There is no sign-in yet: everyone who reaches the process is its operator, which is why a process refuses to
/// listen beyond its own machine ([`crate::Config`]).
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

impl FromRequest for Caller {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(operator().map(Self))
    }
}

pub(super) fn operator() -> Result<Actor, Failure> {
    let agent = Agent::parse("local").map_err(Failure::internal)?;
    Ok(Actor { agent, capacity: Capacity::Operator, organisation: None })
}

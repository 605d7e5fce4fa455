//! Reading your own write: a query may name a log position that its answer must not be older than.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use contracts::{Fault, Place};
use eventlog::LogPosition;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, schema};

use crate::failure::Failure;

/// The query parameter that names the position.
pub(crate) const AT_LEAST: &str = "at_least";

/// The header that names it, for callers that hand on whole links.
const HEADER: &str = "Shuangshi-At-Least";

/// The position that the answer must not be older than, when the request names one: `at_least` in the query or
/// `Shuangshi-At-Least` in the headers. Hand it to [`crate::App::fresh`].
#[derive(Debug, Clone, Default)]
pub struct AtLeast(pub Option<LogPosition>);

impl FromRequest for AtLeast {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request))
    }
}

fn read(request: &HttpRequest) -> Result<AtLeast, Failure> {
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    if let Some((_, position)) = pairs.find(|(name, _)| name == AT_LEAST) {
        let position = position.parse().map_err(|malformed| Failure::parameter(AT_LEAST, &malformed))?;
        return Ok(AtLeast(Some(position)));
    }
    let Some(position) = request.headers().get(HEADER) else { return Ok(AtLeast(None)) };
    let position = position.to_str().ok().and_then(|position| position.parse().ok());
    let refuse = || Failure::header(HEADER, "hand back a position exactly as it was answered");
    position.map(|position| AtLeast(Some(position))).ok_or_else(refuse)
}

impl IntoParams for AtLeast {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = ObjectBuilder::new().schema_type(schema::Type::String).build();
        let parameter = ParameterBuilder::new()
            .name(AT_LEAST)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some("Answer from no earlier than this log position; it comes with every write"))
            .schema(Some(text));
        vec![parameter.build()]
    }
}

/// A view that has not come as far as asked.
pub(crate) fn behind(behind: &eventlog::Behind) -> Failure {
    let fault = Fault::new(Place::parameter(AT_LEAST), format!("the answer stands at {}", behind.position));
    contracts::Problem::new(contracts::Code::Behind).fault(fault.hint("ask again shortly")).into()
}

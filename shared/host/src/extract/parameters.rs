//! Parameters of the path and the query, parsed into the types they stand for.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::web::Path;
use actix_web::{FromRequest, HttpRequest};
use contracts::{Code, Fault, Place, Problem};
use futures_util::FutureExt;
use kernel::Malformed;
use serde::de::DeserializeOwned;

use super::body::explain;
use crate::failure::Failure;
use crate::fresh::AT_LEAST;

/// The one parameter of a path.
#[derive(Debug, Clone, Copy)]
pub struct PathId<T>(pub T);

/// The two parameters of a path, in its order.
#[derive(Debug, Clone, Copy)]
pub struct PathIds<A, B>(pub A, pub B);

impl<T: FromStr<Err = Malformed>> FromRequest for PathId<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(segment(request, 0).map(Self))
    }
}

impl<A: FromStr<Err = Malformed>, B: FromStr<Err = Malformed>> FromRequest for PathIds<A, B> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(segment(request, 0).and_then(|first| Ok(Self(first, segment(request, 1)?))))
    }
}

fn segment<T: FromStr<Err = Malformed>>(request: &HttpRequest, index: usize) -> Result<T, Failure> {
    let decoded = Path::<Vec<String>>::extract(request).now_or_never();
    let values = decoded.and_then(Result::ok).map(Path::into_inner).unwrap_or_default();
    let name = request.match_info().iter().nth(index).map(|(name, _)| name.to_owned());
    match (name, values.get(index)) {
        (Some(name), Some(value)) => value.parse().map_err(|malformed| Failure::parameter(&name, &malformed)),
        _ => Err(Failure::internal("a handler asks for more parameters than its path has")),
    }
}

/// The query of a request. Its type refuses unknown fields (`#[serde(deny_unknown_fields)]`) and has no flattened
/// ones; `at_least` belongs to [`crate::AtLeast`] and is not part of it.
#[derive(Debug, Clone)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.query_string()).map(Self))
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, Failure> {
    let own: Vec<&str> = query.split('&').filter(|pair| pair.split('=').next() != Some(AT_LEAST)).collect();
    let own = own.join("&");
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(own.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let (code, why) = explain(&error.inner().to_string());
        let code = if code == Code::UnknownField { code } else { Code::MalformedParameter };
        let path = error.path().to_string();
        let place = if path == "." { Place::default() } else { Place::parameter(path) };
        Problem::new(code).fault(Fault::new(place, why)).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        name: Option<kernel::Name>,
        limit: Option<u32>,
    }

    fn place_and_why(query: &str) -> (Code, String, String) {
        let problem = read::<Filter>(query).unwrap_err().problem().clone();
        let fault = problem.errors[0].clone();
        (problem.code, fault.place.parameter.unwrap_or_default(), fault.why)
    }

    #[test]
    fn a_query_is_read_with_its_escapes_and_without_the_position_asked_for() {
        let filter: Filter = read("name=%E5%BC%A0%E3%9B%83&at_least=v1.0:4&limit=7").unwrap();
        assert_eq!(filter, Filter { name: kernel::Name::parse("张㛃").ok(), limit: Some(7) });
        assert_eq!(read::<Filter>("").unwrap(), Filter { name: None, limit: None });
    }

    #[test]
    fn a_fault_names_the_parameter() {
        let (code, place, why) = place_and_why("limit=many");
        assert_eq!((code, place.as_str()), (Code::MalformedParameter, "limit"));
        assert_eq!(why, "invalid digit found in string");
        assert_eq!(place_and_why("name=%20").2, "not a valid name: it is empty");
        assert_eq!(place_and_why("size=4").0, Code::UnknownField);
    }
}

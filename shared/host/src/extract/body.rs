//! The body of a request: JSON, bounded in size and in time.

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use contracts::{Code, Fault, Place, Problem};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use crate::admission;
use crate::app::{App, Limits};
use crate::failure::Failure;

/// A JSON body. Its type refuses unknown fields (`#[serde(deny_unknown_fields)]`).
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { parse(&request, &bytes(&request, payload).await?).map(Self) })
    }
}

/// The whole body, as long as it is neither too large nor too slow.
pub(super) async fn bytes(request: &HttpRequest, payload: Payload) -> Result<Bytes, Failure> {
    bytes_up_to(request, payload, limits(request).body_bytes).await
}

/// The same, at most so many bytes.
pub(super) async fn bytes_up_to(request: &HttpRequest, payload: Payload, most: usize) -> Result<Bytes, Failure> {
    let limits = limits(request);
    let declared = request.headers().get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: usize| length > most) {
        return Err(too_large(most));
    }
    // The server itself limits the time of the head only: without this, a body may drip for ever.
    match admission::aside(tokio::time::timeout(limits.body, collect(payload, most))).await {
        Ok(outcome) => outcome,
        Err(_elapsed) => {
            let limit = limits.body.as_secs_f64();
            Err(Problem::new(Code::RequestTimeout).detail(format!("send the body within {limit} seconds")).into())
        }
    }
}

fn limits(request: &HttpRequest) -> Limits {
    request.app_data::<Data<App>>().map(|app| app.limits()).unwrap_or_default()
}

async fn collect(mut payload: Payload, most: usize) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::new(Code::MalformedBody).detail("the body broke off"))?;
        if body.len() + chunk.len() > most {
            return Err(too_large(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large(most: usize) -> Failure {
    Problem::new(Code::TooLarge).detail(format!("send at most {most} bytes")).into()
}

/// Reads a JSON body; no body at all reads as an empty object.
pub(super) fn parse<T: DeserializeOwned>(request: &HttpRequest, bytes: &[u8]) -> Result<T, Failure> {
    if bytes.is_empty() {
        return read(b"{}");
    }
    let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(Code::UnsupportedMediaType).detail("send application/json").into());
    }
    read(bytes)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| refusal(&error))?;
    json.end().map_err(|_| Problem::new(Code::MalformedBody).detail("something follows the JSON value"))?;
    Ok(value)
}

fn refusal(error: &serde_path_to_error::Error<serde_json::Error>) -> Failure {
    let cause = error.inner();
    if !cause.is_data() {
        let detail = format!("the body is not JSON: see line {}, column {}", cause.line(), cause.column());
        return Problem::new(Code::MalformedBody).detail(detail).into();
    }
    let message = cause.to_string();
    let (code, why) = explain(&message);
    // The path of a field that is missing ends where the field should be.
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let place = match (error.path().to_string().as_str(), missing) {
        (".", None) => Place::default(),
        (".", Some(field)) => Place::field(field),
        (path, None) => Place::field(path),
        (path, Some(field)) => Place::field(format!("{path}.{field}")),
    };
    Problem::new(code).fault(Fault::new(place, why)).into()
}

/// What serde says, without what it repeats of the input, which may be personal data.
pub(super) fn explain(message: &str) -> (Code, String) {
    let message = message.split(" at line ").next().unwrap_or_default();
    if message.starts_with("unknown field") {
        let known = message.split_once(", expected ").map_or("there are no fields here", |(_, known)| known);
        return (Code::UnknownField, format!("this field is not known here; known: {known}"));
    }
    let repeats = ["invalid type", "invalid value", "unknown variant", "invalid length"];
    if repeats.iter().any(|start| message.starts_with(start)) {
        let expected = message.rsplit_once(", expected ").map_or("another value", |(_, expected)| expected);
        return (Code::MalformedBody, format!("expected {}", in_words(expected)));
    }
    (Code::MalformedBody, message.to_owned())
}

/// The type that serde expects, as its users know it.
fn in_words(expected: &str) -> &str {
    match expected {
        "f64" => "a number",
        "u8" | "u16" | "u32" | "u64" => "a whole number from 0 on",
        "i64" => "a whole number",
        "a borrowed string" | "a string" => "text",
        "a sequence" => "a list",
        "a boolean" => "true or false",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Roster {
        #[expect(dead_code, reason = "only how it is read matters")]
        rows: Vec<Row>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        #[expect(dead_code, reason = "only how it is read matters")]
        teacher: kernel::TeacherId,
        #[expect(dead_code, reason = "only how it is read matters")]
        name: kernel::Name,
    }

    fn problem_of(body: &str) -> Problem {
        read::<Roster>(body.as_bytes()).unwrap_err().problem().clone()
    }

    fn place_and_why(problem: &Problem) -> (&str, &str) {
        (problem.errors[0].place.field.as_deref().unwrap_or_default(), &problem.errors[0].why)
    }

    #[test]
    fn a_fault_names_the_path_and_the_reason_of_the_value() {
        let id = "018f2b6e-0000-7000-8000-000000000000";
        let problem = problem_of(&format!(r#"{{"rows":[{{"teacher":"{id}","name":"  "}}]}}"#));
        assert_eq!(problem.code, Code::MalformedBody);
        assert_eq!(place_and_why(&problem), ("rows[0].name", "not a valid name: it is empty"));
    }

    #[test]
    fn an_unknown_field_is_refused_by_name() {
        let problem = problem_of(r#"{"rows":[],"age":4}"#);
        assert_eq!(problem.code, Code::UnknownField);
        assert_eq!(place_and_why(&problem), ("age", "this field is not known here; known: `rows`"));
    }

    #[test]
    fn a_missing_field_is_placed_where_it_should_be() {
        let problem = problem_of("{}");
        assert_eq!(place_and_why(&problem), ("rows", "missing field `rows`"));
        let problem = problem_of(r#"{"rows":[{"name":"王"}]}"#);
        assert_eq!(place_and_why(&problem), ("rows[0].teacher", "missing field `teacher`"));
    }

    #[test]
    fn what_was_sent_is_not_repeated() {
        let problem = problem_of(r#"{"rows":"11010119900101001X, expected"}"#);
        assert_eq!(place_and_why(&problem), ("rows", "expected a list"));
        assert!(!serde_json::to_string(&problem).unwrap().contains("1101"));
    }

    #[test]
    fn what_is_not_json_is_placed_by_line_and_column() {
        let problem = problem_of("{\"rows\":[}");
        assert_eq!(problem.detail.as_deref(), Some("the body is not JSON: see line 1, column 10"));
        assert_eq!(problem_of("{\"rows\":[]} x").detail.as_deref(), Some("something follows the JSON value"));
    }
}

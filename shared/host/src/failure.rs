//! Everything a handler can end in, other than an answer: one type, answered as a problem and logged once.

mod log;
mod rights;

use std::error::Error;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use contracts::{Code, Fault, Place, Problem, Rejects};
use kernel::Malformed;

use crate::request;

type Source = Box<dyn Error + Send + Sync>;

/// Why a request was not answered as asked: the problem that the caller sees and, where it is ours, the error that
/// only the log of the process sees.
#[derive(Debug)]
pub struct Failure {
    problem: Box<Problem>,
    source: Option<Source>,
    allow: Option<String>,
    moved: Option<String>,
    retry_after_seconds: Option<u32>,
}

impl Failure {
    /// A failure of this kind.
    pub fn of(code: Code) -> Self {
        Problem::new(code).into()
    }

    /// There is no such thing; `what` names the kind of thing, never the one asked for.
    pub fn not_found(what: &str) -> Self {
        Problem::new(Code::NotFound).detail(format!("there is no such {what}")).into()
    }

    /// The domain says no.
    pub fn rejected(rejection: &impl Rejects) -> Self {
        rejection.problem().into()
    }

    /// The registry failed. The caller learns no more than that.
    pub fn internal(source: impl Into<Source>) -> Self {
        Self::caused(Code::Internal, source)
    }

    /// A failure of this kind because of an error that only the log of the process shows.
    pub fn caused(code: Code, source: impl Into<Source>) -> Self {
        Self { source: Some(source.into()), ..Self::of(code) }
    }

    /// A parameter of the path or the query is not what the operation reads.
    pub fn parameter(name: &str, malformed: &Malformed) -> Self {
        let fault = Fault::new(Place::parameter(name), malformed.to_string());
        Problem::new(Code::MalformedParameter).fault(fault).into()
    }

    /// A header is not what the operation reads.
    pub fn header(name: &str, why: &str) -> Self {
        Problem::new(Code::MalformedParameter).fault(Fault::new(Place::header(name), why)).into()
    }

    /// The path exists, but only with these methods.
    pub(crate) fn method_not_allowed(allow: String) -> Self {
        let problem = Problem::new(Code::MethodNotAllowed).detail(format!("this path answers {allow}"));
        Self { allow: Some(allow), ..problem.into() }
    }

    /// What was asked for goes by another id now: the same request, there.
    pub fn moved(path: &str) -> Self {
        Self { moved: Some(path.to_owned()), ..Self::of(Code::NotFound) }
    }

    /// The same, worth another try after so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The problem that the caller sees.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Says so in the log of the process: an error where something failed, a detail where something was refused.
    pub fn log(&self) {
        let code = self.problem.code.as_str();
        if let Some(source) = &self.source {
            tracing::error!(problem.code = code, error.chain = %Chain(source.as_ref()), "a request failed");
        } else {
            let rejection = self.problem.rejection.as_deref();
            tracing::debug!(problem.code = code, problem.rejection = rejection, "a request was refused");
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), source: None, allow: None, moved: None, retry_after_seconds: None }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.problem.code.as_str())
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        if self.moved.is_some() {
            return StatusCode::PERMANENT_REDIRECT;
        }
        StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        if let Some(location) = &self.moved {
            return HttpResponse::PermanentRedirect().insert_header((header::LOCATION, location.as_str())).finish();
        }
        self.log();
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        if self.problem.code == Code::NotSignedIn {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"shuangshi\""));
        }
        if let Some(seconds) = self.retry_after_seconds.or(self.problem.code.retry_after_seconds()) {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(allow) = self.allow.as_deref().and_then(|allow| HeaderValue::from_str(allow).ok()) {
            response.insert_header((header::ALLOW, allow));
        }
        let mut problem = (*self.problem).clone();
        if let Some(request) = request::current() {
            response.insert_header((header::CONTENT_LANGUAGE, request.language.tag()));
            problem = problem.in_language(request.language).instance(request.id.to_string());
        }
        response.json(problem)
    }
}

/// An error and what caused it, each once.
pub(crate) struct Chain<'a>(pub &'a (dyn Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            write!(f, ": {cause}")?;
            next = cause.source();
        }
        Ok(())
    }
}

//! What is known of a request while it is being answered, and what is done around every answer: its id, its span, its
//! time limit, the headers that every answer carries, and a problem in place of a panic.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ResponseHead, ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpResponse, ResponseError};
use contracts::Code;
use futures_util::FutureExt;
use kernel::CorrelationId;
use kernel::Language;
use tracing::Instrument;
use uuid::Uuid;

use crate::admission::{self, Admission, Refused};
use crate::app::App;
use crate::belonging::Belonging;
use crate::failure::Failure;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What is known of the request that is being answered.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// Its id, to ask about it: the caller's when it sent a UUID as `X-Request-Id`, else ours.
    pub id: Uuid,
    /// What everything that follows from it is recorded under. Always ours: nobody puts their doings down to another's.
    correlation: CorrelationId,
    /// The language its answer is in.
    pub language: Language,
}

impl Request {
    /// The id under which everything that follows from the request is recorded.
    pub fn correlation(&self) -> CorrelationId {
        self.correlation
    }

    fn of(http: &ServiceRequest, app: &App) -> Self {
        let text = |name: HeaderName| http.headers().get(name).and_then(|value| value.to_str().ok());
        let id = text(REQUEST_ID).and_then(|id| Uuid::try_parse(id).ok());
        let own = app.chance().uuid(app.clock().now());
        Self {
            id: id.unwrap_or(own),
            correlation: CorrelationId::new(own),
            language: text(header::ACCEPT_LANGUAGE).map(Language::of_header).unwrap_or_default(),
        }
    }
}

tokio::task_local! {
    static CURRENT: Request;
}

/// The request that is being answered; none outside of one.
pub fn current() -> Option<Request> {
    CURRENT.try_with(|request| *request).ok()
}

/// Answers a request. The outermost layer: it never lets an error through that is not a whole response.
pub(crate) async fn answer(
    mut http: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (Some(app), Some(admission)) =
        (http.app_data::<Data<App>>().cloned(), http.app_data::<Data<Admission>>().cloned())
    else {
        return Err(Failure::internal("the application state is missing").into());
    };
    let request = Request::of(&http, &app);
    let method = http.method().clone();
    let (id, correlation) = (request.id, request.correlation());
    let span =
        tracing::info_span!("request", request.id = %id, request.correlation = %correlation, http.method = %method);
    if method == Method::HEAD {
        // HEAD asks for the head of GET's answer; the server leaves the body out by what was sent.
        http.head_mut().method = Method::GET;
    }
    let runtime = app.runtime().clone();
    let answered = async move {
        let Some(lane) = admission.lane(&http) else { return limited(http, next, app, request, method).await };
        let (is_api, has_body) = (is_api(&http), has_body(&http));
        match admission::through(lane, limited(http, next, app, request, method.clone())).await {
            Ok(answered) => answered,
            Err(refused) => Err(turned_away(&refused, request, &method, is_api, has_body)),
        }
    };
    Belonging::to(runtime, CURRENT.scope(request, answered).instrument(span)).await
}

/// The answer to a request that was not let in. There may be thousands a second: none is worth a line.
fn turned_away(refused: &Refused, request: Request, method: &Method, is_api: bool, has_body: bool) -> Error {
    let mut response = admission::failure(refused, request.id).error_response();
    if has_body {
        // It is not read, so that nothing can follow it: whoever asks is told, and does not find out by the next request.
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    let status = response.status().as_u16().to_string();
    let labels = [("method", known(method)), ("route", "refused".to_owned()), ("status", status)];
    metrics::counter!("shuangshi_http_requests_total", &labels).increment(1);
    dress(response.headers_mut(), request, is_api);
    InternalError::from_response("turned away", response).into()
}

fn has_body(http: &ServiceRequest) -> bool {
    let length = http.headers().get(header::CONTENT_LENGTH);
    http.headers().contains_key(header::TRANSFER_ENCODING) || length.is_some_and(|length| length != "0")
}

fn is_api(http: &ServiceRequest) -> bool {
    http.path().starts_with("/api/")
}

async fn limited(
    http: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    app: Data<App>,
    request: Request,
    method: Method,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let is_api = is_api(&http);
    let answering = AssertUnwindSafe(next.call(http)).catch_unwind();
    let outcome = match tokio::time::timeout(app.limits().answer, answering).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => Err(panicked(panic.as_ref()).into()),
        Err(_elapsed) => Err(Failure::of(Code::Timeout).into()),
    };
    match outcome {
        Ok(response) => {
            let mut response = in_our_words(response);
            let route = response.request().match_pattern();
            note(&method, route.as_deref(), response.status(), started.elapsed());
            dress(response.headers_mut(), request, is_api);
            part(response.response_mut().head_mut(), &app);
            Ok(response)
        }
        // An error that escaped is turned into its response here, while the request is still known.
        Err(error) => {
            let mut response: HttpResponse = error.as_response_error().error_response();
            note(&method, None, response.status(), started.elapsed());
            dress(response.headers_mut(), request, is_api);
            part(response.head_mut(), &app);
            Err(InternalError::from_response("answered", response).into())
        }
    }
}

/// An error of the server's own, such as an extractor's, as a problem.
fn in_our_words(response: ServiceResponse<impl MessageBody + 'static>) -> ServiceResponse<BoxBody> {
    let failure = match response.response().error() {
        Some(error) if error.as_error::<Failure>().is_none() => match response.status() {
            StatusCode::NOT_FOUND => Failure::of(Code::NotFound),
            status if status.is_client_error() => Failure::of(Code::MalformedParameter),
            _ => Failure::internal(error.to_string()),
        },
        _ => return response.map_into_boxed_body(),
    };
    response.into_response(failure.error_response())
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Failure {
    let message = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Failure::internal(format!("a handler panicked: {}", message.unwrap_or("without a message")))
}

/// Counts and logs an answer by its route: a path holds ids, and what clients ask for that is no route has no end.
fn note(method: &Method, route: Option<&str>, status: StatusCode, took: Duration) {
    let route = route.unwrap_or("unmatched").to_owned();
    let labels = [("method", known(method)), ("route", route.clone()), ("status", status.as_u16().to_string())];
    metrics::counter!("shuangshi_http_requests_total", &labels).increment(1);
    metrics::histogram!("shuangshi_http_request_seconds", "route" => route.clone()).record(took.as_secs_f64());
    let (status, took_us) = (status.as_u16(), u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    // Probes come every few seconds for ever; what people and programs ask is worth a line.
    if route.starts_with("/health/") || route == "/metrics" {
        tracing::debug!(http.route = route, http.status = status, http.took_us = took_us, "answered a probe");
    } else {
        tracing::info!(http.route = route, http.status = status, http.took_us = took_us, "answered a request");
    }
}

/// A method that HTTP knows; a caller may invent others without end.
fn known(method: &Method) -> String {
    const KNOWN: [Method; 7] =
        [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    if KNOWN.contains(method) { method.to_string() } else { "other".to_owned() }
}

/// The answer of a process that is about to stop is the last on its connection: the next request goes elsewhere.
fn part(head: &mut ResponseHead, app: &App) {
    if app.is_leaving() {
        head.set_connection_type(ConnectionType::Close);
    }
}

/// The headers of every answer. What a handler has set stays.
fn dress(headers: &mut HeaderMap, request: Request, is_api: bool) {
    if let Ok(id) = HeaderValue::from_str(&request.id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    let always = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    let of_api = is_api.then_some((header::CACHE_CONTROL, "no-store"));
    for (name, value) in always.into_iter().chain(of_api) {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

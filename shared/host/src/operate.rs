//! What those who run the process ask it: whether it lives, whether it is ready, its numbers, its API's document.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use serde_json::json;
use utoipa::openapi::OpenApi;

use crate::admission::Admission;
use crate::app::App;
use crate::document::Methods;
use crate::failure::Failure;
use crate::telemetry::Numbers;

/// The paths of this module, all of which answer `GET`.
pub(crate) const PATHS: [&str; 4] = ["/health/live", "/health/ready", "/metrics", "/api/openapi.json"];

/// The path of the first page, which only a process without web pages of its own answers here.
pub(crate) const FIRST_PAGE: &str = "/";

/// Adds the paths of this module.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(liveness).service(readiness).service(all_numbers).service(api_document);
}

/// The process answers.
#[get("/health/live")]
async fn liveness() -> &'static str {
    "live\n"
}

/// The process is worth sending requests to.
#[get("/health/ready")]
async fn readiness(app: Data<App>) -> HttpResponse {
    let health = app.health().await;
    let status = if health.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    HttpResponse::build(status).json(health)
}

#[get("/metrics")]
async fn all_numbers(app: Data<App>, admission: Data<Admission>, numbers: Data<Numbers>) -> HttpResponse {
    app.measure().await;
    admission.measure();
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/plain; version=0.0.4")).body(numbers.render())
}

#[get("/api/openapi.json")]
async fn api_document(document: Data<OpenApi>) -> HttpResponse {
    HttpResponse::Ok().json(document.get_ref())
}

/// The first page: what there is to open.
#[get("/")]
pub(crate) async fn first_page(document: Data<OpenApi>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ))
        .body(page(&document))
}

fn page(document: &OpenApi) -> String {
    let mut rows = String::new();
    let json = json!(document.paths.paths);
    for (path, item) in json.as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let method = method.to_uppercase();
            let summary = operation["summary"].as_str().unwrap_or_default();
            rows += &format!("<tr><td>{method}<td><code>{}</code><td>{}", escape(path), escape(summary));
        }
    }
    include_str!("operate/page.html").replace("<!-- operations -->", &rows)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Whatever no route answers: the method, or the path, is not there.
pub(crate) async fn elsewhere(request: HttpRequest, methods: Data<Methods>) -> Result<HttpResponse, Failure> {
    match methods.allow(request.path()) {
        Some(allow) => Err(Failure::method_not_allowed(allow)),
        None => Err(Failure::not_found("path")),
    }
}

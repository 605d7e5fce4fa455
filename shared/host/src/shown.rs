//! The answer to a question.

use actix_web::body::BoxBody;
use actix_web::http::header::ETAG;
use actix_web::{HttpRequest, HttpResponse, Responder};
use eventlog::{LogPosition, Version};
use serde::Serialize;

use crate::write::POSITION;

/// The answer to a question, as JSON, with the log position that it stands at.
#[derive(Debug, Clone)]
pub struct Shown<T> {
    body: T,
    position: LogPosition,
    version: Option<Version>,
}

impl<T> Shown<T> {
    /// The answer that stands at this position: take it from the view *before* asking it.
    pub fn new(body: T, position: LogPosition) -> Self {
        Self { body, position, version: None }
    }

    /// The same with the version of what it shows, to be sent back as `If-Match`.
    #[must_use]
    pub fn version(mut self, version: Version) -> Self {
        self.version = Some(version);
        self
    }
}

impl<T: Serialize> Responder for Shown<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.insert_header((POSITION, self.position.to_string()));
        if let Some(version) = self.version {
            response.insert_header((ETAG, format!("\"v{version}\"")));
        }
        response.json(self.body)
    }
}

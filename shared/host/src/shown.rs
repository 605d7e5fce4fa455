//! The answer to a question.

use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use actix_web::{HttpRequest, HttpResponse, Responder};
use eventlog::{LogPosition, Version};
use serde::Serialize;

use crate::extract::TableForm;
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

/// The answer to a question as a file that was written beforehand, with the log position that it stands at.
#[derive(Debug, Clone)]
pub struct Filed {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What they are.
    pub form: TableForm,
    /// The name to keep a file under, of ASCII letters, digits, dots and hyphens.
    pub name: &'static str,
    /// The log position.
    pub position: LogPosition,
}

impl Responder for Filed {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.insert_header((POSITION, self.position.to_string()));
        response.insert_header((CONTENT_TYPE, self.form.media_type()));
        if self.form != TableForm::Json {
            response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.name)));
        }
        response.body(self.bytes)
    }
}

//! The answer to a write.

use std::fmt::Display;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use contracts::RecordedBody;

/// The header that carries the log position of an answer.
pub const POSITION: &str = "Shuangshi-Position";

/// The header that says an answer had been given before.
const REPLAYED: &str = "Idempotent-Replayed";

/// The answer to a write: what was recorded, its version as the ETag, and where the log is.
#[derive(Debug, Clone)]
pub struct Recorded {
    body: RecordedBody,
    location: Option<String>,
}

impl Recorded {
    /// The answer with this body.
    pub fn new(body: RecordedBody) -> Self {
        Self { body, location: None }
    }

    /// The same for something that now can be found at `path`: `201 Created`.
    #[must_use]
    pub fn at(mut self, path: impl Display) -> Self {
        self.location = Some(path.to_string());
        self
    }

    /// What was recorded.
    pub fn body(&self) -> &RecordedBody {
        &self.body
    }
}

impl Responder for Recorded {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let status = if self.location.is_some() { StatusCode::CREATED } else { StatusCode::OK };
        let mut response = HttpResponse::build(status);
        response.insert_header((ETAG, format!("\"v{}\"", self.body.version)));
        response.insert_header((POSITION, self.body.position.as_str()));
        if self.body.replayed {
            response.insert_header((REPLAYED, "true"));
        }
        if let Some(location) = self.location {
            response.insert_header((LOCATION, location));
        }
        response.json(self.body)
    }
}

//! The answer to a write.

use std::fmt::Display;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use contracts::{ProposedBody, RecordedBody};
use decider::Decider;
use eventlog::{LogPosition, Receipt, StreamId, Version};

use crate::{App, Failure};

/// The header that carries the log position of an answer.
pub const POSITION: &str = "Shuangshi-Position";

/// The header that says an answer had been given before.
const REPLAYED: &str = "Idempotent-Replayed";

/// The answer to a write: what was recorded, its version as the ETag, and where the log is; or, where it needs a second
/// person, the proposal that it has become.
#[derive(Debug, Clone)]
pub struct Recorded {
    outcome: Outcome,
    location: Option<String>,
}

#[derive(Debug, Clone)]
enum Outcome {
    Recorded(RecordedBody),
    Proposed(ProposedBody),
}

impl Recorded {
    /// The answer with this body.
    pub fn new(body: RecordedBody) -> Self {
        Self { outcome: Outcome::Recorded(body), location: None }
    }

    /// The answer to a write of what is so already.
    pub(crate) fn nothing_new(position: &LogPosition, version: Version) -> Self {
        let position = position.to_string();
        Self::new(RecordedBody { position, version: version.0, events: Vec::new(), replayed: false })
    }

    /// The answer to a write that needs a second person.
    pub(crate) fn proposed(body: ProposedBody) -> Self {
        let location = Some(format!("/api/v1/proposals/{}", body.proposal));
        Self { outcome: Outcome::Proposed(body), location }
    }

    /// The same for something that now can be found at `path`: `201 Created`. A proposal stays where it is.
    #[must_use]
    pub fn at(mut self, path: impl Display) -> Self {
        if matches!(self.outcome, Outcome::Recorded(_)) {
            self.location = Some(path.to_string());
        }
        self
    }

    /// What was recorded; nothing yet where it needs a second person.
    pub fn body(&self) -> Option<&RecordedBody> {
        match &self.outcome {
            Outcome::Recorded(body) => Some(body),
            Outcome::Proposed(_) => None,
        }
    }
}

impl Responder for Recorded {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let status = match (&self.outcome, &self.location) {
            (Outcome::Proposed(_), _) => StatusCode::ACCEPTED,
            (Outcome::Recorded(_), Some(_)) => StatusCode::CREATED,
            (Outcome::Recorded(_), None) => StatusCode::OK,
        };
        let mut response = HttpResponse::build(status);
        let (position, replayed) = match &self.outcome {
            Outcome::Recorded(body) => {
                response.insert_header((ETAG, format!("\"v{}\"", body.version)));
                (&body.position, body.replayed)
            }
            Outcome::Proposed(body) => (&body.position, body.replayed),
        };
        response.insert_header((POSITION, position.as_str()));
        if replayed {
            response.insert_header((REPLAYED, "true"));
        }
        if let Some(location) = self.location {
            response.insert_header((LOCATION, location));
        }
        match self.outcome {
            Outcome::Recorded(body) => response.json(body),
            Outcome::Proposed(body) => response.json(body),
        }
    }
}

impl App {
    /// What a write is answered, by its receipt.
    pub(crate) async fn recorded<D: Decider>(&self, stream: &StreamId, receipt: Receipt) -> Result<Recorded, Failure> {
        let version = match receipt.version(stream) {
            Some(version) => version,
            // Everything asked for was already so: nothing was written, and the receipt says nothing of the stream.
            None => self.log().load::<D>(stream).await?.1,
        };
        let (position, events) = (receipt.position.to_string(), receipt.events);
        Ok(Recorded::new(RecordedBody { position, version: version.0, events, replayed: receipt.replayed }))
    }
}

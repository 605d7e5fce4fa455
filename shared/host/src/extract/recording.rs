//! Everything a write needs to know of its request.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, IF_MATCH};
use actix_web::{FromRequest, HttpRequest};
use contracts::{Code, Fault, Place, Problem};
use eventlog::{CallerKey, Context, Version};
use futures_util::future::LocalBoxFuture;
use kernel::{CommandId, CorrelationId, EventId, ProposalId};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::body;
use crate::failure::Failure;
use crate::may::Right;
use crate::request;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The header by which a second person approves what the first one proposed.
const APPROVES: HeaderName = HeaderName::from_static("approves");

/// A request to record something: its body, and who asks, under which key, seeing which version.
#[derive(Debug, Clone)]
pub struct Recording<T> {
    /// The body.
    pub body: T,
    /// The caller's key, and what the request says.
    pub key: CallerKey,
    /// What belongs together with the request.
    pub correlation: CorrelationId,
    /// The version that `If-Match` names, of whatever the request changes.
    pub seen: Option<Version>,
    /// The proposal that the request approves by saying the same again (`Approves`).
    pub approves: Option<ProposalId>,
    /// What the request says, as a proposal keeps it.
    pub said: Arc<Said>,
}

/// What a request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its path.
    pub path: String,
    /// Its body in one form, however it was laid out.
    pub body: String,
}

/// The body of a write that needs none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl<T> Recording<T> {
    /// The command that the request stands for: sent again under the same key, it is the same one.
    pub fn command(&self, right: &Right) -> CommandId {
        // Agents never hold a slash: two agents' keys are never the same command.
        CommandId::derived(&format!("{}/{}", right.actor().agent, self.key.key))
    }

    /// The context of the one append that the request leads to.
    pub fn context(&self, right: &Right) -> Context {
        Context {
            command: self.command(right),
            actor: right.actor(),
            correlation: self.correlation,
            causation: None,
            key: Some(self.key.clone()),
        }
    }

    /// The context of one of several appends that the request leads to: a step of another name is another command,
    /// and a retry of the request repeats each step.
    pub fn step(&self, right: &Right, name: &str, causation: Option<EventId>) -> Context {
        let command = CommandId::derived(&format!("{}\n{name}", self.command(right)));
        Context { command, causation, key: Some(self.key_of_step(name)), ..self.context(right) }
    }

    /// The key of a step. It holds a space, which no caller's key does: nobody asks for something else under it beforehand.
    pub(crate) fn key_of_step(&self, name: &str) -> CallerKey {
        CallerKey { key: format!("{} {name}", self.key.key), fingerprint: self.key.fingerprint }
    }

    /// The same recording with what its body means: `let (body, recording) = recording.take();`.
    pub fn take(self) -> (T, Recording<()>) {
        let Self { body, key, correlation, seen, approves, said } = self;
        (body, Recording { body: (), key, correlation, seen, approves, said })
    }

    /// The version that `If-Match` names.
    ///
    /// # Errors
    /// When the request names none, and so does not say what it was decided on.
    pub fn based_on(&self) -> Result<Version, Failure> {
        let hint = "send If-Match with the ETag of the answer that you decided on";
        self.seen.ok_or_else(|| {
            let fault = Fault::new(Place::header("If-Match"), "it is missing").hint(hint);
            Problem::new(Code::VersionRequired).fault(fault).into()
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Recording<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let key = idempotency_key(&request)?.to_owned();
            let seen = if_match(&request)?;
            let bytes = body::bytes(&request, payload).await?;
            let body = body::parse(&request, &bytes)?;
            let approves = approves(&request)?;
            let said = Arc::new(Said { path: request.path().to_owned(), body: in_one_form(&bytes) });
            let fingerprint = fingerprint(&request, &bytes);
            let correlation = request::current().map(|request| request.correlation());
            let correlation = correlation.unwrap_or_else(|| CorrelationId::new(CommandId::derived(&key).uuid()));
            Ok(Self { body, key: CallerKey { key, fingerprint }, correlation, seen, approves, said })
        })
    }
}

/// The body with its fields in order and without spaces: approved is what it says, not how it was laid out.
fn in_one_form(body: &[u8]) -> String {
    let value = serde_json::from_slice::<serde_json::Value>(body).unwrap_or_default();
    value.to_string()
}

fn approves(request: &HttpRequest) -> Result<Option<ProposalId>, Failure> {
    let Some(sent) = request.headers().get(APPROVES) else { return Ok(None) };
    let id = sent.to_str().ok().and_then(|id| ProposalId::parse(id).ok());
    id.map(Some).ok_or_else(|| Failure::header("Approves", "it is not the id of a proposal"))
}

/// What the request says: the same key with other content is another request.
fn fingerprint(request: &HttpRequest, body: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    let seen = request.headers().get(IF_MATCH).map(|seen| seen.as_bytes()).unwrap_or_default();
    // Lengths keep what ends one part from beginning the next.
    let (method, path, query) = (request.method().as_str(), request.path(), request.query_string());
    // To approve something is another request than to propose it, and than to approve something else.
    let approves = request.headers().get(APPROVES).map(|approves| approves.as_bytes());
    for part in [method.as_bytes(), path.as_bytes(), query.as_bytes(), seen, body].into_iter().chain(approves) {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

fn idempotency_key(request: &HttpRequest) -> Result<&str, Failure> {
    let hint = "send 8 to 128 visible ASCII characters, fresh for each request and the same when it is sent again";
    let refuse = |code, why: &str| -> Failure {
        Problem::new(code).fault(Fault::new(Place::header("Idempotency-Key"), why).hint(hint)).into()
    };
    let mut sent = request.headers().get_all(IDEMPOTENCY_KEY);
    let Some(key) = sent.next() else {
        return Err(refuse(Code::IdempotencyKeyMissing, "it is missing"));
    };
    let visible = key.to_str().ok().filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic()));
    match visible.filter(|key| (8..=128).contains(&key.len())) {
        Some(key) if sent.next().is_none() => Ok(key),
        Some(_) => Err(refuse(Code::MalformedParameter, "it is sent twice")),
        None => Err(refuse(Code::MalformedParameter, "it is not a key")),
    }
}

/// Reads an ETag of ours: `"v17"`.
fn if_match(request: &HttpRequest) -> Result<Option<Version>, Failure> {
    let Some(sent) = request.headers().get(IF_MATCH) else { return Ok(None) };
    let digits = sent.to_str().ok().and_then(|tag| tag.trim().strip_prefix("\"v")?.strip_suffix('"'));
    let plain = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    match plain.and_then(|digits| digits.parse().ok()) {
        Some(version) => Ok(Some(Version(version))),
        None => Err(Failure::header("If-Match", "send the ETag of an answer unchanged, such as \"v17\"")),
    }
}

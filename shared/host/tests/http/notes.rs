//! A service of notes: as small as a service can be, and with everything that one has.

use std::sync::Arc;
use std::time::Duration;

use access::permissions::PublishPlan;
use actix_web::web::Data;
use actix_web::{get, post};
use async_trait::async_trait;
use contracts::{Refused, Rejects};
use decider::Decider;
use eventlog::{Projection, Recorded as Event, StreamId, Value, ViewError, ViewTx};
use host::{App, AtLeast, Failure, May, Need, Nothing, Params, PathId, Recorded, Recording, Service, Shown};
use kernel::{Day, DomainEvent, EventId, Name, SessionId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum NoteEvent {
    Written { text: Name },
}

impl DomainEvent for NoteEvent {
    const CATEGORY: &'static str = "note";
    fn kind(&self) -> &'static str {
        "written"
    }
    fn kinds() -> &'static [&'static str] {
        &["written"]
    }
    fn occurred_on(&self) -> Day {
        Day::parse("2026-11-22").unwrap()
    }
}

pub(crate) struct Note;

#[derive(Debug)]
pub(crate) enum Rejection {
    Full,
    Rude,
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the note does not take this")
    }
}

impl std::error::Error for Rejection {}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        match self {
            Self::Full => "note_is_full",
            Self::Rude => "note_is_rude",
        }
    }
    fn refused(&self) -> Refused {
        match self {
            Self::Full => Refused::Conflict,
            Self::Rude => Refused::Unprocessable,
        }
    }
    fn field(&self) -> Option<String> {
        Some("lines[0].text".to_owned())
    }
}

impl Decider for Note {
    type State = usize;
    type Command = Name;
    type Event = NoteEvent;
    type Rejection = Rejection;

    fn decide(lines: &usize, text: &Name) -> Result<Vec<NoteEvent>, Rejection> {
        match (lines, text.as_str()) {
            (_, "rude") => Err(Rejection::Rude),
            (_, "nothing") => Ok(Vec::new()),
            (3.., _) => Err(Rejection::Full),
            _ => Ok(vec![NoteEvent::Written { text: text.clone() }]),
        }
    }

    fn evolve(lines: &mut usize, _: &NoteEvent, _: EventId) {
        *lines += 1;
    }
}

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Writing {
    lines: Vec<Line>,
    #[serde(default)]
    about: Option<SessionId>,
}

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Line {
    text: Name,
}

#[utoipa::path(tag = "notes", summary = "Write a line", params(("note" = SessionId, Path)),
    request_body = Writing, responses((status = 201, body = contracts::RecordedBody)))]
#[post("/notes/{note}")]
async fn write(
    may: May<PublishPlan>,
    recording: Recording<Writing>,
    note: PathId<SessionId>,
    app: Data<App>,
) -> Result<Recorded, Failure> {
    let (body, recording) = recording.take();
    let text = body.lines.into_iter().next().map(|line| line.text).ok_or_else(|| Failure::not_found("line"))?;
    let requires = body.about.map(|other| StreamId::of::<NoteEvent>(other.uuid())).into_iter().collect();
    let stream = StreamId::of::<NoteEvent>(note.0.uuid());
    let recorded = app.record::<Note>(&may, stream, requires, text, &recording).await?;
    Ok(recorded.at(format!("/api/notes/{}", note.0)))
}

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Count {
    pub(crate) lines: u64,
    pub(crate) greeting: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    most: Option<u32>,
}

#[utoipa::path(tag = "notes", summary = "Count the lines of all notes", params(AtLeast),
    responses((status = 200, body = Count)))]
#[get("/notes")]
pub(crate) async fn count(
    at_least: AtLeast,
    asked: Params<Asked>,
    app: Data<App>,
    greeting: Data<Greeting>,
) -> Result<Shown<Count>, Failure> {
    let view = app.fresh("notes", &at_least).await?;
    let position = view.position();
    let lines = view.fetch_one("select count(*) from line", Vec::new()).await?.count(0)?;
    let lines = lines.min(u64::from(asked.0.most.unwrap_or(u32::MAX)));
    Ok(Shown::new(Count { lines, greeting: greeting.0.to_owned() }, position))
}

#[utoipa::path(summary = "Write a line somewhere", responses((status = 200, body = contracts::RecordedBody)))]
#[post("/notes")]
pub(crate) async fn add(recording: Recording<Nothing>) -> Result<Recorded, Failure> {
    recording.based_on().and_then(|_| Err(Failure::not_found("place to write")))
}

#[utoipa::path(tag = "notes", summary = "Fall over", responses((status = 500, body = contracts::Problem)))]
#[get("/panic")]
async fn panic() -> &'static str {
    panic!("the name of a person")
}

#[utoipa::path(tag = "notes", summary = "Take too long", responses((status = 503, body = contracts::Problem)))]
#[get("/slow")]
async fn slow() -> &'static str {
    tokio::time::sleep(Duration::from_secs(60)).await;
    "at last"
}

#[utoipa::path(tag = "notes", summary = "Take a moment", responses((status = 200, body = String)))]
#[get("/moment")]
async fn moment() -> &'static str {
    tokio::time::sleep(Duration::from_millis(250)).await;
    "in a moment"
}

#[utoipa::path(tag = "notes", summary = "Take a while", responses((status = 200, body = String)))]
#[get("/while")]
async fn a_while() -> &'static str {
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    "after a while"
}

struct Lines {
    version: u32,
    /// How long a page of it takes.
    page: Duration,
}

#[async_trait]
impl Projection for Lines {
    fn name(&self) -> &'static str {
        "notes"
    }
    fn version(&self) -> u32 {
        self.version
    }
    fn schema(&self) -> &'static str {
        "create table line (event text primary key)"
    }
    fn categories(&self) -> Option<&'static [&'static str]> {
        Some(&["note"])
    }
    async fn apply(&self, tx: &mut ViewTx, page: &[Event]) -> Result<(), ViewError> {
        tokio::time::sleep(self.page).await;
        for event in page {
            tx.execute("insert into line (event) values ($1)", vec![Value::from(event.id.to_string())]).await?;
        }
        Ok(())
    }
}

pub(crate) struct Greeting(&'static str);

pub(crate) fn service() -> Service {
    with_lines(Lines { version: 1, page: Duration::ZERO })
}

/// The service after its view has changed, so that it is built anew, which takes this long.
pub(crate) fn service_built_anew(page: Duration) -> Service {
    with_lines(Lines { version: 2, page })
}

fn with_lines(lines: Lines) -> Service {
    Service {
        name: "notes",
        about: "Notes of a few lines.",
        routes: |config| {
            config.service(write).service(count).service(panic).service(slow).service(moment).service(a_while);
        },
        pages: None,
        long: &["/api/while"],
        projections: vec![Arc::new(lines)],
        needs: vec![
            Need::of(|_| async { Ok::<_, std::io::Error>(Greeting("hello")) }),
            Need::of(|_| async { Err::<Greeting, _>(std::io::Error::other("made twice")) }),
        ],
    }
}

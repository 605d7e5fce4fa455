//! Everything that the registry holds about one person, put together from the log for that person (Personal
//! Information Protection Law, Art. 45).

mod text;
mod told;

use std::collections::BTreeSet;

use dossiers::{Concerning, Dossiers};
use eventlog::{LogPosition, Recorded, StreamId, Version};
use events::{PlacementEvent, RecognitionEvent, SessionEvent, TeacherEvent};
use host::{App, Failure};
use kernel::vocabulary::{Capacity, Purpose, RecordKind, RecordSection};
use kernel::{Day, EventId, Instant, Language, OrganisationId, TeacherId};
use serde::Serialize;
use standards::Assessment;
use utoipa::ToSchema;

use crate::particulars::{ParticularBody, Reader};
use crate::person::{Opening, Person};

use told::Told;

pub use text::render;

/// So many events or readings are fetched at once.
const PAGE: u32 = 500;

/// Everything that the registry holds about one person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExportBody {
    /// The person.
    pub teacher: TeacherId,
    /// Every entry of the register that is this person.
    pub entries: Vec<TeacherId>,
    /// The log position that it stands at. Opaque.
    pub position: String,
    /// The day of the export.
    pub on: Day,
    /// The name, in clear; none once erased.
    pub name: Option<String>,
    /// The citizen id number, in clear.
    pub citizen_id: Option<String>,
    /// Whether processing is restricted to storage.
    pub restricted: bool,
    /// Whether the person has been erased.
    pub erased: bool,
    /// Where the person stands on the day, and why; none without a rule pack.
    #[schema(value_type = Option<Object>)]
    pub status: Option<Assessment>,
    /// What was recorded about the person, in the order of the log.
    pub record: Vec<ToldBody>,
    /// Who looked at the record, newest first.
    pub readings: Vec<ReadingBody>,
}

/// Something that was recorded about the person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ToldBody {
    /// The event.
    pub event: EventId,
    /// The section of the record.
    #[schema(value_type = String, example = "credentials")]
    pub section: RecordSection,
    /// What happened.
    #[schema(value_type = String, example = "credential_recorded")]
    pub kind: RecordKind,
    /// The same in words.
    pub words: &'static str,
    /// The day on which it held.
    pub on: Day,
    /// When it was recorded.
    #[schema(value_type = String)]
    pub recorded_at: Instant,
    /// By whom.
    pub by: ByBody,
    /// Whether it was voided later.
    pub voided: bool,
    /// The particulars.
    pub particulars: Vec<ParticularBody>,
}

/// Who did something, as the office they held.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ByBody {
    /// In which capacity.
    pub capacity: Capacity,
    /// The same in words.
    pub words: &'static str,
    /// The organisation.
    pub organisation: Option<OrganisationId>,
    /// Its name.
    pub organisation_name: Option<String>,
}

/// Somebody looked at the record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReadingBody {
    /// When.
    #[schema(value_type = String)]
    pub at: Instant,
    /// Who.
    pub by: ByBody,
    /// What for.
    pub purpose: Purpose,
    /// The same in words.
    pub words: &'static str,
    /// By which operation.
    pub operation: String,
    /// The case or ticket.
    pub reference: Option<String>,
}

/// Puts together what is held about a person; none when whoever asks may not see the person.
///
/// # Errors
/// When the log, a view or the vault does not answer.
pub async fn whole(
    app: &App,
    dossiers: &Dossiers,
    teacher: TeacherId,
    language: Language,
) -> Result<Option<ExportBody>, Failure> {
    let position = dossiers.position();
    let Some(concerning) = dossiers.concerning(teacher, position.at(0).0).await? else { return Ok(None) };
    let reader = Reader { app, dossiers, opening: Opening::Duty, language };
    let person = Person::load(app, teacher).await?;
    let identity = person.identity(app, Opening::Duty).await?;
    let dossier = dossiers.dossier(teacher, position.at(0).0).await?.ok();
    Ok(Some(ExportBody {
        teacher,
        entries: concerning.entries.iter().copied().collect(),
        on: app.today(),
        name: identity.as_ref().map(|identity| identity.name.to_string()),
        citizen_id: identity.and_then(|identity| identity.citizen_id).map(|number| number.as_str().to_owned()),
        restricted: person.is_restricted(),
        erased: person.is_erased(),
        status: dossier.and_then(|dossier| dossier.assess(app.today())),
        record: record(&reader, &concerning, &position).await?,
        readings: readings(&reader, &concerning).await?,
        position: position.to_string(),
    }))
}

/// What the streams say that concern the person, in the order of the log.
async fn record(
    reader: &Reader<'_>,
    concerning: &Concerning,
    position: &LogPosition,
) -> Result<Vec<ToldBody>, Failure> {
    let mut found: Vec<(Recorded, Told)> = Vec::new();
    let mut voided = BTreeSet::new();
    let person: Vec<TeacherId> = concerning.entries.iter().copied().collect();
    for entry in &person {
        for recorded in events(reader.app, &StreamId::of::<TeacherEvent>(entry.uuid())).await? {
            let event: TeacherEvent = recorded.event()?;
            if let TeacherEvent::FactVoided { fact, .. } = &event {
                voided.insert(*fact);
            }
            let told = told::of_teacher(*entry, &event);
            found.push((recorded, told));
        }
    }
    for session in &concerning.sessions {
        let events = events(reader.app, &StreamId::of::<SessionEvent>(session.uuid())).await?;
        found.extend(of_session(&person, events)?);
    }
    for placement in &concerning.placements {
        for recorded in events(reader.app, &StreamId::of::<PlacementEvent>(placement.uuid())).await? {
            let told = told::of_placement(&recorded.event()?);
            found.push((recorded, told));
        }
    }
    for recognition in &concerning.recognitions {
        for recorded in events(reader.app, &StreamId::of::<RecognitionEvent>(recognition.uuid())).await? {
            let told = told::of_recognition(&recorded.event()?);
            found.push((recorded, told));
        }
    }
    found.retain(|(recorded, _)| recorded.position <= position.at(recorded.partition));
    found.sort_by_key(|(recorded, _)| (recorded.recorded_at, recorded.partition, recorded.position));
    let mut bodies = Vec::with_capacity(found.len());
    for (recorded, told) in found {
        bodies.push(body(reader, &recorded, told, &voided).await?);
    }
    Ok(bodies)
}

fn of_session(person: &[TeacherId], events: Vec<Recorded>) -> Result<Vec<(Recorded, Told)>, Failure> {
    let (mut programme, mut found) = (None, Vec::new());
    for recorded in events {
        let event: SessionEvent = recorded.event()?;
        if let SessionEvent::Scheduled(scheduled) = &event {
            programme = Some(scheduled.clone());
        }
        let told = programme.as_ref().and_then(|programme| told::of_session(person, programme, &event));
        found.extend(told.map(|told| (recorded, told)));
    }
    Ok(found)
}

async fn events(app: &App, stream: &StreamId) -> Result<Vec<Recorded>, Failure> {
    let mut all: Vec<Recorded> = Vec::new();
    loop {
        let after = all.last().map_or(Version::NONE, |last| last.version);
        let page = app.log().read_stream(stream, after, PAGE).await?;
        let is_last = page.len() < PAGE as usize;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

async fn body(
    reader: &Reader<'_>,
    recorded: &Recorded,
    told: Told,
    voided: &BTreeSet<EventId>,
) -> Result<ToldBody, Failure> {
    Ok(ToldBody {
        event: recorded.id,
        section: told.section,
        kind: told.kind,
        words: reader.term(told.kind),
        on: recorded.occurred_on,
        recorded_at: recorded.recorded_at,
        by: by(reader, recorded.actor.capacity, recorded.actor.organisation).await?,
        voided: voided.contains(&recorded.id),
        particulars: reader.read(told.particulars).await?,
    })
}

async fn by(reader: &Reader<'_>, capacity: Capacity, organisation: Option<OrganisationId>) -> Result<ByBody, Failure> {
    let organisation_name = match organisation {
        Some(id) => Some(reader.organisation(id).await?),
        None => None,
    };
    Ok(ByBody { capacity, words: reader.term(capacity), organisation, organisation_name })
}

async fn readings(reader: &Reader<'_>, concerning: &Concerning) -> Result<Vec<ReadingBody>, Failure> {
    let mut found = Vec::new();
    for entry in &concerning.entries {
        let mut before = None;
        loop {
            let page = reader.app.readings().of_subject(*entry, before, PAGE).await?;
            before = page.last().map(|last| last.position);
            let is_last = page.len() < PAGE as usize;
            found.extend(page);
            if is_last {
                break;
            }
        }
    }
    found.sort_by_key(|looked| std::cmp::Reverse(looked.position));
    found.dedup_by_key(|looked| looked.position);
    let mut bodies = Vec::with_capacity(found.len());
    for looked in found {
        bodies.push(ReadingBody {
            at: looked.at,
            by: by(reader, looked.capacity, looked.organisation).await?,
            purpose: looked.purpose,
            words: reader.term(looked.purpose),
            operation: looked.operation,
            reference: looked.reference,
        });
    }
    Ok(bodies)
}

//! A person's record as it stands, for people to read.

use host::Failure;
use kernel::{Day, EventId, OrganisationId, Reason, TeacherId};
use serde::Serialize;
use utoipa::ToSchema;
use vault::Field;

use crate::particulars::{ParticularBody, Particulars, Reader};
use crate::person::{Entry, Person};
use crate::teacher::{Fact, Statement};

/// A person's record as it stands.
#[derive(Serialize, ToSchema)]
pub struct PersonBody {
    /// The person.
    teacher: TeacherId,
    /// Every entry of the register that is this person: more than one once entries were merged.
    entries: Vec<TeacherId>,
    /// The merges that stand, by the events that merged.
    merges: Vec<MergeBody>,
    /// The name; none where it may not, or can no longer, be opened.
    name: Option<String>,
    /// The citizen id number, masked.
    citizen_id: Option<String>,
    /// Whether processing is restricted to storage.
    restricted: bool,
    /// Whether the person has been erased.
    erased: bool,
    /// The recorded facts that stand, by the ids of the events that recorded them.
    facts: Vec<FactBody>,
    /// The requests for correction that wait for an answer.
    requests: Vec<RequestBody>,
}

/// An entry that was merged into another.
#[derive(Serialize, ToSchema)]
pub struct MergeBody {
    /// The event that merged.
    merge: EventId,
    /// The entry that it took in.
    other: TeacherId,
}

/// A recorded fact.
#[derive(Serialize, ToSchema)]
pub struct FactBody {
    /// The event that recorded it.
    pub id: EventId,
    /// What it is.
    #[schema(example = "credential")]
    pub kind: &'static str,
    /// What is thought of it.
    pub state: FactState,
    /// Why the teacher disputes it.
    pub dispute: Option<Reason>,
    /// The schools that verified it.
    pub verified_by: Vec<OrganisationId>,
    /// The particulars.
    pub particulars: Vec<ParticularBody>,
}

/// What is thought of a fact; what the teacher says weighs most.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactState {
    /// It was recorded, and nobody said more.
    Recorded,
    /// A school verified it.
    Verified,
    /// The teacher confirmed it.
    Confirmed,
    /// The teacher disputes it.
    Disputed,
}

/// A request for correction that waits for an answer.
#[derive(Serialize, ToSchema)]
pub struct RequestBody {
    /// The event that requested it.
    id: EventId,
    /// The day.
    on: Day,
    /// The fact, where it is about one.
    fact: Option<EventId>,
    /// What is wished; none where it can no longer be opened.
    wish: Option<String>,
}

/// A person's record as it stands.
///
/// # Errors
/// When a view or the vault does not answer.
pub async fn show(reader: &Reader<'_>, person: &Person) -> Result<PersonBody, Failure> {
    let identity = person.identity(reader.app, reader.opening).await?;
    let merges = person.entries.iter().flat_map(|entry| entry.state.merged());
    let mut requests = Vec::new();
    for entry in &person.entries {
        for (id, request) in entry.state.open_requests() {
            let wish = reader.open(entry.teacher, Field::Wish, &request.wish).await?;
            requests.push(RequestBody { id, on: request.on, fact: request.fact, wish });
        }
    }
    Ok(PersonBody {
        teacher: person.keeper,
        entries: person.ids(),
        merges: merges.map(|(other, merge)| MergeBody { merge, other }).collect(),
        name: identity.as_ref().map(|identity| identity.name.to_string()),
        citizen_id: identity.and_then(|identity| identity.citizen_id).map(|number| number.masked()),
        restricted: person.is_restricted(),
        erased: person.is_erased(),
        facts: facts(reader, person).await?,
        requests,
    })
}

/// The standing facts of all entries of a person.
///
/// # Errors
/// When a view or the vault does not answer.
pub async fn facts(reader: &Reader<'_>, person: &Person) -> Result<Vec<FactBody>, Failure> {
    let mut bodies = Vec::new();
    for (entry, id, fact) in person.facts() {
        bodies.push(fact_body(reader, entry, id, fact).await?);
    }
    Ok(bodies)
}

async fn fact_body(reader: &Reader<'_>, entry: &Entry, id: EventId, fact: &Fact) -> Result<FactBody, Failure> {
    let verified_by: Vec<OrganisationId> = entry.state.verified_by(id).collect();
    let (state, dispute) = match entry.state.statement(id) {
        Some(Statement::Confirmed) => (FactState::Confirmed, None),
        Some(Statement::Disputed(reason)) => (FactState::Disputed, Some(reason.clone())),
        None if verified_by.is_empty() => (FactState::Recorded, None),
        None => (FactState::Verified, None),
    };
    let particulars = reader.read(Particulars::of_fact(entry.teacher, fact)).await?;
    Ok(FactBody { id, kind: fact.kind(), state, dispute, verified_by, particulars })
}

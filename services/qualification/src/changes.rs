//! The difference between two answers about one teacher: of which day, as known at which position, each.
//!
//! Between the two lies a third answer: of the first day, as known at the second position. What differs up to it was
//! recorded in between; what differs from it on is the passing of days. So every difference has a cause of one kind or
//! of both, and never of none.

mod words;

use std::collections::BTreeSet;

use dossiers::{Dossiers, Matter};
use eventlog::{EventLog, LogPosition, Position, ViewError};
use kernel::vocabulary::Level;
use kernel::{Day, EventId, Instant, TeacherId};
use serde::Serialize;
use standards::{
    Assessment, CriterionDifference, CriterionId, Label, Outcome, PackReference, Status, Unit, Why, difference,
};
use utoipa::ToSchema;

use crate::standing::{NoAnswer, dossier};

pub use words::words;

/// At most so many events are listed.
const MOST_EVENTS: usize = 1_000;

/// Which answer is meant: of a day, as known at a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The day it is about.
    pub as_of: Day,
    /// What was recorded later is not in it.
    pub known_at: LogPosition,
}

/// What differs between two answers about one teacher, and what made it so.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangesBody {
    /// Who.
    pub teacher: TeacherId,
    /// The first answer.
    pub from: BriefBody,
    /// The second answer.
    pub to: BriefBody,
    /// The answer between them: of the first one's day, as known at the second one's position. What differs up to it
    /// was recorded in between; what differs from it on is the passing of days.
    pub meanwhile: BriefBody,
    /// The criteria that say something else, or would have.
    pub criteria: Vec<CriterionChange>,
    /// What was recorded between the two positions and matters to this teacher, whichever of them is the later; at most
    /// 1,000, the first ones.
    pub events: Vec<EventBody>,
}

/// An answer in brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BriefBody {
    /// The day it is about.
    pub as_of: Day,
    /// The log position it is known at. Opaque.
    #[schema(example = "v1.0:1234")]
    pub known_at: String,
    /// The headline.
    pub status: Status,
    /// The highest level whose rule is met.
    pub eligible: Option<Level>,
    /// The level of the recognition in force.
    pub recognised: Option<Level>,
    /// The pack it was judged by.
    pub pack: PackReference,
}

/// A criterion that says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CriterionChange {
    /// Its name in the pack.
    #[schema(value_type = String)]
    pub id: CriterionId,
    /// Its words.
    pub label: Label,
    /// What amounts are counted in.
    pub unit: Unit,
    /// What it said in the first answer; none where the pack did not ask for it.
    pub before: Option<Outcome>,
    /// What it says in the second answer; none where the pack does not ask for it.
    pub after: Option<Outcome>,
    /// What was recorded in between made it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Why>,
    /// The passing of days made it so: facts entered the window or left it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Why>,
}

/// An event that was recorded in between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EventBody {
    /// Its id, as facts are named.
    pub event: EventId,
    /// What kind of thing it happened to.
    #[schema(example = "teacher")]
    pub category: String,
    /// What kind of event it is.
    #[schema(example = "credential_recorded")]
    pub kind: String,
    /// Why it matters.
    pub matter: Matter,
    /// The log position with it. Opaque.
    #[schema(example = "v1.0:1234")]
    pub position: String,
    /// The day on which it held in the world.
    pub occurred_on: Day,
    /// When the log took it.
    pub recorded_at: Instant,
}

/// What differs between two answers about a teacher, and the events that were recorded in between.
///
/// # Errors
/// When one of the two has no answer, or the view or the log does not answer.
pub async fn changes(
    dossiers: &Dossiers,
    log: &EventLog,
    teacher: TeacherId,
    (from, to): (&Moment, &Moment),
) -> Result<ChangesBody, NoAnswer> {
    let first = dossier(dossiers, teacher, &from.known_at).await?.assess(from.as_of).ok_or(NoAnswer::NoPack)?;
    let later = dossier(dossiers, teacher, &to.known_at).await?;
    let between = later.assess(from.as_of).ok_or(NoAnswer::NoPack)?;
    let second = later.assess(to.as_of).ok_or(NoAnswer::NoPack)?;
    let packs = [&first, &between, &second].map(|answer| answer.pack.name.as_str());
    let events = events(dossiers, log, teacher, (from, to), &BTreeSet::from(packs)).await?;
    Ok(ChangesBody {
        teacher,
        criteria: compare(&first, &between, &second),
        from: brief(&first, &from.known_at),
        meanwhile: brief(&between, &to.known_at),
        to: brief(&second, &to.known_at),
        events,
    })
}

/// The criteria that say something else, in the order of their names: what was recorded changed the first answer into
/// the one between, the passing of days that one into the second. Pure.
pub fn compare(first: &Assessment, between: &Assessment, second: &Assessment) -> Vec<CriterionChange> {
    let recorded = difference(first, between).criteria;
    let days = difference(between, second).criteria;
    let ids: BTreeSet<&CriterionId> = recorded.iter().chain(&days).map(|criterion| &criterion.id).collect();
    let of = |legs: &[CriterionDifference], id: &CriterionId| legs.iter().find(|leg| leg.id == *id).cloned();
    let change = |id: &CriterionId| {
        let (recorded, days) = (of(&recorded, id), of(&days, id));
        let named = days.as_ref().or(recorded.as_ref())?;
        Some(CriterionChange {
            id: named.id.clone(),
            label: named.label.clone(),
            unit: named.unit,
            before: recorded.as_ref().or(days.as_ref())?.before,
            after: named.after,
            recorded: recorded.map(|leg| leg.why),
            days: days.map(|leg| leg.why),
        })
    };
    ids.into_iter().filter_map(change).collect()
}

fn brief(answer: &Assessment, known_at: &LogPosition) -> BriefBody {
    BriefBody {
        as_of: answer.on,
        known_at: known_at.to_string(),
        status: answer.status,
        eligible: answer.standing.eligible,
        recognised: answer.standing.recognised(),
        pack: answer.pack.clone(),
    }
}

async fn events(
    dossiers: &Dossiers,
    log: &EventLog,
    teacher: TeacherId,
    (from, to): (&Moment, &Moment),
    packs: &BTreeSet<&str>,
) -> Result<Vec<EventBody>, NoAnswer> {
    let (one, other) = (from.known_at.at(0).0, to.known_at.at(0).0);
    let range = (one.min(other), one.max(other));
    let between = dossiers.between(teacher, range, packs).await?.ok_or(NoAnswer::UnknownTeacher)?;
    let mut events = Vec::with_capacity(between.len().min(MOST_EVENTS));
    for (position, matter) in between.into_iter().take(MOST_EVENTS) {
        let before = Position(position.saturating_sub(1));
        let page = log.read(0, before, 1).await.map_err(ViewError::from)?;
        events.extend(page.events.into_iter().map(|event| EventBody {
            event: event.id,
            category: event.stream.category().to_owned(),
            kind: event.kind,
            matter,
            position: LogPosition::of([(0, event.position)]).to_string(),
            occurred_on: event.occurred_on,
            recorded_at: event.recorded_at,
        }));
    }
    Ok(events)
}

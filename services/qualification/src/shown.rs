//! A recognition as it is shown: what a person needs in front of them who decides on it.

use dossiers::Application as Listed;
use events::RecognitionEvent;
use kernel::vocabulary::Level;
use kernel::{Day, Document, DomainEvent, EventId, OrganisationId, PackId, Reason, RecognitionId, TeacherId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::recognition::{Application, Basis, Legacy, Phase, Record};

/// A recognition: what it rests on, how it was decided, and everything that has become of it.
#[derive(Serialize, ToSchema)]
pub struct RecognitionBody {
    recognition: RecognitionId,
    /// Whom it is about.
    teacher: TeacherId,
    /// `applied`, `granted`, `refused` or `revoked`.
    #[schema(example = "granted")]
    state: &'static str,
    /// The level: in force, once granted; else as applied for.
    level: Level,
    /// The application; none under older rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<Application>,
    /// What was decided under older rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    legacy: Option<Legacy>,
    /// The body that granted it.
    authority: Option<OrganisationId>,
    /// The first day it is valid, once granted.
    valid_from: Option<Day>,
    /// The last day before it must have been reviewed, once granted.
    review_due: Option<Day>,
    /// The log position of the evidence that was seen. Opaque.
    evidence_position: Option<String>,
    /// The last day whose evidence was looked at, where there was one.
    cut_off: Option<Day>,
    /// The decision that granted it.
    document: Option<Document>,
    /// Whether an appeal is open.
    appealed: bool,
    /// What happened, in order.
    history: Vec<StepBody>,
}

/// What happened to a recognition.
#[derive(Default, Serialize, ToSchema)]
pub struct StepBody {
    /// The event.
    event: Option<EventId>,
    /// What happened: `applied`, `granted`, `refused`, `reviewed`, `lowered`, `revoked`, `reinstated`, `appeal_lodged`,
    /// `appeal_resolved` or `legacy_recorded`.
    #[schema(example = "granted")]
    what: &'static str,
    /// The day.
    on: Option<Day>,
    /// The level that was applied for, granted or lowered to.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    /// The body that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    authority: Option<OrganisationId>,
    /// The last day before the next review.
    #[serde(skip_serializing_if = "Option::is_none")]
    review_due: Option<Day>,
    /// Whether an appeal was upheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    upheld: Option<bool>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

/// An application in a list.
#[derive(Serialize, ToSchema)]
pub struct ApplicationBody {
    /// The recognition applied for.
    pub recognition: RecognitionId,
    /// Who is to be recognised.
    pub teacher: TeacherId,
    /// The level applied for.
    pub level: Level,
    /// The rule pack to be judged by.
    pub pack: PackId,
    /// The day of the application.
    pub on: Day,
}

impl From<Listed> for ApplicationBody {
    fn from(listed: Listed) -> Self {
        let Listed { recognition, teacher, level, pack, on } = listed;
        Self { recognition, teacher, level, pack, on }
    }
}

impl RecognitionBody {
    /// The recognition of this record.
    pub fn of(recognition: RecognitionId, record: &Record) -> Self {
        let (application, legacy) = match &record.basis {
            Basis::Application(application) => (Some(application.clone()), None),
            Basis::Legacy(legacy) => (None, Some(legacy.clone())),
        };
        let grant = record.grant.as_ref();
        let applied = application.as_ref().map(|application| application.level);
        let recorded = legacy.as_ref().map(|legacy| legacy.level);
        Self {
            recognition,
            teacher: record.teacher(),
            state: match record.phase {
                Phase::Applied => "applied",
                Phase::Granted => "granted",
                Phase::Refused { .. } => "refused",
                Phase::Revoked { .. } => "revoked",
            },
            level: record.standing.map(|standing| standing.level).or(applied).or(recorded).unwrap_or(Level::Junior),
            authority: grant.map(|grant| grant.authority).or(legacy.as_ref().map(|legacy| legacy.authority)),
            valid_from: record.standing.map(|standing| standing.since),
            review_due: record.standing.map(|standing| standing.review_due),
            evidence_position: grant.map(|grant| grant.evidence_position.clone()),
            cut_off: grant.and_then(|grant| grant.cut_off),
            document: grant.map_or_else(|| legacy.as_ref()?.document.clone(), |grant| grant.document.clone()),
            appealed: record.is_appealed(),
            history: record.history.iter().map(|(id, event)| StepBody::of(*id, event)).collect(),
            application,
            legacy,
        }
    }
}

impl StepBody {
    fn of(id: EventId, event: &RecognitionEvent) -> Self {
        use RecognitionEvent as E;
        let step = Self { event: Some(id), what: event.kind(), on: Some(event.occurred_on()), ..Self::default() };
        match event.clone() {
            E::Applied { level, .. } => Self { level: Some(level), ..step },
            E::Granted { level, authority, review_due, .. }
            | E::LegacyRecorded { level, authority, review_due, .. } => {
                Self { level: Some(level), authority: Some(authority), review_due: Some(review_due), ..step }
            }
            E::Refused { authority, reason, .. } | E::Reinstated { authority, reason, .. } => {
                Self { authority: Some(authority), reason: Some(reason), ..step }
            }
            E::Reviewed { review_due, .. } => Self { review_due: Some(review_due), ..step },
            E::Lowered { level, review_due, reason, .. } => {
                Self { level: Some(level), review_due: Some(review_due), reason: Some(reason), ..step }
            }
            E::Revoked { reason, .. } | E::AppealLodged { reason, .. } => Self { reason: Some(reason), ..step },
            E::AppealResolved { upheld, reason, .. } => Self { upheld: Some(upheld), reason: Some(reason), ..step },
        }
    }
}

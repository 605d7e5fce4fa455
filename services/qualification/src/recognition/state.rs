//! What a recognition's events add up to: what decides, and what is shown to whoever decides next.

use events::RecognitionEvent;
use kernel::vocabulary::Level;
use kernel::{Day, EventId, TeacherId};

use super::{Application, Grant, Legacy};

/// A recognition's record; none while nothing is on record.
#[derive(Debug, Clone, Default)]
pub struct State(Option<Record>);

/// A recognition's record.
#[derive(Debug, Clone)]
pub struct Record {
    /// What it rests on.
    pub basis: Basis,
    /// How far it has come.
    pub phase: Phase,
    /// The grant that was made on an application, as it was made.
    pub grant: Option<Grant>,
    /// The level and review that count now; none before it was granted.
    pub standing: Option<Standing>,
    /// Everything that happened, in order.
    pub history: Vec<(EventId, RecognitionEvent)>,
}

/// What a recognition rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// An application, decided on by a pack.
    Application(Application),
    /// A decision under older rules.
    Legacy(Legacy),
}

/// How far a recognition has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Applied for, not decided.
    Applied,
    /// Refused.
    Refused {
        /// Whether an appeal against it is open.
        appealed: bool,
    },
    /// In force, until its review is due.
    Granted,
    /// Revoked.
    Revoked {
        /// The first day on which it was no longer valid.
        on: Day,
        /// What became of an appeal against it.
        appeal: Appeal,
    },
}

/// What became of an appeal against a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appeal {
    /// Nobody appealed, or it was dismissed.
    None,
    /// It is to be decided.
    Open,
    /// It was upheld: the recognition may be reinstated.
    Upheld,
}

/// The level and review that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The first valid day.
    pub since: Day,
    /// The level.
    pub level: Level,
    /// The last day before it must have been reviewed.
    pub review_due: Day,
}

impl State {
    /// The record, once there is one.
    pub fn record(&self) -> Option<&Record> {
        self.0.as_ref()
    }

    pub(super) fn evolve(&mut self, event: &RecognitionEvent, id: EventId) {
        match (&mut self.0, event) {
            (none @ None, RecognitionEvent::Applied { on, teacher, level, pack, evidence }) => {
                let (on, teacher, level, pack) = (*on, *teacher, *level, *pack);
                let application = Application { on, teacher, level, pack, evidence: evidence.clone() };
                *none = Some(Record::new(Basis::Application(application), Phase::Applied));
            }
            (none @ None, RecognitionEvent::LegacyRecorded { .. }) => {
                let Some(legacy) = legacy_of(event) else { return };
                let standing = Standing { since: legacy.on, level: legacy.level, review_due: legacy.review_due };
                let record = Record::new(Basis::Legacy(legacy), Phase::Granted);
                *none = Some(Record { standing: Some(standing), ..record });
            }
            (Some(record), event) => record.evolve(event),
            // Stored events have been decided on: nothing comes before what a recognition rests on.
            (None, _) => {}
        }
        if let Some(record) = &mut self.0 {
            record.history.push((id, event.clone()));
        }
    }
}

impl Record {
    fn new(basis: Basis, phase: Phase) -> Self {
        Self { basis, phase, grant: None, standing: None, history: Vec::new() }
    }

    /// Whom it is about.
    pub fn teacher(&self) -> TeacherId {
        match &self.basis {
            Basis::Application(application) => application.teacher,
            Basis::Legacy(legacy) => legacy.teacher,
        }
    }

    /// Whether an appeal is open.
    pub fn is_appealed(&self) -> bool {
        matches!(self.phase, Phase::Refused { appealed: true } | Phase::Revoked { appeal: Appeal::Open, .. })
    }

    /// Whether the last thing that happened says just this.
    pub(super) fn ends_with(&self, event: &RecognitionEvent) -> bool {
        self.history.last().is_some_and(|(_, last)| last == event)
    }

    fn evolve(&mut self, event: &RecognitionEvent) {
        match event {
            RecognitionEvent::Granted { on, level, review_due, .. } => {
                self.phase = Phase::Granted;
                self.standing = Some(Standing { since: *on, level: *level, review_due: *review_due });
                self.grant = grant_of(event);
            }
            RecognitionEvent::Refused { .. } => self.phase = Phase::Refused { appealed: false },
            RecognitionEvent::Reviewed { on, review_due } => self.review(*on, None, *review_due),
            RecognitionEvent::Lowered { on, level, review_due, .. } => self.review(*on, Some(*level), *review_due),
            RecognitionEvent::Revoked { on, .. } => self.phase = Phase::Revoked { on: *on, appeal: Appeal::None },
            RecognitionEvent::Reinstated { .. } => self.phase = Phase::Granted,
            RecognitionEvent::AppealLodged { .. } => match &mut self.phase {
                Phase::Refused { appealed } => *appealed = true,
                Phase::Revoked { appeal, .. } => *appeal = Appeal::Open,
                Phase::Applied | Phase::Granted => {}
            },
            RecognitionEvent::AppealResolved { upheld, .. } => self.resolve(*upheld),
            RecognitionEvent::Applied { .. } | RecognitionEvent::LegacyRecorded { .. } => {}
        }
    }

    /// A review counts from its day: one that is put on record after a later one leaves what that said of the next. The level
    /// never rises.
    fn review(&mut self, on: Day, level: Option<Level>, review_due: Day) {
        let is_overtaken = self.history.iter().any(|(_, event)| match event {
            RecognitionEvent::Reviewed { on: known, .. } | RecognitionEvent::Lowered { on: known, .. } => *known > on,
            _ => false,
        });
        let Some(standing) = &mut self.standing else { return };
        standing.level = level.map_or(standing.level, |level| level.min(standing.level));
        if !is_overtaken {
            standing.review_due = review_due;
        }
    }

    /// An upheld appeal against a refusal opens the application for a new decision; one against a revocation opens the
    /// way for a reinstatement, which is a decision of its own too.
    fn resolve(&mut self, upheld: bool) {
        match &mut self.phase {
            Phase::Refused { .. } if upheld => self.phase = Phase::Applied,
            Phase::Refused { appealed } => *appealed = false,
            Phase::Revoked { appeal, .. } => *appeal = if upheld { Appeal::Upheld } else { Appeal::None },
            Phase::Applied | Phase::Granted => {}
        }
    }
}

fn grant_of(event: &RecognitionEvent) -> Option<Grant> {
    let RecognitionEvent::Granted { on, level, authority, review_due, evidence_position, cut_off, document } = event
    else {
        return None;
    };
    Some(Grant {
        on: *on,
        level: *level,
        authority: *authority,
        review_due: *review_due,
        evidence_position: evidence_position.clone(),
        cut_off: *cut_off,
        document: document.clone(),
    })
}

fn legacy_of(event: &RecognitionEvent) -> Option<Legacy> {
    let RecognitionEvent::LegacyRecorded { on, teacher, level, authority, review_due, rule, document } = event else {
        return None;
    };
    Some(Legacy {
        on: *on,
        teacher: *teacher,
        level: *level,
        authority: *authority,
        review_due: *review_due,
        rule: rule.clone(),
        document: document.clone(),
    })
}

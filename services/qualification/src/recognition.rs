//! The write model of a recognition. Eligibility is computed; recognition is decided by a person (PIPL Art. 24).
//!
//! Whatever is asked for twice in the same words is on record already: no event, and no error.

mod command;
mod rejection;
mod state;

use decider::Decider;
use events::RecognitionEvent;
use kernel::{Day, EventId, RecognitionId, TeacherId};

pub use command::{Application, Command, Grant, Legacy, Review};
pub use rejection::Rejection;
pub use state::{Appeal, Basis, Phase, Record, Standing, State};

/// The longest time between reviews, in years (教师厅〔2022〕2号 as reported; a weak source, so packs may say less).
pub const LONGEST_REVIEW_PERIOD_YEARS: u8 = 5;

/// The day of the notice that put recognition on one footing, year, month and day: 教师厅〔2022〕2号.
const NOTICE: &str = "2022-10-25";

/// The recognition of a teacher under an older rule from a day on: recorded by two people, it is one.
pub fn legacy_id(teacher: TeacherId, rule: &str, on: Day) -> RecognitionId {
    RecognitionId::of_teacher(teacher, &format!("legacy|{rule}|{on}"))
}

/// The write model.
#[derive(Debug)]
pub struct Recognition;

impl Decider for Recognition {
    type State = State;
    type Command = Command;
    type Event = RecognitionEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<RecognitionEvent>, Rejection> {
        match (command, state.record()) {
            (Command::Apply(application), None) => Ok(vec![applied(application)]),
            (Command::RecordLegacy(legacy), None) => record_legacy(legacy),
            (_, None) => Err(Rejection::NotApplied),
            (Command::Apply(given), Some(Record { basis: Basis::Application(known), .. })) if given == known => {
                Ok(vec![])
            }
            (Command::Apply(_), Some(_)) => Err(Rejection::AppliedOtherwise),
            (Command::RecordLegacy(given), Some(Record { basis: Basis::Legacy(known), .. })) if given == known => {
                Ok(vec![])
            }
            (Command::RecordLegacy(_), Some(_)) => Err(Rejection::RecordedOtherwise),
            (command, Some(record)) => decide_on(record, command),
        }
    }

    fn happened_by(command: &Command) -> Option<Day> {
        match command {
            Command::Apply(application) => Some(application.on),
            _ => None,
        }
    }

    fn evolve(state: &mut State, event: &RecognitionEvent, id: EventId) {
        state.evolve(event, id);
    }
}

/// What is decided on a recognition that is on record.
fn decide_on(record: &Record, command: &Command) -> Result<Vec<RecognitionEvent>, Rejection> {
    match command {
        Command::Apply(_) => Err(Rejection::AppliedOtherwise),
        Command::RecordLegacy(_) => Err(Rejection::RecordedOtherwise),
        Command::Grant(grant) => grant_it(record, grant),
        Command::Refuse { on, authority, reason } => {
            let event = RecognitionEvent::Refused { on: *on, authority: *authority, reason: reason.clone() };
            match (&record.basis, record.phase) {
                (Basis::Application(application), Phase::Applied) => {
                    require(*on >= application.on, Rejection::DecidedBeforeApplication)?;
                    Ok(vec![event])
                }
                _ if record.ends_with(&event) => Ok(vec![]),
                _ => Err(Rejection::DecidedAlready),
            }
        }
        Command::Review(review) => review_it(record, review),
        Command::Revoke { on, reason } => {
            let event = RecognitionEvent::Revoked { on: *on, reason: reason.clone() };
            match (record.phase, record.standing) {
                (Phase::Granted, Some(standing)) => {
                    require(*on >= standing.since, Rejection::BeforeTheGrant)?;
                    Ok(vec![event])
                }
                _ if record.ends_with(&event) => Ok(vec![]),
                _ => Err(Rejection::NotInForce),
            }
        }
        Command::Reinstate { on, authority, reason } => {
            let event = RecognitionEvent::Reinstated { on: *on, authority: *authority, reason: reason.clone() };
            match record.phase {
                Phase::Revoked { on: revoked, appeal: Appeal::Upheld } => {
                    require(*on >= revoked, Rejection::BeforeTheRevocation)?;
                    Ok(vec![event])
                }
                _ if record.ends_with(&event) => Ok(vec![]),
                _ => Err(Rejection::NothingToReinstate),
            }
        }
        Command::LodgeAppeal { on, reason } => match record.phase {
            Phase::Refused { appealed: false } | Phase::Revoked { appeal: Appeal::None, .. } => {
                Ok(vec![RecognitionEvent::AppealLodged { on: *on, reason: reason.clone() }])
            }
            _ if record.is_appealed() => Ok(vec![]),
            _ => Err(Rejection::NothingToAppeal),
        },
        Command::ResolveAppeal { on, upheld, reason } => {
            let event = RecognitionEvent::AppealResolved { on: *on, upheld: *upheld, reason: reason.clone() };
            if record.is_appealed() {
                return Ok(vec![event]);
            }
            if record.ends_with(&event) { Ok(vec![]) } else { Err(Rejection::NoOpenAppeal) }
        }
    }
}

fn applied(application: &Application) -> RecognitionEvent {
    RecognitionEvent::Applied {
        on: application.on,
        teacher: application.teacher,
        level: application.level,
        pack: application.pack,
        evidence: application.evidence.clone(),
    }
}

fn grant_it(record: &Record, grant: &Grant) -> Result<Vec<RecognitionEvent>, Rejection> {
    let (Basis::Application(application), Phase::Applied) = (&record.basis, record.phase) else {
        let known =
            record.grant.clone().filter(|_| matches!(record.history.last(), Some((_, event)) if is_grant(event)));
        // The same decision, whatever the log has come to hold since.
        let same = known.is_some_and(|known| {
            known == Grant { evidence_position: known.evidence_position.clone(), ..grant.clone() }
        });
        return if same { Ok(vec![]) } else { Err(Rejection::DecidedAlready) };
    };
    require(grant.on >= application.on, Rejection::DecidedBeforeApplication)?;
    require(grant.level <= application.level, Rejection::AboveApplication)?;
    require(within_period(grant.on, grant.review_due), Rejection::ReviewOutOfRange)?;
    require(grant.cut_off.is_none_or(|cut_off| cut_off <= grant.on), Rejection::CutOffAfterDecision)?;
    Ok(vec![RecognitionEvent::Granted {
        on: grant.on,
        level: grant.level,
        authority: grant.authority,
        review_due: grant.review_due,
        evidence_position: grant.evidence_position.clone(),
        cut_off: grant.cut_off,
        document: grant.document.clone(),
    }])
}

fn is_grant(event: &RecognitionEvent) -> bool {
    matches!(event, RecognitionEvent::Granted { .. })
}

/// Older rules may have set other periods, so only the end is bounded: nothing that was granted before the notice, or
/// under a province's older rules after it, stands unreviewed for longer than the notice's own longest period.
fn record_legacy(legacy: &Legacy) -> Result<Vec<RecognitionEvent>, Rejection> {
    require(legacy.on < legacy.review_due && legacy.review_due <= last_legacy_day()?, Rejection::LegacyOutOfRange)?;
    Ok(vec![RecognitionEvent::LegacyRecorded {
        on: legacy.on,
        teacher: legacy.teacher,
        level: legacy.level,
        authority: legacy.authority,
        review_due: legacy.review_due,
        rule: legacy.rule.clone(),
        document: legacy.document.clone(),
    }])
}

fn last_legacy_day() -> Result<Day, Rejection> {
    let notice = Day::parse(NOTICE).map_err(|_| Rejection::LegacyOutOfRange)?;
    Ok(notice.plus_years(LONGEST_REVIEW_PERIOD_YEARS))
}

fn review_it(record: &Record, review: &Review) -> Result<Vec<RecognitionEvent>, Rejection> {
    let (Phase::Granted, Some(standing)) = (record.phase, record.standing) else {
        return Err(Rejection::NotInForce);
    };
    let Review { on, review_due, level, reason } = review;
    require(*on >= standing.since && within_period(*on, *review_due), Rejection::ReviewOutOfRange)?;
    let lowered = |level, reason| RecognitionEvent::Lowered { on: *on, level, review_due: *review_due, reason };
    let event = match (level, reason) {
        (Some(level), _) if *level > standing.level => return Err(Rejection::AboveStanding),
        (Some(level), Some(reason)) if record.ends_with(&lowered(*level, reason.clone())) => return Ok(vec![]),
        (Some(level), None) if *level < standing.level => return Err(Rejection::ReasonMissing),
        (Some(level), Some(reason)) if *level < standing.level => lowered(*level, reason.clone()),
        _ => RecognitionEvent::Reviewed { on: *on, review_due: *review_due },
    };
    if record.ends_with(&event) { Ok(vec![]) } else { Ok(vec![event]) }
}

fn within_period(from: Day, review_due: Day) -> bool {
    from < review_due && review_due <= from.plus_years(LONGEST_REVIEW_PERIOD_YEARS)
}

fn require(holds: bool, otherwise: Rejection) -> Result<(), Rejection> {
    if holds { Ok(()) } else { Err(otherwise) }
}

#[cfg(test)]
mod tests;

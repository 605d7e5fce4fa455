//! The write model of a recognition. Eligibility is computed; recognition is decided by a person (PIPL Art. 24).

use contracts::{Refused, Rejects};
use decider::Decider;
use events::RecognitionEvent;
use kernel::vocabulary::Level;
use kernel::{Day, Document, EventId, OrganisationId, PackId, Reason, TeacherId};

/// The longest time between reviews, in years (教师厅〔2022〕2号 as reported; a weak source, so packs may say less).
pub const LONGEST_REVIEW_PERIOD_YEARS: u8 = 5;

/// What can be asked of a recognition's record.
#[derive(Debug, Clone)]
pub enum Command {
    /// Apply.
    Apply(Application),
    /// Grant it.
    Grant(Grant),
    /// Refuse it.
    Refuse {
        /// The day.
        on: Day,
        /// The body that decides.
        authority: OrganisationId,
        /// Why.
        reason: Reason,
    },
    /// Review it.
    Review {
        /// The day.
        on: Day,
        /// The last day before the next review.
        review_due: Day,
    },
    /// Revoke it.
    Revoke {
        /// The first day on which it is no longer valid.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Appeal against a refusal or revocation.
    LodgeAppeal {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Decide the appeal.
    ResolveAppeal {
        /// The day.
        on: Day,
        /// Whether it is upheld.
        upheld: bool,
        /// Why.
        reason: Reason,
    },
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The day.
    pub on: Day,
    /// Who is to be recognised.
    pub teacher: TeacherId,
    /// The level applied for.
    pub level: Level,
    /// The rule pack to be judged by.
    pub pack: PackId,
    /// The facts relied on.
    #[serde(default)]
    pub evidence: Vec<EventId>,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The first day it is valid.
    pub on: Day,
    /// The level granted.
    pub level: Level,
    /// The body that decides.
    pub authority: OrganisationId,
    /// The last day before it must have been reviewed.
    pub review_due: Day,
    /// The log position of the evidence that was seen.
    pub evidence_position: String,
    /// The decision.
    pub document: Option<Document>,
}

/// The domain saying no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Rejection {
    /// There is no application under this id.
    #[error("there is no application under this id")]
    NotApplied,
    /// Another application stands under this id.
    #[error("another application stands under this id")]
    AppliedOtherwise,
    /// It has been decided already.
    #[error("the application has been decided already")]
    DecidedAlready,
    /// It is not in force.
    #[error("the recognition is not in force")]
    NotInForce,
    /// The decision would lie before the application.
    #[error("the decision would lie before the application")]
    DecidedBeforeApplication,
    /// The level is higher than applied for.
    #[error("the level granted is higher than the level applied for")]
    AboveApplication,
    /// The review would be due later than the longest period allows.
    #[error("the review must be due after the decision and within five years of it")]
    ReviewOutOfRange,
    /// There is nothing to appeal against.
    #[error("there is no refusal or revocation to appeal against")]
    NothingToAppeal,
    /// There is no open appeal.
    #[error("there is no open appeal")]
    NoOpenAppeal,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotApplied => Refused::Absent,
            Self::AppliedOtherwise
            | Self::DecidedAlready
            | Self::NotInForce
            | Self::NothingToAppeal
            | Self::NoOpenAppeal => Refused::Conflict,
            Self::DecidedBeforeApplication | Self::AboveApplication | Self::ReviewOutOfRange => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::DecidedBeforeApplication => "on",
            Self::AboveApplication => "level",
            Self::ReviewOutOfRange => "review_due",
            _ => return None,
        };
        Some(field.to_owned())
    }
}

/// How far a recognition has come.
#[derive(Debug, Clone, Default)]
pub enum State {
    /// No application.
    #[default]
    Absent,
    /// Applied for, not decided.
    Applied(Application),
    /// Refused; an appeal may be open.
    Refused {
        /// The application.
        application: Application,
        /// Whether an appeal is open.
        appealed: bool,
    },
    /// In force.
    Granted {
        /// The application.
        application: Application,
        /// The first day it is valid.
        on: Day,
        /// The last day before it must have been reviewed.
        review_due: Day,
    },
    /// Revoked; an appeal may be open.
    Revoked {
        /// Whether an appeal is open.
        appealed: bool,
    },
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
        match (command, state) {
            (Command::Apply(application), State::Absent) => Ok(vec![applied(application)]),
            (_, State::Absent) => Err(Rejection::NotApplied),
            (Command::Apply(given), State::Applied(known)) if given == known => Ok(vec![]),
            (Command::Apply(_), _) => Err(Rejection::AppliedOtherwise),
            (Command::Grant(grant), State::Applied(application)) => grant_to(application, grant),
            (Command::Refuse { on, authority, reason }, State::Applied(application)) => {
                if *on < application.on {
                    return Err(Rejection::DecidedBeforeApplication);
                }
                Ok(vec![RecognitionEvent::Refused { on: *on, authority: *authority, reason: reason.clone() }])
            }
            (Command::Grant(_) | Command::Refuse { .. }, _) => Err(Rejection::DecidedAlready),
            (Command::Review { on, review_due }, State::Granted { on: granted, .. }) => {
                if on < granted || !within_period(*on, *review_due) {
                    return Err(Rejection::ReviewOutOfRange);
                }
                Ok(vec![RecognitionEvent::Reviewed { on: *on, review_due: *review_due }])
            }
            (Command::Revoke { on, reason }, State::Granted { .. }) => {
                Ok(vec![RecognitionEvent::Revoked { on: *on, reason: reason.clone() }])
            }
            (Command::Review { .. } | Command::Revoke { .. }, _) => Err(Rejection::NotInForce),
            (Command::LodgeAppeal { on, reason }, State::Refused { appealed, .. } | State::Revoked { appealed }) => {
                if *appealed {
                    return Ok(vec![]);
                }
                Ok(vec![RecognitionEvent::AppealLodged { on: *on, reason: reason.clone() }])
            }
            (Command::LodgeAppeal { .. }, _) => Err(Rejection::NothingToAppeal),
            (
                Command::ResolveAppeal { on, upheld, reason },
                State::Refused { appealed: true, .. } | State::Revoked { appealed: true },
            ) => Ok(vec![RecognitionEvent::AppealResolved { on: *on, upheld: *upheld, reason: reason.clone() }]),
            (Command::ResolveAppeal { .. }, _) => Err(Rejection::NoOpenAppeal),
        }
    }

    fn evolve(state: &mut State, event: &RecognitionEvent, _: EventId) {
        let before = std::mem::take(state);
        *state = match (event, before) {
            (RecognitionEvent::Applied { on, teacher, level, pack, evidence }, _) => State::Applied(Application {
                on: *on,
                teacher: *teacher,
                level: *level,
                pack: *pack,
                evidence: evidence.clone(),
            }),
            (RecognitionEvent::Granted { on, review_due, .. }, State::Applied(application)) => {
                State::Granted { application, on: *on, review_due: *review_due }
            }
            (RecognitionEvent::Refused { .. }, State::Applied(application)) => {
                State::Refused { application, appealed: false }
            }
            (RecognitionEvent::Reviewed { review_due, .. }, State::Granted { application, on, .. }) => {
                State::Granted { application, on, review_due: *review_due }
            }
            (RecognitionEvent::Revoked { .. }, _) => State::Revoked { appealed: false },
            (RecognitionEvent::AppealLodged { .. }, State::Refused { application, .. }) => {
                State::Refused { application, appealed: true }
            }
            (RecognitionEvent::AppealLodged { .. }, State::Revoked { .. }) => State::Revoked { appealed: true },
            // An upheld appeal against a refusal opens the application for a new decision.
            (RecognitionEvent::AppealResolved { upheld: true, .. }, State::Refused { application, .. }) => {
                State::Applied(application)
            }
            (RecognitionEvent::AppealResolved { .. }, State::Refused { application, .. }) => {
                State::Refused { application, appealed: false }
            }
            (RecognitionEvent::AppealResolved { .. }, State::Revoked { .. }) => State::Revoked { appealed: false },
            (_, before) => before,
        };
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

fn grant_to(application: &Application, grant: &Grant) -> Result<Vec<RecognitionEvent>, Rejection> {
    if grant.on < application.on {
        return Err(Rejection::DecidedBeforeApplication);
    }
    if grant.level > application.level {
        return Err(Rejection::AboveApplication);
    }
    if !within_period(grant.on, grant.review_due) {
        return Err(Rejection::ReviewOutOfRange);
    }
    Ok(vec![RecognitionEvent::Granted {
        on: grant.on,
        level: grant.level,
        authority: grant.authority,
        review_due: grant.review_due,
        evidence_position: grant.evidence_position.clone(),
        cut_off: None,
        document: grant.document.clone(),
    }])
}

fn within_period(from: Day, review_due: Day) -> bool {
    from < review_due && review_due <= from.plus_years(LONGEST_REVIEW_PERIOD_YEARS)
}

#[cfg(test)]
mod tests {
    use decider::decide_given;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn application() -> Application {
        Application {
            on: day("2024-03-01"),
            teacher: TeacherId::new(uuid::Uuid::from_u128(1)),
            level: Level::Junior,
            pack: PackId::of_version("national-basic", 1),
            evidence: vec![],
        }
    }

    fn grant() -> Grant {
        Grant {
            on: day("2024-04-01"),
            level: Level::Junior,
            authority: OrganisationId::of_name("an invented department"),
            review_due: day("2029-04-01"),
            evidence_position: "v1.0:42".to_owned(),
            document: None,
        }
    }

    fn after(commands: &[Command]) -> Vec<RecognitionEvent> {
        let mut events = Vec::new();
        for command in commands {
            let more = decide_given::<Recognition>(&events, command).unwrap();
            events.extend(more);
        }
        events
    }

    fn reason() -> Reason {
        Reason::parse("invented").unwrap()
    }

    #[test]
    fn a_recognition_is_reviewed_within_five_years() {
        let given = after(&[Command::Apply(application())]);
        let late = Grant { review_due: day("2029-04-02"), ..grant() };
        assert_eq!(decide_given::<Recognition>(&given, &Command::Grant(late)), Err(Rejection::ReviewOutOfRange));
        assert!(decide_given::<Recognition>(&given, &Command::Grant(grant())).is_ok());
    }

    #[test]
    fn nobody_is_granted_more_than_applied_for() {
        let given = after(&[Command::Apply(application())]);
        let higher = Grant { level: Level::Senior, ..grant() };
        assert_eq!(decide_given::<Recognition>(&given, &Command::Grant(higher)), Err(Rejection::AboveApplication));
    }

    #[test]
    fn a_decision_is_made_once() {
        let given = after(&[Command::Apply(application()), Command::Grant(grant())]);
        assert_eq!(decide_given::<Recognition>(&given, &Command::Grant(grant())), Err(Rejection::DecidedAlready));
    }

    #[test]
    fn an_upheld_appeal_opens_the_application_again() {
        let authority = grant().authority;
        let given = after(&[
            Command::Apply(application()),
            Command::Refuse { on: day("2024-04-01"), authority, reason: reason() },
            Command::LodgeAppeal { on: day("2024-04-10"), reason: reason() },
            Command::ResolveAppeal { on: day("2024-05-10"), upheld: true, reason: reason() },
        ]);
        assert!(
            decide_given::<Recognition>(&given, &Command::Grant(Grant { on: day("2024-05-11"), ..grant() })).is_ok()
        );
    }

    #[test]
    fn what_is_revoked_is_no_longer_reviewed() {
        let given = after(&[
            Command::Apply(application()),
            Command::Grant(grant()),
            Command::Revoke { on: day("2025-01-01"), reason: reason() },
        ]);
        let review = Command::Review { on: day("2025-02-01"), review_due: day("2026-02-01") };
        assert_eq!(decide_given::<Recognition>(&given, &review), Err(Rejection::NotInForce));
    }
}

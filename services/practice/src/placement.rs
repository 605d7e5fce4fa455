//! The write model of a teacher's placement in an enterprise.

use contracts::{Refused, Rejects};
use decider::Decider;
use events::PlacementEvent;
use kernel::vocabulary::{PracticeForm, PracticeResult};
use kernel::{Day, DayRange, EventId, Hours, OrganisationId, Reason, SiteId, TeacherId};

/// What can be asked of a placement.
#[derive(Debug, Clone)]
pub enum Command {
    /// Begin it.
    Start(Start),
    /// Record a placement that is over already: its beginning, its end and its assessment.
    Record {
        /// The beginning.
        start: Start,
        /// The last day.
        last_day: Day,
        /// The result.
        result: PracticeResult,
    },
    /// Log days at the site.
    LogDays {
        /// The days.
        dates: DayRange,
        /// Hours a day.
        hours_a_day: Hours,
    },
    /// Record its end and its assessment.
    Complete {
        /// The last day.
        last_day: Day,
        /// The result.
        result: PracticeResult,
    },
    /// Void it.
    Void {
        /// The day of the correction.
        on: Day,
        /// Why.
        reason: Reason,
    },
}

/// The beginning of a placement.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlacementStart)]
pub struct Start {
    /// The first day.
    pub on: Day,
    /// Who.
    pub teacher: TeacherId,
    /// The station or base.
    pub site: SiteId,
    /// The enterprise, where it is not the site's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<OrganisationId>,
    /// The form.
    pub form: PracticeForm,
}

/// The domain saying no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Rejection {
    /// There is no placement under this id.
    #[error("there is no placement under this id; start it first")]
    NotStarted,
    /// Another placement stands under this id.
    #[error("another placement stands under this id")]
    StartedOtherwise,
    /// The placement has been voided.
    #[error("the placement has been voided")]
    PlacementIsVoided,
    /// The placement was completed with another last day or result.
    #[error("the placement was completed with another last day or result; void it and record it again")]
    CompletedOtherwise,
    /// The placement is complete.
    #[error("the placement is complete; no more days can be logged")]
    Completed,
    /// It would end before it begins.
    #[error("the placement would end before it begins")]
    EndsBeforeItBegins,
    /// The days do not lie within the placement.
    #[error("the days begin before the placement does")]
    OutsidePlacement,
    /// More hours than a day has.
    #[error("there are more hours than a day has")]
    HoursAboveTheDay,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotStarted => Refused::Absent,
            Self::StartedOtherwise | Self::PlacementIsVoided | Self::CompletedOtherwise | Self::Completed => {
                Refused::Conflict
            }
            Self::EndsBeforeItBegins | Self::OutsidePlacement | Self::HoursAboveTheDay => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::EndsBeforeItBegins | Self::CompletedOtherwise => "last_day",
            Self::OutsidePlacement => "dates",
            Self::HoursAboveTheDay => "hours_a_day",
            _ => return None,
        };
        Some(field.to_owned())
    }
}

/// A placement's record.
#[derive(Debug, Clone, Default)]
pub enum State {
    /// Not started.
    #[default]
    Absent,
    /// Under way.
    Running {
        /// How it began.
        start: Start,
        /// The stretches of days logged.
        logged: Vec<(DayRange, Hours)>,
    },
    /// Completed and assessed.
    Completed {
        /// How it began.
        start: Start,
        /// The stretches of days logged.
        logged: Vec<(DayRange, Hours)>,
        /// The last day.
        last_day: Day,
        /// The result.
        result: PracticeResult,
    },
    /// Voided.
    Voided,
}

/// The write model.
#[derive(Debug)]
pub struct Placement;

impl Decider for Placement {
    type State = State;
    type Command = Command;
    type Event = PlacementEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<PlacementEvent>, Rejection> {
        match (command, state) {
            (Command::Void { .. }, State::Voided) => Ok(vec![]),
            (_, State::Voided) => Err(Rejection::PlacementIsVoided),
            (Command::Start(start), State::Absent) => Ok(vec![PlacementEvent::Started {
                on: start.on,
                teacher: start.teacher,
                site: start.site,
                enterprise: start.enterprise,
                form: start.form,
            }]),
            (Command::Record { start, last_day, result }, _) => record(state, start, *last_day, *result),
            (_, State::Absent) => Err(Rejection::NotStarted),
            (Command::Start(given), State::Running { start, .. } | State::Completed { start, .. }) => {
                if given == start { Ok(vec![]) } else { Err(Rejection::StartedOtherwise) }
            }
            (Command::LogDays { .. }, State::Completed { .. }) => Err(Rejection::Completed),
            (Command::LogDays { dates, hours_a_day }, State::Running { start, logged }) => {
                if *hours_a_day > Hours::PER_DAY_PHYSICAL {
                    Err(Rejection::HoursAboveTheDay)
                } else if dates.from() < start.on {
                    Err(Rejection::OutsidePlacement)
                } else if logged.contains(&(*dates, *hours_a_day)) {
                    Ok(vec![])
                } else {
                    Ok(vec![PlacementEvent::DaysLogged { dates: *dates, hours_a_day: *hours_a_day }])
                }
            }
            (Command::Complete { last_day, .. }, State::Running { start, .. }) if *last_day < start.on => {
                Err(Rejection::EndsBeforeItBegins)
            }
            (Command::Complete { last_day, result }, State::Running { .. }) => {
                Ok(vec![PlacementEvent::Completed { last_day: *last_day, result: *result }])
            }
            (Command::Complete { last_day, result }, State::Completed { last_day: known_day, result: known, .. }) => {
                let same = last_day == known_day && result == known;
                if same { Ok(vec![]) } else { Err(Rejection::CompletedOtherwise) }
            }
            (Command::Void { on, reason }, State::Running { .. } | State::Completed { .. }) => {
                Ok(vec![PlacementEvent::Voided { on: *on, reason: reason.clone() }])
            }
        }
    }

    fn happened_by(command: &Command) -> Option<Day> {
        match command {
            Command::LogDays { dates, .. } => Some(dates.to()),
            Command::Record { last_day, .. } | Command::Complete { last_day, .. } => Some(*last_day),
            Command::Void { on, .. } => Some(*on),
            Command::Start(_) => None,
        }
    }

    fn evolve(state: &mut State, event: &PlacementEvent, _: EventId) {
        match event {
            PlacementEvent::Started { on, teacher, site, enterprise, form } => {
                let start = Start { on: *on, teacher: *teacher, site: *site, enterprise: *enterprise, form: *form };
                *state = State::Running { start, logged: Vec::new() };
            }
            PlacementEvent::DaysLogged { dates, hours_a_day } => {
                if let State::Running { logged, .. } = state {
                    logged.push((*dates, *hours_a_day));
                }
            }
            PlacementEvent::Completed { last_day, result } => {
                if let State::Running { start, logged } = state {
                    let (start, logged) = (start.clone(), std::mem::take(logged));
                    *state = State::Completed { start, logged, last_day: *last_day, result: *result };
                }
            }
            PlacementEvent::Voided { .. } => *state = State::Voided,
        }
    }
}

/// A placement that is over: whatever of it is not on record yet, in one go.
fn record(
    state: &State,
    start: &Start,
    last_day: Day,
    result: PracticeResult,
) -> Result<Vec<PlacementEvent>, Rejection> {
    let mut events = Placement::decide(state, &Command::Start(start.clone()))?;
    let mut started = state.clone();
    for event in &events {
        // The id of an event plays no part in a placement's state.
        Placement::evolve(&mut started, event, EventId::of(kernel::CommandId::derived("placement"), 0));
    }
    events.extend(Placement::decide(&started, &Command::Complete { last_day, result })?);
    Ok(events)
}

#[cfg(test)]
mod tests {
    use decider::decide_given;
    use kernel::code::SiteCode;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn start() -> Command {
        Command::Start(Start {
            on: day("2020-08-24"),
            teacher: TeacherId::new(uuid::Uuid::from_u128(1)),
            site: SiteId::of_code(&SiteCode::parse("S-GS-14").unwrap()),
            enterprise: None,
            form: PracticeForm::Post,
        })
    }

    fn complete(last_day: &str) -> Command {
        Command::Complete { last_day: day(last_day), result: PracticeResult::Pass }
    }

    fn started() -> Vec<PlacementEvent> {
        decide_given::<Placement>(&[], &start()).unwrap()
    }

    #[test]
    fn a_placement_handed_in_twice_stands_once() {
        let mut events = started();
        assert_eq!(decide_given::<Placement>(&events, &start()), Ok(vec![]));
        events.extend(decide_given::<Placement>(&events, &complete("2020-10-22")).unwrap());
        assert_eq!(decide_given::<Placement>(&events, &complete("2020-10-22")), Ok(vec![]));
        assert_eq!(decide_given::<Placement>(&events, &complete("2020-10-23")), Err(Rejection::CompletedOtherwise));
    }

    #[test]
    fn a_placement_that_is_over_is_recorded_in_one_go_and_completed_where_it_was_begun() {
        let Command::Start(start) = start() else { unreachable!() };
        let record = Command::Record { start, last_day: day("2020-10-22"), result: PracticeResult::Pass };
        let whole = decide_given::<Placement>(&[], &record).unwrap();
        assert_eq!(whole.len(), 2);
        assert_eq!(decide_given::<Placement>(&whole, &record), Ok(vec![]));
        assert_eq!(decide_given::<Placement>(&started(), &record).unwrap().len(), 1);
    }

    #[test]
    fn a_placement_of_one_day_ends_on_the_day_it_begins_and_never_before() {
        assert!(decide_given::<Placement>(&started(), &complete("2020-08-24")).is_ok());
        assert_eq!(decide_given::<Placement>(&started(), &complete("2020-08-23")), Err(Rejection::EndsBeforeItBegins));
    }

    #[test]
    fn no_day_has_more_than_24_hours() {
        let dates = DayRange::new(day("2020-08-24"), day("2020-08-28")).unwrap();
        let log = |hours| Command::LogDays { dates, hours_a_day: Hours::whole(hours) };
        assert_eq!(decide_given::<Placement>(&started(), &log(25)), Err(Rejection::HoursAboveTheDay));
        assert_eq!(decide_given::<Placement>(&started(), &log(8)).unwrap().len(), 1);
    }

    #[test]
    fn what_never_began_cannot_be_completed() {
        assert_eq!(decide_given::<Placement>(&[], &complete("2020-10-22")), Err(Rejection::NotStarted));
    }

    #[test]
    fn a_voided_placement_takes_nothing_more() {
        let mut events = started();
        let void = Command::Void { on: day("2020-09-01"), reason: Reason::parse("another person").unwrap() };
        events.extend(decide_given::<Placement>(&events, &void).unwrap());
        assert_eq!(decide_given::<Placement>(&events, &void), Ok(vec![]));
        assert_eq!(decide_given::<Placement>(&events, &complete("2020-10-22")), Err(Rejection::PlacementIsVoided));
    }
}

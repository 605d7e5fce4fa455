//! The write model of a training session.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{Refused, Rejects};
use decider::Decider;
use events::{Attendance, Programme, SessionEvent};
use kernel::{Day, EventId, Hours, Reason, TeacherId};

/// What can be asked of a session.
#[derive(Debug, Clone)]
pub enum Command {
    /// Announce the session.
    Schedule(Programme),
    /// Record that it took place, with its roster. Handed in again with more people, it adds them.
    Hold {
        /// Who attended, and for how many class hours.
        roster: Vec<Attendance>,
        /// The day of recording, which dates later additions.
        on: Day,
    },
    /// Correct the roster for one person.
    Amend {
        /// The person.
        teacher: TeacherId,
        /// The right hours; none: did not attend.
        hours: Option<Hours>,
        /// The day of the correction.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Void the session.
    Void {
        /// The day of the correction.
        on: Day,
        /// Why.
        reason: Reason,
    },
}

/// The domain saying no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Rejection {
    /// There is no session under this id.
    #[error("there is no session under this id; schedule it first")]
    NotScheduled,
    /// The base scheduled another session under this code.
    #[error(
        "the base has scheduled another session under this code; use another code, and void that one if it is wrong"
    )]
    ScheduledOtherwise,
    /// The session has been voided.
    #[error("the session has been voided")]
    SessionIsVoided,
    /// The session has no roster yet.
    #[error("the session has not been recorded as held")]
    NotHeld,
    /// The roster is empty.
    #[error("the roster is empty")]
    RosterIsEmpty,
    /// Somebody is on the roster twice.
    #[error("a person is on the roster twice")]
    TwiceOnRoster,
    /// The session is not over on the day of recording.
    #[error("the session is not over: what took place is recorded from its last day on")]
    NotOver,
    /// More hours than the session's days have.
    #[error("there are more hours than the days of the session have (24 a day)")]
    HoursAboveTheDay,
    /// Somebody attended more hours than the session had.
    #[error("a person attended more hours than the session had")]
    HoursAboveTheSession,
    /// The person stands on the roster with other hours, or was taken off it.
    #[error("a person stands on the roster with other hours, or was taken off it; amend the roster instead")]
    RecordedOtherwise,
    /// The person is not on the roster.
    #[error("the person is not on the roster")]
    NotOnRoster,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotScheduled => Refused::Absent,
            Self::ScheduledOtherwise | Self::SessionIsVoided | Self::NotHeld | Self::RecordedOtherwise => {
                Refused::Conflict
            }
            Self::RosterIsEmpty
            | Self::NotOver
            | Self::TwiceOnRoster
            | Self::HoursAboveTheDay
            | Self::HoursAboveTheSession
            | Self::NotOnRoster => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::HoursAboveTheDay | Self::HoursAboveTheSession => "hours",
            Self::RosterIsEmpty | Self::TwiceOnRoster | Self::RecordedOtherwise => "roster",
            Self::NotOnRoster => "teacher",
            _ => return None,
        };
        Some(field.to_owned())
    }
}

/// A session's record.
#[derive(Debug, Clone, Default)]
pub enum State {
    /// Not scheduled.
    #[default]
    Absent,
    /// Scheduled, and held if it has a roster.
    Scheduled {
        /// What it is.
        programme: Programme,
        /// Who attended, for how many hours; none for whoever was taken off.
        roster: BTreeMap<TeacherId, Option<Hours>>,
    },
    /// Voided.
    Voided,
}

/// The write model.
#[derive(Debug)]
pub struct Session;

impl Decider for Session {
    type State = State;
    type Command = Command;
    type Event = SessionEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<SessionEvent>, Rejection> {
        match (command, state) {
            (_, State::Voided) => match command {
                Command::Void { .. } => Ok(vec![]),
                _ => Err(Rejection::SessionIsVoided),
            },
            (Command::Schedule(programme), State::Absent) => {
                within(programme.hours, programme)?;
                Ok(vec![SessionEvent::Scheduled(programme.clone())])
            }
            (_, State::Absent) => Err(Rejection::NotScheduled),
            (Command::Schedule(given), State::Scheduled { programme, .. }) if given == programme => Ok(vec![]),
            (Command::Schedule(_), State::Scheduled { .. }) => Err(Rejection::ScheduledOtherwise),
            (Command::Hold { roster, on }, State::Scheduled { programme, roster: known }) => {
                hold(programme, known, roster, *on)
            }
            (Command::Amend { .. }, State::Scheduled { roster, .. }) if roster.is_empty() => Err(Rejection::NotHeld),
            (Command::Amend { teacher, hours, on, reason }, State::Scheduled { programme, roster }) => {
                if let Some(hours) = hours {
                    attended(*hours, programme)?;
                }
                match (roster.get(teacher), hours) {
                    (None | Some(None), None) => Err(Rejection::NotOnRoster),
                    (Some(known), given) if known == given => Ok(vec![]),
                    _ => Ok(vec![SessionEvent::RosterAmended {
                        on: *on,
                        teacher: *teacher,
                        hours: *hours,
                        reason: reason.clone(),
                    }]),
                }
            }
            (Command::Void { on, reason }, State::Scheduled { .. }) => {
                Ok(vec![SessionEvent::Voided { on: *on, reason: reason.clone() }])
            }
        }
    }

    fn happened_by(command: &Command) -> Option<Day> {
        match command {
            Command::Hold { on, .. } | Command::Amend { on, .. } | Command::Void { on, .. } => Some(*on),
            Command::Schedule(_) => None,
        }
    }

    fn evolve(state: &mut State, event: &SessionEvent, _: EventId) {
        match (event, state) {
            (SessionEvent::Scheduled(programme), state) => {
                *state = State::Scheduled { programme: programme.clone(), roster: BTreeMap::new() };
            }
            (SessionEvent::Held { roster: held, .. }, State::Scheduled { roster, .. }) => {
                roster.extend(held.iter().map(|attendance| (attendance.teacher, Some(attendance.hours))));
            }
            (SessionEvent::RosterAmended { teacher, hours, .. }, State::Scheduled { roster, .. }) => {
                roster.insert(*teacher, *hours);
            }
            (SessionEvent::Voided { .. }, state) => *state = State::Voided,
            (SessionEvent::Held { .. } | SessionEvent::RosterAmended { .. }, State::Absent | State::Voided) => {}
        }
    }
}

/// The first roster is the session held; people handed in later are added by amendments, so that a fact stands once.
fn hold(
    programme: &Programme,
    known: &BTreeMap<TeacherId, Option<Hours>>,
    roster: &[Attendance],
    on: Day,
) -> Result<Vec<SessionEvent>, Rejection> {
    if roster.is_empty() {
        return Err(Rejection::RosterIsEmpty);
    }
    if on < programme.dates.to() {
        return Err(Rejection::NotOver);
    }
    let people: BTreeSet<_> = roster.iter().map(|attendance| attendance.teacher).collect();
    if people.len() < roster.len() {
        return Err(Rejection::TwiceOnRoster);
    }
    for attendance in roster {
        attended(attendance.hours, programme)?;
    }
    if known.is_empty() {
        return Ok(vec![SessionEvent::Held { on: programme.dates.to(), roster: roster.to_vec() }]);
    }
    let mut added = Vec::new();
    for attendance in roster {
        match known.get(&attendance.teacher) {
            Some(Some(hours)) if *hours == attendance.hours => {}
            // Other hours, or somebody who was taken off: an older list does not undo a correction.
            Some(_) => return Err(Rejection::RecordedOtherwise),
            None => added.push(*attendance),
        }
    }
    let reason = || Reason::parse("handed in later").map_err(|_| Rejection::RosterIsEmpty);
    added
        .into_iter()
        .map(|Attendance { teacher, hours }| {
            Ok(SessionEvent::RosterAmended { on, teacher, hours: Some(hours), reason: reason()? })
        })
        .collect()
}

fn attended(hours: Hours, programme: &Programme) -> Result<(), Rejection> {
    within(hours, programme)?;
    if hours > programme.hours { Err(Rejection::HoursAboveTheSession) } else { Ok(()) }
}

fn within(hours: Hours, programme: &Programme) -> Result<(), Rejection> {
    let days = u32::try_from(programme.dates.days()).unwrap_or(1);
    if hours > Hours::PER_DAY_PHYSICAL.times(days) { Err(Rejection::HoursAboveTheDay) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use decider::decide_given;
    use kernel::code::{SessionCode, SiteCode};
    use kernel::vocabulary::{Mode, Theme, Tier};
    use kernel::{DayRange, Name, SiteId};

    use super::*;

    fn programme() -> Programme {
        let day = |text| Day::parse(text).unwrap();
        Programme {
            base: SiteId::of_code(&SiteCode::parse("B-JS-01").unwrap()),
            code: SessionCode::parse("T001").unwrap(),
            title: Name::parse("课程思政专题").unwrap(),
            tier: Tier::City,
            theme: Theme::MoralIdeology,
            mode: Mode::FaceToFace,
            abroad: false,
            dates: DayRange::new(day("2024-03-11"), day("2024-03-13")).unwrap(),
            hours: Hours::whole(24),
        }
    }

    fn person(number: u128) -> TeacherId {
        TeacherId::new(uuid::Uuid::from_u128(number))
    }

    fn attended(number: u128, hours: u16) -> Attendance {
        Attendance { teacher: person(number), hours: Hours::whole(hours) }
    }

    fn hold(roster: Vec<Attendance>) -> Command {
        Command::Hold { roster, on: programme().dates.to() }
    }

    fn amend(number: u128, hours: Option<u16>) -> Command {
        Command::Amend {
            teacher: person(number),
            hours: hours.map(Hours::whole),
            on: programme().dates.to(),
            reason: Reason::parse("miscounted").unwrap(),
        }
    }

    fn held() -> Vec<SessionEvent> {
        let mut events = vec![SessionEvent::Scheduled(programme())];
        events.extend(decide_given::<Session>(&events, &hold(vec![attended(1, 24), attended(2, 16)])).unwrap());
        events
    }

    #[test]
    fn a_session_with_two_participants_is_one_event() {
        assert_eq!(held().len(), 2);
    }

    #[test]
    fn the_same_roster_again_is_nothing_new_and_a_longer_one_adds_the_rest() {
        let again = hold(vec![attended(1, 24), attended(2, 16)]);
        assert_eq!(decide_given::<Session>(&held(), &again), Ok(vec![]));
        let longer = hold(vec![attended(1, 24), attended(3, 8)]);
        let events = decide_given::<Session>(&held(), &longer).unwrap();
        assert!(matches!(&events[..], [SessionEvent::RosterAmended { teacher, .. }] if *teacher == person(3)));
    }

    #[test]
    fn other_hours_for_a_known_person_need_an_amendment() {
        assert_eq!(decide_given::<Session>(&held(), &hold(vec![attended(1, 8)])), Err(Rejection::RecordedOtherwise));
        assert_eq!(decide_given::<Session>(&held(), &amend(1, Some(8))).unwrap().len(), 1);
    }

    #[test]
    fn nobody_attends_more_than_the_day_or_the_session_has() {
        let given = [SessionEvent::Scheduled(programme())];
        assert_eq!(decide_given::<Session>(&given, &hold(vec![attended(1, 73)])), Err(Rejection::HoursAboveTheDay));
        assert_eq!(decide_given::<Session>(&given, &hold(vec![attended(1, 25)])), Err(Rejection::HoursAboveTheSession));
        let impossible = Programme { hours: Hours::whole(73), ..programme() };
        assert_eq!(decide_given::<Session>(&[], &Command::Schedule(impossible)), Err(Rejection::HoursAboveTheDay));
    }

    #[test]
    fn nobody_is_on_a_roster_twice() {
        let given = [SessionEvent::Scheduled(programme())];
        let roster = vec![attended(1, 8), attended(1, 8)];
        assert_eq!(decide_given::<Session>(&given, &hold(roster)), Err(Rejection::TwiceOnRoster));
    }

    #[test]
    fn a_person_is_taken_off_the_roster_once() {
        let mut events = held();
        events.extend(decide_given::<Session>(&events, &amend(1, None)).unwrap());
        assert_eq!(decide_given::<Session>(&events, &amend(1, None)), Err(Rejection::NotOnRoster));
        assert_eq!(decide_given::<Session>(&events, &amend(1, Some(24))).unwrap().len(), 1);
    }

    #[test]
    fn an_older_list_does_not_put_back_whoever_was_taken_off() {
        let mut events = held();
        events.extend(decide_given::<Session>(&events, &amend(1, None)).unwrap());
        let longer = hold(vec![attended(1, 24), attended(2, 16), attended(3, 8)]);
        assert_eq!(decide_given::<Session>(&events, &longer), Err(Rejection::RecordedOtherwise));
        // Nor when nobody else is left.
        events.extend(decide_given::<Session>(&events, &amend(2, None)).unwrap());
        assert_eq!(decide_given::<Session>(&events, &hold(vec![attended(1, 24)])), Err(Rejection::RecordedOtherwise));
    }

    #[test]
    fn a_voided_session_takes_nothing_more() {
        let mut events = held();
        let void = Command::Void { on: programme().dates.to(), reason: Reason::parse("never held").unwrap() };
        events.extend(decide_given::<Session>(&events, &void).unwrap());
        assert_eq!(decide_given::<Session>(&events, &void), Ok(vec![]));
        assert_eq!(decide_given::<Session>(&events, &amend(1, Some(8))), Err(Rejection::SessionIsVoided));
    }

    #[test]
    fn a_code_stands_for_one_session() {
        let other = Programme { title: Name::parse("另一个项目").unwrap(), ..programme() };
        assert_eq!(decide_given::<Session>(&held(), &Command::Schedule(other)), Err(Rejection::ScheduledOtherwise));
        assert_eq!(decide_given::<Session>(&held(), &Command::Schedule(programme())), Ok(vec![]));
    }
}

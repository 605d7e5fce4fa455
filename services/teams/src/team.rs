//! The write model of a teaching innovation team.

use std::collections::BTreeMap;

use contracts::{Refused, Rejects};
use decider::Decider;
use events::{TeamEvent, TeamProfile};
use kernel::vocabulary::{TeamGrade, TeamRole};
use kernel::{Day, EventId, Reason, TeacherId};

/// What can be asked of a team's record.
#[derive(Debug, Clone)]
pub enum Command {
    /// Approve the team to be built.
    Approve {
        /// The day.
        on: Day,
        /// What the team is.
        profile: TeamProfile,
    },
    /// Take a person in.
    Join {
        /// Who.
        teacher: TeacherId,
        /// In which part.
        role: TeamRole,
        /// The first day.
        on: Day,
    },
    /// Let a person go.
    Leave {
        /// Who.
        teacher: TeacherId,
        /// The last day.
        last_day: Day,
    },
    /// Record that it passed acceptance.
    Accept {
        /// The day.
        on: Day,
        /// How well.
        grade: TeamGrade,
    },
    /// Record that it has to rectify.
    SendToRectify {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Take it off the list.
    Delist {
        /// The day.
        on: Day,
        /// Why.
        reason: Reason,
    },
}

/// The domain saying no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Rejection {
    /// There is no team under this id.
    #[error("there is no team under this id; approve it first")]
    NotApproved,
    /// The team is on record with other particulars.
    #[error("the team is on record with other particulars")]
    ApprovedOtherwise,
    /// The team has been delisted.
    #[error("the team has been taken off the list")]
    Delisted,
    /// The team has been accepted with another grade.
    #[error("the team has been accepted with another grade")]
    AcceptedOtherwise,
    /// The person is a member in another part.
    #[error("the person is a member in another part; let them leave first")]
    MemberOtherwise,
    /// The person is not a member.
    #[error("the person is not a member on that day")]
    NotAMember,
    /// The team has a leader.
    #[error("the team has a leader; a team has one")]
    HasALeader,
    /// It happened before the team was approved.
    #[error("the day lies before the team's approval")]
    BeforeApproval,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotApproved => Refused::Absent,
            Self::ApprovedOtherwise
            | Self::Delisted
            | Self::AcceptedOtherwise
            | Self::MemberOtherwise
            | Self::HasALeader => Refused::Conflict,
            Self::NotAMember | Self::BeforeApproval => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::MemberOtherwise | Self::NotAMember => "teacher",
            Self::HasALeader => "role",
            Self::BeforeApproval => "on",
            _ => return None,
        };
        Some(field.to_owned())
    }
}

/// A team's record.
#[derive(Debug, Clone, Default)]
pub enum State {
    /// Not approved.
    #[default]
    Absent,
    /// On the list.
    Listed(Listed),
    /// Taken off the list.
    Delisted,
}

/// A team on the list.
#[derive(Debug, Clone)]
pub struct Listed {
    on: Day,
    profile: TeamProfile,
    members: BTreeMap<TeacherId, (TeamRole, Day)>,
    grade: Option<TeamGrade>,
}

/// The write model.
#[derive(Debug)]
pub struct Team;

impl Decider for Team {
    type State = State;
    type Command = Command;
    type Event = TeamEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<TeamEvent>, Rejection> {
        match (command, state) {
            (Command::Delist { .. }, State::Delisted) => Ok(vec![]),
            (_, State::Delisted) => Err(Rejection::Delisted),
            (Command::Approve { on, profile }, State::Absent) => {
                Ok(vec![TeamEvent::Approved { on: *on, profile: profile.clone() }])
            }
            (_, State::Absent) => Err(Rejection::NotApproved),
            (Command::Approve { on, profile }, State::Listed(team)) => {
                let same = *on == team.on && *profile == team.profile;
                if same { Ok(vec![]) } else { Err(Rejection::ApprovedOtherwise) }
            }
            (Command::Join { teacher, role, on }, State::Listed(team)) => team.join(*teacher, *role, *on),
            (Command::Leave { teacher, last_day }, State::Listed(team)) => match team.members.get(teacher) {
                Some((_, joined)) if joined <= last_day => {
                    Ok(vec![TeamEvent::MemberLeft { last_day: *last_day, teacher: *teacher }])
                }
                _ => Err(Rejection::NotAMember),
            },
            (Command::Accept { on, .. }, State::Listed(team)) if *on < team.on => Err(Rejection::BeforeApproval),
            (Command::Accept { on, grade }, State::Listed(team)) => match team.grade {
                None => Ok(vec![TeamEvent::Accepted { on: *on, grade: *grade }]),
                Some(known) if known == *grade => Ok(vec![]),
                Some(_) => Err(Rejection::AcceptedOtherwise),
            },
            (Command::SendToRectify { on, reason }, State::Listed(_)) => {
                Ok(vec![TeamEvent::SentToRectify { on: *on, reason: reason.clone() }])
            }
            (Command::Delist { on, reason }, State::Listed(_)) => {
                Ok(vec![TeamEvent::Delisted { on: *on, reason: reason.clone() }])
            }
        }
    }

    fn happened_by(command: &Command) -> Option<Day> {
        match command {
            Command::Approve { .. } => None,
            Command::Leave { last_day, .. } => Some(*last_day),
            Command::Join { on, .. }
            | Command::Accept { on, .. }
            | Command::SendToRectify { on, .. }
            | Command::Delist { on, .. } => Some(*on),
        }
    }

    fn evolve(state: &mut State, event: &TeamEvent, _: EventId) {
        match (event, state) {
            (TeamEvent::Approved { on, profile }, state) => {
                let listed = Listed { on: *on, profile: profile.clone(), members: BTreeMap::new(), grade: None };
                *state = State::Listed(listed);
            }
            (TeamEvent::Delisted { .. }, state) => *state = State::Delisted,
            (TeamEvent::MemberJoined { on, teacher, role }, State::Listed(team)) => {
                team.members.insert(*teacher, (*role, *on));
            }
            (TeamEvent::MemberLeft { teacher, .. }, State::Listed(team)) => drop(team.members.remove(teacher)),
            (TeamEvent::Accepted { grade, .. }, State::Listed(team)) => team.grade = Some(*grade),
            (TeamEvent::SentToRectify { .. }, State::Listed(team)) => team.grade = None,
            (_, State::Absent | State::Delisted) => {}
        }
    }
}

impl Listed {
    /// The day of approval.
    pub fn on(&self) -> Day {
        self.on
    }

    /// What the team is.
    pub fn profile(&self) -> &TeamProfile {
        &self.profile
    }

    /// Who is a member, in which part, and since when.
    pub fn members(&self) -> impl Iterator<Item = (TeacherId, TeamRole, Day)> {
        self.members.iter().map(|(teacher, (role, on))| (*teacher, *role, *on))
    }

    /// How well it passed acceptance, once it did.
    pub fn grade(&self) -> Option<TeamGrade> {
        self.grade
    }

    fn join(&self, teacher: TeacherId, role: TeamRole, on: Day) -> Result<Vec<TeamEvent>, Rejection> {
        if on < self.on {
            return Err(Rejection::BeforeApproval);
        }
        match self.members.get(&teacher) {
            Some(known) if *known == (role, on) => return Ok(vec![]),
            Some(_) => return Err(Rejection::MemberOtherwise),
            None => {}
        }
        let led = self.members.values().any(|(role, _)| *role == TeamRole::Leader);
        if role == TeamRole::Leader && led {
            return Err(Rejection::HasALeader);
        }
        Ok(vec![TeamEvent::MemberJoined { on, teacher, role }])
    }
}

#[cfg(test)]
mod tests {
    use decider::decide_given;
    use kernel::vocabulary::{EducationLevel, TeamKind, Tier};
    use kernel::{Name, OrganisationId};

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn person(number: u128) -> TeacherId {
        TeacherId::new(uuid::Uuid::from_u128(number))
    }

    fn approved() -> Vec<TeamEvent> {
        let profile = TeamProfile {
            name: Name::parse("数控技术团队").unwrap(),
            kind: TeamKind::Teaching,
            tier: Tier::National,
            batch: Name::parse("2021").unwrap(),
            school: OrganisationId::of_name("an invented school"),
            education_level: EducationLevel::Higher,
            specialty: None,
        };
        decide_given::<Team>(&[], &Command::Approve { on: day("2021-08-02"), profile }).unwrap()
    }

    fn join(number: u128, role: TeamRole) -> Command {
        Command::Join { teacher: person(number), role, on: day("2021-09-01") }
    }

    #[test]
    fn a_team_has_one_leader() {
        let mut events = approved();
        events.extend(decide_given::<Team>(&events, &join(1, TeamRole::Leader)).unwrap());
        assert_eq!(decide_given::<Team>(&events, &join(2, TeamRole::Leader)), Err(Rejection::HasALeader));
        assert_eq!(decide_given::<Team>(&events, &join(1, TeamRole::Leader)), Ok(vec![]));
        let leave = Command::Leave { teacher: person(1), last_day: day("2023-01-31") };
        events.extend(decide_given::<Team>(&events, &leave).unwrap());
        assert!(decide_given::<Team>(&events, &join(2, TeamRole::Leader)).is_ok());
    }

    #[test]
    fn nobody_joins_before_the_approval_or_leaves_without_being_a_member() {
        let early = Command::Join { teacher: person(1), role: TeamRole::Core, on: day("2021-08-01") };
        assert_eq!(decide_given::<Team>(&approved(), &early), Err(Rejection::BeforeApproval));
        let leave = Command::Leave { teacher: person(1), last_day: day("2023-01-31") };
        assert_eq!(decide_given::<Team>(&approved(), &leave), Err(Rejection::NotAMember));
    }

    #[test]
    fn a_team_sent_to_rectify_can_be_accepted_later() {
        let mut events = approved();
        let reason = Reason::parse("too few members").unwrap();
        let rectify = Command::SendToRectify { on: day("2023-06-22"), reason };
        events.extend(decide_given::<Team>(&events, &rectify).unwrap());
        let accept = |grade| Command::Accept { on: day("2024-06-22"), grade };
        events.extend(decide_given::<Team>(&events, &accept(TeamGrade::Pass)).unwrap());
        assert_eq!(decide_given::<Team>(&events, &accept(TeamGrade::Good)), Err(Rejection::AcceptedOtherwise));
    }
}

//! The write model of an organisation: a school, base, enterprise or authority.

use contracts::{Refused, Rejects};
use decider::Decider;
use events::{OrganisationEvent, OrganisationProfile};
use kernel::vocabulary::OrganisationKind;
use kernel::{Day, EventId, Name, OrganisationId, Reason};

/// What can be asked of an organisation's record.
#[derive(Debug, Clone)]
pub enum Command {
    /// Put it on the register.
    Register {
        /// The day of registration.
        on: Day,
        /// What it is.
        profile: OrganisationProfile,
    },
    /// Give it another name.
    Rename {
        /// The first day of the new name.
        on: Day,
        /// The new name.
        name: Name,
    },
    /// Make it part of another.
    Merge {
        /// The first day it is part of the other.
        on: Day,
        /// The other.
        into: OrganisationId,
    },
    /// Close it.
    Close {
        /// The last day.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Report staff.
    ReportHeadcount {
        /// The day the count refers to.
        on: Day,
        /// Full-time teachers.
        full_time: u32,
        /// Of these, specialised-course teachers.
        specialised: u32,
        /// Part-time teachers.
        part_time: u32,
    },
    /// Report students.
    ReportEnrolment {
        /// The day the count refers to.
        on: Day,
        /// Full-time students.
        full_time: u32,
    },
}

/// The domain saying no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Rejection {
    /// There is no organisation under this id.
    #[error("there is no organisation under this id")]
    NotRegistered,
    /// It is on the register as something else.
    #[error("the organisation is on the register with other particulars; rename it instead")]
    RegisteredOtherwise,
    /// It has been closed or merged.
    #[error("the organisation has been closed or merged")]
    Closed,
    /// A school needs its code and education level.
    #[error("a school needs its 10-digit code and its education level")]
    SchoolParticularsMissing,
    /// There are more specialised-course teachers than full-time teachers.
    #[error("there are more specialised-course teachers than full-time teachers")]
    PartAboveWhole,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotRegistered => Refused::Absent,
            Self::RegisteredOtherwise | Self::Closed => Refused::Conflict,
            Self::SchoolParticularsMissing | Self::PartAboveWhole => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::SchoolParticularsMissing => Some("school_code".to_owned()),
            Self::PartAboveWhole => Some("specialised".to_owned()),
            _ => None,
        }
    }
}

/// An organisation's record.
#[derive(Debug, Clone, Default)]
pub enum State {
    /// Not on the register.
    #[default]
    Absent,
    /// At work.
    Active(OrganisationProfile),
    /// Closed or merged.
    Closed,
}

/// The write model.
#[derive(Debug)]
pub struct Organisation;

impl Decider for Organisation {
    type State = State;
    type Command = Command;
    type Event = OrganisationEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<OrganisationEvent>, Rejection> {
        match (command, state) {
            (Command::Register { on, profile }, State::Absent) => {
                let school = profile.kind == OrganisationKind::School;
                if school && (profile.school_code.is_none() || profile.education_level.is_none()) {
                    return Err(Rejection::SchoolParticularsMissing);
                }
                Ok(vec![OrganisationEvent::Registered { on: *on, profile: profile.clone() }])
            }
            (Command::Register { profile, .. }, State::Active(known)) if profile == known => Ok(vec![]),
            (Command::Register { .. }, State::Active(_)) => Err(Rejection::RegisteredOtherwise),
            (_, State::Absent) => Err(Rejection::NotRegistered),
            (_, State::Closed) => Err(Rejection::Closed),
            (Command::Rename { name, .. }, State::Active(known)) if *name == known.name => Ok(vec![]),
            (Command::Rename { on, name }, State::Active(_)) => {
                Ok(vec![OrganisationEvent::Renamed { on: *on, name: name.clone() }])
            }
            (Command::Merge { on, into }, State::Active(_)) => {
                Ok(vec![OrganisationEvent::Merged { on: *on, into: *into }])
            }
            (Command::Close { on, reason }, State::Active(_)) => {
                Ok(vec![OrganisationEvent::Closed { on: *on, reason: reason.clone() }])
            }
            (Command::ReportHeadcount { full_time, specialised, .. }, State::Active(_)) if specialised > full_time => {
                Err(Rejection::PartAboveWhole)
            }
            (Command::ReportHeadcount { on, full_time, specialised, part_time }, State::Active(_)) => {
                Ok(vec![OrganisationEvent::HeadcountReported {
                    on: *on,
                    full_time: *full_time,
                    specialised: *specialised,
                    part_time: *part_time,
                }])
            }
            (Command::ReportEnrolment { on, full_time }, State::Active(_)) => {
                Ok(vec![OrganisationEvent::EnrolmentReported { on: *on, full_time: *full_time }])
            }
        }
    }

    fn evolve(state: &mut State, event: &OrganisationEvent, _: EventId) {
        match event {
            OrganisationEvent::Registered { profile, .. } => *state = State::Active(profile.clone()),
            OrganisationEvent::Renamed { name, .. } => {
                if let State::Active(profile) = state {
                    profile.name = name.clone();
                }
            }
            OrganisationEvent::Merged { .. } | OrganisationEvent::Closed { .. } => *state = State::Closed,
            OrganisationEvent::HeadcountReported { .. } | OrganisationEvent::EnrolmentReported { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use decider::decide_given;
    use kernel::code::{Division, SchoolCode};
    use kernel::vocabulary::EducationLevel;

    use super::*;

    fn school() -> OrganisationProfile {
        OrganisationProfile {
            kind: OrganisationKind::School,
            name: Name::parse("闽江中等职业学校").unwrap(),
            school_code: Some(SchoolCode::parse("3635010012").unwrap()),
            education_level: Some(EducationLevel::Secondary),
            division: Division::parse("350100").unwrap(),
            reports_to: None,
        }
    }

    fn register(profile: OrganisationProfile) -> Command {
        Command::Register { on: Day::MIN, profile }
    }

    #[test]
    fn a_school_is_registered_once() {
        let events = decide_given::<Organisation>(&[], &register(school())).unwrap();
        assert_eq!(decide_given::<Organisation>(&events, &register(school())), Ok(vec![]));
        let other = OrganisationProfile { division: Division::parse("350200").unwrap(), ..school() };
        assert_eq!(decide_given::<Organisation>(&events, &register(other)), Err(Rejection::RegisteredOtherwise));
    }

    #[test]
    fn a_school_needs_its_code() {
        let bare = OrganisationProfile { school_code: None, ..school() };
        assert_eq!(decide_given::<Organisation>(&[], &register(bare)), Err(Rejection::SchoolParticularsMissing));
    }

    #[test]
    fn a_closed_school_reports_nothing_more() {
        let mut events = decide_given::<Organisation>(&[], &register(school())).unwrap();
        let reason = Reason::parse("merged").unwrap();
        events.extend(decide_given::<Organisation>(&events, &Command::Close { on: Day::MIN, reason }).unwrap());
        let report = Command::ReportEnrolment { on: Day::MIN, full_time: 1 };
        assert_eq!(decide_given::<Organisation>(&events, &report), Err(Rejection::Closed));
    }
}

//! The write model of an approved site.

use std::collections::BTreeMap;

use contracts::{Refused, Rejects};
use decider::Decider;
use events::{SiteEvent, SiteProfile};
use kernel::{Day, Document, EventId, Period, Reason};

/// What can be asked of a site's record.
#[derive(Debug, Clone)]
pub enum Command {
    /// Approve the site for a period.
    Approve {
        /// What the site is.
        profile: SiteProfile,
        /// When the approval holds.
        period: Period,
        /// The decision.
        document: Option<Document>,
    },
    /// Approve it for a further period.
    Renew {
        /// When the further approval holds.
        period: Period,
        /// The decision.
        document: Option<Document>,
    },
    /// Withdraw approval.
    Withdraw {
        /// The first day on which it is no longer approved.
        on: Day,
        /// Why.
        reason: Reason,
    },
    /// Void an approval that was recorded in error.
    VoidApproval {
        /// The approval.
        approval: EventId,
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
    /// There is no site under this id.
    #[error("there is no site under this id; approve it first")]
    NotApproved,
    /// The site is on record with other particulars.
    #[error("the site is on record under this code with other particulars")]
    ApprovedOtherwise,
    /// The approval overlaps another one.
    #[error("the period overlaps an approval that is on record")]
    ApprovalOverlaps,
    /// The site is not approved on that day.
    #[error("the site is not approved on that day")]
    NotApprovedThen,
    /// There is no such approval.
    #[error("there is no such approval")]
    NoSuchApproval,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotApproved | Self::NoSuchApproval => Refused::Absent,
            Self::ApprovedOtherwise | Self::ApprovalOverlaps | Self::NotApprovedThen => Refused::Conflict,
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::ApprovedOtherwise => "profile",
            Self::ApprovalOverlaps => "period",
            Self::NotApprovedThen => "on",
            _ => return None,
        };
        Some(field.to_owned())
    }
}

/// A site's record: what it is, and the approvals that stand.
#[derive(Debug, Clone, Default)]
pub struct State {
    profile: Option<SiteProfile>,
    approvals: BTreeMap<EventId, Period>,
}

/// The write model.
#[derive(Debug)]
pub struct Site;

impl Decider for Site {
    type State = State;
    type Command = Command;
    type Event = SiteEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<SiteEvent>, Rejection> {
        match (command, &state.profile) {
            (Command::Approve { profile, .. }, Some(known)) if profile != known => Err(Rejection::ApprovedOtherwise),
            (Command::Approve { period, .. }, Some(_)) if state.holds(*period) => Ok(vec![]),
            (Command::Approve { profile, period, document }, _) => {
                state.free(*period)?;
                let (profile, document) = (profile.clone(), document.clone());
                Ok(vec![SiteEvent::Approved { profile, period: *period, document }])
            }
            (_, None) => Err(Rejection::NotApproved),
            (Command::Renew { period, .. }, Some(_)) if state.holds(*period) => Ok(vec![]),
            (Command::Renew { period, document }, Some(_)) => {
                state.free(*period)?;
                Ok(vec![SiteEvent::Renewed { period: *period, document: document.clone() }])
            }
            (Command::Withdraw { on, reason }, Some(_)) => {
                if state.approvals.values().any(|period| period.contains(*on)) {
                    Ok(vec![SiteEvent::Withdrawn { on: *on, reason: reason.clone() }])
                } else {
                    Err(Rejection::NotApprovedThen)
                }
            }
            (Command::VoidApproval { approval, on, reason }, Some(_)) => {
                if !state.approvals.contains_key(approval) {
                    return Err(Rejection::NoSuchApproval);
                }
                Ok(vec![SiteEvent::ApprovalVoided { on: *on, approval: *approval, reason: reason.clone() }])
            }
        }
    }

    fn evolve(state: &mut State, event: &SiteEvent, id: EventId) {
        match event {
            SiteEvent::Approved { profile, period, .. } => {
                state.profile = Some(profile.clone());
                state.approvals.insert(id, *period);
            }
            SiteEvent::Renewed { period, .. } => drop(state.approvals.insert(id, *period)),
            SiteEvent::Withdrawn { on, .. } => {
                // The approval that it lies in. One of a later stretch is a decision of its own, whichever was recorded first.
                state.approvals.retain(|_, period| period.from() != *on);
                for period in state.approvals.values_mut().filter(|period| period.contains(*on)) {
                    *period = Period::new(period.from(), Some(on.previous())).unwrap_or(*period);
                }
            }
            SiteEvent::ApprovalVoided { approval, .. } => drop(state.approvals.remove(approval)),
        }
    }
}

impl State {
    /// What the site is; none when there is no such site.
    pub fn profile(&self) -> Option<&SiteProfile> {
        self.profile.as_ref()
    }

    /// The approvals that stand, by the ids of the events that recorded them.
    pub fn approvals(&self) -> impl Iterator<Item = (EventId, Period)> {
        self.approvals.iter().map(|(id, period)| (*id, *period))
    }

    fn holds(&self, period: Period) -> bool {
        self.approvals.values().any(|known| *known == period)
    }

    fn free(&self, period: Period) -> Result<(), Rejection> {
        let overlaps = self.approvals.values().any(|known| known.overlaps(period));
        if overlaps { Err(Rejection::ApprovalOverlaps) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use decider::{decide_given, fact};
    use kernel::Name;
    use kernel::code::{Division, SiteCode};
    use kernel::vocabulary::SiteKind;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn period(from: &str, to: Option<&str>) -> Period {
        Period::new(day(from), to.map(day)).unwrap()
    }

    fn approve(period: Period) -> Command {
        let profile = SiteProfile {
            code: SiteCode::parse("S-FJ-13").unwrap(),
            name: Name::parse("福州海洋工程企业实践流动站").unwrap(),
            kind: SiteKind::PracticeStation,
            division: Division::parse("350100").unwrap(),
            organiser: None,
            enterprise: None,
            specialties: vec![],
            demonstration: false,
        };
        Command::Approve { profile, period, document: None }
    }

    fn approved() -> Vec<SiteEvent> {
        decide_given::<Site>(&[], &approve(period("2018-03-01", Some("2023-02-28")))).unwrap()
    }

    #[test]
    fn an_approval_handed_in_twice_stands_once() {
        assert_eq!(decide_given::<Site>(&approved(), &approve(period("2018-03-01", Some("2023-02-28")))), Ok(vec![]));
    }

    #[test]
    fn a_renewal_begins_after_the_approval_ended() {
        let renew = |from| Command::Renew { period: period(from, None), document: None };
        assert_eq!(decide_given::<Site>(&approved(), &renew("2023-02-28")), Err(Rejection::ApprovalOverlaps));
        assert_eq!(decide_given::<Site>(&approved(), &renew("2023-03-01")).unwrap().len(), 1);
    }

    #[test]
    fn only_what_is_approved_that_day_can_be_withdrawn() {
        let withdraw = |on| Command::Withdraw { on: day(on), reason: Reason::parse("closed").unwrap() };
        assert_eq!(decide_given::<Site>(&approved(), &withdraw("2023-03-01")), Err(Rejection::NotApprovedThen));
        let mut events = approved();
        events.extend(decide_given::<Site>(&events, &withdraw("2020-01-01")).unwrap());
        assert_eq!(decide_given::<Site>(&events, &withdraw("2020-01-01")), Err(Rejection::NotApprovedThen));
        let renew = Command::Renew { period: period("2020-01-01", None), document: None };
        assert!(decide_given::<Site>(&events, &renew).is_ok());
    }

    #[test]
    fn a_voided_approval_makes_room_for_the_right_one() {
        let void = Command::VoidApproval { approval: fact(0), on: Day::MIN, reason: Reason::parse("typo").unwrap() };
        let mut events = approved();
        events.extend(decide_given::<Site>(&events, &void).unwrap());
        assert!(decide_given::<Site>(&events, &approve(period("2018-03-01", Some("2024-02-29")))).is_ok());
    }
}

//! The write model of an account.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{Refused, Rejects};
use decider::Decider;
use events::AccountEvent;
use kernel::vocabulary::{AccountKind, Capacity};
use kernel::{Agent, Day, EventId, OrganisationId, Period, Reason, TeacherId};

/// What can be asked of an account's record.
#[derive(Debug, Clone)]
pub enum Command {
    /// Open the account.
    Open {
        /// The day.
        on: Day,
        /// The name under which it acts.
        agent: Agent,
        /// Whether it is a person's or a machine's.
        kind: AccountKind,
        /// The person whose own record it opens.
        person: Option<TeacherId>,
    },
    /// Grant a role.
    Grant {
        /// The day of the decision.
        on: Day,
        /// The role.
        role: Capacity,
        /// The organisation it is held at; none for a role of the nation.
        organisation: Option<OrganisationId>,
        /// The days on which it is held.
        period: Period,
    },
    /// End a role.
    EndGrant {
        /// The event that granted it.
        grant: EventId,
        /// The last day on which it is held; the day before its first one when it is not to have been held at all.
        last_day: Day,
        /// Why.
        reason: Reason,
    },
    /// Say which account somebody at an identity provider is.
    Link {
        /// The day.
        on: Day,
        /// The SHA-256, in hexadecimal, of who they are there.
        identity: String,
    },
    /// Close the account for good.
    Close {
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
    /// There is no account under this id.
    #[error("there is no account under this id; open it first")]
    NotOpened,
    /// The account is on record with other particulars.
    #[error("the account is on record with other particulars")]
    OpenedOtherwise,
    /// The account has been closed.
    #[error("the account has been closed")]
    AccountIsClosed,
    /// A machine is nobody.
    #[error("a machine's account opens no person's record")]
    MachineIsNobody,
    /// The machine itself acts under this name.
    #[error("the machine itself acts under this name; choose another")]
    ReservedName,
    /// What a teacher may do follows from the person of the account.
    #[error("what a teacher may do follows from the person of the account; it is not granted")]
    TeacherIsNotGranted,
    /// The role is held at an organisation.
    #[error("this role is held at an organisation; say at which")]
    NeedsAnOrganisation,
    /// The role is of the nation.
    #[error("this role is of the whole nation; it is held at no organisation")]
    RoleOfTheNation,
    /// The account holds that role there already, on some of these days.
    #[error("the account holds this role there on some of these days already")]
    HeldAlready,
    /// The account has no such role.
    #[error("no such role was granted to this account")]
    NotGranted,
    /// The last day does not lie within the days on which the role is held.
    #[error("the last day does not lie within the days on which the role is held")]
    OutsideThePeriod,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotOpened => Refused::Absent,
            Self::OpenedOtherwise | Self::AccountIsClosed | Self::HeldAlready => Refused::Conflict,
            Self::MachineIsNobody
            | Self::ReservedName
            | Self::TeacherIsNotGranted
            | Self::NeedsAnOrganisation
            | Self::RoleOfTheNation
            | Self::NotGranted
            | Self::OutsideThePeriod => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::NotOpened | Self::OpenedOtherwise | Self::AccountIsClosed => return None,
            Self::MachineIsNobody => "person",
            Self::ReservedName => "agent",
            Self::TeacherIsNotGranted => "role",
            Self::NeedsAnOrganisation | Self::RoleOfTheNation => "organisation",
            Self::HeldAlready => "period",
            Self::NotGranted => "grant",
            Self::OutsideThePeriod => "last_day",
        };
        Some(field.to_owned())
    }
}

/// An account's record.
#[derive(Debug, Clone, Default)]
pub enum State {
    /// Not opened.
    #[default]
    Absent,
    /// Somebody can sign in with it.
    Open(Opened),
    /// Closed.
    Closed,
}

/// An open account.
#[derive(Debug, Clone)]
pub struct Opened {
    agent: Agent,
    kind: AccountKind,
    person: Option<TeacherId>,
    grants: BTreeMap<EventId, Granted>,
    /// What was ended before its first day, with the last day that was given: it was never held.
    never_held: BTreeMap<EventId, Day>,
    /// Who at an identity provider it is.
    identities: BTreeSet<String>,
}

/// A role that was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    /// The role.
    pub role: Capacity,
    /// The organisation it is held at; none for a role of the nation.
    pub organisation: Option<OrganisationId>,
    /// The days on which it is held, as they stand now.
    pub period: Period,
}

/// The write model.
#[derive(Debug)]
pub struct Account;

impl Decider for Account {
    type State = State;
    type Command = Command;
    type Event = AccountEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<AccountEvent>, Rejection> {
        match (command, state) {
            (Command::Close { .. }, State::Closed) => Ok(vec![]),
            (_, State::Closed) => Err(Rejection::AccountIsClosed),
            (Command::Open { kind: AccountKind::Service, person: Some(_), .. }, _) => Err(Rejection::MachineIsNobody),
            (Command::Open { agent, .. }, _) if agent.is_reserved() => Err(Rejection::ReservedName),
            (Command::Open { on, agent, kind, person }, State::Absent) => {
                Ok(vec![AccountEvent::Opened { on: *on, agent: agent.clone(), kind: *kind, person: *person }])
            }
            (_, State::Absent) => Err(Rejection::NotOpened),
            (Command::Open { agent, kind, person, .. }, State::Open(known)) => {
                let same = (agent, kind, person) == (&known.agent, &known.kind, &known.person);
                if same { Ok(vec![]) } else { Err(Rejection::OpenedOtherwise) }
            }
            (Command::Grant { on, role, organisation, period }, State::Open(account)) => {
                account.grant(*on, Granted { role: *role, organisation: *organisation, period: *period })
            }
            (Command::EndGrant { grant, last_day, reason }, State::Open(account)) => {
                account.end(*grant, *last_day, reason)
            }
            (Command::Link { on, identity }, State::Open(account)) => match account.identities.contains(identity) {
                true => Ok(vec![]),
                false => Ok(vec![AccountEvent::IdentityLinked { on: *on, identity: identity.clone() }]),
            },
            (Command::Close { on, reason }, State::Open(_)) => {
                Ok(vec![AccountEvent::Closed { on: *on, reason: reason.clone() }])
            }
        }
    }

    fn evolve(state: &mut State, event: &AccountEvent, id: EventId) {
        match (event, state) {
            (AccountEvent::Opened { agent, kind, person, .. }, state) => {
                *state = State::Open(Opened::new(agent.clone(), *kind, *person));
            }
            (AccountEvent::Closed { .. }, state) => *state = State::Closed,
            (AccountEvent::RoleGranted { role, organisation, period, .. }, State::Open(account)) => {
                let granted = Granted { role: *role, organisation: *organisation, period: *period };
                account.grants.insert(id, granted);
            }
            (AccountEvent::RoleEnded { last_day, grant, .. }, State::Open(account)) => {
                account.ended(*grant, *last_day);
            }
            (AccountEvent::IdentityLinked { identity, .. }, State::Open(account)) => {
                account.identities.insert(identity.clone());
            }
            (_, State::Absent | State::Closed) => {}
        }
    }
}

impl Opened {
    fn new(agent: Agent, kind: AccountKind, person: Option<TeacherId>) -> Self {
        let (grants, never_held, identities) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Self { agent, kind, person, grants, never_held, identities }
    }

    /// The name under which it acts.
    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    /// Whether it is a person's or a machine's.
    pub fn kind(&self) -> AccountKind {
        self.kind
    }

    /// The person whose own record it opens.
    pub fn person(&self) -> Option<TeacherId> {
        self.person
    }

    /// The roles that were granted and held, by the events that granted them.
    pub fn grants(&self) -> impl Iterator<Item = (EventId, Granted)> {
        self.grants.iter().map(|(id, granted)| (*id, *granted))
    }

    fn grant(&self, on: Day, wanted: Granted) -> Result<Vec<AccountEvent>, Rejection> {
        let Granted { role, organisation, period } = wanted;
        match (role, organisation) {
            (Capacity::Teacher, _) => return Err(Rejection::TeacherIsNotGranted),
            (role, Some(_)) if is_of_the_nation(role) => return Err(Rejection::RoleOfTheNation),
            (role, None) if !is_of_the_nation(role) => return Err(Rejection::NeedsAnOrganisation),
            _ => {}
        }
        let there = self.grants.values().filter(|held| (held.role, held.organisation) == (role, organisation));
        let overlapping: Vec<_> = there.filter(|held| held.period.overlaps(period)).collect();
        match overlapping.as_slice() {
            [] => Ok(vec![AccountEvent::RoleGranted { on, role, organisation, period }]),
            [held] if held.period == period => Ok(vec![]),
            _ => Err(Rejection::HeldAlready),
        }
    }

    fn end(&self, grant: EventId, last_day: Day, reason: &Reason) -> Result<Vec<AccountEvent>, Rejection> {
        match self.grants.get(&grant) {
            None => match self.never_held.get(&grant) {
                None => Err(Rejection::NotGranted),
                Some(known) if *known == last_day => Ok(vec![]),
                Some(_) => Err(Rejection::OutsideThePeriod),
            },
            Some(held) if held.period.to() == Some(last_day) => Ok(vec![]),
            Some(held) if !held.period.contains(last_day) && last_day != held.period.from().previous() => {
                Err(Rejection::OutsideThePeriod)
            }
            Some(_) => Ok(vec![AccountEvent::RoleEnded { last_day, grant, reason: reason.clone() }]),
        }
    }

    /// A role ended before its first day is held on none.
    fn ended(&mut self, grant: EventId, last_day: Day) {
        let Some(granted) = self.grants.get_mut(&grant) else { return };
        match Period::new(granted.period.from(), Some(last_day)) {
            Ok(period) => granted.period = period,
            Err(_) => {
                self.grants.remove(&grant);
                self.never_held.insert(grant, last_day);
            }
        }
    }
}

/// Whether the role is held over the whole nation, and so at no organisation.
pub fn is_of_the_nation(role: Capacity) -> bool {
    match role {
        Capacity::Ministry | Capacity::Auditor | Capacity::Operator => true,
        Capacity::BaseClerk
        | Capacity::SchoolHr
        | Capacity::CityAuthority
        | Capacity::ProvincialAuthority
        | Capacity::Teacher => false,
    }
}

#[cfg(test)]
mod tests;

//! The write model of a version of a rule pack.

use contracts::{Refused, Rejects};
use decider::Decider;
use events::PackEvent;
use kernel::{Day, EventId, Name, Reason};

/// What can be asked of a pack's record.
#[derive(Debug, Clone)]
pub enum Command {
    /// Publish the pack.
    Publish {
        /// The day.
        on: Day,
        /// The pack, byte for byte as in its file.
        content: String,
    },
    /// Retire it.
    Retire {
        /// The last day on which it applies.
        on: Day,
        /// Why.
        reason: Reason,
    },
}

/// The domain saying no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Rejection {
    /// There is no pack under this id.
    #[error("there is no pack under this id")]
    NotPublished,
    /// Another content was published as this version.
    #[error("another content was published as this version; raise the version")]
    PublishedOtherwise,
    /// The pack was retired.
    #[error("the pack was retired")]
    Retired,
    /// The content is not a valid pack.
    #[error("not a valid pack: {0}")]
    NotAPack(String),
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotPublished => Refused::Absent,
            Self::PublishedOtherwise | Self::Retired => Refused::Conflict,
            Self::NotAPack(_) => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::NotAPack(_)).then(|| "content".to_owned())
    }
}

/// How far a pack has come.
#[derive(Debug, Clone, Default)]
pub enum State {
    /// Not published.
    #[default]
    Absent,
    /// Published with this content.
    Published(String),
    /// Retired.
    Retired {
        /// The content.
        content: String,
        /// The last day on which it applies.
        last_day: Day,
    },
}

impl State {
    /// The pack as published, if it applies on the day.
    pub fn on(&self, day: Day) -> Option<&str> {
        match self {
            Self::Absent => None,
            Self::Published(content) => Some(content),
            Self::Retired { content, last_day } => (day <= *last_day).then_some(content),
        }
    }
}

/// The write model.
#[derive(Debug)]
pub struct RulePack;

impl Decider for RulePack {
    type State = State;
    type Command = Command;
    type Event = PackEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<PackEvent>, Rejection> {
        match (command, state) {
            (Command::Publish { on, content }, State::Absent) => publish(*on, content),
            (Command::Publish { content, .. }, State::Published(known)) => {
                if content == known {
                    Ok(vec![])
                } else {
                    Err(Rejection::PublishedOtherwise)
                }
            }
            (Command::Publish { .. }, State::Retired { .. }) => Err(Rejection::Retired),
            (Command::Retire { .. }, State::Absent) => Err(Rejection::NotPublished),
            (Command::Retire { on, reason }, State::Published(_)) => {
                Ok(vec![PackEvent::Retired { on: *on, reason: reason.clone() }])
            }
            (Command::Retire { .. }, State::Retired { .. }) => Ok(vec![]),
        }
    }

    fn evolve(state: &mut State, event: &PackEvent, _: EventId) {
        *state = match (event, std::mem::take(state)) {
            (PackEvent::Published { content, .. }, _) => State::Published(content.clone()),
            (PackEvent::Retired { on, .. }, State::Published(content)) => State::Retired { content, last_day: *on },
            (PackEvent::Retired { .. }, known) => known,
        };
    }
}

fn publish(on: Day, content: &str) -> Result<Vec<PackEvent>, Rejection> {
    let pack = standards::Pack::parse(content).map_err(|fault| Rejection::NotAPack(fault.to_string()))?;
    let name = Name::parse(&pack.name).map_err(|fault| Rejection::NotAPack(fault.to_string()))?;
    Ok(vec![PackEvent::Published { on, name, version: pack.version, content: content.to_owned() }])
}

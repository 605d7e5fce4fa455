//! The write model of an import: a batch of rows that arrived together.

use contracts::{Refused, Rejects};
use decider::Decider;
use events::{ImportEvent, ImportedFile};
use kernel::{Day, EventId, Reason};

/// What can be asked of an import.
#[derive(Debug, Clone)]
pub enum Command {
    /// The files arrived and every row was read.
    Receive {
        /// The day.
        on: Day,
        /// The files.
        files: Vec<ImportedFile>,
    },
    /// Every row was recorded.
    Confirm {
        /// The day.
        on: Day,
        /// Rows that recorded something new.
        recorded: u64,
        /// Rows that were on record already.
        known: u64,
    },
    /// Every fact of the import has been voided.
    Undo {
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
    /// There is no import under this id.
    #[error("there is no import under this id")]
    NotReceived,
    /// The import has been undone.
    #[error("the import has been undone")]
    Undone,
}

impl Rejects for Rejection {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn refused(&self) -> Refused {
        match self {
            Self::NotReceived => Refused::Absent,
            Self::Undone => Refused::Conflict,
        }
    }
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    /// Not received.
    #[default]
    Absent,
    /// Received.
    Received,
    /// Confirmed.
    Confirmed,
    /// Undone.
    Undone,
}

/// The write model.
#[derive(Debug)]
pub struct Import;

impl Decider for Import {
    type State = State;
    type Command = Command;
    type Event = ImportEvent;
    type Rejection = Rejection;

    fn decide(state: &State, command: &Command) -> Result<Vec<ImportEvent>, Rejection> {
        match (command, state) {
            (Command::Receive { on, files }, State::Absent) => {
                Ok(vec![ImportEvent::Received { on: *on, files: files.clone() }])
            }
            (Command::Receive { .. }, State::Received | State::Confirmed) => Ok(vec![]),
            (Command::Undo { .. }, State::Undone) => Ok(vec![]),
            (_, State::Undone) => Err(Rejection::Undone),
            (_, State::Absent) => Err(Rejection::NotReceived),
            (Command::Confirm { on, recorded, known }, State::Received) => {
                Ok(vec![ImportEvent::Confirmed { on: *on, recorded: *recorded, known: *known }])
            }
            (Command::Confirm { .. }, State::Confirmed) => Ok(vec![]),
            (Command::Undo { on, reason }, State::Received | State::Confirmed) => {
                Ok(vec![ImportEvent::Undone { on: *on, reason: reason.clone() }])
            }
        }
    }

    fn evolve(state: &mut State, event: &ImportEvent, _: EventId) {
        *state = match event {
            ImportEvent::Received { .. } => State::Received,
            ImportEvent::Confirmed { .. } => State::Confirmed,
            ImportEvent::Undone { .. } => State::Undone,
        };
    }
}

#[cfg(test)]
mod tests {
    use decider::decide_given;

    use super::*;

    #[test]
    fn an_import_is_received_and_confirmed_once() {
        let receive = Command::Receive { on: Day::MIN, files: vec![] };
        let confirm = Command::Confirm { on: Day::MIN, recorded: 3, known: 0 };
        assert_eq!(decide_given::<Import>(&[], &confirm), Err(Rejection::NotReceived));
        let mut events = decide_given::<Import>(&[], &receive).unwrap();
        events.extend(decide_given::<Import>(&events, &confirm).unwrap());
        assert_eq!(decide_given::<Import>(&events, &confirm), Ok(vec![]));
        assert_eq!(decide_given::<Import>(&events, &receive), Ok(vec![]));
    }
}

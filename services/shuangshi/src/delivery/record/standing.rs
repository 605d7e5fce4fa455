//! Whether what a row recorded once still stands.
//!
//! A row that was recorded before is answered from its command's id, and nothing is decided again. That keeps a late
//! retry from bringing back what was voided; it does not make what was voided known.

use decider::Decider;
use eventlog::StreamId;

use crate::outcome::Trouble;
use crate::registry::Registry;

/// A stream's state, loaded once for all rows about it.
pub(super) struct Standing<D: Decider>(Option<D::State>);

impl<D: Decider> Default for Standing<D> {
    fn default() -> Self {
        Self(None)
    }
}

impl<D: Decider> Standing<D> {
    /// The state, loaded where it is not at hand.
    pub(super) async fn state(&mut self, registry: &Registry, stream: &StreamId) -> Result<&D::State, Trouble> {
        let state = match self.0.take() {
            Some(state) => state,
            None => registry.app().log().load::<D>(stream).await?.0,
        };
        Ok(self.0.insert(state))
    }

    /// Something was recorded in the stream.
    pub(super) fn outdated(&mut self) {
        self.0 = None;
    }

    /// Refuses a row that was recorded before, unless what it says still stands.
    pub(super) async fn require(
        &mut self,
        registry: &Registry,
        stream: &StreamId,
        command: &D::Command,
    ) -> Result<(), Trouble> {
        let is_at_hand = self.0.is_some();
        let mut said = still_says::<D>(self.state(registry, stream).await?, command);
        if said.is_err() && is_at_hand {
            // Another import of the same files may have recorded the row after the state was loaded.
            self.outdated();
            said = still_says::<D>(self.state(registry, stream).await?, command);
        }
        said.map_err(Trouble::No)
    }
}

/// What the write model would answer today: nothing to record where the fact stands.
fn still_says<D: Decider>(state: &D::State, command: &D::Command) -> Result<(), String> {
    const NOT_AGAIN: &str = "it is not recorded again; take the row out, or, where it is right, correct the register";
    match D::decide(state, command) {
        Ok(events) if events.is_empty() => Ok(()),
        Ok(_) => Err(format!("the row was recorded before and has been voided or withdrawn since; {NOT_AGAIN}")),
        Err(rejection) => {
            Err(format!("the row was recorded before, and the register has changed since: {rejection}; {NOT_AGAIN}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use decider::fact;
    use events::{Credential, Sealed, SealedIdentity, TeacherEvent};
    use kernel::vocabulary::CredentialKind;
    use kernel::{Day, Reason};
    use teachers::teacher::{Command, Teacher};

    use super::*;

    fn after(events: &[TeacherEvent]) -> <Teacher as Decider>::State {
        let mut state = <Teacher as Decider>::State::default();
        for (index, event) in events.iter().enumerate() {
            Teacher::evolve(&mut state, event, fact(index));
        }
        state
    }

    fn certificate() -> Credential {
        Credential {
            kind: CredentialKind::TeacherCertificate,
            obtained_on: Day::MIN,
            grade: None,
            rank: None,
            number: None,
            sealed_number: None,
        }
    }

    #[test]
    fn a_credential_says_what_it_said_until_it_is_voided() {
        let reason = || Reason::parse("typo").unwrap();
        let name = Sealed { suite: 1, blob: String::new() };
        let identity = SealedIdentity { name, citizen_id: None };
        let mut events =
            vec![TeacherEvent::Registered { on: Day::MIN, identity }, TeacherEvent::CredentialRecorded(certificate())];
        let says = |events: &[_]| still_says::<Teacher>(&after(events), &Command::RecordCredential(certificate()));
        assert_eq!(says(&events), Ok(()));
        events.push(TeacherEvent::FactVoided { on: Day::MIN, fact: fact(1), reason: reason() });
        assert!(says(&events).unwrap_err().contains("has been voided"));
        events.push(TeacherEvent::Erased { on: Day::MIN, reason: reason() });
        assert!(says(&events).unwrap_err().contains("has changed since"));
    }
}

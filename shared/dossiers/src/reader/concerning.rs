//! Where in the log something about one person stands, and who has been erased or is restricted.

use std::collections::BTreeSet;

use eventlog::{ViewError, args};
use kernel::{EventId, PlacementId, RecognitionId, SessionId, TeacherId};

use super::Dossiers;
use crate::Entry;
use crate::projection::parse_json;

/// The things whose streams say something about one person, whatever became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concerning {
    /// The entries of the register that are this person.
    pub entries: BTreeSet<TeacherId>,
    /// The sessions whose rosters had the person.
    pub sessions: BTreeSet<SessionId>,
    /// The placements of the person.
    pub placements: BTreeSet<PlacementId>,
    /// The recognitions that were applied for.
    pub recognitions: BTreeSet<RecognitionId>,
}

/// Of whom nothing may be told, in the order of their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closed {
    /// Who has been erased.
    pub erased: Vec<TeacherId>,
    /// Whose processing is restricted to storage.
    pub restricted: Vec<TeacherId>,
}

impl Dossiers {
    /// The things whose streams say something about this person, as known at a position; none to whoever may not see
    /// the person.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn concerning(&self, teacher: TeacherId, known: u64) -> Result<Option<Concerning>, ViewError> {
        if !self.knows(teacher, known).await? {
            return Ok(None);
        }
        let identities = self.identities(&BTreeSet::from([teacher]), known).await?;
        let mut found = Concerning { entries: identities.person(teacher), ..Concerning::default() };
        for entry in found.entries.clone() {
            for row in self.fetch(include_str!("../sql/entries_of.sql"), args![entry, known]).await? {
                if let Entry::Attended { session, .. } = parse_json(row.text(1)?)? {
                    found.sessions.insert(session);
                }
            }
            for row in self.fetch(include_str!("../sql/placements_by_teacher.sql"), args![entry]).await? {
                found.placements.insert(row.parse(0)?);
            }
            for row in self.fetch(include_str!("../sql/recognitions_by_teacher.sql"), args![entry]).await? {
                found.recognitions.insert(row.parse(0)?);
            }
        }
        Ok(Some(found))
    }

    /// Under which of a person's entries a session or placement was recorded by an event; none when under none.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn recorded_under(&self, teacher: TeacherId, fact: EventId) -> Result<Option<TeacherId>, ViewError> {
        let identities = self.identities(&BTreeSet::from([teacher]), u64::MAX).await?;
        for entry in identities.person(teacher) {
            let rows = self.fetch(include_str!("../sql/entries_of.sql"), args![entry, u64::MAX]).await?;
            for row in rows {
                if row.parse::<EventId>(0)? == fact {
                    return Ok(Some(entry));
                }
            }
        }
        Ok(None)
    }

    /// Everybody who has been erased or is restricted, by the events, within the scope of who sees everything; nobody to
    /// anyone else.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn closed(&self) -> Result<Closed, ViewError> {
        let mut closed = Closed::default();
        if !self.scope.is_everything() {
            return Ok(closed);
        }
        for row in self.fetch(include_str!("../sql/closed.sql"), vec![]).await? {
            let of_state = if row.text(1)? == "erased" { &mut closed.erased } else { &mut closed.restricted };
            of_state.push(row.parse(0)?);
        }
        Ok(closed)
    }
}

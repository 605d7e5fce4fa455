//! Questions to the read model: who somebody is today, and where a thing lies.

mod kept;
mod lists;
mod place;
mod principal;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use eventlog::{Behind, EventLog, Failure, LogPosition, View, ViewError, args};
use kernel::{EventId, TeacherId};

use kept::Kept;
pub use lists::{AccountRow, GrantRow, ProposalRow, ProposalState};
pub use principal::CLERK_DAYS;

/// So many persons are asked about in one statement.
const PERSONS_AT_ONCE: usize = 400;

/// The read model of rights, to be asked. Decisions are made on the view as it stands; before a *no* is final,
/// [`Access::caught_up`] lets it catch up. Clones are cheap.
#[derive(Debug, Clone)]
pub struct Access {
    view: View,
    log: EventLog,
    kept: Arc<Kept>,
}

/// Why a question about rights was not answered. Whoever asks must refuse then.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AccessError {
    /// The view does not answer.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The view did not catch up in time.
    #[error(transparent)]
    Behind(#[from] Behind),
}

impl From<Failure> for AccessError {
    fn from(failure: Failure) -> Self {
        Self::View(failure.into())
    }
}

impl Access {
    /// The questions to the view of [`AccessProjection`](crate::AccessProjection), kept from this log.
    pub fn new(view: View, log: EventLog) -> Self {
        Self { view, log, kept: Arc::default() }
    }

    /// The position of the log that decisions are made on now.
    pub fn position(&self) -> LogPosition {
        self.view.position()
    }

    /// Waits until the view has been built: a process that has just begun may be asked before that.
    pub async fn wait_to_answer(&self, at_most: Duration) {
        self.view.wait_to_answer(at_most).await;
    }

    /// Waits until the view shows everything that the log has. The store is asked how much that is: what another process
    /// has just acknowledged this one may not have heard of.
    ///
    /// # Errors
    /// When the store fails, or the view does not come so far in time.
    pub async fn caught_up(&self, at_most: Duration) -> Result<(), AccessError> {
        let present = self.log.present().await?;
        Ok(self.view.wait_for(&present, at_most).await?)
    }

    /// The entry that this one has been merged into, in the end; none when it stands on its own.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn merged_into(&self, teacher: TeacherId) -> Result<Option<TeacherId>, AccessError> {
        let row = self.view.fetch_optional(include_str!("sql/keeper.sql"), args![teacher]).await?;
        Ok(row.map(|row| row.parse(0)).transpose()?)
    }

    /// Those of these persons of whom something may be recorded, under the ids they are named by: who is on the register,
    /// not restricted to storage, not erased and not merged into another entry. One statement for every 400.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn open_to_records(&self, teachers: &[TeacherId]) -> Result<HashSet<TeacherId>, AccessError> {
        let mut open = HashSet::new();
        for chunk in teachers.chunks(PERSONS_AT_ONCE) {
            let named: String = chunk.iter().map(TeacherId::to_string).collect();
            for row in &self.view.fetch(include_str!("sql/open_teachers.sql"), args![named]).await? {
                open.insert(row.parse(0)?);
            }
        }
        Ok(open)
    }

    /// Whether the teacher has confirmed this fact.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn is_confirmed(&self, fact: EventId) -> Result<bool, AccessError> {
        Ok(self.view.fetch_optional(include_str!("sql/confirmed.sql"), args![fact]).await?.is_some())
    }
}

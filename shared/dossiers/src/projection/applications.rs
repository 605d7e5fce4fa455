//! Applications for recognition, and what became of them: what a list to decide on begins with.

use eventlog::{Failure, Value, ViewTx, args};
use events::RecognitionEvent;
use kernel::vocabulary::Level;
use kernel::{Day, PackId, TeacherId};

use super::commons::Commons;

/// An application as it was made.
#[derive(Debug, Clone)]
pub(super) struct Applied {
    pub teacher: TeacherId,
    pub level: Level,
    pub pack: PackId,
    pub on: Day,
    /// What became of it, or that nothing did yet.
    pub state: &'static str,
}

impl Applied {
    /// Notes what became of it.
    pub fn come_to(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Decided(state) => self.state = state,
            Outcome::Reopened if self.state == REFUSED => self.state = OPEN,
            Outcome::Reopened => {}
        }
    }
}

/// How an application stands that nobody has decided.
pub(super) const OPEN: &str = "applied";
const REFUSED: &str = "refused";

/// What an event makes of an application.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outcome {
    /// It is decided so.
    Decided(&'static str),
    /// Open again, if it was a refusal that an appeal was about.
    Reopened,
}

impl Outcome {
    pub fn of(event: &RecognitionEvent) -> Option<Self> {
        match event {
            RecognitionEvent::Granted { .. } | RecognitionEvent::Reinstated { .. } => Some(Self::Decided("granted")),
            RecognitionEvent::Refused { .. } => Some(Self::Decided(REFUSED)),
            RecognitionEvent::Revoked { .. } => Some(Self::Decided("revoked")),
            RecognitionEvent::AppealResolved { upheld: true, .. } => Some(Self::Reopened),
            RecognitionEvent::Applied { .. }
            | RecognitionEvent::LegacyRecorded { .. }
            | RecognitionEvent::Reviewed { .. }
            | RecognitionEvent::Lowered { .. }
            | RecognitionEvent::AppealLodged { .. }
            | RecognitionEvent::AppealResolved { .. } => None,
        }
    }
}

/// Files the new ones first, then what became of others, in order: pages of one and of a thousand leave the same.
pub(super) async fn file_applications(tx: &mut ViewTx, commons: &Commons) -> Result<(), Failure> {
    let applied = commons.applications.iter().map(|(recognition, applied)| {
        let Applied { teacher, level, pack, on, state } = applied;
        args![*recognition, *teacher, level.to_string(), *pack, *on, *state]
    });
    let applied: Vec<Vec<Value>> = applied.collect();
    tx.bulk(include_str!("../sql/insert_application.sql"), 6, &applied, "").await?;
    if tx.is_in_one_go() {
        // Whatever was applied for is in the same pile. What is left was recorded without an application, and a heap has no
        // key to find that out by.
        return Ok(());
    }
    for (recognition, outcome) in &commons.decided {
        match outcome {
            Outcome::Decided(state) => {
                tx.execute(include_str!("../sql/decide_application.sql"), args![*state, *recognition]).await?;
            }
            Outcome::Reopened => {
                tx.execute(include_str!("../sql/reopen_application.sql"), args![*recognition]).await?;
            }
        }
    }
    Ok(())
}

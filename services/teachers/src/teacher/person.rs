//! What is decided about identity, about what the teacher says of a fact, and about requests for correction.

use events::TeacherEvent;
use kernel::EventId;

use super::{Command, Obstacle, RecordedBy, Rejection, State, require};

/// What is said about a recorded fact: confirmed, disputed, verified, voided.
pub(super) fn decide_on_fact(state: &State, command: &Command) -> Result<Vec<TeacherEvent>, Rejection> {
    match command {
        Command::ConfirmFact { fact, of, on } => {
            stands(state, *fact, *of)?;
            Ok(vec![TeacherEvent::FactConfirmed { on: *on, fact: *fact }])
        }
        Command::DisputeFact { fact, of, on, reason } => {
            stands(state, *fact, *of)?;
            Ok(vec![TeacherEvent::FactDisputed { on: *on, fact: *fact, reason: reason.clone() }])
        }
        Command::VerifyFact { fact, on, school } => {
            state.standing(*fact)?;
            require(state.has_post_at(*school), Rejection::NotInPostThere)?;
            Ok(vec![TeacherEvent::FactVerified { on: *on, fact: *fact, school: *school }])
        }
        Command::VoidFact { fact, on, reason } => match state.standing(*fact) {
            Err(Rejection::Voided) => Ok(vec![]),
            Err(rejection) => Err(rejection),
            Ok(_) => Ok(vec![TeacherEvent::FactVoided { on: *on, fact: *fact, reason: reason.clone() }]),
        },
        _ => Ok(vec![]),
    }
}

fn stands(state: &State, fact: EventId, of: RecordedBy) -> Result<(), Rejection> {
    match of {
        RecordedBy::Record => state.standing(fact).map(drop),
        RecordedBy::Site => Ok(()),
    }
}

/// Requests for correction: one is open for a fact, or for the record as a whole, at a time.
pub(super) fn decide_on_correction(state: &State, command: &Command) -> Result<Vec<TeacherEvent>, Rejection> {
    match command {
        Command::RequestCorrection { on, fact, wish } => {
            if let Some(fact) = fact {
                state.standing(*fact)?;
            }
            // Two sealed wishes cannot be compared: whether it is the same one again, nobody can tell.
            require(!state.has_open_request(*fact), Rejection::RequestOpen)?;
            Ok(vec![TeacherEvent::CorrectionRequested { on: *on, fact: *fact, wish: wish.clone() }])
        }
        Command::AnswerCorrection { request, on, upheld, reason } => {
            let known = state.request(*request).ok_or(Rejection::NoSuchRequest)?;
            match &known.answer {
                None => Ok(vec![TeacherEvent::CorrectionAnswered {
                    on: *on,
                    request: *request,
                    upheld: *upheld,
                    reason: reason.clone(),
                }]),
                Some((said, why)) if said == upheld && why == reason => Ok(vec![]),
                Some(_) => Err(Rejection::AnsweredOtherwise),
            }
        }
        _ => Ok(vec![]),
    }
}

/// Merges of two entries that are one person, and their undoing.
pub(super) fn decide_on_identity(state: &State, command: &Command) -> Result<Vec<TeacherEvent>, Rejection> {
    match command {
        Command::Merge { other, .. } if state.merged.contains_key(other) => Ok(vec![]),
        Command::Merge { obstacle: Some(obstacle), .. } => Err((*obstacle).into()),
        Command::Merge { other, obstacle: None, on, reason } => {
            Ok(vec![TeacherEvent::IdentitiesMerged { on: *on, other: *other, reason: reason.clone() }])
        }
        Command::Unmerge { merge, .. } if state.unmerged.contains(merge) => Ok(vec![]),
        Command::Unmerge { merge, on, reason } => {
            require(state.merged.values().any(|id| id == merge), Rejection::NoSuchMerge)?;
            Ok(vec![TeacherEvent::IdentitiesUnmerged { on: *on, merge: *merge, reason: reason.clone() }])
        }
        _ => Ok(vec![]),
    }
}

impl From<Obstacle> for Rejection {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::Itself => Self::Itself,
            Obstacle::OtherAbsent => Self::OtherNotRegistered,
            Obstacle::OtherErased => Self::OtherErased,
            Obstacle::OtherRestricted => Self::OtherRestricted,
            Obstacle::OtherMerged => Self::AlreadyMerged,
            Obstacle::KeeperMerged => Self::KeeperMerged,
        }
    }
}

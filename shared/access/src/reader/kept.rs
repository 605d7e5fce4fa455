//! Who somebody is, kept in memory for as long as nothing can have changed it.
//!
//! A view's rows change together with how far it is. Who was found while it stood somewhere is found again for as long as it
//! stands there: the position is noted *before* the question, so that what is kept is never older than what it is kept
//! under. A role that ends is an event, the view moves with it, and nothing that was kept before is used again. In a
//! process that only follows a view that another one keeps, that is when it hears of it, as ever.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use eventlog::{LogPosition, View};
use kernel::{AccountId, Day};

use crate::Principal;

/// So many are kept: a process is asked by fewer at a time.
const MOST: usize = 10_000;

/// What an answer about somebody depends on: which generation of the view, how far it is, and the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    generation: u32,
    position: LogPosition,
    today: Day,
}

impl Standing {
    /// Where the view stands now. To be asked before the view is.
    pub(super) fn of(view: &View, today: Day) -> Self {
        Self { generation: view.generation(), position: view.position(), today }
    }
}

/// Those who were found while the view stood where it last stood.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<Option<(Standing, HashMap<AccountId, Principal>)>>);

impl Kept {
    pub(super) fn find(&self, standing: &Standing, account: AccountId) -> Option<Principal> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(then, _)| then == standing).and_then(|(_, of)| of.get(&account).cloned())
    }

    pub(super) fn keep(&self, standing: Standing, principal: Principal) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.as_mut().filter(|(then, of)| *then == standing && of.len() < MOST) {
            Some((_, of)) => drop(of.insert(principal.account, principal)),
            None => *kept = Some((standing, HashMap::from([(principal.account, principal)]))),
        }
    }
}

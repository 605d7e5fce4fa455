//! A draft, read as publication would read it.

use std::sync::Arc;

use contracts::{Refused, Rejects};
use kernel::Day;
use standards::{PackReference, Rulebook};

use crate::pack::{Rejection, read};

/// A draft that could be published, and the day it is looked at.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Which pack it would be, to the byte.
    pub pack: PackReference,
    /// The day it is about.
    pub as_of: Day,
    /// The packs that judge today.
    pub now: Arc<Rulebook>,
    /// The same with the draft, published last.
    pub then: Arc<Rulebook>,
}

/// Why there is nothing to look at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoDraft {
    /// It could not be published: it is no pack, or a province's that asks for less than the nation's.
    #[error(transparent)]
    Refused(#[from] Rejection),
    /// It would not be in force on the day that is asked for.
    #[error("the draft is not in force on that day")]
    NotInForce,
}

impl Draft {
    /// Reads a draft that would be published on a day. What it changes is looked at on the day that is asked for; when
    /// none is, today, or on its first day where that is still to come.
    ///
    /// # Errors
    /// When it could not be published, or would not be in force on the day.
    pub fn read(on: Day, content: &str, now: Arc<Rulebook>, as_of: Option<Day>, today: Day) -> Result<Self, NoDraft> {
        let pack = read(on, content, &now)?;
        let as_of = as_of.unwrap_or_else(|| pack.effective.from.map_or(today, |from| from.max(today)));
        if !pack.effective.contains(as_of) {
            return Err(NoDraft::NotInForce);
        }
        Ok(Self { pack: pack.reference(), as_of, then: Arc::new(now.with(pack)), now })
    }
}

impl Rejects for NoDraft {
    fn code(&self) -> &'static str {
        match self {
            Self::Refused(rejection) => rejection.code(),
            Self::NotInForce => "draft_not_in_force",
        }
    }

    fn refused(&self) -> Refused {
        match self {
            Self::Refused(rejection) => rejection.refused(),
            Self::NotInForce => Refused::Unprocessable,
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Refused(rejection) => rejection.field(),
            Self::NotInForce => Some("as_of".to_owned()),
        }
    }
}

//! What can go wrong, told apart by what the caller can do about it.

use std::sync::Arc;
use std::time::Duration;

use crate::store::refused;
use crate::{Expected, LogPosition, StreamId, Version};

type Source = Arc<dyn std::error::Error + Send + Sync>;

/// The store did not do what it should.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The store did not answer, or refused for now. Nothing was changed; trying again may help.
    #[error("the store is not available")]
    Unavailable(#[source] Source),
    /// The store was lost during a commit, and it could not be found out whether it happened. The same request sent
    /// again is answered correctly either way.
    #[error("the store was lost during a commit, and its outcome is not known")]
    OutcomeUnknown,
    /// What is stored cannot be what was written, or cannot be written.
    #[error("what is stored does not make sense: {0}")]
    Corrupt(Arc<str>),
    /// A statement was refused: a fault of the program.
    #[error("a statement was refused")]
    Statement(#[source] Source),
}

impl Failure {
    /// What is stored, or should be, cannot be right.
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt(Arc::from(what.into()))
    }

    /// Whether the store itself said that it can no longer be relied upon.
    pub(crate) fn is_ruin(&self) -> bool {
        let (Self::Unavailable(source) | Self::Statement(source)) = self else { return false };
        refused::is_ruin(source.as_ref())
    }

    /// Whether what was to be written contradicts what is there.
    pub(crate) fn is_constraint(&self) -> bool {
        let Self::Statement(source) = self else { return false };
        refused::is_constraint(source.as_ref())
    }

    /// Whether others went first, and nothing was done.
    pub(crate) fn is_lost_turn(&self) -> bool {
        let (Self::Unavailable(source) | Self::Statement(source)) = self else { return false };
        refused::is_lost_turn(source.as_ref())
    }

    /// A stored value that a reader cannot make sense of: what it should be, and why it is not.
    pub fn unreadable(what: &str, why: impl std::fmt::Display) -> Self {
        Self::corrupt(format!("{what}: {why}"))
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(_) if !refused::is_passing(&error) => Self::Statement(Arc::new(error)),
            sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::ColumnIndexOutOfBounds { .. }
            | sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::Encode(_)
            | sqlx::Error::TypeNotFound { .. }
            | sqlx::Error::RowNotFound => Self::Statement(Arc::new(error)),
            _ => Self::Unavailable(Arc::new(error)),
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        // There is no way to a file that could be cut: what is not refused for now is refused for good.
        if refused::is_passing(&error) { Self::Unavailable(Arc::new(error)) } else { Self::Statement(Arc::new(error)) }
    }
}

/// Why an append was not taken.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// A stream has moved on, or exists already.
    #[error("{stream} is at version {actual}")]
    WrongVersion {
        /// The stream.
        stream: StreamId,
        /// What was expected of it.
        expected: Expected,
        /// The version it has.
        actual: Version,
    },
    /// A stream that must exist does not.
    #[error("there is no {stream}")]
    NoSuchStream {
        /// The stream.
        stream: StreamId,
    },
    /// An event's stream is not among the expectations.
    #[error("nothing was said about the version of {stream}")]
    NoExpectation {
        /// The stream.
        stream: StreamId,
    },
    /// It was decided on an order of the same sequence that was not written.
    #[error("an order that it was decided on was not written")]
    Broken,
    /// The caller used the same key for another request.
    #[error("this key names another request")]
    KeyReused,
    /// More waits to be written than may wait: try again later.
    #[error("the log has more to write than it may keep waiting")]
    Overloaded,
    /// The log takes nothing more in this process.
    #[error("the log is closed")]
    Closed,
    /// The store failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Why an order was not carried out.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal<R> {
    /// The domain says no.
    #[error("{0}")]
    Rejected(R),
    /// The stream is not at the version the caller had seen.
    #[error("it has changed meanwhile and is at version {actual}")]
    Stale {
        /// The version it has.
        actual: Version,
    },
    /// Something the order refers to does not exist.
    #[error("there is no {stream}")]
    NoSuchStream {
        /// Its stream.
        stream: StreamId,
    },
    /// The caller used the same key for another request.
    #[error("this key names another request")]
    KeyReused,
    /// Others were faster each time.
    #[error("others were faster each time")]
    Contended,
    /// More waits to be written than may wait: try again later.
    #[error("the log has more to write than it may keep waiting")]
    Overloaded,
    /// The log takes nothing more in this process.
    #[error("the log is closed")]
    Closed,
    /// The store failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Why a log was not opened.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A newer program wrote it.
    #[error("the log has format {found}, this program reads up to {known}: start the newer program")]
    Newer {
        /// The format of the log.
        found: u32,
        /// The newest format this program reads.
        known: u32,
    },
    /// It was created with another number of partitions, which is for life.
    #[error("the log was created with {found} partitions, not {asked}, and their number is for life")]
    Partitions {
        /// The number it has.
        found: u16,
        /// The number that was asked for.
        asked: u16,
    },
    /// The store would not keep what it acknowledges, or is too old to be trusted.
    #[error("the store cannot be trusted with a log: {0}")]
    Unsafe(String),
    /// What is there is damaged or is no log.
    #[error("this is not a sound log: {0}")]
    Corrupt(String),
    /// The configuration makes no sense.
    #[error("the configuration of the log makes no sense: {0}")]
    Configuration(String),
    /// The store failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failure(error.into())
    }
}

/// Why a view did not answer or move.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ViewError {
    /// It is being built for the first time and has nothing to show yet.
    #[error("the view {view} is still being built")]
    Building {
        /// The view.
        view: &'static str,
    },
    /// No projection of this process has the name.
    #[error("there is no view {view}")]
    Unknown {
        /// The name that was asked for.
        view: String,
    },
    /// Whoever kept it was told to stop.
    #[error("whoever keeps the view was told to stop")]
    Stopped,
    /// Another process has taken over meanwhile.
    #[error("another process has taken over the building of the view")]
    TakenOver,
    /// An event made no sense to the projection.
    #[error("{0}")]
    Event(String),
    /// The store failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<sqlx::Error> for ViewError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl From<kernel::Malformed> for ViewError {
    fn from(malformed: kernel::Malformed) -> Self {
        Self::Event(malformed.to_string())
    }
}

/// A view did not come as far as asked within the time allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the view {view} is at {position} and did not reach {wanted} within {waited:?}")]
pub struct Behind {
    /// The view.
    pub view: &'static str,
    /// Where it is.
    pub position: LogPosition,
    /// Where it was to be.
    pub wanted: LogPosition,
    /// How long it was waited for.
    pub waited: Duration,
}

/// An error with its causes, in one line.
pub(crate) fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

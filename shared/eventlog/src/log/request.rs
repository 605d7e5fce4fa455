//! What waits to be written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::{Append, AppendError, Receipt};

/// What a caller is told.
pub(crate) type Answer = Result<Receipt, AppendError>;

/// A request that waits.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) append: Append,
    pub(crate) partitions: Vec<u16>,
    pub(crate) bytes: usize,
    pub(crate) answer: oneshot::Sender<Answer>,
    /// Its share of the bytes that may wait.
    pub(crate) room: OwnedSemaphorePermit,
    /// What it is a link of.
    pub(crate) chain: Option<Chain>,
}

/// Requests each of which was decided on what the ones before lead to. Once one is not written, none after it is: a
/// version alone would not tell that it was others who brought the stream to it.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    /// The partition of its stream, whose task handles all of it in order.
    pub(crate) partition: u16,
    broken: Arc<AtomicBool>,
}

impl Chain {
    /// A whole chain.
    pub(crate) fn new(partition: u16) -> Self {
        Self { partition, broken: Arc::new(AtomicBool::new(false)) }
    }
}

impl Request {
    /// Whether something that it was decided on has not been written.
    pub(crate) fn is_broken(&self) -> bool {
        self.chain.as_ref().is_some_and(|chain| chain.broken.load(Ordering::SeqCst))
    }

    pub(crate) fn break_chain(&self) {
        if let Some(chain) = &self.chain {
            chain.broken.store(true, Ordering::SeqCst);
        }
    }
}

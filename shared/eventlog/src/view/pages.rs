//! The pages of a stretch of the log: some events, and how far they reach.

use tokio::sync::mpsc;

use crate::store::{Chunk, Stretch};
use crate::view::options::WorkerOptions;
use crate::{Failure, Position, Recorded};

/// A stretch as it is cut into pages.
pub(crate) struct Pages {
    chunks: mpsc::Receiver<Result<Chunk, Failure>>,
    waiting: std::vec::IntoIter<Recorded>,
    /// How many events, and how many bytes of them, end a page.
    full: (usize, usize),
    reached: Position,
    upto: Position,
}

impl Pages {
    /// Cuts a stretch of which the chunks are these into pages, for a view that is so many events behind.
    pub(crate) fn of(
        stretch: Stretch,
        chunks: mpsc::Receiver<Result<Chunk, Failure>>,
        behind: u64,
        options: &WorkerOptions,
    ) -> Self {
        let full = (options.page_when(behind), options.page_bytes);
        Self { chunks, waiting: Vec::new().into_iter(), full, reached: stretch.after, upto: stretch.upto }
    }

    /// The next page and how far it reaches; none after the one that reaches to the end. That one may be empty: what is
    /// not of the projection's categories counts as read.
    pub(crate) async fn next(&mut self) -> Result<Option<(Vec<Recorded>, Position)>, Failure> {
        if self.reached == self.upto {
            return Ok(None);
        }
        let (mut events, mut bytes) = (Vec::new(), 0);
        loop {
            let Some(event) = self.waiting.next() else {
                match self.chunks.recv().await {
                    Some(chunk) => self.waiting = chunk?.into_iter(),
                    None => {
                        self.reached = self.upto;
                        return Ok(Some((events, self.upto)));
                    }
                }
                continue;
            };
            bytes += event.payload.len();
            let reached = event.position;
            events.push(event);
            if events.len() >= self.full.0 || bytes >= self.full.1 {
                self.reached = reached;
                return Ok(Some((events, reached)));
            }
        }
    }
}

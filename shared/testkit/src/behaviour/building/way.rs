//! How a tally is built in one go.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use eventlog::{Builder, Failure, Heap, Piles, Recorded, Room, SortedPiles, ViewError, ViewTx};

use crate::behaviour::tally;

/// How a tally is built in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Stream by stream.
    ByStream,
    /// Stream by stream, but it fails when it is done.
    Fails,
    /// Stream by stream, but when it is done the store is away, the first so many times.
    IsCutOff(usize),
    /// Stream by stream, but when it is done it waits until it is told to stop.
    WaitsForTheEnd,
}

impl Way {
    /// Builds a tally so, and counts the events that it takes in.
    pub(crate) fn builder(self, built: Arc<AtomicUsize>) -> Box<dyn Builder> {
        Box::new(ByStream { way: self, built })
    }
}

struct ByStream {
    way: Way,
    built: Arc<AtomicUsize>,
}

#[async_trait]
impl Builder for ByStream {
    fn sort(&mut self, event: &Recorded, piles: &mut Piles) -> Result<(), ViewError> {
        let line = format!("{} {}", event.stream, event.id);
        Ok(piles.put(event.stream.id(), event.position, line.as_bytes())?)
    }

    fn heaps(&self) -> &'static [Heap] {
        match self.way {
            Way::ByStream => &[Heap { table: "tally", in_order: "select * from tally order by stream" }],
            // What they leave is in the table itself.
            Way::Fails | Way::IsCutOff(_) | Way::WaitsForTheEnd => &[],
        }
    }

    fn room(&self) -> Room {
        Room { piles: 100, view: 100, heaps: 100 }
    }

    async fn build(self: Box<Self>, tx: &mut ViewTx, piles: SortedPiles) -> Result<(), ViewError> {
        let mut piles = piles.read(|_, _, line| Ok(String::from_utf8(line.to_vec()).unwrap()));
        let mut events = 0;
        while let Some(pile) = piles.next().await? {
            events += pile.len();
            let told = pile.iter().map(|line| line.split_once(' ').unwrap());
            tally::insert(tx, told.map(|(stream, id)| (stream.to_owned(), id.to_owned())), "").await?;
            tx.keep_so_far().await?;
            self.built.fetch_add(pile.len(), Ordering::SeqCst);
        }
        match self.way {
            Way::ByStream => Ok(()),
            Way::Fails => Err(ViewError::Event("not in one go".to_owned())),
            Way::IsCutOff(times) => {
                let so_far = self.built.load(Ordering::SeqCst);
                if so_far > events * times { Ok(()) } else { Err(away()) }
            }
            Way::WaitsForTheEnd => loop {
                piles.next().await?;
                tokio::time::sleep(Duration::from_millis(10)).await;
            },
        }
    }
}

fn away() -> ViewError {
    ViewError::Failure(Failure::Unavailable(Arc::new(std::io::Error::other("away for a moment"))))
}

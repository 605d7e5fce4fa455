//! The worker of a generation and partition: reads on from the checkpoint, page by page, for as long as it holds the
//! lease. Of all processes only one does; the others follow and stand by.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;

use crate::failure::said;
use crate::store::Stretch;
use crate::view::generation::{Claim, Generation};
use crate::view::pages::Pages;
use crate::{EventLog, LogPosition, Position, Recorded, ViewError, WorkerOptions};

/// How long a worker waits at first, and at most, before it tries again what failed.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// A worker.
pub(crate) struct Worker {
    pub(crate) log: EventLog,
    pub(crate) generation: Arc<Generation>,
    pub(crate) partition: u16,
    pub(crate) options: WorkerOptions,
    pub(crate) stop: watch::Receiver<bool>,
    /// How often building it in one go may still be tried; then it is built by pages.
    pub(crate) tries: u8,
    /// Whether it stands where it could not go on.
    pub(crate) stands: bool,
}

/// Why a worker let go.
enum End {
    Stopped,
    Lost,
}

impl Worker {
    /// So often building in one go is tried: the store may have been away for a moment.
    pub(crate) const TRIES: u8 = 2;
    /// At most so many events are read by one statement, so that it does not keep old rows alive for too long.
    pub(crate) const STRETCH: u64 = 200_000;

    /// So many events more than a planner has seen can lead it astray.
    const MUCH: u64 = 10_000;

    /// Works until it is stopped.
    pub(crate) async fn run(mut self) {
        let mut back_off = BACK_OFF.0;
        while !self.stopped() {
            // One that panics stands still like one that fails: it says so, and is tried again.
            let turn = AssertUnwindSafe(self.turn()).catch_unwind().await;
            let turn = turn.unwrap_or_else(|_| Err(ViewError::Event("its projection panicked".to_owned())));
            let pause = match turn {
                Ok(End::Stopped) => break,
                Ok(End::Lost) => {
                    back_off = BACK_OFF.0;
                    self.options.poll
                }
                Err(error) => {
                    let view = self.generation.projection.name();
                    tracing::warn!(view, partition = self.partition, error = said(&error), "A view could not go on");
                    self.generation.set_error(Some(said(&error)));
                    if !self.stands {
                        // It went on meanwhile: what fails now has nothing to do with what failed before.
                        back_off = BACK_OFF.0;
                    }
                    self.stands = true;
                    let pause = back_off;
                    back_off = (back_off * 2).min(BACK_OFF.1);
                    pause
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = crate::log::closed(&mut self.stop) => break,
            }
        }
    }

    /// Takes the lease and works, or sees how far its holder is.
    async fn turn(&mut self) -> Result<End, ViewError> {
        let head = self.log.head().at(self.partition);
        let Some(mut claim) = self.generation.take(self.partition, self.options.lease, head).await? else {
            self.generation.follow().await?;
            return Ok(End::Lost);
        };
        let end = self.work(&mut claim).await;
        if !matches!(end, Ok(End::Lost)) {
            // A courtesy: without it the lease runs out by itself.
            self.generation.release(claim).await.unwrap_or_default();
        }
        end
    }

    async fn work(&mut self, claim: &mut Claim) -> Result<End, ViewError> {
        let mut heads = self.log.watch();
        let mut looked_at = claim.position;
        loop {
            if self.stopped() {
                return Ok(End::Stopped);
            }
            let head = heads.borrow_and_update().at(self.partition);
            if head > claim.position {
                let held = match self.builder(claim, head).await? {
                    Some(builder) => self.build(claim, builder, head).await?,
                    None => self.advance(claim, head.min(claim.position.plus(self.stretch()))).await?,
                };
                self.stands = false;
                if !held {
                    return Ok(End::Lost);
                }
                continue;
            }
            if Self::has_grown(looked_at, claim.position) {
                looked_at = claim.position;
                self.look_at_tables();
            }
            if !self.wait(&mut heads).await && !self.generation.renew(*claim, self.options.lease).await? {
                return Ok(End::Lost);
            }
        }
    }

    /// So many events are read at once. Whoever could not go on tries it with a page of the shorter kind: read for nothing, more
    /// would cost those who write.
    fn stretch(&self) -> u64 {
        if self.stands { self.options.page.max(1).into() } else { Self::STRETCH }
    }

    /// Whether so much was taken in since the tables were looked at that a planner may go wrong: by itself the database looks
    /// once a minute or so, and until then would rather go through everybody than look one person up.
    fn has_grown(looked_at: Position, position: Position) -> bool {
        let grown = position.0.saturating_sub(looked_at.0);
        grown > Self::MUCH && grown > position.0 / 10
    }

    /// Has the planner look at the tables, meanwhile.
    fn look_at_tables(&self) {
        let generation = Arc::clone(&self.generation);
        tokio::spawn(async move {
            if let Err(error) = generation.database.analyze().await {
                let view = generation.projection.name();
                tracing::warn!(view, %error, "The planner could not look at the tables of a view");
            }
        });
    }

    /// Waits for news, and lingers for more. Answers whether there may be some; if not, it is time for a sign of
    /// life.
    async fn wait(&mut self, heads: &mut watch::Receiver<LogPosition>) -> bool {
        let news = async {
            let changed = heads.changed().await.is_ok();
            if !self.options.linger.is_zero() {
                tokio::time::sleep(self.options.linger).await;
            }
            changed
        };
        tokio::select! {
            changed = news => changed,
            () = crate::log::closed(&mut self.stop) => true,
            () = tokio::time::sleep(self.options.lease / 3) => false,
        }
    }

    /// Takes in everything up to a position, in pages. Answers whether the claim still holds.
    async fn advance(&self, claim: &mut Claim, upto: Position) -> Result<bool, ViewError> {
        let mut pages = self.pages(Stretch { partition: self.partition, after: claim.position, upto });
        while let Some((page, reached)) = pages.next().await? {
            if self.stopped() {
                return Ok(true);
            }
            if !self.apply(claim, &page, reached).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The pages of a stretch.
    fn pages(&self, stretch: Stretch) -> Pages {
        let chunks = self.log.stretch(stretch, self.generation.projection.categories());
        Pages::of(stretch, chunks, stretch.upto.0.saturating_sub(stretch.after.0), &self.options)
    }

    async fn apply(&self, claim: &mut Claim, page: &[Recorded], reached: Position) -> Result<bool, ViewError> {
        let held = self.generation.apply(*claim, page, reached, self.options.lease).await?;
        if held {
            claim.position = reached;
        }
        Ok(held)
    }

    pub(crate) fn stopped(&self) -> bool {
        *self.stop.borrow() || self.stop.has_changed().is_err()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_looked_at_again_when_they_have_grown_by_much() {
        let grown = |from, to| Worker::has_grown(Position(from), Position(to));
        assert!(grown(0, 10_001) && grown(10_001, 20_002) && grown(1_000_000, 1_200_000));
        assert!(!grown(0, 10_000) && !grown(1_000_000, 1_050_000));
    }
}

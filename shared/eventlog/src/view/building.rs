//! Building a view in one go: the log is sorted by what it is about, and everything about a subject is taken in at once,
//! instead of page by page wherever the log happens to name it.

use std::pin::pin;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::failure::said;
use crate::store::Stretch;
use crate::view::catalogue;
use crate::view::generation::{Claim, Generation};
use crate::view::heaps::{self, Heap};
use crate::view::piles::{self, Piles, SortedPiles};
use crate::view::room::{self, Room};
use crate::view::worker::Worker;
use crate::{Failure, Position, Projection, Recorded, ViewError, ViewTx};

/// So many events of the log a pile are looked at for how large piles will be.
const SAMPLED: u64 = 16;

/// What builds a view from nothing, in the memory of one worker. It leaves the same rows as pages do.
#[async_trait]
pub trait Builder: Send {
    /// Looks at the next event of the log, and puts what it says about a subject on its pile.
    ///
    /// # Errors
    /// When the event makes no sense to it, or the disk is full or fails.
    fn sort(&mut self, event: &Recorded, piles: &mut Piles) -> Result<(), ViewError>;

    /// The tables whose keys do not begin with what the piles are about, to be heaps meanwhile: on those no statement finds
    /// a row but by reading all of them, and nothing is refused for being there already.
    fn heaps(&self) -> &'static [Heap];

    /// How much room it takes.
    fn room(&self) -> Room;

    /// Writes every row, pile by pile, and [keeps](ViewTx::keep_so_far) what it has after each. Indexes are made at the end.
    ///
    /// # Errors
    /// When an event makes no sense to it, the store fails, or it should stop.
    async fn build(self: Box<Self>, tx: &mut ViewTx, piles: SortedPiles) -> Result<(), ViewError>;
}

/// Everything that is in a log up to a position, to be taken in at once.
pub(crate) struct Everything<'a> {
    worker: &'a Worker,
    builder: Box<dyn Builder>,
    piles: SortedPiles,
}

impl Everything<'_> {
    /// Takes it in.
    pub(crate) async fn take_in(self, tx: &mut ViewTx, projection: &dyn Projection) -> Result<(), ViewError> {
        let Self { worker, builder, piles } = self;
        let heaps = builder.heaps();
        heaps::lay(tx, projection.schema(), heaps).await?;
        builder.build(tx, piles).await?;
        tracing::info!(view = projection.name(), "Every row is there, and tables are put in order");
        heaps::clear(tx, projection.schema(), heaps, || worker.go_on()).await
    }
}

/// How the sorting of a log ended.
enum End {
    Sorted(Box<dyn Builder>, Piles),
    Stopped,
    Lost,
}

impl Worker {
    /// What builds the view in one go, if that is worth it: there is nothing in it, and very much in the log.
    /// On PostgreSQL nobody may be reading it, for the tables are not to be had meanwhile.
    pub(crate) async fn builder(
        &mut self,
        claim: &Claim,
        head: Position,
    ) -> Result<Option<Box<dyn Builder>>, ViewError> {
        // Positions of several partitions are no order of what happened to somebody.
        let alone = self.log.partitions() == 1;
        let much = claim.position == Position(0) && head.0 >= self.options.in_one_go_from;
        if self.tries == 0 || !alone || !much {
            return Ok(None);
        }
        let Generation { projection, number, database, .. } = &*self.generation;
        let read =
            !database.is_sqlite() && catalogue::is_live(&self.log.store().database, projection.name(), *number).await?;
        let Some(builder) = projection.builder().filter(|_| !read) else { return Ok(None) };
        let (view, storage) = (projection.name(), &self.log.store().storage);
        // Of one that did not come to its end: its pages are used again.
        let remains = database.size().await?;
        for (folder, needed) in room::needed(storage, builder.room(), head.0) {
            let own = if folder == room::of_piles(storage) { remains } else { 0 };
            let available = room::available(&folder).saturating_add(own);
            if available < needed {
                tracing::warn!(
                    view,
                    ?folder,
                    needed,
                    available,
                    "No room to build a view in one go: it is built by pages"
                );
                self.tries = 0;
                return Ok(None);
            }
        }
        Ok(Some(builder))
    }

    /// Builds the view up to a position. Answers whether the claim still holds.
    pub(crate) async fn build(
        &mut self,
        claim: &mut Claim,
        builder: Box<dyn Builder>,
        upto: Position,
    ) -> Result<bool, ViewError> {
        let _at_work = self.generation.at_work();
        // It is tried again: what went wrong before no longer counts.
        self.generation.set_error(None);
        let (view, events, begun) = (self.generation.projection.name(), upto.0, Instant::now());
        tracing::info!(view, events, "A view is being built in one go");
        match self.try_build(claim, builder, upto).await {
            Ok(true) => {
                let seconds = begun.elapsed().as_secs();
                tracing::info!(view, seconds, position = claim.position.0, "The view was built as far as this");
                Ok(true)
            }
            Ok(false) => {
                // Where a disk takes longer than the lease, two processes would take it from each other for ever.
                self.tries -= 1;
                Ok(false)
            }
            Err(ViewError::Stopped) => Ok(true),
            // The store may be there again soon, and by pages it would take twice as long.
            Err(error @ ViewError::Failure(Failure::Unavailable(_) | Failure::OutcomeUnknown)) if self.tries > 1 => {
                self.tries -= 1;
                Err(error)
            }
            Err(error) => {
                // There may be no right to make temporary tables.
                self.tries = 0;
                tracing::warn!(view, error = said(&error), "A view could not be built in one go: it is built by pages");
                Ok(true)
            }
        }
    }

    async fn try_build(&self, claim: &mut Claim, builder: Box<dyn Builder>, upto: Position) -> Result<bool, ViewError> {
        let (builder, piles) = match self.sort(claim, builder, upto).await? {
            End::Sorted(builder, piles) => (builder, piles.sorted(self.stop.clone())),
            End::Stopped => return Err(ViewError::Stopped),
            End::Lost => return Ok(false),
        };
        tracing::info!(view = self.generation.projection.name(), "The log is sorted by what it is about");
        let everything = Everything { worker: self, builder, piles };
        let held = self.generation.build(*claim, everything, upto, self.options.lease).await?;
        if held {
            claim.position = upto;
        }
        Ok(held)
    }

    /// Says whether to go on.
    fn go_on(&self) -> Result<(), ViewError> {
        if self.stopped() { Err(ViewError::Stopped) } else { Ok(()) }
    }

    /// What lies between two positions, as much at once as one statement reads.
    fn stretches(&self, mut after: Position, upto: Position) -> impl Iterator<Item = Stretch> + use<> {
        let partition = self.partition;
        std::iter::from_fn(move || {
            let stretch = Stretch { partition, after, upto: upto.min(after.plus(Self::STRETCH)) };
            after = stretch.upto;
            (stretch.after < upto).then_some(stretch)
        })
    }

    /// Does something, and goes on having the claim meanwhile; none if it was lost.
    async fn holding<T>(
        &self,
        claim: &Claim,
        doing: impl Future<Output = Result<T, ViewError>>,
    ) -> Result<Option<T>, ViewError> {
        let mut doing = pin!(doing);
        loop {
            tokio::select! {
                done = &mut doing => return done.map(Some),
                () = tokio::time::sleep(self.options.lease / 3) => {
                    if !self.generation.renew(*claim, self.options.lease).await? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Piles for what is in the log up to a position.
    async fn piles(&self, upto: Position) -> Result<Piles, ViewError> {
        let (store, piles) = (self.log.store(), upto.0.div_ceil(self.options.pile.max(1)));
        let sample = store.sampled(self.partition, upto.0 / (piles * SAMPLED), upto).await?;
        let folder = room::of_piles(&store.storage);
        let begun = tokio::task::spawn_blocking(move || Piles::begin(&folder, piles::bounds(sample, piles))).await;
        Ok(begun.map_err(|_| ended_early())??)
    }

    async fn sort(&self, claim: &Claim, mut builder: Box<dyn Builder>, upto: Position) -> Result<End, ViewError> {
        let Some(mut piles) = self.holding(claim, self.piles(upto)).await? else { return Ok(End::Lost) };
        for stretch in self.stretches(claim.position, upto) {
            let mut chunks = self.log.stretch(stretch, self.generation.projection.categories());
            // In a thread of its own: it writes to files.
            let task = tokio::task::spawn_blocking(move || {
                while let Some(chunk) = chunks.blocking_recv() {
                    chunk?.iter().try_for_each(|event| builder.sort(event, &mut piles))?;
                }
                Ok::<_, ViewError>((builder, piles))
            });
            let sorted = async { task.await.map_err(|_| ended_early())? };
            let Some(so_far) = self.holding(claim, sorted).await? else { return Ok(End::Lost) };
            (builder, piles) = so_far;
            if self.stopped() {
                return Ok(End::Stopped);
            }
        }
        Ok(if self.generation.renew(*claim, self.options.lease).await? {
            End::Sorted(builder, piles)
        } else {
            End::Lost
        })
    }
}

fn ended_early() -> ViewError {
    ViewError::Event("the task that sorts the log ended early".to_owned())
}

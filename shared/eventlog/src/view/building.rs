//! Building a view in one go. Either the log is sorted by whom it is about, and everything about somebody is taken in at
//! once, instead of page by page wherever the log happens to name them; or pages are taken in as ever, but all of them in one
//! transaction, and some tables are put in the order of their keys once, at its end.

use std::path::PathBuf;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::store::Stretch;
use crate::view::catalogue;
use crate::view::generation::{Claim, Generation};
use crate::view::heaps::{self, Heap};
use crate::view::piles::{Piles, SortedPiles};
use crate::view::room;
use crate::view::worker::{Worker, said};
use crate::{Failure, Position, Projection, Recorded, ViewError, ViewTx};

/// What builds a view from nothing, in the memory of one worker. It leaves the same rows as pages do.
#[async_trait]
pub trait Builder: Send {
    /// Looks at the next event of the log, and puts what it says about somebody on their pile.
    ///
    /// # Errors
    /// When the event makes no sense to it, or the disk is full or fails.
    fn sort(&mut self, event: &Recorded, piles: &mut Piles) -> Result<(), ViewError>;

    /// The tables whose keys do not begin with whom the piles are about, to be heaps meanwhile: on those no statement finds
    /// a row but by reading all of them, and nothing is refused for being there already.
    fn heaps(&self) -> &'static [Heap];

    /// Writes every row, pile by pile, and [keeps](ViewTx::keep_so_far) what it has after each. Indexes are made at the end.
    ///
    /// # Errors
    /// When an event makes no sense to it, the store fails, or it should stop.
    async fn build(self: Box<Self>, tx: &mut ViewTx, piles: SortedPiles) -> Result<(), ViewError>;
}

/// How a view is built in one go.
pub enum Building {
    /// By pages, but all of them in one transaction. In these tables rows are only ever added, and no page asks what is in
    /// them: they are heaps meanwhile.
    InOneTransaction(&'static [Heap]),
    /// Everything about somebody at once.
    BySubject(Box<dyn Builder>),
}

/// Everything that is in a log up to a position, to be taken in at once.
pub(crate) struct Everything<'a> {
    worker: &'a Worker,
    from: Source,
}

/// From where it is taken in.
enum Source {
    Pages { heaps: &'static [Heap], upto: Position },
    Piles { builder: Box<dyn Builder>, piles: SortedPiles },
}

impl Everything<'_> {
    /// Takes it in.
    pub(crate) async fn take_in(self, tx: &mut ViewTx, projection: &dyn Projection) -> Result<(), ViewError> {
        let Self { worker, from } = self;
        let heaps = match &from {
            Source::Pages { heaps, .. } => heaps,
            Source::Piles { builder, .. } => builder.heaps(),
        };
        heaps::lay(tx, projection.schema(), heaps).await?;
        match from {
            Source::Pages { upto, .. } => worker.take_in_pages(tx, upto).await?,
            Source::Piles { builder, piles } => builder.build(tx, piles).await?,
        }
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
    /// How the view is built in one go, if that is worth it: there is nothing in it, and very much in the log.
    /// On PostgreSQL nobody may be reading it, for the tables are not to be had meanwhile.
    pub(crate) async fn building(&mut self, claim: &Claim, head: Position) -> Result<Option<Building>, ViewError> {
        // Positions of several partitions are no order of what happened to somebody.
        let alone = self.log.partitions() == 1;
        let much = claim.position == Position(0) && head.0 >= self.options.in_one_go_from;
        if self.tries == 0 || !alone || !much {
            return Ok(None);
        }
        let Generation { projection, number, database, .. } = &*self.generation;
        let read =
            !database.is_sqlite() && catalogue::is_live(&self.log.store().database, projection.name(), *number).await?;
        let Some(building) = projection.building().filter(|_| !read) else { return Ok(None) };
        let (view, storage) = (projection.name(), &self.log.store().storage);
        // Of one that did not come to its end: its pages are used again.
        let remains = database.size().await?;
        for (folder, needed) in room::needed(storage, &building, head.0) {
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
        Ok(Some(building))
    }

    /// Builds the view up to a position. Answers whether the claim still holds.
    pub(crate) async fn build(
        &mut self,
        claim: &mut Claim,
        building: Building,
        upto: Position,
    ) -> Result<bool, ViewError> {
        let _at_work = self.generation.at_work();
        // It is tried again: what went wrong before no longer counts.
        self.generation.set_error(None);
        let (view, events, begun) = (self.generation.projection.name(), upto.0, Instant::now());
        tracing::info!(view, events, "A view is being built in one go");
        match self.try_build(claim, building, upto).await {
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
            Err(error @ ViewError::Failure(Failure::Unavailable(_))) if self.tries > 1 => {
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

    async fn try_build(&self, claim: &mut Claim, building: Building, upto: Position) -> Result<bool, ViewError> {
        let from = match building {
            Building::InOneTransaction(heaps) => Source::Pages { heaps, upto },
            Building::BySubject(builder) => match self.sort(claim, builder, upto).await? {
                End::Sorted(builder, piles) => {
                    let view = self.generation.projection.name();
                    tracing::info!(view, "The log is sorted by whom it is about");
                    Source::Piles { builder, piles: piles.sorted(self.stop.clone()) }
                }
                End::Stopped => return Err(ViewError::Stopped),
                End::Lost => return Ok(false),
            },
        };
        let everything = Everything { worker: self, from };
        let held = self.generation.build(*claim, everything, upto, self.options.lease).await?;
        if held {
            claim.position = upto;
        }
        Ok(held)
    }

    async fn take_in_pages(&self, tx: &mut ViewTx, upto: Position) -> Result<(), ViewError> {
        for stretch in self.stretches(Position(0), upto) {
            let mut pages = self.pages(stretch);
            while let Some((page, _)) = pages.next().await? {
                self.go_on()?;
                if !page.is_empty() {
                    self.generation.projection.apply(tx, &page).await?;
                }
            }
        }
        Ok(())
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

    async fn sort(&self, claim: &Claim, mut builder: Box<dyn Builder>, upto: Position) -> Result<End, ViewError> {
        let mut piles = begin(room::of_piles(&self.log.store().storage), upto.0).await?;
        for stretch in self.stretches(claim.position, upto) {
            let mut chunks = self.log.stretch(stretch, self.generation.projection.categories());
            // In a thread of its own: it writes to files.
            let mut task = tokio::task::spawn_blocking(move || {
                while let Some(chunk) = chunks.blocking_recv() {
                    chunk?.iter().try_for_each(|event| builder.sort(event, &mut piles))?;
                }
                Ok::<_, ViewError>((builder, piles))
            });
            (builder, piles) = loop {
                tokio::select! {
                    done = &mut task => break done.map_err(|_| ended_early())??,
                    () = tokio::time::sleep(self.options.lease / 3) => {
                        if !self.generation.renew(*claim, self.options.lease).await? {
                            return Ok(End::Lost);
                        }
                    }
                }
            };
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

async fn begin(folder: PathBuf, events: u64) -> Result<Piles, ViewError> {
    let begun = tokio::task::spawn_blocking(move || Piles::begin(&folder, events)).await;
    Ok(begun.map_err(|_| ended_early())??)
}

fn ended_early() -> ViewError {
    ViewError::Event("the task that sorts the log ended early".to_owned())
}

//! Building a view in one go: the log is sorted by whom it is about, and then everything about somebody is taken in at once,
//! instead of page by page wherever the log happens to name them.

use std::path::PathBuf;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::store::Stretch;
use crate::view::catalogue;
use crate::view::generation::{Claim, Generation, Take};
use crate::view::heaps::{self, Heap};
use crate::view::piles::{Piles, Sorted};
use crate::view::worker::Worker;
use crate::{Position, Recorded, Storage, ViewError, ViewTx};

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

    /// Writes every row, pile by pile. All of it is one transaction; indexes are made at its end.
    ///
    /// # Errors
    /// When an event makes no sense to it, the store fails, or it should stop.
    async fn build(self: Box<Self>, tx: &mut ViewTx, piles: Sorted) -> Result<(), ViewError>;
}

/// Everything that is in a log, to be taken in at once.
pub(crate) struct Everything {
    builder: Box<dyn Builder>,
    piles: Sorted,
}

impl Everything {
    /// Takes it in.
    pub(crate) async fn take_in(self, tx: &mut ViewTx, schema: &str) -> Result<(), ViewError> {
        let heaps = self.builder.heaps();
        heaps::lay(tx, schema, heaps).await?;
        self.builder.build(tx, self.piles).await?;
        Ok(heaps::clear(tx, schema, heaps).await?)
    }
}

/// How the sorting of a log ended.
enum End {
    Sorted(Box<dyn Builder>, Piles),
    Stopped,
    Lost,
}

impl Worker {
    /// What builds the view in one go, if that is worth it: there is nothing in it, and very much in the log. Nobody may be
    /// reading it, for the tables are not to be had meanwhile.
    pub(crate) async fn builder(&self, claim: &Claim, head: Position) -> Result<Option<Box<dyn Builder>>, ViewError> {
        // Positions of several partitions are no order of what happened to somebody.
        let alone = self.log.partitions() == 1;
        let much = claim.position == Position(0) && head.0 >= self.options.in_one_go_from;
        if self.by_pages || !alone || !much {
            return Ok(None);
        }
        let Generation { projection, number, .. } = &*self.generation;
        let live = catalogue::is_live(&self.log.store().database, projection.name(), *number).await?;
        Ok(if live { None } else { projection.builder() })
    }

    /// Builds the view up to a position. Answers whether the claim still holds.
    pub(crate) async fn build(
        &mut self,
        claim: &mut Claim,
        builder: Box<dyn Builder>,
        upto: Position,
    ) -> Result<bool, ViewError> {
        let _at_work = self.generation.at_work();
        let (view, events, begun) = (self.generation.projection.name(), upto.0, Instant::now());
        tracing::info!(view, events, "A view is being built in one go");
        match self.try_build(claim, builder, upto).await {
            Ok(held) => {
                let seconds = begun.elapsed().as_secs();
                tracing::info!(view, seconds, position = claim.position.0, "The view was built as far as this");
                Ok(held)
            }
            Err(ViewError::Stopped) => Ok(true),
            Err(error) => {
                // There may be no room for piles, or no right to make temporary tables.
                self.by_pages = true;
                tracing::warn!(view, %error, "A view could not be built in one go, and is built page by page");
                Ok(true)
            }
        }
    }

    async fn try_build(&self, claim: &mut Claim, builder: Box<dyn Builder>, upto: Position) -> Result<bool, ViewError> {
        let (builder, piles) = match self.sort(claim, builder, upto).await? {
            End::Sorted(builder, piles) => (builder, piles),
            End::Stopped => return Err(ViewError::Stopped),
            End::Lost => return Ok(false),
        };
        let everything = Everything { builder, piles: piles.sorted(self.stop.clone()) };
        let held = self.generation.apply(*claim, Take::Everything(everything), upto, self.options.lease).await?;
        if held {
            claim.position = upto;
        }
        Ok(held)
    }

    async fn sort(&self, claim: &Claim, mut builder: Box<dyn Builder>, upto: Position) -> Result<End, ViewError> {
        let folder = match &self.log.store().storage {
            Storage::Sqlite { dir } => dir.join("views"),
            Storage::Postgres { .. } => std::env::temp_dir(),
        };
        let mut piles = begin(folder, upto.0).await?;
        let mut after = claim.position;
        while after < upto {
            let stretch = Stretch { partition: self.partition, after, upto: upto.min(after.plus(Self::STRETCH)) };
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
            after = stretch.upto;
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

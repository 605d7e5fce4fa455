//! Building the view in one go: everything about some thousand subjects at a time, each table in the order of its keys.

use async_trait::async_trait;
use eventlog::{Builder, Failure, Heap, Piles, Position, Recorded, Room, SortedPiles, Value, ViewError, ViewTx};
use uuid::Uuid;

use super::edits::{self, Edit, What};
use super::file;

/// At most, measured on simulated registries: 48 and 37, and few where indexes are sorted.
const ROOM: Room = Room { piles: 80, view: 60, heaps: 30 };

/// Builds the view from nothing.
pub(super) struct AccessBuilder;

#[async_trait]
impl Builder for AccessBuilder {
    fn sort(&mut self, event: &Recorded, piles: &mut Piles) -> Result<(), ViewError> {
        for Edit { subject, what, values } in edits::of(event)? {
            let line = serde_json::to_vec(&(what, values)).map_err(|fault| unwritten(&fault))?;
            piles.put(subject, event.position, &line)?;
        }
        Ok(())
    }

    fn heaps(&self) -> &'static [Heap] {
        // Whatever is about a subject stands in the order of subjects, but for the little that is about sites.
        &[]
    }

    fn room(&self) -> Room {
        ROOM
    }

    async fn build(self: Box<Self>, tx: &mut ViewTx, piles: SortedPiles) -> Result<(), ViewError> {
        let mut piles = piles.read(read);
        while let Some(mut pile) = piles.next().await? {
            // Stable: about one subject they stay in their order.
            pile.sort_by_key(|edit| edit.subject);
            file(tx, pile).await?;
            tx.keep_so_far().await?;
        }
        Ok(())
    }
}

fn read(subject: Uuid, _: Position, line: &[u8]) -> Result<Edit, Failure> {
    let (what, values): (What, Vec<Value>) =
        serde_json::from_slice(line).map_err(|fault| Failure::unreadable("a line on a pile", fault))?;
    Ok(Edit { subject, what, values })
}

fn unwritten(fault: &serde_json::Error) -> Failure {
    Failure::unreadable("an edit", fault)
}

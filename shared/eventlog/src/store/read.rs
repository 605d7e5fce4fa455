//! Reading stretches of a partition. Positions have no gap, so a stretch is told by its two ends alone, and whoever has
//! read it has missed nothing, also when only some categories were asked for.

use std::pin::pin;

use futures_util::stream::{self, Stream};
use futures_util::{StreamExt, TryStreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::database::Database;
use crate::database::file::ended;
use crate::store::{copied, file};
use crate::{Failure, Position, Recorded};

/// The events of a partition after one position and up to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) partition: u16,
    pub(crate) after: Position,
    pub(crate) upto: Position,
}

impl Stretch {
    /// Whether these events reach its end. Positions have no gap: what is missing is not there yet.
    fn is_reached_by(&self, events: &[Recorded]) -> bool {
        events.last().is_some_and(|event| event.position == self.upto)
    }

    fn length(&self) -> u64 {
        self.upto.0.saturating_sub(self.after.0)
    }

    /// The same in pieces of this many positions.
    fn pieces(self, chunk: u64) -> impl Iterator<Item = Self> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let piece = Self { upto: rest.after.plus(chunk).min(rest.upto), ..rest };
            rest.after = piece.upto;
            (piece.after < piece.upto).then_some(piece)
        })
    }
}

/// Some events of a stretch, in order.
pub(crate) type Chunk = Vec<Recorded>;

/// The only categories that are asked for, if not all.
pub(crate) type Categories = Option<&'static [&'static str]>;

/// So many events are read at once.
const CHUNK: u64 = 512;
/// At most so many of a long stretch are from a server, which plans every copy anew: that takes it as long as a hundred
/// events.
const COPIED: u64 = 2_048;
/// So many chunks are read at the same time.
const READERS: u8 = 2;
/// Chunks that may wait for whoever reads.
const AHEAD: usize = 4;

/// Begins to read the events of a stretch, as far as the partition reaches. It goes on when nobody waits: whoever reads
/// may pause, and must not keep a connection meanwhile.
fn read(database: &Database, stretch: Stretch, categories: Categories) -> JoinHandle<Result<Chunk, Failure>> {
    match database {
        Database::Sqlite { file, .. } => {
            file.ask_now(move |connection| file::stretch_of(connection, stretch, categories))
        }
        Database::Postgres(server) => {
            let server = server.clone();
            tokio::spawn(async move { copied::stretch_of(&server, stretch, categories).await })
        }
    }
}

/// The events of a stretch piece by piece, in order.
fn pieces(
    database: &Database,
    stretch: Stretch,
    categories: Categories,
) -> impl Stream<Item = Result<(Stretch, Chunk), Failure>> + Send {
    let reading = move |piece| {
        let task = read(database, piece, categories);
        async move { Ok((piece, task.await.map_err(ended)??)) }
    };
    let at_most = if database.is_sqlite() { CHUNK } else { COPIED };
    let chunk = (stretch.length() / u64::from(READERS)).clamp(CHUNK, at_most);
    stream::iter(stretch.pieces(chunk)).map(reading).buffered(READERS.into())
}

/// Reads a stretch, as far as the partition reaches.
pub(crate) async fn whole(database: &Database, stretch: Stretch) -> Result<Vec<Recorded>, Failure> {
    let mut events = Vec::new();
    let mut pieces = pin!(pieces(database, stretch, None));
    while let Some((piece, read)) = pieces.try_next().await? {
        let is_last = !piece.is_reached_by(&read);
        events.extend(read);
        if is_last {
            break;
        }
    }
    Ok(events)
}

/// Reads a stretch piece by piece, in a task of its own: whoever reads may go away at any time.
pub(crate) fn in_chunks(
    database: Database,
    stretch: Stretch,
    categories: Categories,
) -> mpsc::Receiver<Result<Chunk, Failure>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        let mut pieces = pin!(pieces(&database, stretch, categories));
        while let Some(read) = pieces.next().await {
            let events = read.map(|(_, events)| events);
            let (is_empty, is_last) = (events.as_ref().is_ok_and(Vec::is_empty), events.is_err());
            // Nobody may read any more. What is missing in between is for the reader to see: it must not hide what follows.
            if (!is_empty && sender.send(events).await.is_err()) || is_last {
                break;
            }
        }
    });
    receiver
}

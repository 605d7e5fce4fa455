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

    /// As much of it as these events are.
    fn as_far_as(self, events: &Events) -> Self {
        match events.read.last() {
            Some(last) if events.are_cut => Self { upto: last.position, ..self },
            _ => self,
        }
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

/// The events of a stretch, or the first of them when together they are [`LARGE`].
pub(crate) struct Events {
    pub(crate) read: Chunk,
    pub(crate) are_cut: bool,
}

/// The only categories that are asked for, if not all.
pub(crate) type Categories = Option<&'static [&'static str]>;

/// So many events are read at once.
const CHUNK: u64 = 512;
/// At most so many of a long stretch are from a server, which plans every copy anew: that takes it as long as a hundred
/// events.
const COPIED: u64 = 2_048;
/// So many bytes of events end what is read at once: a roster of two thousand people is as large as three hundred others.
pub(super) const LARGE: usize = 8 << 20;
/// So many chunks are read at the same time.
const READERS: u8 = 2;
/// Chunks that may wait for whoever reads.
const AHEAD: usize = 4;

/// Begins to read the events of a stretch, as far as the partition reaches. It goes on when nobody waits: whoever reads
/// may pause, and must not keep a connection meanwhile.
fn read(database: &Database, stretch: Stretch, categories: Categories) -> JoinHandle<Result<Events, Failure>> {
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

/// Events, and the stretch that they are.
type Part = (Stretch, Chunk);

/// What is read of a piece.
async fn part(piece: Stretch, task: JoinHandle<Result<Events, Failure>>) -> Result<Part, Failure> {
    let events = task.await.map_err(ended)??;
    Ok((piece.as_far_as(&events), events.read))
}

/// A piece from the first part of it on. Where that is not all, those that follow are of no more positions than it.
fn parts(
    database: Database,
    piece: Stretch,
    first: Part,
    categories: Categories,
) -> impl Stream<Item = Result<Part, Failure>> + Send {
    let at_once = first.0.length();
    stream::try_unfold((piece, Some(first)), move |(left, known)| {
        let database = database.clone();
        async move {
            let next = match known {
                Some(first) => first,
                None => match left.pieces(at_once).next() {
                    Some(next) => part(next, read(&database, next, categories)).await?,
                    None => return Ok(None),
                },
            };
            let left = Stretch { after: next.0.upto, ..left };
            Ok(Some((next, (left, None))))
        }
    })
}

/// The events of a stretch part by part, in order.
fn all_parts(
    database: &Database,
    stretch: Stretch,
    categories: Categories,
) -> impl Stream<Item = Result<Part, Failure>> + Send {
    let at_most = if database.is_sqlite() { CHUNK } else { COPIED };
    let chunk = (stretch.length() / u64::from(READERS)).clamp(CHUNK, at_most);
    let first = move |piece| {
        let task = read(database, piece, categories);
        async move { Ok::<_, Failure>((piece, part(piece, task).await?)) }
    };
    let from_first = move |(piece, first)| parts(database.clone(), piece, first, categories);
    stream::iter(stretch.pieces(chunk)).map(first).buffered(READERS.into()).map_ok(from_first).try_flatten()
}

/// Reads a stretch, as far as the partition reaches.
pub(crate) async fn whole(database: &Database, stretch: Stretch) -> Result<Vec<Recorded>, Failure> {
    let mut events = Vec::new();
    let mut parts = pin!(all_parts(database, stretch, None));
    while let Some((part, read)) = parts.try_next().await? {
        let is_last = !part.is_reached_by(&read);
        events.extend(read);
        if is_last {
            break;
        }
    }
    Ok(events)
}

/// Reads a stretch part by part, in a task of its own: whoever reads may go away at any time.
pub(crate) fn in_chunks(
    database: Database,
    stretch: Stretch,
    categories: Categories,
) -> mpsc::Receiver<Result<Chunk, Failure>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        let mut parts = pin!(all_parts(&database, stretch, categories));
        while let Some(read) = parts.next().await {
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

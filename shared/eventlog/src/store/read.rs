//! Reading stretches of a partition. Positions have no gap, so a stretch is told by its two ends alone, and whoever has
//! read it has missed nothing, also when only some categories were asked for.

use std::pin::pin;

use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use sqlx::Executor;
use tokio::sync::mpsc;

use crate::database::{Database, postgres_arguments};
use crate::store::packed;
use crate::store::row::{Cells, Names, Stored};
use crate::{Failure, Position, Recorded, Value};

/// The events of a partition after one position and up to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) partition: u16,
    pub(crate) after: Position,
    pub(crate) upto: Position,
}

impl Stretch {
    /// The same in pieces of the length of a chunk.
    fn pieces(self) -> impl Iterator<Item = Self> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let piece = Self { upto: rest.after.plus(CHUNK as u64).min(rest.upto), ..rest };
            rest.after = piece.upto;
            (piece.after < piece.upto).then_some(piece)
        })
    }
}

/// Some events of a stretch, in order.
pub(crate) type Chunk = Vec<Recorded>;

/// Rows that pass from the reading task at once.
const CHUNK: usize = 256;
/// Chunks that may wait for whoever reads.
const AHEAD: usize = 8;

/// The statement that reads a stretch of PostgreSQL.
fn statement(stretch: Stretch, categories: Option<&[&str]>) -> (&'static str, Vec<Value>) {
    let mut args = crate::args![stretch.partition, stretch.after.0, stretch.upto.0];
    let Some(categories) = categories else {
        return (include_str!("../../sql/stretch.sql"), args);
    };
    args.push(Value::Text(serde_json::json!(categories).to_string()));
    (include_str!("../../sql/stretch_of_categories_postgres.sql"), args)
}

/// Reads a stretch, as far as the partition reaches.
pub(crate) async fn whole(database: &Database, stretch: Stretch) -> Result<Vec<Recorded>, Failure> {
    let Database::Sqlite { pool, .. } = database else {
        let (sql, args) = statement(stretch, None);
        return database.read(sql, args).await;
    };
    let mut events = Vec::new();
    let mut pieces = pin!(packed::pieces(pool, stretch.pieces(), None));
    while let Some((piece, read)) = pieces.try_next().await? {
        let reached = read.last().map(|event| event.position);
        events.extend(read);
        // Positions have no gap: what is missing is not there yet.
        if reached != Some(piece.upto) {
            break;
        }
    }
    Ok(events)
}

/// Reads a stretch piece by piece, in a task of its own: whoever reads may go away at any time.
pub(crate) fn in_chunks(
    database: Database,
    stretch: Stretch,
    categories: Option<&'static [&'static str]>,
) -> mpsc::Receiver<Result<Chunk, Failure>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        if let Err(failure) = pump(&database, stretch, categories, &sender).await {
            // Nobody reads any more when this fails, so there is nobody to tell.
            sender.send(Err(failure)).await.unwrap_or_default();
        }
    });
    receiver
}

async fn pump(
    database: &Database,
    stretch: Stretch,
    categories: Option<&[&str]>,
    sender: &mpsc::Sender<Result<Chunk, Failure>>,
) -> Result<(), Failure> {
    match database {
        Database::Sqlite { pool, .. } => {
            let mut pieces = pin!(packed::pieces(pool, stretch.pieces(), categories));
            while let Some((_, events)) = pieces.try_next().await? {
                if !events.is_empty() && sender.send(Ok(events)).await.is_err() {
                    break;
                }
            }
            Ok(())
        }
        Database::Postgres { pool } => {
            let (sql, args) = statement(stretch, categories);
            hand_out(pool.fetch(sqlx::query_with(sql, postgres_arguments(args)?)), sender).await
        }
    }
}

async fn hand_out<R: Cells>(
    mut rows: BoxStream<'_, Result<R, sqlx::Error>>,
    sender: &mpsc::Sender<Result<Chunk, Failure>>,
) -> Result<(), Failure> {
    let mut names = Names::default();
    let mut chunk = Vec::with_capacity(CHUNK);
    while let Some(row) = rows.try_next().await? {
        chunk.push(Recorded::read(&row, &mut names)?);
        if chunk.len() == CHUNK && sender.send(Ok(std::mem::take(&mut chunk))).await.is_err() {
            return Ok(());
        }
    }
    if !chunk.is_empty() {
        // Whoever read may have gone away.
        sender.send(Ok(chunk)).await.unwrap_or_default();
    }
    Ok(())
}

//! Which generations of each view there are, and which one answers: rows in the log's database, so that every process
//! sees the same.

use crate::database::Database;
use crate::transaction::ViewTx;
use crate::{Failure, Row};

/// A generation of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) generation: u32,
    pub(crate) version: u32,
    pub(crate) live: bool,
    /// Whether another version has been built since. It goes once no process keeps this one any more: those that do say so
    /// again and again.
    pub(crate) outdated: bool,
}

/// Every generation that is built or answers.
pub(crate) async fn entries(database: &Database) -> Result<Vec<Entry>, Failure> {
    let rows = database.fetch(include_str!("../../sql/generations.sql"), Vec::new()).await?;
    rows.iter().map(entry).collect()
}

/// The generation of this version that answers or is being built; one is begun when there is none, or a `fresh` one is
/// asked for.
pub(crate) async fn claim(
    database: &Database,
    name: &'static str,
    version: u32,
    fresh: bool,
) -> Result<Entry, Failure> {
    write(database, move |tx| {
        Box::pin(async move {
            let rows = tx.fetch(include_str!("../../sql/generations.sql"), Vec::new()).await?;
            let entries = rows.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
            let mine = |entry: &&Entry| entry.name == name && entry.version == version && (!fresh || !entry.live);
            let found = entries.iter().filter(mine).max_by_key(|entry| (entry.live, entry.generation));
            if let Some(found) = found {
                // Before anybody takes it for abandoned.
                tx.execute(still_kept(tx.is_sqlite()), crate::args![name, version]).await?;
                return Ok(found.clone());
            }
            let last = tx.fetch_one(include_str!("../../sql/last_generation.sql"), crate::args![name]).await?;
            let generation = u32::try_from(last.int(0)? + 1).unwrap_or(u32::MAX);
            let row = crate::args![name, generation, version];
            tx.execute(include_str!("../../sql/insert_generation.sql"), row).await?;
            Ok(Entry { name: name.to_owned(), generation, version, live: false, outdated: false })
        })
    })
    .await
}

/// Says that a process keeps this version.
pub(crate) async fn is_kept(database: &Database, name: &'static str, version: u32) -> Result<(), Failure> {
    write(database, move |tx| {
        Box::pin(async move { tx.execute(still_kept(tx.is_sqlite()), crate::args![name, version]).await.map(drop) })
    })
    .await
}

fn still_kept(is_sqlite: bool) -> &'static str {
    match is_sqlite {
        true => include_str!("../../sql/still_kept_sqlite.sql"),
        false => include_str!("../../sql/still_kept_postgres.sql"),
    }
}

/// Retires generations of other versions that no process has kept for so many milliseconds.
pub(crate) async fn retire_abandoned(
    database: &Database,
    name: &'static str,
    version: u32,
    for_ms: u64,
) -> Result<(), Failure> {
    write(database, move |tx| {
        Box::pin(async move {
            let retire = match tx.is_sqlite() {
                true => include_str!("../../sql/retire_abandoned_sqlite.sql"),
                false => include_str!("../../sql/retire_abandoned_postgres.sql"),
            };
            tx.execute(retire, crate::args![name, version, for_ms]).await.map(drop)
        })
    })
    .await
}

/// Lets this generation answer, and retires the others of its version; those of other versions are outdated from now on. Nothing happens when it answers already. Answers whether it
/// does now: another process may have retired it meanwhile.
pub(crate) async fn swap(
    database: &Database,
    name: &'static str,
    (generation, version): (u32, u32),
) -> Result<bool, Failure> {
    write(database, move |tx| {
        Box::pin(async move {
            let row = crate::args![name, generation];
            if tx.execute(include_str!("../../sql/make_live.sql"), row.clone()).await? > 0 {
                let retire = if tx.is_sqlite() {
                    include_str!("../../sql/retire_others_sqlite.sql")
                } else {
                    include_str!("../../sql/retire_others_postgres.sql")
                };
                tx.execute(retire, crate::args![name, generation, version]).await?;
            }
            Ok(tx.fetch_optional(IS_LIVE, row).await?.is_some())
        })
    })
    .await
}

const IS_LIVE: &str = "select 1 from view_generation where name = $1 and generation = $2 and state = 'live'";

/// Whether this generation answers.
pub(crate) async fn is_live(database: &Database, name: &'static str, generation: u32) -> Result<bool, Failure> {
    Ok(!database.fetch(IS_LIVE, crate::args![name, generation]).await?.is_empty())
}

/// The generations that have been retired for so many milliseconds.
pub(crate) async fn long_retired(database: &Database, for_ms: u64) -> Result<Vec<Entry>, Failure> {
    let sql = if database.is_sqlite() {
        include_str!("../../sql/long_retired_sqlite.sql")
    } else {
        include_str!("../../sql/long_retired_postgres.sql")
    };
    let rows = database.fetch(sql, crate::args![for_ms]).await?;
    let retired = |row: &Row| {
        let (name, generation, version) = (row.text(0)?.to_owned(), number(row, 1)?, number(row, 2)?);
        Ok(Entry { name, generation, version, live: false, outdated: true })
    };
    rows.iter().map(retired).collect()
}

/// Strikes out a generation whose tables are gone.
pub(crate) async fn forget(database: &Database, entry: Entry) -> Result<(), Failure> {
    write(database, move |tx| {
        Box::pin(async move {
            let row = crate::args![entry.name, entry.generation];
            tx.execute(include_str!("../../sql/forget_generation.sql"), row).await.map(drop)
        })
    })
    .await
}

fn entry(row: &Row) -> Result<Entry, Failure> {
    let name = row.text(0)?.to_owned();
    let (live, outdated) = (row.text(3)? == "live", row.int(4)? != 0);
    Ok(Entry { name, generation: number(row, 1)?, version: number(row, 2)?, live, outdated })
}

fn number(row: &Row, column: usize) -> Result<u32, Failure> {
    u32::try_from(row.int(column)?).map_err(|_| Failure::corrupt("a generation is out of its range"))
}

async fn write<T, W>(database: &Database, work: W) -> Result<T, Failure>
where
    T: Send + 'static,
    W: for<'tx> FnOnce(&'tx mut ViewTx) -> futures_util::future::BoxFuture<'tx, Result<T, Failure>> + Send + 'static,
{
    database
        .detached(move |tx| {
            Box::pin(async move {
                tx.take_turns().await?;
                work(tx).await
            })
        })
        .await
}

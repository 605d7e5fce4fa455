//! One generation of a view: a small database of its own, its checkpoints, and how far it is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::{AssertSqlSafe, SqlSafeStr};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::database::Database;
use crate::transaction::{Lease, ViewTx};
use crate::view::building::Everything;
use crate::view::catalogue::Entry;
use crate::view::half_built;
use crate::view::place::Place;
use crate::{EventLog, Failure, LogPosition, Position, Projection, Recorded, Row, View, ViewError, Within};

/// A generation that is no further behind than this may answer.
const CLOSE_ENOUGH: u64 = 64;

/// A generation that is open.
pub(crate) struct Generation {
    pub(crate) projection: Arc<dyn Projection>,
    pub(crate) number: u32,
    pub(crate) database: Database,
    /// How far it is, as far as this process knows.
    pub(crate) position: watch::Sender<LogPosition>,
    /// What went wrong last, while it still does.
    pub(crate) error: Mutex<Option<String>>,
    /// Whoever takes in something holds a copy meanwhile.
    at_work: Arc<()>,
    /// Dropped or set, it ends the generation's workers.
    pub(crate) stop: watch::Sender<bool>,
}

impl std::fmt::Debug for Generation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} generation {}", self.projection.name(), self.number)
    }
}

impl View {
    /// The number of the generation that answers, counted up with every rebuild; 0 while it is built for the first time.
    pub fn generation(&self) -> u32 {
        self.kept.live().map_or(0, |live| live.number)
    }
}

/// The right to move a checkpoint, until its epoch is raised by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) partition: u16,
    pub(crate) epoch: i64,
    pub(crate) position: Position,
}

impl Generation {
    /// Opens a generation, and makes its tables when they are not there.
    pub(crate) async fn open(
        log: &EventLog,
        projection: Arc<dyn Projection>,
        entry: &Entry,
        connections: u32,
    ) -> Result<Arc<Self>, ViewError> {
        let place = Place::of(&log.store().storage, &entry.name, entry.version, entry.generation);
        let database = place.open(connections, log.store().patience).await?;
        if !is_made(&database).await? {
            let (projection, partitions) = (Arc::clone(&projection), log.partitions());
            database
                .detached(move |tx| {
                    Box::pin(async move {
                        tx.take_turns().await?;
                        create(tx, &*projection, partitions).await
                    })
                })
                .await?;
        }
        let generation = Self {
            projection,
            number: entry.generation,
            database,
            position: watch::Sender::default(),
            error: Mutex::default(),
            at_work: Arc::default(),
            stop: watch::Sender::new(false),
        };
        generation.follow().await?;
        // Asked afterwards: a view is never ahead of its log.
        let present = log.present().await?;
        if !present.covers(&generation.position.borrow()) {
            generation.begin_anew(present).await?;
        }
        Ok(Arc::new(generation))
    }

    /// Throws away what is in it, which is of another log than the one that is there now: of one that was restored from a
    /// backup, say, and the view was not.
    async fn begin_anew(&self, present: LogPosition) -> Result<(), ViewError> {
        let projection = Arc::clone(&self.projection);
        let begin = self.database.detached(move |tx| {
            Box::pin(async move {
                tx.take_turns().await?;
                // Another process may have done so meanwhile.
                let rows = tx.fetch("select partition, position from checkpoint", Vec::new()).await?;
                if present.covers(&reached(&rows)?) {
                    return Ok(());
                }
                let name = projection.name();
                tracing::warn!(view = name, "What is there of a view is ahead of the log: it is begun anew");
                half_built::drop_tables(tx, &*projection).await?;
                tx.execute(include_str!("../../sql/begin_checkpoint_anew.sql"), Vec::new()).await?;
                Ok::<_, ViewError>(())
            })
        });
        begin.await?;
        self.position.send_replace(LogPosition::start());
        Ok(self.follow().await?)
    }

    /// Reads how far it is, and publishes it.
    pub(crate) async fn follow(&self) -> Result<(), Failure> {
        let rows = self.database.fetch("select partition, position from checkpoint", Vec::new()).await?;
        let position = reached(&rows)?;
        self.position.send_if_modified(|known| known.merge(&position));
        Ok(())
    }

    /// Takes a checkpoint over, when nobody holds it. A lease that ends later than any of a log with this head would was
    /// taken by a clock that has been set back since.
    pub(crate) async fn take(&self, partition: u16, lease: Duration, head: Position) -> Result<Option<Claim>, Failure> {
        let sql = self.dialect(
            include_str!("../../sql/take_lease_sqlite.sql"),
            include_str!("../../sql/take_lease_postgres.sql"),
        );
        let owner = format!("process {}", std::process::id());
        let mut tx = match self.database.begin().await {
            // Another process has been writing to the file for long: it holds the lease too.
            Err(failure) if failure.is_lost_turn() => return Ok(None),
            begun => begun?,
        };
        let longest = half_built::longest_lease(lease, head);
        let row = tx.fetch_optional(sql, crate::args![partition, owner, millis(lease), millis(longest)]).await?;
        tx.commit().await?;
        let Some(row) = row else { return Ok(None) };
        let claim = Claim { partition, epoch: row.int(1)?, position: Position(row.count(0)?) };
        // Who held it before may have moved it since this process last looked.
        self.position.send_if_modified(|known| known.advance(partition, claim.position));
        Ok(Some(claim))
    }

    /// Says that the holder is alive. Answers whether it still holds the checkpoint.
    pub(crate) async fn renew(&self, claim: Claim, lease: Duration) -> Result<bool, Failure> {
        let Lease { renewal, args } = self.lease(claim, lease);
        self.write(renewal, args).await
    }

    fn lease(&self, claim: Claim, lease: Duration) -> Lease {
        let renewal = self.dialect(
            include_str!("../../sql/renew_lease_sqlite.sql"),
            include_str!("../../sql/renew_lease_postgres.sql"),
        );
        Lease { renewal, args: crate::args![claim.partition, claim.epoch, millis(lease)] }
    }

    /// Lets a checkpoint go, so that another may take it at once.
    pub(crate) async fn release(&self, claim: Claim) -> Result<(), Failure> {
        let args = crate::args![claim.partition, claim.epoch];
        self.write(include_str!("../../sql/release_lease.sql"), args).await.map(drop)
    }

    /// Moves the checkpoint, and renews the lease. Answers whether the claim still holds.
    async fn move_on(
        &self,
        tx: &mut ViewTx,
        claim: Claim,
        reached: Position,
        lease: Duration,
    ) -> Result<bool, Failure> {
        let sql = self.dialect(
            include_str!("../../sql/move_checkpoint_sqlite.sql"),
            include_str!("../../sql/move_checkpoint_postgres.sql"),
        );
        let args = crate::args![claim.partition, claim.epoch, claim.position.0, reached.0, millis(lease)];
        Ok(tx.execute(sql, args).await? > 0)
    }

    /// Notes how far it is by now.
    fn has_reached(&self, claim: Claim, reached: Position) {
        self.position.send_if_modified(|known| known.advance(claim.partition, reached));
        self.set_error(None);
    }

    /// Takes in a page that reaches up to `reached`: its rows and the checkpoint in one transaction. Answers whether
    /// the claim still held; if not, nothing was changed.
    pub(crate) async fn apply(
        &self,
        claim: Claim,
        page: &[Recorded],
        reached: Position,
        lease: Duration,
    ) -> Result<bool, ViewError> {
        let _at_work = self.at_work();
        let begun = Instant::now();
        let mut tx = self.database.begin().await?;
        // First, so that its lock keeps another from taking over in the middle of a page.
        if !self.move_on(&mut tx, claim, reached, lease).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        tx.ask_of_many();
        tx.set_context(Within::EVERYTHING).await?;
        if let Err(error) = self.take_in(&mut tx, claim, page).await {
            tx.undo().await;
            return Err(error);
        }
        if begun.elapsed() > lease / 2 {
            // The page took long: without a sign of life at its end whoever stands by would take over at once, and lose
            // the lease as quickly at the next page.
            let Lease { renewal, args } = self.lease(claim, lease);
            tx.execute(renewal, args).await?;
        }
        tx.commit().await?;
        self.has_reached(claim, reached);
        Ok(true)
    }

    async fn take_in(&self, tx: &mut ViewTx, claim: Claim, page: &[Recorded]) -> Result<(), ViewError> {
        if claim.position == Position(0) {
            half_built::throw_away(tx, &*self.projection).await?;
        }
        if page.is_empty() { Ok(()) } else { self.projection.apply(tx, page).await }
    }

    /// Takes in everything up to `reached`, of which nobody sees anything before the end. Answers whether the claim held
    /// until then.
    pub(crate) async fn build(
        &self,
        claim: Claim,
        everything: Everything<'_>,
        reached: Position,
        lease: Duration,
    ) -> Result<bool, ViewError> {
        // Its heaps go with it, however this ends.
        let database = self.database.with_a_writer_of_its_own();
        let built = self.build_in(&database, claim, everything, (reached, lease)).await;
        database.close_writer().await;
        match built {
            Ok(()) => {
                self.has_reached(claim, reached);
                Ok(true)
            }
            Err(ViewError::TakenOver) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn build_in(
        &self,
        database: &Database,
        claim: Claim,
        everything: Everything<'_>,
        (reached, lease): (Position, Duration),
    ) -> Result<(), ViewError> {
        let mut tx = match database.begin().await {
            Err(failure) if failure.is_lost_turn() => return Err(ViewError::TakenOver),
            begun => begun?,
        };
        let built = async {
            tx.write_under(self.lease(claim, half_built::lease(lease, reached))).await?;
            tx.set_context(Within::EVERYTHING).await?;
            half_built::throw_away(&mut tx, &*self.projection).await?;
            half_built::mark(&mut tx, true).await?;
            everything.take_in(&mut tx, &*self.projection).await?;
            half_built::mark(&mut tx, false).await?;
            if self.move_on(&mut tx, claim, reached, lease).await? { Ok(()) } else { Err(ViewError::TakenOver) }
        };
        if let Err(error) = built.await {
            tx.undo().await;
            return Err(error);
        }
        Ok(tx.commit().await?)
    }

    /// Whether it may answer: it will have caught up in no time, and is not about to be built in one go.
    pub(crate) fn is_close_to(&self, head: &LogPosition) -> bool {
        self.is_begun(head) && self.position.borrow().behind(head) <= CLOSE_ENOUGH
    }

    /// Whether there is something in it, or nothing in the log. One that answered may be empty again: on SQLite its file need
    /// not be in a backup.
    pub(crate) fn is_begun(&self, head: &LogPosition) -> bool {
        self.position.borrow().events() > 0 || head.events() == 0
    }

    /// Says that this process is taking in something, for as long as it is held.
    pub(crate) fn at_work(&self) -> Arc<()> {
        Arc::clone(&self.at_work)
    }

    /// Whether this process is taking in something.
    pub(crate) fn is_at_work(&self) -> bool {
        Arc::strong_count(&self.at_work) > 1
    }

    /// Notes what went wrong, or that it no longer does.
    pub(crate) fn set_error(&self, error: Option<String>) {
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    /// What went wrong last, while it still does.
    pub(crate) fn error(&self) -> Option<String> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn write(&self, sql: &'static str, args: Vec<crate::Value>) -> Result<bool, Failure> {
        let mut tx = self.database.begin().await?;
        let touched = tx.execute(sql, args).await?;
        tx.commit().await?;
        Ok(touched > 0)
    }

    fn dialect(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        if self.database.is_sqlite() { sqlite } else { postgres }
    }
}

/// How far checkpoints say that a view is.
fn reached(rows: &[Row]) -> Result<LogPosition, Failure> {
    let mut position = LogPosition::start();
    for row in rows {
        position.advance(u16::try_from(row.int(0)?).unwrap_or(u16::MAX), Position(row.count(1)?));
    }
    Ok(position)
}

/// Whether its tables are there, without waiting for whoever is writing to them.
async fn is_made(database: &Database) -> Result<bool, Failure> {
    let tables = match database.is_sqlite() {
        true => include_str!("../../sql/tables_sqlite.sql"),
        false => include_str!("../../sql/tables_postgres.sql"),
    };
    for row in database.fetch(tables, Vec::new()).await? {
        if row.text(0)? == "checkpoint" {
            return Ok(!database.fetch("select partition from checkpoint", Vec::new()).await?.is_empty());
        }
    }
    Ok(false)
}

async fn create(tx: &mut ViewTx, projection: &dyn Projection, partitions: u16) -> Result<(), ViewError> {
    tx.execute(include_str!("../../sql/create_checkpoint.sql"), Vec::new()).await?;
    let known = tx.fetch_one("select count(*) from checkpoint", Vec::new()).await?.int(0)?;
    if known > 0 {
        return Ok(());
    }
    make_tables(tx, projection).await?;
    let rows: Vec<_> = (0..partitions).map(|partition| crate::args![partition, 0, 0, "", 0]).collect();
    let insert = "insert into checkpoint (partition, position, epoch, owner, lease_until) values";
    tx.bulk(insert, 5, &rows, "").await.map(drop).map_err(ViewError::from)
}

/// Makes the tables of a projection, of which there are none yet.
pub(crate) async fn make_tables(tx: &mut ViewTx, projection: &dyn Projection) -> Result<(), Failure> {
    let schema = projection.schema();
    let schema = if tx.is_sqlite() { AssertSqlSafe(in_order(schema)).into_sql_str() } else { schema.into_sql_str() };
    tx.script(schema).await?;
    if let Some(row_security) = projection.row_security().filter(|_| !tx.is_sqlite()) {
        tx.script(row_security.into_sql_str()).await?;
    }
    Ok(())
}

/// The schema with its tables kept in the order of their primary keys, as far as they have one. Otherwise SQLite keeps
/// them in the order in which rows came, and the keys a second time beside: what belongs together is then read from
/// everywhere in the file.
fn in_order(schema: &str) -> String {
    let is_table = |statement: &str| statement.trim_start().starts_with("create table");
    let statements = schema.split(';').map(|statement| {
        let keyed = is_table(statement) && statement.contains("primary key");
        if keyed { format!("{} without rowid", statement.trim_end()) } else { statement.to_owned() }
    });
    statements.collect::<Vec<_>>().join(";")
}

fn millis(lease: Duration) -> u64 {
    u64::try_from(lease.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tables_with_a_key_are_kept_in_its_order() {
        let schema = "create table a (b text primary key);\ncreate table c (d text);\ncreate index e on a (b);\n";
        let kept =
            "create table a (b text primary key) without rowid;\ncreate table c (d text);\ncreate index e on a (b);\n";
        assert_eq!(in_order(schema), kept);
    }
}

//! What is built in one go, kept as it grows: on SQLite one transaction of gigabytes costs more with every page of the file.
//!
//! A page that leaves the cache before its transaction ends is looked for among everything that the transaction has put into
//! the write-ahead log, and at the end the checksums of nearly all of that are made anew.

use sqlx::SqlSafeStr;

use crate::{Value, ViewError, ViewTx};

/// What a view is owned by while it is built in one go.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    /// The statement that renews it. It touches nothing when another process has taken it by now.
    pub(crate) renewal: &'static str,
    pub(crate) args: Vec<Value>,
}

impl ViewTx {
    /// Writes under a lease from here on, and renews it. Whatever is written so may take long.
    ///
    /// # Errors
    /// When it is another's by now, or the store fails.
    pub(crate) async fn write_under(&mut self, lease: Lease) -> Result<(), ViewError> {
        self.take_time();
        self.lease = Some(lease);
        self.renew_lease().await
    }

    /// Keeps what has been written so far of a view that is built in one go, where that makes the rest cheaper: on SQLite.
    /// Nobody reads it before the end, and what does not come to its end is thrown away.
    ///
    /// # Errors
    /// When another process has taken over meanwhile, or the store fails.
    pub async fn keep_so_far(&mut self) -> Result<(), ViewError> {
        if self.lease.is_none() || !self.is_sqlite() {
            return Ok(());
        }
        // Whoever gets the file's lock in between finds the lease in force, however long the last statement was.
        self.renew_lease().await?;
        match self.script("commit; begin immediate".into_sql_str()).await {
            // It has been writing for long by now.
            Err(failure) if failure.is_lost_turn() => return Err(ViewError::TakenOver),
            done => done?,
        }
        self.renew_lease().await
    }

    async fn renew_lease(&mut self) -> Result<(), ViewError> {
        let Some(Lease { renewal, args }) = self.lease.clone() else { return Ok(()) };
        if self.execute(renewal, args).await? == 0 { Err(ViewError::TakenOver) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;

    async fn begun() -> (tempfile::TempDir, Database, ViewTx) {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::sqlite(&folder.path().join("view.db"), false, 2).await.unwrap();
        let mut tx = database.begin().await.unwrap();
        let tables = "create table lease (epoch int); insert into lease values (1); create table line (number int)";
        tx.script(tables.into_sql_str()).await.unwrap();
        (folder, database, tx)
    }

    async fn lines(database: &Database) -> i64 {
        database.fetch("select count(*) from line", Vec::new()).await.unwrap()[0].int(0).unwrap()
    }

    #[tokio::test]
    async fn who_is_not_to_build_any_more_keeps_nothing_further() {
        let (_folder, database, mut tx) = begun().await;
        let lease = Lease { renewal: "update lease set epoch = epoch where epoch = $1", args: crate::args![1] };
        tx.write_under(lease).await.unwrap();
        for kept in 1..=2 {
            tx.execute("insert into line values (1)", Vec::new()).await.unwrap();
            tx.keep_so_far().await.unwrap();
            assert_eq!(lines(&database).await, kept);
        }
        tx.execute("update lease set epoch = 2", Vec::new()).await.unwrap();
        tx.execute("insert into line values (1)", Vec::new()).await.unwrap();
        assert!(matches!(tx.keep_so_far().await, Err(ViewError::TakenOver)));
        tx.undo().await;
        assert_eq!(lines(&database).await, 2);
    }

    #[tokio::test]
    async fn a_transaction_that_builds_nothing_is_kept_at_its_end_only() {
        let (_folder, database, mut tx) = begun().await;
        tx.keep_so_far().await.unwrap();
        assert!(database.fetch("select number from line", Vec::new()).await.is_err());
        tx.commit().await.unwrap();
        assert_eq!(lines(&database).await, 0);
    }
}

//! A hash of everything a view holds, to compare a view with one that was built another way.

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use crate::database::{Database, Snapshot};
use crate::{Failure, Row, Value, View, ViewError, Within};

impl View {
    /// A hash of everything it holds and how far it is, the same for equal contents however they came about.
    ///
    /// # Errors
    /// As [`View::fetch`].
    pub async fn digest(&self) -> Result<[u8; 32], ViewError> {
        Ok(digest(&self.live()?.database).await?)
    }
}

/// The hash of all tables: their names, their columns' names, their rows in no particular order, and how far the view
/// is. Who holds the lease is left out.
async fn digest(database: &Database) -> Result<[u8; 32], Failure> {
    let database = database.clone();
    let task = tokio::spawn(async move {
        let mut state = database.snapshot().await?;
        state.set_context(Within::EVERYTHING).await?;
        tables(&mut state).await
    });
    task.await.unwrap_or_else(|_| Err(Failure::corrupt("the task that reads a view ended early")))
}

async fn tables(state: &mut Snapshot) -> Result<[u8; 32], Failure> {
    let (names, columns) = if state.is_sqlite() {
        (include_str!("../../sql/tables_sqlite.sql"), include_str!("../../sql/columns_sqlite.sql"))
    } else {
        (include_str!("../../sql/tables_postgres.sql"), include_str!("../../sql/columns_postgres.sql"))
    };
    let mut digest = Sha256::new();
    for table in texts(&state.fetch(names, Vec::new()).await?)? {
        let columns = match table.as_str() {
            "checkpoint" => vec!["partition".to_owned(), "position".to_owned()],
            _ => texts(&state.fetch(columns, crate::args![&table]).await?)?,
        };
        let quoted = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
        let statement = format!("select {quoted} from \"{table}\"");
        field(&mut digest, statement.as_bytes());
        let mut rows = Sum::default();
        let add = |row: Row| {
            rows.add(&row_digest(&row));
            Ok(())
        };
        state.each(AssertSqlSafe(statement).into_sql_str(), Vec::new(), add).await?;
        digest.update(rows.0);
    }
    Ok(digest.finalize().into())
}

/// The sum of hashes, as one number of 256 bits: it does not depend on their order, and a table may have any number of
/// rows.
#[derive(Default)]
struct Sum([u8; 32]);

impl Sum {
    fn add(&mut self, hash: &[u8; 32]) {
        let mut carry = 0;
        for (sum, byte) in self.0.iter_mut().zip(hash).rev() {
            let [high, low] = (u16::from(*sum) + u16::from(*byte) + carry).to_be_bytes();
            (carry, *sum) = (u16::from(high), low);
        }
    }
}

/// Names, in an order that does not depend on the database's idea of one.
fn texts(rows: &[Row]) -> Result<Vec<String>, Failure> {
    let mut texts = rows.iter().map(|row| row.text(0).map(str::to_owned)).collect::<Result<Vec<_>, _>>()?;
    texts.sort_unstable();
    Ok(texts)
}

fn row_digest(row: &Row) -> [u8; 32] {
    let mut digest = Sha256::new();
    for value in row.values() {
        match value {
            Value::Null => field(&mut digest, b"n"),
            Value::Text(text) => field(&mut digest, &[b"t", text.as_bytes()].concat()),
            Value::Int(number) => field(&mut digest, &[b"i".as_slice(), &number.to_be_bytes()].concat()),
            Value::Real(number) => field(&mut digest, &[b"r".as_slice(), &number.to_bits().to_be_bytes()].concat()),
            Value::Bytes(bytes) => field(&mut digest, &[b"b", bytes.as_slice()].concat()),
        }
    }
    digest.finalize().into()
}

fn field(digest: &mut Sha256, bytes: &[u8]) {
    digest.update((bytes.len() as u64).to_be_bytes());
    digest.update(bytes);
}

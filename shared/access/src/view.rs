//! The projection: where things lie, and who holds which role, as ids, days and codes. No name comes here.

mod building;
mod edits;

use async_trait::async_trait;
use eventlog::{Builder, Failure, Projection, Recorded, Value, ViewError, ViewTx};
use strum::IntoEnumIterator;

use building::AccessBuilder;
use edits::{Edit, Table, What};

/// The projection `access`.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccessProjection;

impl AccessProjection {
    /// The name of its view.
    pub const NAME: &'static str = "access";
}

#[async_trait]
impl Projection for AccessProjection {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn version(&self) -> u32 {
        1
    }

    fn schema(&self) -> &'static str {
        include_str!("sql/schema.sql")
    }

    fn categories(&self) -> Option<&'static [&'static str]> {
        Some(&["organisation", "site", "teacher", "session", "placement", "recognition", "team", "account", "proposal"])
    }

    async fn apply(&self, tx: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError> {
        let mut edits = Vec::new();
        for recorded in page {
            edits.extend(edits::of(recorded)?);
        }
        file(tx, edits).await?;
        Ok(())
    }

    fn builder(&self) -> Option<Box<dyn Builder>> {
        Some(Box::new(AccessBuilder))
    }
}

/// Files edits. A row is changed only by events that follow the one that made it: filed new rows first, then changes in
/// order, one event and a thousand leave the same.
async fn file(tx: &mut ViewTx, edits: Vec<Edit>) -> Result<(), Failure> {
    let mut new: Vec<Vec<Vec<Value>>> = Table::iter().map(|_| Vec::new()).collect();
    let mut changes = Vec::new();
    for Edit { what, values, .. } in edits {
        match what {
            What::Add(table) => new[table as usize].push(values),
            What::Change(change) => changes.push((change, values)),
        }
    }
    for (table, rows) in Table::iter().zip(new) {
        let (insert, columns) = table.insert();
        tx.bulk(insert, columns, &rows, "on conflict do nothing").await?;
    }
    for (change, values) in changes {
        tx.execute(change.statement(), values).await?;
    }
    Ok(())
}

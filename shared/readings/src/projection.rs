//! The projection: a row for each reading, and a row for each person looked at.

use async_trait::async_trait;
use eventlog::{Projection, Recorded, Value, ViewError, ViewTx, args};
use events::ReadingEvent;
use kernel::vocabulary::Term;

/// So many rows of people are written at once: a page of long lists is not held in memory as a whole.
const ROWS_AT_ONCE: usize = 10_000;

/// The projection `readings`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadingsProjection;

impl ReadingsProjection {
    /// The name of its view.
    pub(crate) const NAME: &'static str = "readings";
}

#[async_trait]
impl Projection for ReadingsProjection {
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
        Some(&["reading"])
    }

    async fn apply(&self, tx: &mut ViewTx, page: &[Recorded]) -> Result<(), ViewError> {
        let mut readings = Vec::with_capacity(page.len());
        let mut subjects = Vec::new();
        for recorded in page {
            let ReadingEvent::Looked { subjects: people, operation, purpose, reference, .. } = recorded.event()?;
            readings.push(args![
                recorded.position.0,
                recorded.recorded_at,
                recorded.stream.id(),
                recorded.actor.capacity.code(),
                recorded.actor.organisation,
                operation,
                purpose.code(),
                reference,
                people.len(),
            ]);
            subjects.extend(people.into_iter().map(|teacher| args![teacher, recorded.position.0]));
            if subjects.len() >= ROWS_AT_ONCE {
                write(tx, &mut subjects).await?;
            }
        }
        write(tx, &mut subjects).await?;
        tx.bulk(include_str!("sql/insert_reading.sql"), 9, &readings, "").await?;
        Ok(())
    }
}

async fn write(tx: &mut ViewTx, subjects: &mut Vec<Vec<Value>>) -> Result<(), ViewError> {
    tx.bulk(include_str!("sql/insert_subject.sql"), 2, subjects, "").await?;
    subjects.clear();
    Ok(())
}

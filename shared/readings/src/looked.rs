//! A reading as it is handed in, and as it is found again.

use eventlog::{Failure, Row};
use kernel::vocabulary::{Capacity, Purpose};
use kernel::{AccountId, Actor, CorrelationId, Instant, OrganisationId, TeacherId};

use crate::Reference;

/// Somebody is about to be shown something of these people's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The account that looks.
    pub account: AccountId,
    /// In which capacity it looks, and for which organisation.
    pub actor: Actor,
    /// At whose records. Their order is not kept, and somebody named twice is looked at once.
    pub subjects: Vec<TeacherId>,
    /// By which operation: its name in the API, such as `qualification_status`.
    pub operation: &'static str,
    /// What for.
    pub purpose: Purpose,
    /// The case or ticket it belongs to, when one was stated.
    pub reference: Option<Reference>,
    /// The request it belongs to.
    pub correlation: CorrelationId,
}

/// A reading that is on record. Operation and reference are as they were written: stricter rules of a later day do not
/// make them unreadable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// Its position in the log of readings: the next page begins before that of the last one.
    pub position: u64,
    /// When it was recorded.
    pub at: Instant,
    /// The account that looked.
    pub account: AccountId,
    /// In which capacity.
    pub capacity: Capacity,
    /// For which organisation; none for the registry's own operator.
    pub organisation: Option<OrganisationId>,
    /// By which operation.
    pub operation: String,
    /// What for.
    pub purpose: Purpose,
    /// The case or ticket it belongs to, as the reader stated it.
    pub reference: Option<String>,
    /// At how many people's records: [`Readings::subjects`](crate::Readings::subjects) says whose.
    pub subjects: u64,
}

impl Looked {
    /// Reads the columns of `of_subject.sql` and `of_account.sql`.
    pub(crate) fn read(row: &Row) -> Result<Self, Failure> {
        Ok(Self {
            position: row.count(0)?,
            at: Instant::from_micros(row.int(1)?),
            account: row.parse(2)?,
            capacity: row.parse(3)?,
            organisation: row.opt_parse(4)?,
            operation: row.text(5)?.to_owned(),
            purpose: row.parse(6)?,
            reference: row.opt_text(7)?.map(str::to_owned),
            subjects: row.count(8)?,
        })
    }
}

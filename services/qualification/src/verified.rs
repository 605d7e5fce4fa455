//! Verification of a list: who of many people stands where, as a table that HR keeps beside its own.
//!
//! It is the verification of one person, for each row: who is not on the register and who may not be spoken of are one
//! answer, and nothing of a record is shown before the looks at all of them are on record.

mod about;
mod answers;
mod list;
mod people;
mod written;

use eventlog::LogPosition;
use kernel::vocabulary::Level;
use kernel::{Day, TeacherId};
use serde::Serialize;
use standards::{CriterionId, Label, Missing, Outcome, PackReference, Status, Unit};
use utoipa::ToSchema;

pub use about::Asker;
pub use answers::answers;
pub use list::{AskedRow, MOST_ROWS, parse};
pub use people::People;
pub use written::{csv, workbook};

/// What is asked of everybody in a list.
#[derive(Debug, Clone)]
pub struct Question {
    /// The day it is about, where a row says no other.
    pub as_of: Day,
    /// The day since when to say what changed.
    pub changed_since: Option<Day>,
    /// The log position it is known at.
    pub known_at: LogPosition,
}

/// A list, verified.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VerifiedList {
    /// The log position it is known at: what was recorded later is not in it. Opaque.
    #[schema(example = "v1.0:1234")]
    pub known_at: String,
    /// The day it is about, where a row says no other.
    pub as_of: Day,
    /// The day since when it says what changed.
    pub changed_since: Option<Day>,
    /// How many rows there are of each outcome.
    pub tally: Tally,
    /// The rows, in their order.
    pub rows: Vec<VerifiedRow>,
}

/// How many rows there are of each outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tally {
    /// On the register.
    pub found: usize,
    /// Not on the register, or not to be spoken of.
    pub not_found: usize,
    /// With a number that is none.
    pub malformed: usize,
}

/// A row, verified.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VerifiedRow {
    /// The row of the list, as a spreadsheet counts: the headings are row 1.
    pub row: u64,
    /// The number asked about, with all but the province and the last two characters hidden; none where it is malformed.
    pub citizen_id: Option<String>,
    /// The name that the list gives. It is not compared with anything.
    pub name: Option<String>,
    /// What came of it.
    pub outcome: RowOutcome,
    /// What is wrong with the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the person stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<VerifiedStanding>,
}

/// What came of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    /// The person is on the register.
    Found,
    /// Nobody is on the register under this number, or may be spoken of.
    NotFound,
    /// The number is none.
    Malformed,
}

/// Where a person stands, in brief, and where the whole proof is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VerifiedStanding {
    /// Who.
    pub teacher: TeacherId,
    /// The day it is about.
    pub as_of: Day,
    /// The headline.
    pub status: Status,
    /// The headline in words.
    pub words: Label,
    /// The level of the recognition in force.
    pub recognised: Option<Level>,
    /// The highest level whose rule is met.
    pub eligible: Option<Level>,
    /// The first day of this headline; none where it has always been so.
    pub since: Option<Day>,
    /// The first day on which the level of eligibility or recognition falls if nothing more happens.
    pub lapses_on: Option<Day>,
    /// Every criterion, in the order of the pack.
    pub criteria: Vec<CriterionBrief>,
    /// The least that is missing for the next level.
    pub missing: Vec<Missing>,
    /// What changed since the day that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<ChangedBody>,
    /// The pack it was judged by, to the byte.
    pub pack: PackReference,
    /// Where the whole proof is, for whoever may see the record.
    pub proof: String,
}

/// A criterion in brief.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CriterionBrief {
    /// Its name in the pack.
    #[schema(value_type = String)]
    pub id: CriterionId,
    /// Its words.
    pub label: Label,
    /// What it says.
    pub outcome: Outcome,
    /// What amounts are counted in.
    pub unit: Unit,
}

/// What changed since a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangedBody {
    /// The day.
    pub since: Day,
    /// The headline on that day, as known at the same position.
    pub before: Status,
    /// The headline on that day in words.
    pub words: Label,
    /// Whether it is another now.
    pub differs: bool,
    /// The criteria with another verdict than on that day.
    pub criteria: Vec<CriterionTurn>,
}

/// A criterion with another verdict than before.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CriterionTurn {
    /// Its name in the pack.
    #[schema(value_type = String)]
    pub id: CriterionId,
    /// Its words.
    pub label: Label,
    /// What it said; none where the pack did not ask for it.
    pub before: Option<Outcome>,
    /// What it says; none where the pack does not ask for it.
    pub after: Option<Outcome>,
    /// What amounts are counted in.
    pub unit: Unit,
}

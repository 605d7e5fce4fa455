//! `recognise`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kernel::code::Division;
use kernel::{Day, Document, Name};

use super::Setup;

#[derive(Debug, Subcommand)]
pub(crate) enum RecogniseCommand {
    /// Record the decisions of one meeting: a CSV file with the headings 教师 (id, citizen id number or staff number),
    /// 等级, 结论 (认定 or 不予认定) and 理由. Who has not applied at that level is applied for. Handed in again, nothing
    /// is recorded twice
    Batch(BatchLine),
}

/// In whose name something is decided.
#[derive(Debug, Args)]
pub struct AuthorityLine {
    /// The body that decided, by its name or id
    #[arg(long)]
    pub authority: Name,
    /// The division it is in, by its 6 digits: a body that is not on the register yet is put there
    #[arg(long)]
    pub division: Option<Division>,
}

#[derive(Debug, Args)]
pub(crate) struct BatchLine {
    /// The file
    pub file: PathBuf,
    #[command(flatten)]
    pub authority: AuthorityLine,
    /// The pack that all were judged by, as name@version; the nation's in force on the day when not given
    #[arg(long)]
    pub pack: Option<String>,
    /// The day of the decisions
    #[arg(long)]
    pub on: Day,
    /// The last day whose evidence was looked at; up to the decision when not given
    #[arg(long)]
    pub cut_off: Option<Day>,
    /// The last day before the review; as long as the pack allows when not given
    #[arg(long)]
    pub review_due: Option<Day>,
    /// The decision
    #[arg(long)]
    pub document: Option<Document>,
    /// Only check every row; record nothing
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub setup: Setup,
}

//! The command line, as typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use coverage::table::By;
use dossiers::StatusFilter;
use host::Config;
use kernel::code::SiteCode;
use kernel::vocabulary::{CredentialKind, Level, PracticeForm, PracticeResult, SkillGrade, TitleRank};
use kernel::{Day, Document, EventId, Reason, RecognitionId};

mod account;
mod pack;
mod recognise;
mod simulate;
mod what_if;

pub(crate) use account::{AccountCommand, HeldAt, VaultCommand};
pub(crate) use pack::{ListPacks, PackCommand, PackDraft};
pub(crate) use recognise::{AuthorityLine, BatchLine, RecogniseCommand};
pub(crate) use simulate::Simulate;
pub(crate) use what_if::WhatIfLine;

/// 双师 Shuangshi: the registry of vocational teachers' training.
///
/// Without a command it serves. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 bad input and nothing recorded, 4 some
/// rows refused, 5 not found, 6 refused by a rule.
#[derive(Debug, Parser)]
#[command(name = "shuangshi", version, args_conflicts_with_subcommands = true)]
pub struct Line {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: Serve,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the API: all services in this process, or some of them
    Serve(Serve),
    /// Print the configuration and check the databases
    Doctor(Setup),
    /// Record a delivery: a folder of CSV files
    Import(Import),
    /// Record a single fact
    Record(Record),
    /// Decisions about recognition
    Recognise {
        #[command(subcommand)]
        command: RecogniseCommand,
    },
    /// Record an invented registry of any size, drawn from a seed
    Simulate(Simulate),
    /// One teacher
    Teacher {
        #[command(subcommand)]
        command: TeacherCommand,
    },
    /// Many teachers
    Teachers {
        #[command(subcommand)]
        command: TeachersCommand,
    },
    /// Verify the people of a list: a workbook or CSV with a column 身份证号 or citizen_id
    Verify(Verify),
    /// How many teachers are double-qualified, on course and practised
    Coverage(Coverage),
    /// Who would gain and lose by a draft of a rule pack, and by which criterion; nothing is recorded
    WhatIf(WhatIfLine),
    /// Rule packs: what is asked of whom
    Pack {
        #[command(subcommand)]
        command: PackCommand,
    },
    /// What the register says about somebody that cannot be so
    Contradictions(Contradictions),
    /// Accounts: who can sign in, and which roles they hold. Whoever can read this machine's registry and its master
    /// key needs nobody's approval; it is on record that it was done here
    Account {
        #[command(subcommand)]
        command: AccountCommand,
    },
    /// The keys of personal data
    Vault {
        #[command(subcommand)]
        command: VaultCommand,
    },
    /// The log itself
    Log {
        #[command(subcommand)]
        command: LogCommand,
    },
    /// Build the read models again from the log, beside the ones that answer
    Rebuild(Setup),
    /// Record the invented demo registry, with its accounts, in an empty registry
    Demo(Setup),
    /// Print documents that are generated from the program
    #[command(hide = true)]
    Docs {
        #[command(subcommand)]
        command: DocsCommand,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Serve only these services, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub only: Vec<String>,
    /// Do not record the invented demo registry on the first start
    #[arg(long, env = "SHUANGSHI_NO_DEMO")]
    pub no_demo: bool,
    #[command(flatten)]
    pub config: Config,
}

/// Where the registry is, and how to print.
#[derive(Debug, Args)]
pub(crate) struct Setup {
    /// Print JSON, for scripts
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub config: Config,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The folder with schools.csv, sites.csv, teachers.csv, credentials.csv, sessions.csv, rosters.csv,
    /// placements.csv, conduct.csv
    pub folder: PathBuf,
    /// Only check every row; record nothing
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub setup: Setup,
}

#[derive(Debug, Args)]
pub(crate) struct Record {
    #[command(subcommand)]
    pub fact: RecordFact,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecordFact {
    /// A credential
    Credential {
        /// The teacher: id, citizen id number or staff number
        #[arg(long)]
        teacher: String,
        /// What it is
        #[arg(long)]
        kind: CredentialKind,
        /// The day it was obtained
        #[arg(long)]
        obtained_on: Day,
        /// The skill grade, 5 to 1
        #[arg(long, value_parser = SkillGrade::parse)]
        grade: Option<SkillGrade>,
        /// The rank of a title
        #[arg(long)]
        rank: Option<TitleRank>,
        #[command(flatten)]
        setup: Setup,
    },
    /// A completed enterprise practice
    Placement {
        /// The teacher: id, citizen id number or staff number
        #[arg(long)]
        teacher: String,
        /// The station's or base's code
        #[arg(long)]
        site: SiteCode,
        /// The first day
        #[arg(long)]
        from: Day,
        /// The last day
        #[arg(long)]
        to: Day,
        /// The form
        #[arg(long, default_value = "post")]
        form: PracticeForm,
        /// The result
        #[arg(long, default_value = "pass")]
        result: PracticeResult,
        #[command(flatten)]
        setup: Setup,
    },
    /// A confirmed breach of teacher ethics
    Breach {
        /// The teacher: id, citizen id number or staff number
        #[arg(long)]
        teacher: String,
        /// The first day in force
        #[arg(long)]
        on: Day,
        /// The first day on which it is no longer in force
        #[arg(long)]
        lifted_on: Option<Day>,
        #[command(flatten)]
        setup: Setup,
    },
    /// That a fact of a teacher's own record was never true
    Void {
        /// The teacher: id, citizen id number or staff number
        #[arg(long)]
        teacher: String,
        /// The event that recorded it
        #[arg(long)]
        fact: EventId,
        /// Why
        #[arg(long)]
        reason: Reason,
        #[command(flatten)]
        setup: Setup,
    },
    /// A recognition as double-qualified, decided by an authorised body
    Recognition {
        /// The teacher: id, citizen id number or staff number
        #[arg(long)]
        teacher: String,
        /// The level
        #[arg(long, default_value = "junior")]
        level: Level,
        #[command(flatten)]
        authority: AuthorityLine,
        /// The first day it is valid
        #[arg(long)]
        on: Day,
        /// The last day before its review; five years later when not given
        #[arg(long)]
        review_due: Option<Day>,
        /// The decision
        #[arg(long)]
        document: Option<Document>,
        #[command(flatten)]
        setup: Setup,
    },
    /// The revocation of a recognition
    Revocation {
        /// The recognition's id
        #[arg(long)]
        recognition: RecognitionId,
        /// The first day on which it is no longer valid
        #[arg(long)]
        on: Day,
        /// Why
        #[arg(long)]
        reason: Reason,
        #[command(flatten)]
        setup: Setup,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum TeacherCommand {
    /// Where a teacher stands on a day, and why
    Show {
        /// The teacher: id, citizen id number or staff number
        id: String,
        /// The day; today when not given
        #[arg(long)]
        as_of: Option<Day>,
        /// As known at this log position; the newest when not given
        #[arg(long)]
        known_at: Option<String>,
        /// Explain in English
        #[arg(long)]
        english: bool,
        #[command(flatten)]
        setup: Setup,
    },
    /// What differs between two answers about a teacher, and what made it so
    Diff(Diff),
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The teacher: id, citizen id number or staff number
    pub id: String,
    /// The day of the first answer; today when not given
    #[arg(long)]
    pub from_as_of: Option<Day>,
    /// What was known at this log position; the newest when not given
    #[arg(long)]
    pub from_known_at: Option<String>,
    /// The day of the second answer; today when not given
    #[arg(long)]
    pub to_as_of: Option<Day>,
    /// What was known at this log position; the newest when not given
    #[arg(long)]
    pub to_known_at: Option<String>,
    /// Explain in English
    #[arg(long)]
    pub english: bool,
    #[command(flatten)]
    pub setup: Setup,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TeachersCommand {
    /// Teachers by where they stand on a day
    List {
        /// The day; today when not given
        #[arg(long)]
        as_of: Option<Day>,
        /// all, in_post, not_in_post, eligible, not_eligible, recognised, due_for_review, lapsed, revoked, restricted
        #[arg(long, default_value = "all")]
        status: StatusFilter,
        /// A school's code, a city's 6 digits or a province's 2
        #[arg(long, default_value = "")]
        area: String,
        #[command(flatten)]
        setup: Setup,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The list: .xlsx or .csv, up to 10,000 rows
    pub list: PathBuf,
    /// The day, where a row says no other; today when not given
    #[arg(long)]
    pub as_of: Option<Day>,
    /// Also say what changed since this day
    #[arg(long)]
    pub changed_since: Option<Day>,
    /// Where to write the answer: .xlsx or .csv
    #[arg(long)]
    pub out: PathBuf,
    #[command(flatten)]
    pub setup: Setup,
}

#[derive(Debug, Args)]
pub(crate) struct Coverage {
    /// The day; today when not given
    #[arg(long)]
    pub as_of: Option<Day>,
    /// As known at this log position; the newest when not given
    #[arg(long)]
    pub known_at: Option<String>,
    /// nation, province, city or school
    #[arg(long, default_value = "nation")]
    pub by: By,
    #[command(flatten)]
    pub setup: Setup,
}

#[derive(Debug, Args)]
pub(crate) struct Contradictions {
    /// Also those that have been resolved
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub setup: Setup,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Check every stored event: hash, position, version
    Verify(Setup),
    /// Make the two logs and nothing else: for the owner of a PostgreSQL database whose services run under another role
    Make(Setup),
}

#[derive(Debug, Subcommand)]
pub(crate) enum DocsCommand {
    /// The OpenAPI document
    Openapi,
    /// The catalogue of events
    Events,
    /// Which service answers what, for the proxy in front of services that run apart
    Routes,
}

//! `pack`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kernel::code::Province;
use kernel::{Day, Reason};

use super::Setup;

#[derive(Debug, Subcommand)]
pub(crate) enum PackCommand {
    /// All rule packs: which are published, and which of those judge on a day
    List(ListPacks),
    /// What a rule pack asks for, in words
    Show {
        /// Its name, or name@version; of several versions the newest
        name: String,
        /// In English
        #[arg(long)]
        english: bool,
        #[command(flatten)]
        setup: Setup,
    },
    /// Whether a file may be published as a rule pack, and what it would ask for; records nothing
    Check(PackDraft),
    /// Publish a rule pack: a file, or one that comes with the program, by its name
    Publish {
        /// The file or the name
        pack: String,
        /// The day; today when not given
        #[arg(long)]
        on: Option<Day>,
        #[command(flatten)]
        setup: Setup,
    },
    /// Retire a version of a rule pack
    Retire {
        /// Which, as name@version
        pack: String,
        /// The last day on which it applies
        #[arg(long)]
        on: Day,
        /// Why
        #[arg(long)]
        reason: Reason,
        #[command(flatten)]
        setup: Setup,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ListPacks {
    /// The day; today when not given
    #[arg(long)]
    pub as_of: Option<Day>,
    /// Only those of a province, by its 2 digits
    #[arg(long)]
    pub province: Option<Province>,
    #[command(flatten)]
    pub setup: Setup,
}

#[derive(Debug, Args)]
pub(crate) struct PackDraft {
    /// The file
    pub file: PathBuf,
    /// The day of publication; today when not given
    #[arg(long)]
    pub on: Option<Day>,
    /// In English
    #[arg(long)]
    pub english: bool,
    #[command(flatten)]
    pub setup: Setup,
}

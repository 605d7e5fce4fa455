//! `what-if`, as typed.

use std::path::PathBuf;

use clap::Args;
use kernel::Day;

use super::Setup;

#[derive(Debug, Args)]
pub(crate) struct WhatIfLine {
    /// The draft: a rule pack's JSON file
    pub file: PathBuf,
    /// The day on which it would be published; today when not given
    #[arg(long)]
    pub on: Option<Day>,
    /// The day it is about; when not given today, or the draft's first day in force where that is still to come
    #[arg(long)]
    pub as_of: Option<Day>,
    /// As known at this log position; the newest when not given
    #[arg(long)]
    pub known_at: Option<String>,
    /// A school's code, a city's 6 digits or a province's 2; the whole register when not given
    #[arg(long, default_value = "")]
    pub area: String,
    /// Name levels and criteria in English
    #[arg(long)]
    pub english: bool,
    #[command(flatten)]
    pub setup: Setup,
}

//! `simulate`, as typed.

use clap::Args;
use kernel::Day;

use super::Setup;

#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// How many teachers
    #[arg(long, default_value_t = 1_000, value_name = "NUMBER")]
    pub teachers: u32,
    /// Over how many years
    #[arg(long, default_value_t = 5, value_name = "NUMBER")]
    pub years: u8,
    /// The same seed, number, years and last day give the same registry
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    pub seed: u64,
    /// The last day; today when not given
    #[arg(long, value_name = "DATE")]
    pub until: Option<Day>,
    /// Record it beside what is in the registry already
    #[arg(long)]
    pub into_existing: bool,
    /// Leave the read models to whoever opens the registry next
    #[arg(long)]
    pub log_only: bool,
    #[command(flatten)]
    pub setup: Setup,
}

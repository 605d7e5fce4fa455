//! Accounts and keys, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kernel::vocabulary::Capacity;
use kernel::{Agent, Day, Name, Reason};
use signin::TokenScope;

use super::Setup;

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Open an account; a person's gets a first password, which is shown once
    Open {
        /// The name under which it acts; not a person's name
        agent: Agent,
        /// A machine's account: it signs in by tokens only
        #[arg(long)]
        service: bool,
        /// The teacher whose own record it opens: id, citizen id number or staff number
        #[arg(long)]
        teacher: Option<String>,
        /// A role to grant at once
        #[arg(long)]
        role: Option<Capacity>,
        #[command(flatten)]
        held: HeldAt,
        #[command(flatten)]
        setup: Setup,
    },
    /// Grant a role
    Grant {
        /// The account
        agent: Agent,
        /// base_clerk, school_hr, city_authority, provincial_authority, ministry, auditor or operator
        #[arg(long)]
        role: Capacity,
        #[command(flatten)]
        held: HeldAt,
        #[command(flatten)]
        setup: Setup,
    },
    /// Set a new password, which is shown once
    Password {
        /// The account
        agent: Agent,
        #[command(flatten)]
        setup: Setup,
    },
    /// Issue a service token, which is shown once
    Token {
        /// The account
        agent: Agent,
        /// What it is for
        #[arg(long, default_value = "command line")]
        name: Name,
        /// What it is good for: `training:write`, `coverage:read`, `*:read`; separated by commas
        #[arg(long, value_delimiter = ',', default_value = "*:write")]
        scopes: Vec<TokenScope>,
        /// The last day on which it is good; 30 days from now when not given
        #[arg(long)]
        last_day: Option<Day>,
        #[command(flatten)]
        setup: Setup,
    },
    /// Let somebody sign in to an account at the identity provider
    Link {
        /// The account
        agent: Agent,
        /// The provider's issuer
        #[arg(long)]
        issuer: String,
        /// The person's `sub` there
        #[arg(long)]
        subject: String,
        #[command(flatten)]
        setup: Setup,
    },
    /// Close an account for good
    Close {
        /// The account
        agent: Agent,
        /// Why
        #[arg(long)]
        reason: Reason,
        #[command(flatten)]
        setup: Setup,
    },
    /// Show an account and its roles
    Show {
        /// The account
        agent: Agent,
        #[command(flatten)]
        setup: Setup,
    },
}

/// Where and when a role is held.
#[derive(Debug, Args)]
pub(crate) struct HeldAt {
    /// A school's code, a site's code, or the id or name of an organisation; none for roles of the nation
    #[arg(long)]
    pub at: Option<String>,
    /// The first day; today when not given
    #[arg(long)]
    pub from: Option<Day>,
    /// The last day
    #[arg(long)]
    pub to: Option<Day>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// Wrap every key anew under another master key; older copies of the store open nothing any more
    Rotate {
        /// The file of the new master key; made when it is not there
        new_key_file: PathBuf,
        #[command(flatten)]
        setup: Setup,
    },
}

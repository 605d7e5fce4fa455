//! PostgreSQL's programs, and the account they run under: the server refuses to run as root.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{output, program, succeeds, variable};
use crate::packages::{self, is_root};

/// What has to be there to start a server.
const NEEDED: [&str; 3] = ["initdb", "postgres", "pg_isready"];

/// Accounts without rights, best first.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

const ADVICE: &str = "the tests need PostgreSQL 14 or newer: install the package `postgresql` (Debian, Ubuntu) or set \
                      SHUANGSHI_TEST_POSTGRES to the URL of a server whose account may create databases and roles";

/// The folder of PostgreSQL's programs; installs them where that is possible without asking.
pub(super) fn programs() -> Result<PathBuf, String> {
    if let Some(folder) = found() {
        return Ok(folder);
    }
    packages::install(&["postgresql"], ADVICE)?;
    found().ok_or_else(|| "PostgreSQL was installed, but its programs cannot be found".to_owned())
}

fn found() -> Option<PathBuf> {
    let path = variable("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).filter_map(|folder| real_folder(&folder.join("initdb")));
    let configured = output(program("pg_config").arg("--bindir")).ok().map(|folder| PathBuf::from(folder.trim()));
    on_path.chain(configured).chain(packaged()).find(|folder| NEEDED.iter().all(|name| folder.join(name).is_file()))
}

/// The folder that a program really is in: on some machines the path has links to single programs only.
fn real_folder(program: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(program).ok()?.parent().map(Path::to_owned)
}

/// Where Debian puts them, newest first.
fn packaged() -> Vec<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let mut folders: Vec<PathBuf> = versions.map(|entry| entry.path()).collect();
    folders.sort_by_key(|folder| std::cmp::Reverse(number(folder)));
    folders.into_iter().map(|folder| folder.join("bin")).collect()
}

/// The account that the server runs under.
pub(super) enum Account {
    /// Ours, which has no special rights.
    Own,
    /// This one, as ours may do everything.
    Other(&'static str),
}

impl Account {
    /// An account without special rights.
    pub(super) fn unprivileged() -> Result<Self, String> {
        if !is_root() {
            return Ok(Self::Own);
        }
        let exists = |name: &&str| succeeds(program("id").arg(name));
        let found = ACCOUNTS.into_iter().find(exists).map(Self::Other);
        found
            .ok_or_else(|| "PostgreSQL does not run as root, and there is no account `postgres` or `nobody`".to_owned())
    }

    /// A program to be run under the account.
    pub(super) fn command(&self, program: &Path) -> Command {
        match self {
            Self::Own => Command::new(program),
            Self::Other(name) => {
                let mut command = Command::new("runuser");
                command.args(["-u", name, "--"]).arg(program);
                command
            }
        }
    }

    /// Gives a file or folder to the account.
    pub(super) fn own(&self, path: &Path) -> Result<(), String> {
        let Self::Other(name) = self else { return Ok(()) };
        let mut chown = program("chown");
        if succeeds(chown.arg(name).arg(path)) { Ok(()) } else { Err(format!("could not give a folder to {name}")) }
    }
}

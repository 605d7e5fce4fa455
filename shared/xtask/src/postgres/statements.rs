//! Statements for a server, by its own client.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::install;
use crate::command::program;

/// PostgreSQL's own client.
pub(crate) fn psql() -> Result<PathBuf, String> {
    let beside = install::programs()?.join("psql");
    Ok(if beside.is_file() { beside } else { PathBuf::from("psql") })
}

/// Has statements carried out. They may hold a password: a file of ours in the folder carries them, and nothing of it is
/// shown.
pub(crate) fn carry_out(psql: &Path, url: &str, folder: &Path, statements: &str) -> Result<(), String> {
    let path = folder.join("statements.sql");
    let failed = |error| format!("could not hand statements to PostgreSQL: {error}");
    let mut file = File::create(&path).map_err(failed)?;
    file.set_permissions(fs::Permissions::from_mode(0o600)).map_err(failed)?;
    file.write_all(statements.as_bytes()).map_err(failed)?;
    let mut psql = program(&psql.to_string_lossy());
    psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file"]).arg(&path).arg("--dbname").arg(url);
    let ran = psql.stdin(Stdio::null()).stdout(Stdio::null()).output().map_err(failed)?;
    drop(fs::remove_file(&path));
    if ran.status.success() {
        return Ok(());
    }
    Err(format!("PostgreSQL refused a statement: {}", String::from_utf8_lossy(&ran.stderr).trim()))
}

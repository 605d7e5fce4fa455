//! Packages of npm, installed as a lock file says.

use std::path::{Path, PathBuf};

use crate::command::{output, program, run};
use crate::packages;

/// The oldest Node.js that what we install runs on.
const OLDEST: (u32, u32) = (20, 12);

/// Installs what the folder's lock file names, unless it is there; or says what to do instead.
pub(crate) fn install(folder: &Path, advice: &str) -> Result<(), String> {
    if !is_current(folder) {
        node(advice)?;
        // No package's own scripts are run: none needs to be.
        run(program("npm").args(["ci", "--ignore-scripts"]).current_dir(folder).stdout(std::io::stderr()))?;
    }
    Ok(())
}

/// Whether what is installed is what the lock file says: npm notes at the end of an installation what it made.
fn is_current(folder: &Path) -> bool {
    let written = |path: PathBuf| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    let installed = written(folder.join("node_modules").join(".package-lock.json"));
    installed.is_some_and(|installed| written(folder.join("package-lock.json")).is_some_and(|lock| lock <= installed))
}

/// Makes sure that there is a Node.js with npm; installs them where that is possible without asking.
fn node(advice: &str) -> Result<(), String> {
    if version().is_none() || !has_npm() {
        packages::install(&["nodejs", "npm"], advice)?;
    }
    match version() {
        Some(version) if version >= OLDEST && has_npm() => Ok(()),
        Some((major, minor)) => Err(format!("Node.js {major}.{minor} is too old, or npm is missing: {advice}")),
        None => Err(advice.to_owned()),
    }
}

fn has_npm() -> bool {
    output(program("npm").arg("--version")).is_ok()
}

fn version() -> Option<(u32, u32)> {
    parsed(&output(program("node").arg("--version")).ok()?)
}

/// Reads `v20.12.1`.
fn parsed(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(parsed("v20.12.0\n") >= Some(OLDEST) && parsed("v100.0.1") >= Some(OLDEST));
        assert!(parsed("v20.9.0") < Some(OLDEST) && parsed("v18.19.1") < Some(OLDEST));
        assert_eq!((parsed("node 20"), parsed("")), (None, None));
    }
}

//! The OpenID Connect provider of the tests (tests/oidc): its packages, installed as the lock file says.

use std::path::{Path, PathBuf};

use crate::command::{output, program, run, variable};
use crate::{packages, tree};

/// The variable that names its folder: to us, and to the tests.
pub(crate) const NAMED: &str = "SHUANGSHI_TEST_OIDC";

/// The oldest Node.js that it runs on.
const OLDEST: (u32, u32) = (20, 12);

const ADVICE: &str = "the tests of sign-in need Node.js 20.12 or newer with npm (nodejs.org; Debian 13 has it as `nodejs` \
                      and `npm`), or SHUANGSHI_TEST_OIDC naming a copy of tests/oidc in which `npm ci` was run";

/// The folder of the provider, ready to be started.
pub(crate) fn folder() -> Result<PathBuf, String> {
    if let Some(named) = variable(NAMED) {
        eprintln!("xtask: the OpenID Connect provider that {NAMED} names is used");
        return Ok(PathBuf::from(named));
    }
    let folder = tree::root().join("tests").join("oidc");
    if !is_current(&folder) {
        node()?;
        // No package's own scripts are run: none needs to be.
        run(program("npm").args(["ci", "--ignore-scripts"]).current_dir(&folder))?;
    }
    Ok(folder)
}

/// Whether what is installed is what the lock file says: npm notes at the end of an installation what it made.
fn is_current(folder: &Path) -> bool {
    let written = |path: PathBuf| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    let installed = written(folder.join("node_modules").join(".package-lock.json"));
    installed.is_some_and(|installed| written(folder.join("package-lock.json")).is_some_and(|lock| lock <= installed))
}

/// Makes sure that there is a Node.js with npm; installs them where that is possible without asking.
fn node() -> Result<(), String> {
    if version().is_none() || !has_npm() {
        packages::install(&["nodejs", "npm"], ADVICE)?;
    }
    match version() {
        Some(version) if version >= OLDEST && has_npm() => Ok(()),
        Some((major, minor)) => Err(format!("Node.js {major}.{minor} is too old, or npm is missing: {ADVICE}")),
        None => Err(ADVICE.to_owned()),
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

    #[test]
    fn the_lock_file_names_no_host() {
        let lock = include_str!("../../../tests/oidc/package-lock.json");
        let named = lock.lines().filter(|line| line.contains("\"resolved\""));
        assert_eq!(named.filter(|line| !line.contains("\"https://registry.npmjs.org/")).count(), 0);
        assert!(lock.contains("\"integrity\": \"sha512-"));
    }
}

//! The OpenID Connect provider of the tests (tests/oidc): its packages, installed as the lock file says.

use std::path::PathBuf;

use crate::command::variable;
use crate::{npm, tree};

/// The variable that names its folder: to us, and to the tests.
pub(crate) const NAMED: &str = "SHUANGSHI_TEST_OIDC";

const ADVICE: &str = "the tests of sign-in need Node.js 20.12 or newer with npm (nodejs.org; Debian 13 has it as `nodejs` \
                      and `npm`), or SHUANGSHI_TEST_OIDC naming a copy of tests/oidc in which `npm ci` was run";

/// The folder of the provider, ready to be started.
pub(crate) fn folder() -> Result<PathBuf, String> {
    if let Some(named) = variable(NAMED) {
        eprintln!("xtask: the OpenID Connect provider that {NAMED} names is used");
        return Ok(PathBuf::from(named));
    }
    let folder = tree::root().join("tests").join("oidc");
    npm::install(&folder, ADVICE)?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_lock_file_names_no_host() {
        let lock = include_str!("../../../tests/oidc/package-lock.json");
        let named = lock.lines().filter(|line| line.contains("\"resolved\""));
        assert_eq!(named.filter(|line| !line.contains("\"https://registry.npmjs.org/")).count(), 0);
        assert!(lock.contains("\"integrity\": \"sha512-"));
    }
}

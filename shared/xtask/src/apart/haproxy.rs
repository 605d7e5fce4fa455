//! HAProxy's program.

use std::path::PathBuf;

use crate::command::variable;
use crate::packages;

/// The variable that names it: to us, and to the tests.
pub(crate) const NAMED: &str = "SHUANGSHI_TEST_HAPROXY";

const ADVICE: &str = "services that run apart need HAProxy 2.6 or newer in front: install the package `haproxy` (Debian, \
                      Ubuntu) or set SHUANGSHI_TEST_HAPROXY to the path of its program";

/// The program, ready to be run; installs it where that is possible without asking.
pub(crate) fn program() -> Result<PathBuf, String> {
    if let Some(program) = there() {
        return Ok(program);
    }
    packages::install(&["haproxy"], ADVICE)?;
    there().ok_or_else(|| format!("HAProxy was installed, but cannot be found: {ADVICE}"))
}

fn there() -> Option<PathBuf> {
    if let Some(named) = variable(NAMED) {
        return Some(PathBuf::from(named));
    }
    let path = variable("PATH").unwrap_or_default();
    // Accounts other than root seldom have it on their path.
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders.map(|folder| folder.join("haproxy")).find(|program| program.is_file())
}

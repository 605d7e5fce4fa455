//! An installation apart for a test: replicas in processes of their own, behind the proxy's own file.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use apart::{Afterwards, Installation, Plan};
use tempfile::TempDir;
use testkit::Registry;

/// Starts two replicas of each of these services over a registry, with the proxy in front. The folder is to be kept for
/// as long as it runs.
pub async fn installed(registry: &Arc<Registry>, services: &[&str]) -> (Installation, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let serving = Arc::clone(registry);
    let program = move |name: &str| {
        let mut process: Command = serving.command(env!("CARGO_BIN_EXE_service"));
        std::os::unix::process::CommandExt::arg0(&mut process, name).env("SHUANGSHI_WORKERS", "2");
        process
    };
    let plan = Plan {
        split: std::path::absolute("../deploy/split").unwrap(),
        folder: folder.path().to_owned(),
        haproxy: haproxy(),
        port: None,
        services: services.iter().map(|service| (*service).to_owned()).collect(),
        program: Box::new(program),
        afterwards: Afterwards::Keep,
    };
    (tokio::task::spawn_blocking(|| Installation::start(plan).unwrap()).await.unwrap(), folder)
}

/// HAProxy's program. Without it the test fails; it is never skipped.
#[expect(clippy::disallowed_methods, reason = "where a program is comes from outside")]
fn haproxy() -> PathBuf {
    let named = std::env::var("SHUANGSHI_TEST_HAPROXY");
    PathBuf::from(named.expect("SHUANGSHI_TEST_HAPROXY names HAProxy: `cargo xtask test` installs it"))
}

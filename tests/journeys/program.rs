//! The command line, run as a process.

use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;
use testkit::Registry;

/// The folder of the sample delivery; tests run in the folder of their package.
pub fn samples() -> PathBuf {
    std::path::absolute("data/samples").unwrap()
}

/// A command of the product, against a registry.
pub fn command(registry: &Registry, arguments: &[&str]) -> std::process::Command {
    let mut command = registry.command(env!("CARGO_BIN_EXE_shuangshi-cli"));
    command.args(arguments);
    command
}

/// What a command says, and how it ends.
pub fn output(registry: &Registry, arguments: &[&str]) -> Output {
    command(registry, arguments).output().unwrap()
}

/// The JSON that a command prints; it has to succeed.
#[track_caller]
pub fn json(registry: &Registry, arguments: &[&str]) -> Value {
    let output = output(registry, arguments);
    let (printed, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?} ended with {:?}: {printed}{said}", output.status.code());
    serde_json::from_str(&printed).unwrap()
}

/// Records the sample delivery.
#[track_caller]
pub fn import(registry: &Registry) -> Value {
    json(registry, &["import", samples().to_str().unwrap(), "--json"])
}

//! Where the peers' own SQL is: read from what their packages hold, and never copied.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;

/// The packages of the peers.
pub(crate) struct Sources {
    /// What `cargo metadata` says.
    packages: Vec<serde_json::Value>,
    /// The folder that message-db was installed into.
    message_db: PathBuf,
}

impl Sources {
    /// Asks Cargo for the peers that it builds; `message_db` has a `node_modules` with the other one.
    pub(crate) fn new(manifest: &Path, message_db: &Path) -> Outcome<Self> {
        let mut cargo = Command::new("cargo");
        cargo.args(["metadata", "--format-version=1", "--locked", "--manifest-path"]).arg(manifest);
        let output = cargo.output()?;
        if !output.status.success() {
            return Err(format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        let mut said: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let packages = serde_json::from_value(said["packages"].take())?;
        Ok(Self { packages, message_db: message_db.join("node_modules/@eventide/message-db") })
    }

    /// Its name and the release that is measured.
    pub(super) fn release(&self, name: &str) -> Outcome<String> {
        Ok(format!("{name} {}", self.package(name)?["version"].as_str().unwrap_or_default()))
    }

    /// A file of a crate.
    pub(super) fn file(&self, name: &str, path: &str) -> Outcome<String> {
        let manifest = self.package(name)?["manifest_path"].as_str().ok_or("the package has no manifest")?;
        let folder = Path::new(manifest).parent().ok_or("the manifest is in no folder")?;
        read(&folder.join(path))
    }

    fn package(&self, name: &str) -> Outcome<&serde_json::Value> {
        let found = self.packages.iter().find(|package| package["name"] == name);
        Ok(found.ok_or_else(|| format!("cargo knows no package {name}"))?)
    }

    /// The release of message-db.
    pub(super) fn message_db_release(&self) -> Outcome<String> {
        let manifest: serde_json::Value = serde_json::from_str(&read(&self.message_db.join("package.json"))?)?;
        Ok(format!("message-db {}", manifest["version"].as_str().unwrap_or_default()))
    }

    /// A file of message-db's folder `database`.
    pub(super) fn message_db(&self, path: &str) -> Outcome<String> {
        read(&self.message_db.join("database").join(path))
    }
}

fn read(path: &Path) -> Outcome<String> {
    Ok(std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

//! What the manifests say: which crate depends on which.

use crate::tree::File;

/// A crate of the workspace.
pub(super) struct Crate {
    /// Its folder, such as `shared/kernel`.
    pub(super) folder: String,
    /// Its name.
    pub(super) name: String,
    /// What it needs to be built.
    pub(super) needs: Vec<String>,
    /// What its tests and benchmarks need besides.
    pub(super) tests_need: Vec<String>,
}

/// Every crate of the workspace.
pub(super) fn of(files: &[File]) -> Vec<Crate> {
    let manifests = files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    manifests.map(|file| read(file.path.trim_end_matches("/Cargo.toml"), &file.text)).collect()
}

/// Reads as much of a manifest as the rules need: sections, and the keys in them.
fn read(folder: &str, manifest: &str) -> Crate {
    let mut read = Crate { folder: folder.to_owned(), name: String::new(), needs: Vec::new(), tests_need: Vec::new() };
    let mut section = String::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = header.to_owned();
            // `[dependencies.name]` is a dependency and a section of its own.
            if let Some((section, name)) = header.split_once("dependencies.") {
                note(&mut read, &format!("{section}dependencies"), name);
            }
        } else if let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let key = key.split('.').next().unwrap_or_default().trim();
            if section == "package" && key == "name" {
                read.name = value.trim().trim_matches('"').to_owned();
            }
            note(&mut read, &section, key);
        }
    }
    read
}

fn note(read: &mut Crate, section: &str, name: &str) {
    match section {
        "dependencies" | "build-dependencies" => read.needs.push(name.to_owned()),
        "dev-dependencies" => read.tests_need.push(name.to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_says_what_a_crate_needs() {
        let manifest = "[package]\nname = \"host\"\n# kernel = 1\n[dependencies]\nkernel.workspace = true\n\
                        serde = { version = \"1\" }\n[dependencies.uuid]\nversion = \"1\"\n[dev-dependencies]\ntempfile = \"3\"\n";
        let read = read("shared/host", manifest);
        assert_eq!(read.name, "host");
        assert_eq!(read.needs, ["kernel", "serde", "uuid"]);
        assert_eq!(read.tests_need, ["tempfile"]);
    }
}

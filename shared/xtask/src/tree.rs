//! The files of the project.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command;

/// Folders that hold nothing of ours.
const FOREIGN: [&str; 5] = ["target", ".git", "node_modules", "shuangshi-data", "data"];

/// The root of the project: asked of cargo at run time, because checkouts may share what was built.
pub(crate) fn root() -> PathBuf {
    let here = command::variable("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned());
    let here = Path::new(&here);
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// A file of the project.
pub(crate) struct File {
    /// Its path from the root, with `/`.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) text: String,
}

impl File {
    /// Its name without what follows the last dot.
    pub(crate) fn stem(&self) -> &str {
        Path::new(&self.path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
    }

    /// What follows the last dot of its name.
    pub(crate) fn extension(&self) -> &str {
        Path::new(&self.path).extension().and_then(|extension| extension.to_str()).unwrap_or_default()
    }
}

/// Every text file of the project, in order of path. A folder `data` holds published data, not ours to shape.
pub(crate) fn files(root: &Path) -> Result<Vec<File>, String> {
    let mut found = Vec::new();
    walk(root, root, &mut found).map_err(|error| format!("could not read the project: {error}"))?;
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<File>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if !FOREIGN.contains(&name.as_str()) {
                walk(root, &path, found)?;
            }
        } else if let Ok(text) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            found.push(File { path, text });
        }
    }
    Ok(())
}

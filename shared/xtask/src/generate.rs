//! `cargo xtask generate`: the files that the program writes about itself.

use std::fs;
use std::path::Path;

use crate::command::{cargo, output};

/// Each generated file, and what `shuangshi docs` calls it.
const GENERATED: [(&str, &str); 3] =
    [("docs/events.md", "events"), ("docs/api/openapi.json", "openapi"), ("deploy/split/routes.map", "routes")];

/// Writes them.
pub(crate) fn write(root: &Path) -> Result<(), String> {
    for (path, name) in GENERATED {
        let (file, text) = (root.join(path), text(name)?);
        let folder = file.parent().unwrap_or(root);
        fs::create_dir_all(folder).map_err(|error| format!("could not make the folder of {path}: {error}"))?;
        fs::write(&file, text).map_err(|error| format!("could not write {path}: {error}"))?;
        eprintln!("xtask: wrote {path}");
    }
    Ok(())
}

/// Whether they are as the program would write them now.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    for (path, name) in GENERATED {
        let stored = fs::read_to_string(root.join(path)).unwrap_or_default();
        if stored != text(name)? {
            return Err(format!("{path} is not what the program says now: run `cargo xtask generate`"));
        }
    }
    Ok(())
}

fn text(name: &str) -> Result<String, String> {
    output(cargo().args(["run", "--quiet", "--package", "shuangshi", "--", "docs", name]))
}

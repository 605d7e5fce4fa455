//! A file is named for what is in it.

use crate::tree::File;

/// Names that say nothing.
const EMPTY: [&str; 10] =
    ["util", "utils", "common", "helper", "helpers", "manager", "managers", "base", "misc", "utilities"];

pub(super) fn check(files: &[File]) -> Vec<String> {
    let rust = files.iter().filter(|file| file.extension() == "rs");
    rust.filter_map(|file| wrong_with(&file.path)).collect()
}

fn wrong_with(path: &str) -> Option<String> {
    if path.ends_with("/mod.rs") {
        return Some(format!("{path}: name the file after its module, beside the module's folder"));
    }
    let empty = path.trim_end_matches(".rs").split('/').find(|part| EMPTY.contains(part))?;
    Some(format!("{path}: `{empty}` says nothing of what is in it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_is_in_it() {
        assert!(wrong_with("shared/host/src/mod.rs").is_some());
        assert!(wrong_with("shared/host/src/common/clock.rs").is_some());
        assert!(wrong_with("shared/host/src/helper.rs").is_some());
        assert!(wrong_with("shared/events/src/base_approval.rs").is_none());
    }
}

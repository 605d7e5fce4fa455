//! What was stored or decided once stays: golden files, and the numbers of decisions.

use std::path::Path;

use crate::command::{output, program};
use crate::tree::File;

/// One stored event of every kind that was ever shipped. It must be readable for ever, as it is.
const GOLDEN: &str = "shared/events/golden";

/// The decisions, numbered from 0001.
const DECISIONS: &str = "docs/decisions/";

pub(super) fn check(root: &Path, files: &[File]) -> Vec<String> {
    let mut wrong = changed(root);
    let decisions = files.iter().filter_map(|file| file.path.strip_prefix(DECISIONS));
    wrong.extend(gaps(decisions.filter(|name| name.ends_with(".md")).collect()));
    wrong
}

/// Golden files that are not as they were committed. Before the first commit there are none.
fn changed(root: &Path) -> Vec<String> {
    let git = ["diff", "--name-only", "--no-renames", "--diff-filter=DMT", "HEAD", "--", GOLDEN];
    let changed = output(program("git").current_dir(root).args(git)).unwrap_or_default();
    changed.lines().map(|path| format!("{path}: a golden file is never edited or deleted")).collect()
}

fn gaps(names: Vec<&str>) -> Vec<String> {
    let mut numbers: Vec<usize> = Vec::new();
    let mut wrong = Vec::new();
    for name in names {
        match name.split_once('-').and_then(|(number, _)| number.parse().ok()).filter(|_| name.get(4..5) == Some("-")) {
            Some(number) => numbers.push(number),
            None => wrong.push(format!("{DECISIONS}{name}: begin its name with a number of four digits and a hyphen")),
        }
    }
    numbers.sort_unstable();
    let expected = numbers.iter().enumerate().find(|(index, number)| **number != index + 1);
    wrong.extend(expected.map(|(index, _)| format!("{DECISIONS}: there is not exactly one {:04}", index + 1)));
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_are_numbered_without_gaps() {
        assert!(gaps(vec!["0001-order.md", "0002-dependencies.md"]).is_empty());
        assert_eq!(gaps(vec!["0001-order.md", "0003-dependencies.md"]).len(), 1);
        assert_eq!(gaps(vec!["0001-order.md", "0001-dependencies.md"]).len(), 1);
        assert_eq!(gaps(vec!["order.md"]).len(), 1);
    }
}

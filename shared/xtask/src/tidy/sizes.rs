//! Files stay small. What is larger is listed with a reason, and its number may only shrink.

use std::collections::BTreeMap;
use std::path::Path;

use crate::command::{output, program};
use crate::tree::File;

/// The most lines of a Rust file that is not listed.
const MOST: usize = 400;

/// The list: a path, a number of lines and a reason on each line.
const LIST: &str = "shared/xtask/size-ratchet.txt";

struct Entry {
    lines: usize,
    reason: bool,
}

pub(super) fn check(root: &Path, files: &[File]) -> Vec<String> {
    let list = files.iter().find(|file| file.path == LIST).map(|file| read(&file.text)).unwrap_or_default();
    let committed = output(program("git").current_dir(root).args(["show", &format!("HEAD:{LIST}")]));
    let before = committed.map(|text| read(&text)).unwrap_or_default();
    let sizes: BTreeMap<&str, usize> = files
        .iter()
        .filter(|file| file.extension() == "rs")
        .map(|file| (file.path.as_str(), file.text.lines().count()))
        .collect();
    let mut wrong: Vec<String> =
        sizes.iter().filter_map(|(path, lines)| too_large(path, *lines, list.get(*path))).collect();
    for (path, entry) in &list {
        match sizes.get(path.as_str()) {
            None => wrong.push(format!("{LIST}: {path} is gone; take it off the list")),
            Some(lines) if *lines <= MOST => wrong.push(format!("{LIST}: {path} is small now; take it off the list")),
            Some(lines) if *lines < entry.lines => wrong.push(format!("{LIST}: {path} has shrunk; write {lines}")),
            Some(_) => {}
        }
        if !entry.reason {
            wrong.push(format!("{LIST}: {path} is listed without a reason"));
        }
        if before.get(path).is_some_and(|before| before.lines < entry.lines) {
            wrong.push(format!("{LIST}: the number of {path} may only shrink"));
        }
    }
    wrong
}

fn too_large(path: &str, lines: usize, entry: Option<&Entry>) -> Option<String> {
    let most = entry.map_or(MOST, |entry| entry.lines);
    (lines > most).then(|| format!("{path}: it has {lines} lines, {most} are the most"))
}

fn read(list: &str) -> BTreeMap<String, Entry> {
    let lines = list.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let entry = |line: &str| {
        let mut parts = line.splitn(3, ' ');
        let (path, lines) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?);
        Some((path, Entry { lines, reason: parts.next().is_some_and(|reason| !reason.trim().is_empty()) }))
    };
    lines.filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_file_may_have_its_number_and_no_more() {
        let list = read("# why\nshared/a.rs 500 it is a table\nshared/b.rs 450\n");
        assert!(too_large("shared/a.rs", 500, list.get("shared/a.rs")).is_none());
        assert!(too_large("shared/a.rs", 501, list.get("shared/a.rs")).is_some());
        assert!(too_large("shared/c.rs", MOST + 1, None).is_some());
        assert!(list["shared/a.rs"].reason && !list["shared/b.rs"].reason);
    }
}

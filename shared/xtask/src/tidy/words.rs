//! What is in the tree is finished.

use crate::tree::File;

/// Marks of what is not finished, in two halves so that this file may be in the tree.
const MARKS: [(&str, &str); 5] =
    [("TO", "DO"), ("FIX", "ME"), ("#[ig", "nore"), ("unimple", "mented!("), ("to", "do!(")];

/// What the rule is about.
const KINDS: [&str; 6] = ["rs", "sql", "toml", "sh", "md", "html"];

pub(super) fn check(files: &[File]) -> Vec<String> {
    let ours = files.iter().filter(|file| KINDS.contains(&file.extension()));
    ours.flat_map(wrong_with).collect()
}

fn wrong_with(file: &File) -> Vec<String> {
    let marks = MARKS.map(|(start, end)| format!("{start}{end}"));
    let marked = |line: &str| marks.iter().find(|mark| line.contains(mark.as_str())).cloned();
    let lines = file.text.lines().enumerate();
    lines.filter_map(|(at, line)| Some(format!("{}:{}: {}", file.path, at + 1, marked(line)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_at_its_line() {
        let text = format!("fn done() {{}}\n// {}: later\n", ["TO", "DO"].concat());
        let wrong = wrong_with(&File { path: "a.rs".to_owned(), text });
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].starts_with("a.rs:2: "));
    }
}

//! SQL is written in lower case, and drivers are named in one crate.

use crate::tree::File;

/// The one crate that names the driver.
const OWNER: &str = "shared/eventlog/";

/// May name it too: what a database allows without the log cannot be measured through the log.
const LIMITS: &str = "tests/peers/";

pub(super) fn check(files: &[File]) -> Vec<String> {
    let shouting = files.iter().filter(|file| file.extension() == "sql").filter_map(|file| {
        let word = shouted(&file.text)?;
        Some(format!("{}: write {word} in lower case", file.path))
    });
    let driver = ["sql", "x::"].concat();
    let rust = files.iter().filter(|file| file.extension() == "rs");
    let rust = rust.filter(|file| !file.path.starts_with(OWNER) && !file.path.starts_with(LIMITS));
    let naming = rust.filter(|file| file.text.contains(&driver));
    shouting.chain(naming.map(|file| format!("{}: only {OWNER} names the database driver", file.path))).collect()
}

/// The first word in capitals that is neither in a comment nor quoted.
fn shouted(sql: &str) -> Option<String> {
    let bare: String =
        sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    // What stands between an odd and an even quote is quoted.
    let unquoted: Vec<&str> = bare.split(['\'', '"']).step_by(2).collect();
    let words = unquoted.iter().flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    let capitals = |word: &&str| word.len() > 1 && word.chars().any(|c| c.is_ascii_uppercase());
    words.into_iter().find(capitals).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_neither_quoted_nor_a_comment_must_be_lower_case() {
        assert_eq!(shouted("-- THE HEAD\nselect 'A''B', \"Name\" from log"), None);
        assert_eq!(shouted("select a\nFROM log").as_deref(), Some("FROM"));
    }
}

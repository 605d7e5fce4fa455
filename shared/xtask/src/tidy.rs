//! `cargo xtask tidy`: the house rules, each a function from the files of the project to what is wrong with them.

mod arrows;
mod crates;
mod modules;
mod names;
mod sizes;
mod sql;
mod stored;
mod words;

use std::path::Path;

use crate::tree;

/// Checks every rule.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let wrong = check(root)?;
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("the house is not tidy:\n  {}", wrong.join("\n  ")))
}

/// What is wrong, in order of rule and path.
fn check(root: &Path) -> Result<Vec<String>, String> {
    let files = tree::files(root)?;
    let crates = crates::of(&files);
    let rules = [
        arrows::check(&crates),
        sizes::check(root, &files),
        names::check(&files),
        modules::check(&files),
        words::check(&files),
        sql::check(&files),
        stored::check(root, &files),
    ];
    Ok(rules.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        assert_eq!(run(&tree::root()), Ok(()));
    }
}

//! A name in the OpenAPI document is that of one type: of two the document shows the one that comes last, and says nothing.

use std::collections::BTreeMap;

use crate::tree::File;

pub(super) fn check(files: &[File]) -> Vec<String> {
    let rust = files.iter().filter(|file| file.extension() == "rs" && file.path.contains("/src/"));
    let mut named: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for file in rust {
        for name in schemas(&file.text) {
            named.entry(name).or_default().push(&file.path);
        }
    }
    let twice = named.into_iter().filter(|(_, paths)| paths.len() > 1);
    twice.map(|(name, paths)| format!("{}: the schema `{name}` has another shape in each", paths.join(", "))).collect()
}

/// The names under which types of a file stand in the document.
fn schemas(text: &str) -> Vec<String> {
    let (mut found, mut is_shown, mut renamed) = (Vec::new(), false, None);
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[derive(") {
            (is_shown, renamed) = (line.contains("ToSchema"), None);
        } else if let Some(name) = line.strip_prefix("#[schema(as = ") {
            renamed = name.split([')', ',']).next().map(str::to_owned);
        } else if let Some(name) = type_name(line).filter(|_| is_shown) {
            found.push(renamed.take().unwrap_or(name));
            is_shown = false;
        }
    }
    found
}

fn type_name(line: &str) -> Option<String> {
    let visible = line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub ")).unwrap_or(line);
    let named = visible.strip_prefix("struct ").or_else(|| visible.strip_prefix("enum "))?;
    let name: String = named.chars().take_while(|c| c.is_alphanumeric()).collect();
    // What is of many types has the name of each.
    (!named[name.len()..].starts_with('<')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "#[derive(Debug, ToSchema)]\n#[serde(rename_all = \"snake_case\")]\npub enum Outcome {\n";

    #[test]
    fn two_types_of_one_name_are_named_and_one_that_goes_by_another_is_not() {
        let other = ONE.replace("pub enum", "#[schema(as = BatchOutcome)]\npub enum");
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let files = [file("shared/a/src/one.rs", ONE), file("services/b/src/two.rs", ONE)];
        assert_eq!(check(&files).len(), 1);
        assert_eq!(check(&[file("shared/a/src/one.rs", ONE), file("services/b/src/two.rs", &other)]), [""; 0]);
        assert_eq!(schemas(&format!("{ONE}#[derive(Debug)]\nstruct Verdict;\n{other}")), ["Outcome", "BatchOutcome"]);
    }
}

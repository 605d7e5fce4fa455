//! Every Rust file is declared: one that is not is neither built nor tested, and nobody notices.

use std::collections::BTreeMap;

use crate::tree::File;

/// Files that Cargo finds by itself, below a crate's folder.
const ROOTS: [&str; 4] = ["src/lib.rs", "src/main.rs", "build.rs", "tests/main.rs"];

pub(super) fn check(files: &[File]) -> Vec<String> {
    let texts: BTreeMap<&str, &str> = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let rust = files.iter().filter(|file| file.extension() == "rs");
    let lost = rust.filter(|file| !is_root(&file.path, &texts) && !is_declared(file, &texts));
    lost.map(|file| format!("{}: no file declares it (`mod {};`)", file.path, file.stem())).collect()
}

/// Whether Cargo knows the file: by its place, or because the manifest names it.
fn is_root(path: &str, texts: &BTreeMap<&str, &str>) -> bool {
    let manifests = texts.iter().filter(|(manifest, _)| manifest.ends_with("Cargo.toml"));
    let crates = manifests.filter_map(|(manifest, text)| {
        let folder = manifest.trim_end_matches("Cargo.toml");
        path.strip_prefix(folder).map(|inside| (folder.len(), inside, text))
    });
    let Some((_, inside, manifest)) = crates.max_by_key(|(length, _, _)| *length) else { return false };
    let found_by_place = ["src/bin/", "tests/", "benches/", "examples/"].iter().any(|folder| {
        inside.strip_prefix(folder).is_some_and(|name| !name.contains('/') || name.ends_with("/main.rs"))
    });
    ROOTS.contains(&inside) || found_by_place || manifest.contains(&format!("path = \"{inside}\""))
}

fn is_declared(file: &File, texts: &BTreeMap<&str, &str>) -> bool {
    let Some((folder, _)) = file.path.rsplit_once('/') else { return false };
    let beside = format!("{folder}.rs");
    let within = ["lib.rs", "main.rs"].map(|name| format!("{folder}/{name}"));
    let by_name = format!("mod {};", file.stem());
    let by_path = format!("#[path = \"{}.rs\"]", file.stem());
    let declares = |text: &&str| text.contains(&by_name) || text.contains(&by_path);
    within.iter().chain([&beside]).filter_map(|parent| texts.get(parent.as_str())).any(declares)
        || texts.iter().any(|(path, text)| path.starts_with(&format!("{folder}/")) && text.contains(&by_path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(files: &[(&str, &str)]) -> Vec<String> {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        check(&files.iter().map(file).collect::<Vec<_>>())
    }

    #[test]
    fn a_file_is_declared_by_its_parent_or_known_to_cargo() {
        let files = [
            ("a/Cargo.toml", "[[bench]]\npath = \"speed/first.rs\""),
            ("a/src/lib.rs", "mod one;"),
            ("a/src/one.rs", "pub(crate) mod two;"),
            ("a/src/one/two.rs", ""),
            ("a/tests/http.rs", "mod http_of;"),
            ("a/speed/first.rs", ""),
        ];
        assert_eq!(lost(&files), Vec::<String>::new());
        assert_eq!(lost(&[("a/Cargo.toml", ""), ("a/src/lib.rs", ""), ("a/src/one.rs", "")]).len(), 1);
    }
}

//! Every kind of event ever shipped has a stored payload in `golden/` that parses for ever, and is written again to
//! the same bytes. A file is never edited: an incompatible change of an event is a new variant with a file of its own.

use std::collections::BTreeSet;
use std::path::Path;

/// Tests run in the folder of their package.
fn golden() -> &'static Path {
    Path::new("golden")
}

#[test]
fn every_kind_of_event_has_a_golden_file_that_reads_and_writes_alike() {
    for entry in events::catalogue() {
        let name = format!("{}.{}.json", entry.category, entry.kind);
        let stored =
            std::fs::read_to_string(golden().join(&name)).unwrap_or_else(|_| panic!("golden/{name} is missing"));
        let stored = stored.trim_end();
        assert!(stored.starts_with(&format!("{{\"{}\":", entry.kind)), "golden/{name} holds another kind");
        let written = (entry.reparse)(stored.as_bytes()).unwrap_or_else(|fault| panic!("golden/{name}: {fault}"));
        assert_eq!(String::from_utf8(written).unwrap(), stored, "golden/{name}");
    }
}

#[test]
fn no_golden_file_is_without_its_kind() {
    let known: BTreeSet<_> =
        events::catalogue().iter().map(|entry| format!("{}.{}.json", entry.category, entry.kind)).collect();
    for file in std::fs::read_dir(golden()).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name), "golden/{name} has lost its variant: stored events would not parse");
    }
}

#[test]
fn a_payload_of_another_category_is_refused() {
    let session = std::fs::read(golden().join("session.held.json")).unwrap();
    let teacher = events::catalogue().into_iter().find(|entry| entry.category == "teacher").unwrap();
    assert!((teacher.reparse)(&session).is_err());
}

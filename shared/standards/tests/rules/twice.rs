//! What is on record twice, because two entries of the register turned out to be one person, counts once.

use standards::{Facts, assess, national_basic, timeline};

use crate::dossier::{approved, attendance, complete, credential, day, fact, placement, session};
use kernel::vocabulary::CredentialKind;

/// The same certificate, placement and session once more, as other facts.
fn twice() -> Facts {
    let mut facts = complete();
    facts.credentials.push(credential(22, CredentialKind::TeacherCertificate, "2010-07-01"));
    facts.placements.push(placement(24, "2023-07-01", "2023-12-27"));
    let mut again = attendance(25, "2022-03-01", "2022-03-05");
    again.session = session(5);
    facts.attendances.push(again);
    facts
}

fn reasons(facts: &Facts) -> Vec<(String, String)> {
    let assessment = assess(facts, &approved(), &national_basic(), day("2024-06-30"));
    let mut found = Vec::new();
    collect(&serde_json::to_value(assessment).unwrap(), &mut found);
    found.sort_unstable();
    found.dedup();
    found
}

/// Every fact that is ignored, with the reason, wherever in the tree.
fn collect(node: &serde_json::Value, found: &mut Vec<(String, String)>) {
    if let (Some(fact), Some(reason)) = (node["fact"].as_str(), node["reason"].as_str()) {
        found.push((fact.to_owned(), reason.to_owned()));
    }
    match node {
        serde_json::Value::Array(parts) => parts.iter().for_each(|part| collect(part, found)),
        serde_json::Value::Object(parts) => parts.values().for_each(|part| collect(part, found)),
        _ => {}
    }
}

#[test]
fn the_same_on_record_twice_is_ignored_as_a_duplicate() {
    let duplicates = [22, 24, 25].map(|number| (fact(number).to_string(), "duplicate".to_owned()));
    let found = reasons(&twice());
    for duplicate in duplicates {
        assert!(found.contains(&duplicate), "{found:?}");
    }
    assert!(!reasons(&complete()).iter().any(|(_, reason)| reason == "duplicate"));
}

#[test]
fn duplicates_change_nothing_on_any_day() {
    let pack = national_basic();
    let of = |facts| timeline(facts, &approved(), &pack).segments;
    assert_eq!(of(&twice()), of(&complete()));
}

//! Rule packs on the command line: looked at, checked, published and retired.

use serde_json::{Value, json};
use testkit::{Place, Registry};

use super::{on_both, program};

on_both!(
    a_province_publishes_a_pack_that_comes_with_the_program_and_retires_it,
    a_laxer_file_is_refused_by_name_of_its_criterion_and_nothing_is_recorded,
    contradictions_are_listed_for_the_operator,
);

const SECOND: &str = include_str!("../../shared/standards/data/national-basic.v2.json");

/// Whether a pack is published, and in force on the day.
fn listed(packs: &Value, name: &str) -> (bool, bool) {
    let pack = packs["packs"].as_array().unwrap().iter().rev().find(|pack| pack["pack"]["name"] == name).unwrap();
    (pack["published"].as_bool().unwrap(), pack["in_force"].as_bool().unwrap())
}

/// What a command prints; it has to succeed.
#[track_caller]
fn printed(registry: &Registry, arguments: &[&str]) -> String {
    let output = program::output(registry, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn a_province_publishes_a_pack_that_comes_with_the_program_and_retires_it(place: Place) {
    let registry = Registry::new(place);
    program::import(&registry);
    let list = ["pack", "list", "--as-of", "2024-06-30", "--json"];
    let before = program::json(&registry, &list);
    assert_eq!(listed(&before, "national-basic"), (true, true));
    assert_eq!(listed(&before, "fujian-campus"), (false, false));
    // It can be read before anybody enacts it.
    let words = printed(&registry, &["pack", "show", "fujian-campus"]);
    assert!(words.contains("在 national-basic 第 2 版基础上从严") && words.contains("尚未发布"), "{words}");

    let publish = ["pack", "publish", "fujian-campus", "--on", "2023-12-14"];
    let published = printed(&registry, &publish);
    assert!(published.starts_with("fujian-campus@1 published, log position"), "{published}");
    let again = printed(&registry, &publish);
    assert!(again.starts_with("fujian-campus@1 published: on record already"), "{again}");
    assert_eq!(listed(&program::json(&registry, &list), "fujian-campus"), (true, true));
    let words = printed(&registry, &["pack", "show", "fujian-campus@1", "--english"]);
    assert!(words.contains("(fujian-campus v1)") && !words.contains("not published"), "{words}");
    let table = printed(&registry, &["pack", "list", "--as-of", "2024-06-30", "--province", "35"]);
    assert!(table.contains("1 rule packs on 2024-06-30") && table.contains("fujian-campus"), "{table}");

    let retire = ["pack", "retire", "fujian-campus@1", "--on", "2024-03-31", "--reason", "replaced", "--json"];
    assert_eq!(program::json(&registry, &retire)["recorded"], true);
    assert_eq!(program::json(&registry, &retire)["recorded"], false);
    assert_eq!(listed(&program::json(&registry, &list), "fujian-campus"), (true, false));
    assert_eq!(program::output(&registry, &publish).status.code(), Some(6));
    let unknown = ["pack", "retire", "gansu-campus@1", "--on", "2024-03-31", "--reason", "replaced"];
    assert_eq!(program::output(&registry, &unknown).status.code(), Some(5));
}

async fn a_laxer_file_is_refused_by_name_of_its_criterion_and_nothing_is_recorded(place: Place) {
    let registry = Registry::new(place);
    let position = program::import(&registry)["position"].clone();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lax.json");
    let file_name = file.to_str().unwrap();
    let own = SECOND
        .replacen("\"jurisdiction\": \"nation\"", "\"jurisdiction\": { \"province\": \"35\" }", 1)
        .replacen("\"name\": \"national-basic\"", "\"name\": \"lax\"", 1);
    let lax = own.replacen("\"at_least_tier\": \"city\"", "\"at_least_tier\": \"school\"", 1);
    std::fs::write(&file, lax).unwrap();
    for verb in ["check", "publish"] {
        let refused = program::output(&registry, &["pack", verb, file_name]);
        assert_eq!(refused.status.code(), Some(3));
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains("laxer_than_nation") && said.contains("`results_intermediate`"), "{said}");
    }
    let refused = program::output(&registry, &["pack", "check", file_name, "--json"]);
    let body: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!((&body["sound"], refused.status.code()), (&json!(false), Some(3)));
    assert_eq!(program::json(&registry, &["pack", "list", "--json"])["known_at"], position);

    std::fs::write(&file, own).unwrap();
    let words = printed(&registry, &["pack", "check", file_name, "--english"]);
    assert!(words.contains("(lax v2)"), "{words}");
    assert_eq!(program::json(&registry, &["pack", "list", "--json"])["known_at"], position);
    assert_eq!(program::json(&registry, &["pack", "publish", file_name, "--json"])["recorded"], true);
}

async fn contradictions_are_listed_for_the_operator(place: Place) {
    let registry = Registry::new(place);
    program::import(&registry);
    let found = program::json(&registry, &["contradictions", "--all", "--json"]);
    let rows = found["contradictions"].as_array().unwrap();
    assert!(!rows.is_empty());
    assert_eq!(found["count"], json!(rows.len()));
    let table = printed(&registry, &["contradictions", "--all"]);
    assert!(table.contains(&format!("{} contradictions, log position", rows.len())), "{table}");
    assert!(rows.iter().all(|row| table.contains(row["teacher"].as_str().unwrap())), "{table}");
}

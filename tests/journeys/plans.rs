//! What an answer costs depends on what it is about, and not on how many others are on the register: no question goes through
//! a table from end to end, but those that are about everybody.
//!
//! Whether a statement does is decided by the database's planner, anew with every version of it, and shows in no answer.

use std::collections::BTreeMap;
use std::path::Path;

use eventlog::{Row, Value, View, Within};
use testkit::Place;

use super::stage;

/// The statements that go through a table from end to end, by view and file, with the tables as the statement calls them.
const FROM_END_TO_END: [(&str, &str, &[&str]); 9] = [
    // Roles within an area are looked for among the organisations of the area.
    ("access", "accounts_within.sql", &["merged", "place"]),
    ("dossiers", "any_merge.sql", &["merge"]),
    // Packs are a handful.
    ("dossiers", "judging.sql", &["p"]),
    ("dossiers", "pack_contents.sql", &["pack"]),
    ("dossiers", "packs_all.sql", &["pack"]),
    // Whom data that were handed out earlier must no longer name.
    ("dossiers", "closed.sql", &["person"]),
    // Coverage is about everybody.
    ("dossiers", "count_standing.sql", &["stretch"]),
    ("dossiers", "schools_all.sql", &["school"]),
    // What a view that is built in one go sums up at its end.
    ("dossiers", "steps_in_order.sql", &["step"]),
];

/// The second parts of statements in two.
const SECOND_PARTS: [(&str, &str); 2] = [("on_file_in.sql", "on_file.sql"), ("judging.sql", "judging_of.sql")];

/// Parts that are put together in too many ways to be looked at here: lists have a benchmark of their own.
const OTHER_PARTS: [&str; 3] = ["count_begin.sql", "stretches_gone.sql", "delete_stretches_gone.sql"];

/// What a plan goes through that is not a table: the keys asked for, and what the statement itself collects.
const COLLECTED: [&str; 8] = ["a", "asked", "family", "jsonb_each", "k", "keepers", "named", "CONSTANT"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_questions_about_everybody_go_through_everything() {
    let app = stage::all(Place::sqlite()).await;
    let mut found = BTreeMap::new();
    for name in ["access", "dossiers"] {
        let view = app.running().app().views().get(name).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name).join("src/sql");
        let mut looked_at = 0;
        for entry in std::fs::read_dir(&folder).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            let statement = read(&folder, &file);
            let is_question = statement.starts_with("select") || statement.starts_with("with");
            if !is_question || OTHER_PARTS.contains(&file.as_str()) {
                continue;
            }
            let second = SECOND_PARTS.iter().find(|(first, _)| *first == file).map_or("", |(_, second)| second);
            let second = if second.is_empty() { String::new() } else { read(&folder, second) };
            let tables = scanned(&plan(&view, &statement, second).await);
            looked_at += 1;
            if !tables.is_empty() {
                found.insert((name, file), tables);
            }
        }
        assert!(looked_at > 15, "{looked_at} statements of {name} were looked at");
    }
    let expected = FROM_END_TO_END.iter().map(|(view, file, tables)| {
        ((*view, (*file).to_owned()), tables.iter().map(|table| (*table).to_owned()).collect::<Vec<_>>())
    });
    assert_eq!(found, expected.collect());
    app.stop().await;
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap().trim().to_owned()
}

/// The plan of a statement, of whichever form.
async fn plan(view: &View, statement: &str, second: String) -> Vec<Row> {
    let view = view.within(Within::EVERYTHING);
    let explained: &'static str = Box::leak(format!("explain query plan {statement}").into_boxed_str());
    let second: &'static str = Box::leak(second.into_boxed_str());
    let parameters = (1..20).take_while(|number| statement.contains(&format!("${number}"))).count();
    let one = vec![Value::from("1")];
    if statement.ends_with("in") {
        view.fetch_in(explained, &one, second).await.unwrap()
    } else if statement.ends_with("values") {
        view.fetch_of(explained, 1, &[one], second).await.unwrap()
    } else {
        view.fetch(explained, vec![Value::Null; parameters]).await.unwrap()
    }
}

fn scanned(plan: &[Row]) -> Vec<String> {
    let steps = plan.iter().filter_map(|row| row.text(3).unwrap().strip_prefix("SCAN "));
    let tables = steps.filter_map(|step| step.split(' ').next()).filter(|table| !COLLECTED.contains(table));
    let mut tables: Vec<String> = tables.map(str::to_owned).collect();
    tables.sort_unstable();
    tables.dedup();
    tables
}

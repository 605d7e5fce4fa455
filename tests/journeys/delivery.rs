//! The sample delivery, recorded by the command line and answered for.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use testkit::{Place, Registry, TestApp};

use super::naive::{self, Figures, Verdict};
use super::{on_both, program};

/// The days of the comparison: ends of terms, the edges of February, a leap day.
const DAYS: [&str; 6] = ["2021-06-30", "2022-02-28", "2023-03-01", "2024-02-29", "2024-06-30", "2025-08-31"];

on_both!(
    the_sample_delivery_gives_the_independent_evaluation_on_six_dates_teacher_by_teacher,
    the_same_delivery_handed_in_twice_records_nothing_the_second_time,
    a_delivery_killed_in_the_middle_and_handed_in_again_is_on_record_once,
    every_read_model_is_rebuilt_to_the_same_bytes,
    a_delivery_handed_in_twice_at_once_to_a_new_registry_is_on_record_once,
    no_answer_is_given_for_a_position_that_is_still_to_come,
);

async fn the_sample_delivery_gives_the_independent_evaluation_on_six_dates_teacher_by_teacher(place: Place) {
    let registry = Registry::new(place);
    program::import(&registry);
    for day in DAYS {
        assert_eq!(eligible(&registry, day), naive::eligible(day), "eligible on {day}");
        assert_eq!(coverage(&registry, day), naive::coverage(day), "coverage on {day}");
    }
    let people = people(&registry);
    let app = registry.start(shuangshi::services()).await;
    for (turn, day) in DAYS.into_iter().enumerate() {
        // Six days, a sixth of the people each: everybody is looked at once.
        let expected = naive::verdicts(day);
        for (number, teacher) in people.iter().skip(turn).step_by(DAYS.len()) {
            assert_eq!(verdict(&app, teacher, day).await, expected[number], "{number} on {day}");
        }
    }
    app.stop().await;
}

async fn the_same_delivery_handed_in_twice_records_nothing_the_second_time(place: Place) {
    let registry = Registry::new(place);
    let first = program::import(&registry);
    let second = program::import(&registry);
    assert_eq!(second["position"], first["position"]);
    assert_eq!(second["import"], first["import"]);
    for (file, rows) in second["files"].as_object().unwrap() {
        assert_eq!(rows["recorded"], 0, "{file}");
        assert_eq!(rows["known"], first["files"][file]["recorded"], "{file}");
    }
}

async fn a_delivery_handed_in_twice_at_once_to_a_new_registry_is_on_record_once(place: Place) {
    let registry = Registry::new(place);
    let folder = program::samples();
    let import = || program::command(&registry, &["import", folder.to_str().unwrap(), "--json"]).spawn().unwrap();
    for mut running in [import(), import()] {
        assert!(running.wait().unwrap().success());
    }
    let verified = program::json(&registry, &["log", "verify", "--json"]);
    let again = program::import(&registry);
    assert_eq!(again["position"], verified["position"], "nothing was left to record");
    assert_eq!(eligible(&registry, DAYS[0]), naive::eligible(DAYS[0]));
}

async fn no_answer_is_given_for_a_position_that_is_still_to_come(place: Place) {
    let registry = Registry::new(place);
    program::import(&registry);
    let early = program::output(&registry, &["coverage", "--known-at", "v1.0:99999999"]);
    assert_eq!(early.status.code(), Some(5));
    assert!(early.stdout.is_empty());
}

async fn a_delivery_killed_in_the_middle_and_handed_in_again_is_on_record_once(place: Place) {
    let whole = program::import(&Registry::new(Place::sqlite()))["position"].clone();
    let registry = Registry::new(place);
    let mut delay = Duration::from_millis(200);
    // A hundred events are past the schools, in the middle of the people.
    while recorded(&registry).await < 100 {
        assert!(import_killed_after(&registry, delay).await, "an import ended before it was killed");
        delay += Duration::from_millis(150);
    }
    let before = recorded(&registry).await;
    import_killed_after(&registry, delay).await;
    assert!(recorded(&registry).await >= before, "what was recorded is gone");
    assert_eq!(program::json(&registry, &["log", "verify", "--json"])["fault"], Value::Null);
    let position = program::import(&registry)["position"].clone();
    assert_eq!(position, whole, "another number of events than an import without interruption");
    assert_eq!(program::json(&registry, &["log", "verify", "--json"])["fault"], Value::Null);
    for day in [DAYS[0], DAYS[4]] {
        assert_eq!(eligible(&registry, day), naive::eligible(day), "eligible on {day}");
        assert_eq!(coverage(&registry, day), naive::coverage(day), "coverage on {day}");
    }
}

/// How many events are on record.
async fn recorded(registry: &Registry) -> u64 {
    let log = registry.place().open().await;
    let events = log.head().events();
    log.close().await;
    events
}

/// Begins an import and kills it; says whether that was before its end.
async fn import_killed_after(registry: &Registry, delay: Duration) -> bool {
    let mut import = program::command(registry, &["import", program::samples().to_str().unwrap()]);
    let mut import = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    tokio::time::sleep(delay).await;
    import.kill().unwrap();
    !import.wait().unwrap().success()
}

async fn every_read_model_is_rebuilt_to_the_same_bytes(place: Place) {
    let registry = Registry::new(place);
    program::import(&registry);
    let output = program::output(&registry, &["rebuild", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let rebuilt: BTreeSet<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .inspect(|view| assert_eq!(view["same"], true))
        .map(|view| view["view"].as_str().unwrap().to_owned())
        .collect();
    let services = shuangshi::services();
    let projections = services.iter().flat_map(|service| &service.projections);
    let kept = projections.map(|projection| projection.name()).chain(["access"]);
    assert_eq!(rebuilt, kept.map(str::to_owned).collect());
    assert_eq!(eligible(&registry, DAYS[4]), naive::eligible(DAYS[4]));
}

/// The staff numbers that the product lists as eligible.
fn eligible(registry: &Registry, day: &str) -> BTreeSet<String> {
    let listed = program::json(registry, &["teachers", "list", "--as-of", day, "--status", "eligible", "--json"]);
    let numbers: BTreeSet<_> = staff_numbers(&listed).map(|(number, _)| number).collect();
    assert_eq!(listed["count"], numbers.len());
    numbers
}

/// Everybody's id, by staff number.
fn people(registry: &Registry) -> BTreeMap<String, String> {
    staff_numbers(&program::json(registry, &["teachers", "list", "--as-of", DAYS[0], "--json"])).collect()
}

fn staff_numbers(listed: &Value) -> impl Iterator<Item = (String, String)> {
    listed["teachers"].as_array().unwrap().iter().flat_map(|row| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let posts = row["employed"].as_array().unwrap().iter();
        posts.map(move |post| (text(&post["staff_number"]), text(&row["teacher"])))
    })
}

/// The product's figures, by school.
fn coverage(registry: &Registry, day: &str) -> BTreeMap<String, Figures> {
    let table = program::json(registry, &["coverage", "--as-of", day, "--by", "school", "--json"]);
    let figures = table["rows"].as_array().unwrap().iter().map(|row| {
        let number = |name: &str| row[name].as_i64().unwrap();
        let figures = Figures {
            teachers: number("teachers"),
            specialised: number("specialised"),
            eligible: number("eligible"),
            eligible_all: number("eligible_all"),
            rotation: number("rotation"),
            practice: number("practice"),
            restricted: number("restricted"),
        };
        (row["code"].as_str().unwrap().to_owned(), figures)
    });
    figures.collect()
}

/// The product's verdict on a person, criterion by criterion.
async fn verdict(app: &TestApp, teacher: &str, day: &str) -> Verdict {
    let status = app.get(&format!("/api/v1/teachers/{teacher}/status?as_of={day}")).await.expect(200).body;
    let level = &status["assessment"]["levels"][0];
    let criterion = |id: &str| criterion(&level["tree"], id).unwrap();
    let met = |id: &str| criterion(id)["verdict"] == "met";
    let amount = |id: &str| usize::try_from(criterion(id)["amount"].as_u64().unwrap()).unwrap();
    let verdict = Verdict {
        in_post: !status["seats"].as_array().unwrap().is_empty(),
        certificate: met("teacher_certificate"),
        qualification: met("qualification"),
        practice_days: amount("enterprise_practice"),
        sessions: amount("rotation"),
        conduct: met("conduct"),
    };
    assert_eq!(met("enterprise_practice"), verdict.practice());
    assert_eq!(met("rotation"), verdict.rotation());
    verdict
}

/// The criterion of this name, wherever in a rule.
fn criterion<'a>(node: &'a Value, id: &str) -> Option<&'a Value> {
    if node["id"] == id {
        return Some(node);
    }
    node["of"].as_array()?.iter().find_map(|part| criterion(part, id))
}

//! A draft pack is tried on the register before anybody enacts it: who would lose is exactly who falls between the two
//! rules, and nothing of it is recorded.

use std::collections::BTreeSet;
use std::time::Duration;

use kernel::vocabulary::Capacity;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client, Place, Registry, TestApp};

use super::{on_both, program};

/// The day of the question.
const DAY: &str = "2024-06-30";

/// The nation's newest pack, as it is shipped.
const NEWEST: &str = include_str!("../../shared/standards/data/national-basic.v2.json");

on_both!(
    who_would_lose_is_exactly_who_falls_between_the_rules_and_nothing_is_recorded,
    an_authority_gets_its_own_people_and_the_ministry_figures_alone,
    a_simulation_is_cancelled_and_a_laxer_draft_of_a_province_is_refused_by_its_criterion,
    the_command_line_says_the_same_as_the_api,
);

/// The nation's pack with 200 days of practice instead of 180.
fn stricter() -> String {
    let months = r#""at_least_months": "practice_months",
        "days_a_month": "days_a_month","#;
    let draft =
        NEWEST.replacen(months, r#""at_least_days": 200,"#, 1).replacen(r#""version": 2"#, r#""version": 3"#, 1);
    assert!(draft.contains("200"));
    draft
}

async fn imported(place: Place) -> TestApp {
    let registry = Registry::new(place);
    program::import(&registry);
    registry.start(shuangshi::services()).await
}

fn question() -> Value {
    json!({ "content": stricter(), "as_of": DAY })
}

/// Begins a simulation and waits for its end.
async fn simulated(client: &Client, body: &Value) -> Value {
    let begun = client.write("/api/v1/simulations", body).await.expect(202);
    for _ in 0..600 {
        let found = client.get(&begun.location).await.expect(200).body;
        if found["state"] != "running" {
            assert_eq!(found["state"], "done", "{found}");
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the simulation did not end");
}

fn path(simulation: &Value, more: &str) -> String {
    format!("/api/v1/simulations/{}{more}", simulation["simulation"].as_str().unwrap())
}

/// Everybody in a list, page by page.
async fn everybody(client: &Client, path: &str, items: &str) -> BTreeSet<String> {
    let (mut found, mut after) = (BTreeSet::new(), String::new());
    loop {
        let body = client.get(&format!("{path}{after}")).await.expect(200).body;
        let page = body.pointer(items).unwrap();
        found.extend(page["items"].as_array().unwrap().iter().map(|row| row["teacher"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { return found };
        after = format!("&after={next}");
    }
}

/// Who is eligible on the day and has practised between 180 and 199 days, by everybody's status.
async fn between_the_rules(client: &Client) -> BTreeSet<String> {
    let eligible = everybody(client, &format!("/api/v1/teachers?as_of={DAY}&status=eligible&limit=50"), "").await;
    let mut between = BTreeSet::new();
    for teacher in eligible {
        let status = client.get(&format!("/api/v1/teachers/{teacher}/status?as_of={DAY}")).await.expect(200).body;
        let practised = days_of_practice(&status["assessment"]["levels"][0]["tree"]).unwrap();
        assert!(practised >= 180);
        if practised < 200 {
            between.insert(teacher);
        }
    }
    between
}

fn days_of_practice(node: &Value) -> Option<u64> {
    if node["id"] == "enterprise_practice" {
        return node["amount"].as_u64();
    }
    node["of"].as_array()?.iter().find_map(days_of_practice)
}

async fn who_would_lose_is_exactly_who_falls_between_the_rules_and_nothing_is_recorded(place: Place) {
    let app = imported(place).await;
    let expected = between_the_rules(app.client()).await;
    assert!(!expected.is_empty(), "the sample has nobody between the rules: the question asks nothing");
    let position = app.position();
    let found = simulated(app.client(), &question()).await;
    let result = &found["result"];
    let losers = everybody(app.client(), &path(&found, "/teachers?change=lose&limit=7"), "/page").await;
    assert_eq!(losers, expected);
    assert_eq!(everybody(app.client(), &path(&found, "/teachers?change=gain"), "/page").await, BTreeSet::new());
    let total = &result["total"]["all"];
    assert_eq!((&total["lose"], &total["gain"]), (&json!(expected.len()), &json!(0)));
    let (before, after) = (total["eligible_before"].as_u64().unwrap(), total["eligible_after"].as_u64().unwrap());
    assert_eq!(before - after, expected.len() as u64);
    assert_eq!(result["transitions"][0]["people"], expected.len());
    let criteria = result["criteria"].as_array().unwrap();
    assert_eq!((criteria.len(), &criteria[0]["id"]), (1, &json!("enterprise_practice")), "{criteria:?}");
    assert_eq!(criteria[0]["lose"], expected.len());
    let by_province: u64 =
        result["provinces"].as_array().unwrap().iter().map(|row| row["all"]["lose"].as_u64().unwrap()).sum();
    assert_eq!(by_province, expected.len() as u64);
    assert_eq!((&found["people_done"], &found["people_to_do"]), (&result["people"], &result["people"]));
    assert_eq!(app.position(), position, "something was recorded");
    // Another account has no such simulation, whatever it may see.
    let other = app.account("other-operator", Capacity::Operator, None).await.with_purpose("operations");
    for more in ["", "/teachers?change=lose"] {
        let refused = other.get(&path(&found, more)).await.expect(404);
        assert!(refused.body["detail"].as_str().unwrap().contains("in this process"), "{}", refused.text);
    }
    delete(&other, &path(&found, "")).await.expect(404);
    app.stop().await;
}

async fn an_authority_gets_its_own_people_and_the_ministry_figures_alone(place: Place) {
    let app = imported(place).await;
    let all = simulated(app.client(), &question()).await;
    // Whoever lies there today: who has left Gansu since the day is another's.
    let gansu = simulated(app.client(), &json!({ "content": stricter(), "as_of": DAY, "area": "62" })).await;
    let profile = json!({ "kind": "provincial_authority", "name": "甘肃省教育厅", "division": "620000" });
    let authority = app.write("/api/v1/organisations", &json!({ "on": "2010-09-01", "profile": profile })).await.id();
    let own = app.account("gansu", Capacity::ProvincialAuthority, Some(&authority)).await.with_purpose("inspection");
    let found = simulated(&own, &question()).await;
    assert_eq!(found["result"]["total"], gansu["result"]["total"]);
    let named = everybody(&own, &path(&found, "/teachers?change=lose"), "/page").await;
    assert!(!named.is_empty());
    assert_eq!(json!(named.len()), found["result"]["total"]["all"]["lose"]);
    // An area out of reach holds nobody.
    let elsewhere = simulated(&own, &json!({ "content": stricter(), "as_of": DAY, "area": "35" })).await;
    assert_eq!(elsewhere["result"]["people"], 0);
    let ministry = app.account("ministry", Capacity::Ministry, None).await;
    let figures = simulated(&ministry, &question()).await;
    assert_eq!(figures["result"]["suppressed_below"], 3);
    assert_eq!(figures["result"]["people"], all["result"]["people"]);
    for row in figures["result"]["provinces"].as_array().unwrap() {
        let lose = row["all"]["lose"].as_u64();
        assert!(lose.is_none_or(|lose| lose == 0 || lose >= 3), "{row}");
    }
    ministry.get(&path(&figures, "/teachers?change=lose")).await.expect(403);
    let narrow = json!({ "content": stricter(), "as_of": DAY, "area": "35" });
    let refused = ministry.write("/api/v1/simulations", &narrow).await.expect(422);
    assert_eq!(refused.body["rejection"], "area_of_figures");
    app.stop().await;
}

async fn a_simulation_is_cancelled_and_a_laxer_draft_of_a_province_is_refused_by_its_criterion(place: Place) {
    let app = imported(place).await;
    let begun = app.client().write("/api/v1/simulations", &question()).await.expect(202);
    let cancelled = delete(app.client(), &begun.location).await.expect(200).body;
    // It may have been done a moment before; how one ends that was not is asked of the store itself.
    assert!(["cancelled", "done"].contains(&cancelled["state"].as_str().unwrap()), "{cancelled}");
    assert_eq!(cancelled["result"].is_null(), cancelled["state"] == "cancelled");
    let again = app.client().get(&begun.location).await.expect(200).body;
    assert_eq!(again["state"], cancelled["state"]);
    let laxer = NEWEST.replacen(r#""jurisdiction": "nation""#, r#""jurisdiction": { "province": "35" }"#, 1).replacen(
        r#""at_least_tier": "city""#,
        r#""at_least_tier": "school""#,
        1,
    );
    let refused = app.write("/api/v1/simulations", &json!({ "content": laxer })).await.expect(422);
    assert_eq!(refused.body["rejection"], "laxer_than_nation");
    assert!(refused.text.contains("`results_intermediate`"), "{}", refused.text);
    // The nation may ask for less, and is shown what that would do.
    let eased = NEWEST.replacen(r#""at_least_grade": 3"#, r#""at_least_grade": 5"#, 1).replacen(
        r#""version": 2"#,
        r#""version": 3"#,
        1,
    );
    let found = simulated(app.client(), &json!({ "content": eased, "as_of": DAY })).await;
    let total = &found["result"]["total"]["all"];
    assert!(total["gain"].as_u64().unwrap() > 0 && total["lose"] == 0, "{total}");
    assert_eq!(found["result"]["criteria"][0]["id"], "qualification");
    // A draft is judged on a day on which it is in force.
    let early = json!({ "content": stricter(), "as_of": "2020-01-01" });
    let refused = app.write("/api/v1/simulations", &early).await.expect(422);
    assert_eq!(refused.body["rejection"], "draft_not_in_force");
    let later = stricter().replacen("2022-10-25", "2030-01-01", 1);
    let found = simulated(app.client(), &json!({ "content": later })).await;
    assert_eq!(found["result"]["as_of"], "2030-01-01");
    app.stop().await;
}

async fn delete(client: &Client, path: &str) -> Answer {
    Answer::of(client.request(Method::DELETE, path)).await
}

async fn the_command_line_says_the_same_as_the_api(place: Place) {
    let registry = Registry::new(place);
    program::import(&registry);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("draft.json");
    std::fs::write(&file, stricter()).unwrap();
    let line = ["what-if", file.to_str().unwrap(), "--as-of", DAY];
    let said = program::json(&registry, &[line.as_slice(), &["--json"]].concat());
    let words = program::output(&registry, &[line.as_slice(), &["--english"]].concat());
    let words = String::from_utf8(words.stdout).unwrap();
    assert!(words.contains("enterprise_practice") && words.contains("nothing was recorded"), "{words}");
    println!("{words}");
    let app = registry.start(shuangshi::services()).await;
    let found = simulated(app.client(), &question()).await;
    assert_eq!(said["what_if"]["total"], found["result"]["total"]);
    assert_eq!(said["what_if"]["provinces"], found["result"]["provinces"]);
    app.stop().await;
}

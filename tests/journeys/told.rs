//! Contradictions are found when facts arrive and kept until resolved; changes are followed with a cursor.

use kernel::vocabulary::Capacity;
use serde_json::{Value, json};
use testkit::{Client, Place, TestApp};

use super::{on_both, stage};

on_both!(
    somebody_at_two_sites_at_once_is_told_to_the_organisations_concerned_until_it_is_resolved,
    a_session_at_a_base_that_lost_its_approval_is_a_contradiction_from_then_on,
    whoever_follows_is_told_each_change_once_and_what_lapses_as_it_comes_near,
);

/// The contradictions that somebody is told.
async fn told(client: &Client, path: &str) -> Vec<Value> {
    client.get(path).await.expect(200).body["items"].as_array().unwrap().clone()
}

/// A second station with a placement that overlaps the one of July to December 2022; gives the placement and station.
async fn elsewhere(app: &TestApp, teacher: &str) -> (String, String) {
    let station = stage::site(app, "S-JS-12", "practice_station").await;
    let start = json!({ "on": "2022-12-01", "teacher": teacher, "site": station, "form": "post" });
    let placement = app.write("/api/v1/placements", &start).await.expect(201).id();
    let end = json!({ "last_day": "2023-01-31", "result": "pass" });
    app.write(&format!("/api/v1/placements/{placement}/completion"), &end).await.expect(200);
    (placement, station)
}

async fn somebody_at_two_sites_at_once_is_told_to_the_organisations_concerned_until_it_is_resolved(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let person = stage::eligible(&app, &sites, 1).await.teacher;
    let hr = app.account("hr", Capacity::SchoolHr, Some(&sites.school)).await;
    let (placement, station) = elsewhere(&app, &person).await;
    let position = app.position();
    let list = format!("/api/v1/contradictions?at_least={position}");
    let all = told(&hr, &list).await;
    // The session of August lies within the placement at the other station, too.
    let kinds: Vec<&str> = all.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["two_places", "two_places"]);
    let found = all.iter().find(|one| one["days"] == json!({ "from": "2022-12-01", "to": "2022-12-31" })).unwrap();
    assert_eq!((found["teacher"].as_str(), found["facts"].as_array().unwrap().len()), (Some(person.as_str()), 2));
    assert_eq!(found["words"]["zh"], "同时在两处");

    // The station is told its own fact, and that there is another's.
    let at_station = told(app.client(), &format!("/api/v1/sites/{station}/contradictions")).await;
    assert_eq!(at_station.len(), 1);
    assert_eq!(at_station[0]["facts"].as_array().unwrap().len(), 1);
    assert_eq!((&at_station[0]["facts"][0]["site"], &at_station[0]["facts_of_others"]), (&json!(station), &json!(1)));
    // Another school is told nothing.
    let other = stage::school(&app, "4135010012", "350100").await;
    let stranger = app.account("other-hr", Capacity::SchoolHr, Some(&other)).await;
    assert!(told(&stranger, &list).await.is_empty());
    stranger.get(&format!("/api/v1/sites/{station}/contradictions")).await.expect(403);

    let void = json!({ "on": "2023-03-01", "reason": "recorded for somebody else" });
    app.write(&format!("/api/v1/placements/{placement}/void"), &void).await.expect(200);
    let list = format!("/api/v1/contradictions?at_least={}", app.position());
    assert_eq!(told(&hr, &list).await.len(), 1);
    let with_resolved = told(&hr, &format!("{list}&resolved=true")).await;
    assert_eq!(with_resolved.len(), 2);
    assert!(with_resolved.iter().any(|one| one["resolved_by"].is_string()));
    app.stop().await;
}

async fn a_session_at_a_base_that_lost_its_approval_is_a_contradiction_from_then_on(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let teacher = stage::teacher(&app, 1).await;
    stage::post(&app, &teacher, &sites.school, "000000001").await;
    stage::hold(&app, &sites.session, &[&teacher]).await;
    let list = async || told(app.client(), &format!("/api/v1/contradictions?at_least={}", app.position())).await;
    assert!(list().await.is_empty());
    let withdrawal = json!({ "on": "2022-07-01", "reason": "withdrawn for good reason" });
    app.write(&format!("/api/v1/sites/{}/withdrawals", sites.base), &withdrawal).await.expect(200);
    let found = list().await;
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["kind"], &found[0]["facts"][0]["site"]), (&json!("site_not_approved"), &json!(sites.base)));
    app.stop().await;
}

async fn whoever_follows_is_told_each_change_once_and_what_lapses_as_it_comes_near(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let hr = app.account("hr", Capacity::SchoolHr, Some(&sites.school)).await;
    let feed = async |after: &Value, months: u32| {
        let after = after.as_str().map(|after| format!("&after={after}")).unwrap_or_default();
        let path = format!("/api/v1/changes?lapsing_within={months}&at_least={}{after}", app.position());
        hr.get(&path).await.expect(200).body
    };
    let kinds = |body: &Value| -> Vec<String> {
        body["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    };
    let start = feed(&Value::Null, 6).await;
    assert_eq!(kinds(&start), [""; 0]);
    let person = stage::eligible(&app, &sites, 1).await;
    let first = feed(&start["next"], 6).await;
    assert!(kinds(&first).contains(&"eligible_gained".to_owned()), "{first}");
    assert!(first["items"].as_array().unwrap().iter().all(|one| one["teacher"] == json!(person.teacher)));
    // Asked again from the same place, it is the same; from where it ended, nothing is told twice.
    assert_eq!(kinds(&feed(&start["next"], 6).await), kinds(&first));
    assert_eq!(kinds(&feed(&first["next"], 6).await), [""; 0]);
    // Practice and rotation of 2022 fall out of their windows in 2027: told once that is near enough.
    let near = feed(&first["next"], 24).await;
    assert_eq!(kinds(&near), ["eligibility_lapses"]);
    assert_eq!(kinds(&feed(&near["next"], 24).await), [""; 0]);

    let void = json!({ "on": "2024-01-10", "reason": "the certificate was another person's" });
    let path = format!("/api/v1/teachers/{}/facts/{}/void", person.teacher, person.certificate);
    app.write(&path, &void).await.expect(200);
    let lost = feed(&near["next"], 24).await;
    assert_eq!(kinds(&lost), ["eligible_lost"]);
    assert!(lost["items"][0]["event"].is_string());
    app.stop().await;
}

//! Teachers object to what bases and stations recorded of them.

use serde_json::{Value, json};
use testkit::{Place, TestApp};

use super::{on_both, stage};

on_both!(
    a_teacher_disputes_a_session_and_a_placement_and_confirms_them_again,
    what_was_said_of_a_session_goes_with_the_entry_that_attended_it,
);

const NATION: &str = include_str!("../../shared/standards/data/national-basic.v2.json");

/// A province's pack under which nothing counts that the teacher disputes.
async fn cautious_pack(app: &TestApp) {
    let mut pack: Value = serde_json::from_str(NATION).unwrap();
    pack["name"] = json!("jiangsu-cautious");
    pack["version"] = json!(1);
    pack["jurisdiction"] = json!({ "province": "32" });
    pack["evidence"]["disputed"] = json!("ignored");
    for content in [NATION.to_owned(), pack.to_string()] {
        app.write("/api/v1/rule-packs", &json!({ "on": "2023-01-01", "content": content })).await.expect(201);
    }
}

/// The facts that count for a criterion, and those that do not for the reason that they are disputed.
fn facts(status: &Value, criterion: &str) -> (Vec<String>, Vec<String>) {
    let measures = status["assessment"]["measures"].as_array().unwrap();
    let criterion = measures.iter().find(|known| known["id"] == criterion).unwrap();
    let ids = |list: &str, reason: Option<&str>| {
        let list = criterion[list].as_array().unwrap().iter();
        let meant = list.filter(|fact| reason.is_none_or(|reason| fact["reason"] == reason));
        meant.map(|fact| fact["fact"].as_str().unwrap().to_owned()).collect()
    };
    (ids("counted", None), ids("ignored", Some("disputed")))
}

async fn a_teacher_disputes_a_session_and_a_placement_and_confirms_them_again(place: Place) {
    let app = stage::all(place).await;
    cautious_pack(&app).await;
    let sites = stage::sites(&app).await;
    let eligible = stage::eligible(&app, &sites, 1).await.teacher;
    let other = stage::teacher(&app, 2).await;
    stage::post(&app, &other, &sites.school, "000000002").await;
    let theirs = stage::session(&app, &sites.base, "T002").await;
    stage::hold(&app, &theirs, &[&other]).await;
    let teacher = app.teacher_account("teacher-a", &eligible).await;
    let stranger = app.teacher_account("teacher-b", &other).await;
    let said = |fact: &str, what: &str| format!("/api/v1/teachers/{eligible}/facts/{fact}/{what}");
    let dispute = json!({ "on": "2024-06-02", "reason": "我没有参加" });
    let confirmation = json!({ "on": "2024-06-03" });

    let before = stage::status(&app, &eligible, "2024-05-01").await;
    for (criterion, missing) in [("rotation", "rotation"), ("enterprise_practice", "enterprise_practice")] {
        let fact = facts(&before, criterion).0.pop().unwrap();
        stranger.write(&said(&fact, "dispute"), &dispute).await.expect(404);
        teacher.write(&said(&fact, "dispute"), &dispute).await.expect(200);
        let now = stage::status(&app, &eligible, "2024-05-01").await;
        assert_eq!(facts(&now, criterion), (vec![], vec![fact.clone()]));
        assert_eq!(stage::missing(&app, &eligible, "2024-05-01").await, [missing]);
        teacher.write(&said(&fact, "confirmation"), &confirmation).await.expect(200);
        assert_eq!(facts(&stage::status(&app, &eligible, "2024-05-01").await, criterion), (vec![fact], vec![]));
    }

    // An amended roster tells the same anew, and does not end the objection.
    let attended = facts(&before, "rotation").0.pop().unwrap();
    teacher.write(&said(&attended, "dispute"), &dispute).await.expect(200);
    let amendment = json!({ "on": "2024-06-10", "reason": "one hour less", "teacher": eligible, "hours": 39 });
    let amended = format!("/api/v1/sessions/{}/roster-amendments", sites.session);
    let told = app.write(&amended, &amendment).await.expect(200).event();
    let now = stage::status(&app, &eligible, "2024-05-01").await;
    assert_eq!(facts(&now, "rotation"), (vec![], vec![told.clone()]));
    teacher.write(&said(&told, "confirmation"), &confirmation).await.expect(200);

    // What is of somebody else, or has been voided, is no fact of theirs.
    let elsewhere = facts(&stage::status(&app, &other, "2024-05-01").await, "rotation").0.pop().unwrap();
    let refused = teacher.write(&said(&elsewhere, "dispute"), &dispute).await.expect(404);
    assert_eq!(refused.body["rejection"], "no_such_fact");
    let voided = json!({ "on": "2024-07-01", "reason": "held by nobody" });
    app.write(&format!("/api/v1/sessions/{}/void", sites.session), &voided).await.expect(200);
    teacher.write(&said(&told, "dispute"), &dispute).await.expect(404);
    app.stop().await;
}

async fn what_was_said_of_a_session_goes_with_the_entry_that_attended_it(place: Place) {
    let app = stage::all(place).await;
    cautious_pack(&app).await;
    let sites = stage::sites(&app).await;
    let keeper = stage::teacher(&app, 1).await;
    stage::post(&app, &keeper, &sites.school, "000000001").await;
    let twin = json!({ "on": "2019-09-01", "name": "王小明" });
    let twin = app.write("/api/v1/teachers", &twin).await.expect(201).id();
    stage::post(&app, &twin, &sites.school, "000000099").await;
    stage::hold(&app, &sites.session, &[&twin]).await;
    let grounds = json!({ "on": "2024-05-01", "reason": "registered twice" });
    let path = format!("/api/v1/teachers/{keeper}/merges");
    let merge = app.write_seconded(&format!("{path}/{twin}"), &grounds).await.expect(200).event();

    let teacher = app.teacher_account("teacher-a", &keeper).await;
    let attended = facts(&stage::status(&app, &keeper, "2024-01-31").await, "rotation").0.pop().unwrap();
    let dispute = json!({ "on": "2024-06-02", "reason": "我没有参加" });
    let said = format!("/api/v1/teachers/{keeper}/facts/{attended}/dispute");
    teacher.write(&said, &dispute).await.expect(200);
    let now = stage::status(&app, &keeper, "2024-01-31").await;
    assert_eq!(facts(&now, "rotation"), (vec![], vec![attended.clone()]));

    app.write_seconded(&format!("{path}/{merge}/undoing"), &grounds).await.expect(200);
    let theirs = stage::status(&app, &twin, "2024-01-31").await;
    assert_eq!(facts(&theirs, "rotation"), (vec![], vec![attended]), "two people, and the objection is of the one");
    app.stop().await;
}

//! Schools that recognise their own teachers, where their pack says so.

use kernel::vocabulary::Capacity;
use serde_json::{Value, json};
use testkit::{Answer, Place, TestApp};

use super::BATCHES;
use super::meeting::{Meeting, NATION, department, state, two_hats};
use crate::journeys::{on_both, stage};

on_both!(
    a_school_recognises_its_own_teachers_where_the_pack_says_so,
    whoever_holds_two_roles_decides_in_the_one_of_the_body_that_is_named,
);

/// The nation's rules as a province has them that leaves it to schools to recognise.
async fn pack_of_schools(app: &TestApp, province: &str) -> Value {
    let mut pack: Value = serde_json::from_str(NATION).unwrap();
    pack["name"] = json!(format!("schools-{province}"));
    pack["version"] = json!(1);
    pack["jurisdiction"] = json!({ "province": province });
    pack["schools_recognise"] = json!(true);
    let body = json!({ "on": "2023-01-01", "content": pack.to_string() });
    let id = app.write("/api/v1/rule-packs", &body).await.expect(201).id();
    let read = app.read(&format!("/api/v1/rule-packs/{id}")).await;
    assert_eq!(read["schools_recognise"], true);
    assert!(read["english"].as_str().unwrap().contains("schools decide on the recognition of their own teachers"));
    assert!(read["chinese"].as_str().unwrap().contains("学校可认定本校教师"));
    json!(id)
}

/// What a school decides on the applications of a meeting.
fn meeting_of(school: &str, pack: &Value, outcome: &str, applications: &[&str]) -> Value {
    let decision =
        |application: &&str| json!({ "recognition": application, "outcome": outcome, "reason": "as minuted" });
    let decisions: Vec<_> = applications.iter().map(decision).collect();
    json!({ "on": "2023-07-01", "authority": school, "pack": pack, "decisions": decisions })
}

async fn a_school_recognises_its_own_teachers_where_the_pack_says_so(place: Place) {
    let meeting = Meeting::of(place, 1).await;
    let (app, school) = (&meeting.app, meeting.school.as_str());
    let nation = json!({ "on": "2023-01-01", "content": NATION });
    app.write("/api/v1/rule-packs", &nation).await.expect(201);
    let (pack, another) = (pack_of_schools(app, "32").await, pack_of_schools(app, "33").await);
    let [asks, hr, colleague] =
        ["asks", "hr", "colleague"].map(|agent| app.account(agent, Capacity::SchoolHr, Some(school)));
    let (asks, hr, colleague) = (asks.await, hr.await, colleague.await);
    let official = app.account("official", Capacity::CityAuthority, Some(&meeting.authority)).await;
    let mut applications = Vec::new();
    for (number, pack) in [(71, &pack), (72, &pack), (73, &pack), (74, &another)] {
        let teacher = stage::teacher(app, number).await;
        stage::post(app, &teacher, school, &format!("{number:09}")).await;
        let body = json!({ "on": "2023-05-01", "teacher": teacher, "level": "junior", "pack": pack });
        applications.push(asks.write("/api/v1/recognitions", &body).await.expect(201).id());
    }
    let [first, second, third, foreign] = [0, 1, 2, 3].map(|index| applications[index].as_str());
    let wrong = |answer: Answer, field: &str, why: &str| {
        assert_eq!(answer.body["errors"][0]["where"]["field"], field, "{}", answer.text);
        assert!(answer.body["errors"][0]["why"].as_str().unwrap().contains(why), "{}", answer.text);
        assert_eq!(answer.body["errors"].as_array().unwrap().len(), 1, "{}", answer.text);
    };

    // Not by the nation's pack, which leaves it to authorities, nor by that of another province, which lets its own schools.
    let mut batch = meeting.batch();
    batch["authority"] = json!(school);
    let faulty = hr.write(BATCHES, &batch).await.expect(422);
    assert_eq!(faulty.body["errors"][0]["where"]["field"], "pack", "{}", faulty.text);
    let batch = meeting_of(school, &another, "granted", &[foreign]);
    wrong(hr.write(BATCHES, &batch).await.expect(422), "decisions[0].recognition", "it is not this pack that judges");

    // Two of the school, of whom neither asked for it, in the school's own name, and for nobody else's teachers.
    let batch = meeting_of(school, &pack, "granted", &[first]);
    wrong(asks.write(BATCHES, &batch).await.expect(422), "decisions[0].recognition", "whoever applied");
    let others = meeting_of(&meeting.authority, &pack, "granted", &[first]);
    hr.write(BATCHES, &others).await.expect(403);
    let elsewhere = stage::school(app, "4132010836", "320100").await;
    let stranger = app.account("stranger", Capacity::SchoolHr, Some(&elsewhere)).await;
    let theirs = meeting_of(&elsewhere, &pack, "granted", &[first]);
    wrong(stranger.write(BATCHES, &theirs).await.expect(422), "decisions[0].recognition", "no such thing");
    let proposal = hr.write(BATCHES, &batch).await.expect(202).id();
    asks.approve(&proposal, BATCHES, &batch).await.expect(422);
    colleague.approve(&proposal, BATCHES, &batch).await.expect(200);
    assert_eq!(state(app, first).await, "granted");

    // Nobody who has not applied is recognised along with them.
    let idle = stage::teacher(app, 75).await;
    stage::post(app, &idle, school, "000000075").await;
    let mut batch = meeting_of(school, &pack, "granted", &[]);
    batch["decisions"] = json!([{ "teacher": idle, "level": "junior", "outcome": "granted" }]);
    wrong(hr.write(BATCHES, &batch).await.expect(422), "decisions[0].teacher", "no open application");

    // Whatever else is decided is for the authority; the school neither decides nor sees what is proposed there.
    let path = |application: &str, step: &str| format!("/api/v1/recognitions/{application}/{step}");
    let grounds = json!({ "on": "2024-06-01", "reason": "the evidence was not true" });
    hr.write(&path(first, "revocation"), &grounds).await.expect(403);
    hr.write(&path(first, "review"), &json!({ "on": "2024-06-01", "review_due": "2027-06-01" })).await.expect(403);
    let refusal = json!({ "on": "2023-07-01", "authority": meeting.authority, "reason": "not yet" });
    let proposed = official.write(&path(third, "refusal"), &refusal).await.expect(202).id();
    hr.get(&format!("/api/v1/proposals/{proposed}")).await.expect(404);
    hr.write(&format!("/api/v1/proposals/{proposed}/rejection"), &json!({ "on": "2024-06-02", "reason": "no" }))
        .await
        .expect(404);

    // What it refused and an appeal upheld is no longer the school's to decide.
    let batch = meeting_of(school, &pack, "refused", &[second]);
    let proposal = hr.write(BATCHES, &batch).await.expect(202).id();
    colleague.approve(&proposal, BATCHES, &batch).await.expect(200);
    let appeal = json!({ "on": "2023-08-01", "reason": "the evidence is there" });
    asks.write(&path(second, "appeal"), &appeal).await.expect(200);
    let upheld = json!({ "on": "2023-09-01", "upheld": true, "reason": "it is" });
    app.write_seconded(&path(second, "appeal-resolution"), &upheld).await.expect(200);
    let mut again = meeting_of(school, &pack, "refused", &[second]);
    again["on"] = json!("2023-10-01");
    wrong(hr.write(BATCHES, &again).await.expect(422), "decisions[0].recognition", "after an appeal");
    meeting.app.stop().await;
}

async fn whoever_holds_two_roles_decides_in_the_one_of_the_body_that_is_named(place: Place) {
    let meeting = Meeting::of(place, 1).await;
    let app = &meeting.app;
    let provincial = department(app, "江苏教育厅", "320000").await;
    let roles = [
        (Capacity::SchoolHr, meeting.school.as_str()),
        (Capacity::CityAuthority, meeting.authority.as_str()),
        (Capacity::ProvincialAuthority, provincial.as_str()),
    ];
    let hats = two_hats(app, "hats", None, &roles).await;
    let decided = format!("/api/v1/recognitions/{}/grant", meeting.applications[0]);
    let named = |authority: &str| json!({ "on": "2023-07-01", "level": "junior", "authority": authority, "review_due": "2028-06-30" });
    let refused = hats.write(&decided, &named(&meeting.school)).await.expect(422);
    assert_eq!(refused.body["rejection"], "not_your_authority");
    for authority in [&meeting.authority, &provincial] {
        hats.write(&decided, &named(authority)).await.expect(202);
    }
    meeting.app.stop().await;
}

//! Schools that recognise their own teachers, where their pack says so.

use kernel::vocabulary::Capacity;
use serde_json::{Value, json};
use testkit::{Place, TestApp};

use super::BATCHES;
use super::meeting::{Meeting, NATION, department, state, two_hats};
use crate::journeys::{on_both, stage};

on_both!(
    a_school_recognises_its_own_teachers_where_the_pack_says_so,
    whoever_holds_two_roles_decides_in_the_one_of_the_body_that_is_named,
);

/// The nation's rules as a province has them that leaves it to schools to recognise.
async fn pack_of_schools(app: &TestApp) -> Value {
    let mut pack: Value = serde_json::from_str(NATION).unwrap();
    pack["name"] = json!("jiangsu-schools");
    pack["version"] = json!(1);
    pack["jurisdiction"] = json!({ "province": "32" });
    pack["schools_recognise"] = json!(true);
    let nation = json!({ "on": "2023-01-01", "content": NATION });
    app.write("/api/v1/rule-packs", &nation).await.expect(201);
    let body = json!({ "on": "2023-01-01", "content": pack.to_string() });
    let id = app.write("/api/v1/rule-packs", &body).await.expect(201).id();
    let read = app.read(&format!("/api/v1/rule-packs/{id}")).await;
    assert_eq!(read["schools_recognise"], true);
    assert!(read["english"].as_str().unwrap().contains("schools decide on the recognition of their own teachers"));
    assert!(read["chinese"].as_str().unwrap().contains("学校可认定本校教师"));
    json!(id)
}

async fn a_school_recognises_its_own_teachers_where_the_pack_says_so(place: Place) {
    let meeting = Meeting::of(place, 1).await;
    let (app, school) = (&meeting.app, meeting.school.as_str());
    let pack = pack_of_schools(app).await;
    let [asks, hr, colleague] =
        ["asks", "hr", "colleague"].map(|agent| app.account(agent, Capacity::SchoolHr, Some(school)));
    let (asks, hr, colleague) = (asks.await, hr.await, colleague.await);
    let mut applications = Vec::new();
    for number in [71, 72, 73] {
        let teacher = stage::teacher(app, number).await;
        stage::post(app, &teacher, school, &format!("{number:09}")).await;
        let body = json!({ "on": "2023-05-01", "teacher": teacher, "level": "junior", "pack": pack });
        applications.push(asks.write("/api/v1/recognitions", &body).await.expect(201).id());
    }
    let path = |application: &str, step: &str| format!("/api/v1/recognitions/{application}/{step}");
    let grant = json!({ "on": "2023-07-01", "level": "junior", "authority": school, "review_due": "2028-06-30" });

    // Not by the nation's pack, which leaves it to authorities, whether one by one or many at once.
    for (step, body) in
        [("grant", grant.clone()), ("refusal", json!({ "on": "2023-07-01", "authority": school, "reason": "not yet" }))]
    {
        let refused = hr.write(&path(&meeting.applications[0], step), &body).await.expect(422);
        assert_eq!(refused.body["rejection"], "schools_do_not_recognise");
    }
    let mut batch = meeting.batch();
    batch["authority"] = json!(school);
    let refused = hr.write(BATCHES, &batch).await.expect(422);
    assert_eq!(refused.body["errors"][0]["where"]["field"], "pack", "{}", refused.text);
    assert_eq!(refused.body["errors"].as_array().unwrap().len(), 1);

    // Two of the school, of whom neither asked for it, in the school's own name, and for nobody else's teachers.
    let decided = path(&applications[0], "grant");
    assert_eq!(asks.write(&decided, &grant).await.expect(422).body["rejection"], "own_request");
    let mut other = grant.clone();
    other["authority"] = json!(meeting.authority);
    assert_eq!(hr.write(&decided, &other).await.expect(422).body["rejection"], "not_your_authority");
    let elsewhere = stage::school(app, "4132010836", "320100").await;
    let stranger = app.account("stranger", Capacity::SchoolHr, Some(&elsewhere)).await;
    let mut theirs = grant.clone();
    theirs["authority"] = json!(elsewhere);
    stranger.write(&decided, &theirs).await.expect(404);
    let proposal = hr.write(&decided, &grant).await.expect(202).id();
    assert_eq!(asks.approve(&proposal, &decided, &grant).await.expect(422).body["rejection"], "own_request");
    colleague.approve(&proposal, &decided, &grant).await.expect(200);
    assert_eq!(state(app, &applications[0]).await, "granted");
    let refusal = json!({ "on": "2023-07-01", "authority": school, "reason": "not yet" });
    let refused = path(&applications[1], "refusal");
    let proposal = hr.write(&refused, &refusal).await.expect(202).id();
    colleague.approve(&proposal, &refused, &refusal).await.expect(200);

    // A meeting of the school: nobody who has not applied is recognised along with it.
    let mut batch = json!({
        "on": "2023-07-01", "authority": school, "pack": pack,
        "decisions": [{ "recognition": applications[2], "outcome": "granted" }],
    });
    let proposal = hr.write(BATCHES, &batch).await.expect(202).id();
    colleague.approve(&proposal, BATCHES, &batch).await.expect(200);
    let idle = stage::teacher(app, 74).await;
    stage::post(app, &idle, school, "000000074").await;
    batch["decisions"] = json!([{ "teacher": idle, "level": "junior", "outcome": "granted" }]);
    let refused = hr.write(BATCHES, &batch).await.expect(422);
    assert_eq!(refused.body["errors"][0]["why"], "the teacher has no open application at this level");

    // It reviews what it granted; to take it away is for the authority, and so are appeals.
    let review = json!({ "on": "2028-05-01", "review_due": "2033-04-30" });
    let reviewed = path(&applications[0], "review");
    let proposal = hr.write(&reviewed, &review).await.expect(202).id();
    colleague.approve(&proposal, &reviewed, &review).await.expect(200);
    let grounds = json!({ "on": "2028-06-01", "reason": "the evidence was not true" });
    hr.write(&path(&applications[0], "revocation"), &grounds).await.expect(403);
    let official = app.account("official", Capacity::CityAuthority, Some(&meeting.authority)).await;
    official.write(&path(&applications[0], "revocation"), &grounds).await.expect(202);
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
    assert_eq!(refused.body["rejection"], "schools_do_not_recognise");
    for authority in [&meeting.authority, &provincial] {
        let proposal = hats.write(&decided, &named(authority)).await.expect(202).id();
        let shown = app.read(&format!("/api/v1/proposals/{proposal}")).await;
        assert_eq!(shown["state"], "open", "{shown}");
    }
    meeting.app.stop().await;
}

//! What a security review found, each once more: who is shown is on record, who is closed is not written about, a breach
//! is lifted by two people, and an authority decides in its own name.

use kernel::vocabulary::Capacity;
use kernel::{OrganisationId, SiteId, TeacherId};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client, Place, TestApp};

use super::stage::Sites;
use super::{on_both, stage};

/// Makes the body of a request from the id of somebody or something.
type Body<'a> = &'a dyn Fn(&str) -> Value;

on_both!(
    every_look_is_on_record_once_for_everybody_it_shows,
    a_comparison_is_on_record_once_for_either_of_the_two,
    a_roster_and_a_team_are_shown_to_an_authority_for_a_purpose_and_to_the_ministry_never,
    nothing_is_recorded_of_whoever_is_restricted_erased_or_merged_by_a_roster_or_a_team,
    a_breach_is_lifted_by_two_people_neither_of_whom_it_is_about,
    an_authority_grants_and_refuses_in_its_own_name_only,
);

/// Nobody.
const NOBODY: &str = "018f2b6e-0000-7000-8000-000000000000";

async fn every_look_is_on_record_once_for_everybody_it_shows(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let (one, two) = (person(&app, &sites, 1).await, person(&app, &sites, 2).await);
    let bystander = person(&app, &sites, 3).await;
    stage::hold(&app, &sites.session, &[&one, &two]).await;
    let (team, placement) = (team(&app, &sites, &[&one, &two]).await, placement(&app, &sites, &one).await);
    let recognition = apply(&app, &one).await;
    let hr = app.account("hr", Capacity::SchoolHr, Some(&sites.school)).await;
    let clerk = app.account("clerk", Capacity::BaseClerk, Some(&body_of(&sites.base))).await;
    let oneself = app.teacher_account("oneself", &one).await;
    app.read("/api/v1/teachers?limit=1").await;
    let found = Looks { app: &app, everybody: vec![one.clone(), two.clone(), bystander.clone()] };

    let of_one = format!("/api/v1/teachers/{one}");
    let (both, all) = ([&*one, &*two], [&*one, &*two, &*bystander]);
    for (client, path, operation, shown) in [
        (&hr, format!("{of_one}/status"), "qualification_status", &[&*one][..]),
        (&hr, format!("{of_one}/timeline"), "qualification_timeline", &[&*one]),
        (&hr, "/api/v1/teachers".to_owned(), "qualification_list", &all),
        (&hr, of_one.clone(), "teachers_show", &[&*one]),
        (&hr, format!("/api/v1/recognitions/{recognition}"), "qualification_show", &[&*one]),
        (&hr, format!("/api/v1/placements/{placement}"), "practice_show_placement", &[&*one]),
        (&hr, format!("/api/v1/teams/{team}"), "teams_show", &both),
        (&hr, format!("{of_one}/duplicates"), "teachers_duplicates", &all),
        (&clerk, format!("/api/v1/sessions/{}", sites.session), "training_show", &both),
        (&oneself, format!("{of_one}/export"), "teachers_export", &[&*one]),
    ] {
        let before = found.counted().await;
        let answer = client.get(&path).await.expect(200);
        found.grew(&before, operation, shown).await;
        assert!(shown.iter().filter(|person| **person != one).all(|person| answer.text.contains(person)), "{path}");
    }
    let before = found.counted().await;
    let body = json!({ "citizen_id": stage::citizen_id(2) });
    let request = hr.request(Method::POST, "/api/v1/verifications").header("Purpose", "verification").json(&body);
    Answer::of(request).await.expect(200);
    found.grew(&before, "qualification_verify", &[&*two]).await;
    app.stop().await;
}

async fn a_comparison_is_on_record_once_for_either_of_the_two(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let (one, two) = (person(&app, &sites, 1).await, person(&app, &sites, 2).await);
    let hr = app.account("hr", Capacity::SchoolHr, Some(&sites.school)).await;
    app.read("/api/v1/teachers?limit=1").await;
    let looks = Looks { app: &app, everybody: vec![one.clone(), two.clone()] };
    for (first, second) in [(&one, &two), (&two, &one)] {
        let before = looks.counted().await;
        hr.get(&format!("/api/v1/teachers/{first}/comparison/{second}")).await.expect(200);
        looks.grew(&before, "teachers_compare", &[&*one, &*two]).await;
    }
    app.stop().await;
}

async fn a_roster_and_a_team_are_shown_to_an_authority_for_a_purpose_and_to_the_ministry_never(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let one = person(&app, &sites, 1).await;
    stage::hold(&app, &sites.session, &[&one]).await;
    let team = format!("/api/v1/teams/{}", team(&app, &sites, &[&one]).await);
    let session = format!("/api/v1/sessions/{}", sites.session);
    let city = app.account("city", Capacity::CityAuthority, Some(&sites.school)).await;
    let ministry = app.account("ministry", Capacity::Ministry, None).await;
    app.read("/api/v1/teachers?limit=1").await;
    let looks = Looks { app: &app, everybody: vec![one.clone()] };
    for (path, operation) in [(&session, "training_show"), (&team, "teams_show")] {
        let before = looks.counted().await;
        assert_eq!(city.get(path).await.expect(400).body["code"], "purpose_missing");
        let request = |client: &Client| Answer::of(client.request(Method::GET, path).header("Purpose", "inspection"));
        request(&ministry).await.expect(404);
        assert_eq!(looks.counted().await, before, "nobody was shown, and nobody looked");
        request(&city).await.expect(200);
        looks.grew(&before, operation, &[&*one]).await;
    }
    // What the ministry decides about a team it decides without seeing who is in it.
    let acceptance = json!({ "on": "2024-06-01", "grade": "excellent" });
    let accepted = ministry.write(&format!("{team}/acceptance"), &acceptance).await;
    assert!(!accepted.text.contains(&one) && accepted.status != 403, "{}", accepted.text);
    app.stop().await;
}

async fn nothing_is_recorded_of_whoever_is_restricted_erased_or_merged_by_a_roster_or_a_team(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let mut people = Vec::new();
    for number in 1..=5 {
        people.push(person(&app, &sites, number).await);
    }
    let [fine, restricted, erased, keeper, merged] = <[String; 5]>::try_from(people).unwrap();
    stage::hold(&app, &sites.session, &[&restricted]).await;
    let team = team(&app, &sites, &[]).await;
    let grounds = json!({ "on": "2024-05-01", "reason": "on request" });
    app.write(&format!("/api/v1/teachers/{restricted}/restrictions"), &grounds).await.expect(200);
    app.write_seconded(&format!("/api/v1/teachers/{erased}/erasure"), &grounds).await.expect(200);
    app.write_seconded(&format!("/api/v1/teachers/{keeper}/merges/{merged}"), &grounds).await.expect(200);
    app.read("/api/v1/accounts?limit=1").await;

    let position = app.position();
    let held = |teacher: &str| {
        let roster = [&*fine, teacher].map(|teacher| json!({ "teacher": teacher, "hours": 40 }));
        json!({ "on": "2022-08-06", "roster": roster })
    };
    let amended = |teacher: &str| json!({ "teacher": teacher, "hours": 8, "on": "2022-09-01", "reason": "in part" });
    let joining = |teacher: &str| json!({ "teacher": teacher, "role": "core", "on": "2021-07-01" });
    let session = format!("/api/v1/sessions/{}", sites.session);
    let requests: [(String, Body<'_>, &str); 3] = [
        (format!("{session}/roster"), &held, "roster[1].teacher"),
        (format!("{session}/roster-amendments"), &amended, "teacher"),
        (format!("/api/v1/teams/{team}/members"), &joining, "teacher"),
    ];
    for (path, body, field) in &requests {
        let unknown = plain(app.write(path, &body(NOBODY)).await.expect(422).body);
        assert_eq!((&unknown["rejection"], field_of(&unknown)), (&json!("no_such_teacher"), *field), "{unknown}");
        for closed in [&restricted, &erased] {
            assert_eq!(plain(app.write(path, &body(closed)).await.expect(422).body), unknown, "{path}");
        }
        let former = app.write(path, &body(&merged)).await.expect(422).body;
        assert_eq!((&former["rejection"], field_of(&former)), (&json!("merged_into_another"), *field), "{former}");
        assert!(former["detail"].as_str().unwrap().contains(&keeper), "{former}");
        assert_eq!(app.position(), position, "{path} has recorded something");
    }
    for (path, body, _) in [&requests[0], &requests[2]] {
        app.write(path, &body(&keeper)).await.expect(200);
    }
    // Nor is anybody shown them by what was recorded of them before.
    let clerk = app.account("clerk", Capacity::BaseClerk, Some(&body_of(&sites.base))).await;
    let roster = clerk.get(&session).await.expect(200).text;
    assert!(roster.contains(&fine) && !roster.contains(&restricted), "{roster}");
    assert!(app.client().get(&session).await.expect(200).text.contains(&restricted));
    app.write(&format!("/api/v1/teachers/{restricted}/restriction-liftings"), &grounds).await.expect(200);
    app.read("/api/v1/accounts?limit=1").await;
    assert!(clerk.get(&session).await.expect(200).text.contains(&restricted));
    for (path, body, _) in &requests[1..] {
        app.write(path, &body(&restricted)).await.expect(200);
    }
    app.stop().await;
}

async fn a_breach_is_lifted_by_two_people_neither_of_whom_it_is_about(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let one = stage::eligible(&app, &sites, 1).await.teacher;
    let path = format!("/api/v1/teachers/{one}/breaches");
    let breach = app.write(&path, &json!({ "on": "2023-01-01" })).await.expect(200).event();
    let hr = app.account("hr", Capacity::SchoolHr, Some(&sites.school)).await;
    let oneself = hr_themself(&app, &sites.school, &one).await;
    let (lifting, on) = (format!("{path}/{breach}/lifting"), json!({ "on": "2023-03-01" }));

    assert_eq!(oneself.write(&lifting, &on).await.expect(422).body["rejection"], "proposer_is_the_subject");
    let proposal = hr.write(&lifting, &on).await.expect(202).id();
    assert_eq!(stage::missing(&app, &one, "2023-06-30").await, ["conduct"]);
    assert_eq!(hr.approve(&proposal, &lifting, &on).await.expect(422).body["rejection"], "same_person");
    let approved = oneself.approve(&proposal, &lifting, &on).await.expect(422);
    assert_eq!(approved.body["rejection"], "approver_is_the_subject");
    assert_eq!(stage::missing(&app, &one, "2023-06-30").await, ["conduct"]);
    app.client().approve(&proposal, &lifting, &on).await.expect(200);
    assert_eq!(stage::missing(&app, &one, "2023-06-30").await, [""; 0]);
    let again = app.write(&path, &json!({ "on": "2023-04-01" })).await.expect(200).event();
    app.write_seconded(&format!("{path}/{again}/lifting"), &json!({ "on": "2023-05-01" })).await.expect(200);
    // Nor does anybody take one back alone, as if it had never been.
    let third = app.write(&path, &json!({ "on": "2023-06-01" })).await.expect(200).event();
    let (voiding, grounds) =
        (format!("/api/v1/teachers/{one}/facts/{third}/void"), json!({ "on": "2023-06-15", "reason": "mistaken" }));
    assert_eq!(oneself.write(&voiding, &grounds).await.expect(422).body["rejection"], "proposer_is_the_subject");
    let proposal = hr.write(&voiding, &grounds).await.expect(202).id();
    assert_eq!(stage::missing(&app, &one, "2023-06-30").await, ["conduct"]);
    app.client().approve(&proposal, &voiding, &grounds).await.expect(200);
    assert_eq!(stage::missing(&app, &one, "2023-06-30").await, [""; 0]);
    app.stop().await;
}

async fn an_authority_grants_and_refuses_in_its_own_name_only(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let one = person(&app, &sites, 1).await;
    let (own, other) = (authority(&app, "南京").await, authority(&app, "另一").await);
    let (first, second) = (
        app.account("city-1", Capacity::CityAuthority, Some(&own)).await,
        app.account("city-2", Capacity::CityAuthority, Some(&own)).await,
    );
    let grant = |authority: &str| json!({ "on": "2023-07-01", "level": "junior", "authority": authority, "review_due": "2028-06-30" });
    let refusal = |authority: &str| json!({ "on": "2023-07-01", "authority": authority, "reason": "not shown" });
    let decisions: [(&str, Body<'_>); 2] = [("grant", &grant), ("refusal", &refusal)];
    for (what, body) in decisions {
        let path = format!("/api/v1/recognitions/{}/{what}", apply(&app, &one).await);
        for foreign in [&other, &sites.school] {
            let refused = first.write(&path, &body(foreign)).await.expect(422).body;
            assert_eq!((&refused["rejection"], field_of(&refused)), (&json!("not_your_authority"), "authority"));
        }
        // What the operator proposes in another's name is not approved by this one either.
        let proposed = app.write(&path, &body(&other)).await.expect(202).id();
        assert_eq!(
            first.approve(&proposed, &path, &body(&other)).await.expect(422).body["rejection"],
            "not_your_authority"
        );
        let proposal = first.write(&path, &body(&own)).await.expect(202).id();
        second.approve(&proposal, &path, &body(&own)).await.expect(200);
    }
    let path = format!("/api/v1/recognitions/{}/grant", apply(&app, &one).await);
    app.write_seconded(&path, &grant(&other)).await.expect(200);
    app.stop().await;
}

/// The looks at these people that are on record.
struct Looks<'a> {
    app: &'a TestApp,
    everybody: Vec<String>,
}

impl Looks<'_> {
    /// The operations by which each was looked at, oldest first.
    async fn counted(&self) -> Vec<Vec<String>> {
        let mut counted = Vec::new();
        for person in &self.everybody {
            let person = TeacherId::parse(person).unwrap();
            let looked = self.app.running().app().readings().of_subject(person, None, 1_000).await.unwrap();
            counted.push(looked.into_iter().rev().map(|looked| looked.operation).collect());
        }
        counted
    }

    /// Since then there is one look more, by this operation, at each of these, and none at anybody else.
    async fn grew(&self, before: &[Vec<String>], operation: &str, shown: &[&str]) {
        let looks = before.iter().zip(&self.everybody).map(|(looks, person)| {
            let new = shown.contains(&person.as_str()).then(|| operation.to_owned());
            looks.iter().cloned().chain(new).collect::<Vec<String>>()
        });
        assert_eq!(self.counted().await, looks.collect::<Vec<_>>(), "{operation}");
    }
}

/// Somebody in post at the school.
async fn person(app: &TestApp, sites: &Sites, number: u32) -> String {
    let teacher = stage::teacher(app, number).await;
    stage::post(app, &teacher, &sites.school, &format!("{number:09}")).await;
    teacher
}

async fn team(app: &TestApp, sites: &Sites, people: &[&str]) -> String {
    let profile = json!({
        "name": "某教学创新团队", "kind": "teaching", "tier": "provincial", "batch": "2021",
        "education_level": "higher", "school": sites.school,
    });
    let team = app.write("/api/v1/teams", &json!({ "on": "2021-06-01", "profile": profile })).await.expect(201).id();
    for teacher in people {
        let body = json!({ "teacher": teacher, "role": "core", "on": "2021-07-01" });
        app.write(&format!("/api/v1/teams/{team}/members"), &body).await.expect(200);
    }
    team
}

async fn placement(app: &TestApp, sites: &Sites, teacher: &str) -> String {
    let body = json!({ "on": "2023-07-01", "teacher": teacher, "site": sites.station, "form": "post" });
    app.write("/api/v1/placements", &body).await.expect(201).id()
}

async fn apply(app: &TestApp, teacher: &str) -> String {
    let pack = app.read("/api/v1/rule-packs/current").await["id"].clone();
    let application = json!({ "on": "2023-05-01", "teacher": teacher, "level": "junior", "pack": pack });
    app.write("/api/v1/recognitions", &application).await.expect(201).id()
}

/// A city authority of Nanjing.
async fn authority(app: &TestApp, name: &str) -> String {
    let profile = json!({ "kind": "city_authority", "name": format!("{name}教育局"), "division": "320100" });
    app.write("/api/v1/organisations", &json!({ "on": "2010-09-01", "profile": profile })).await.expect(201).id()
}

/// Whoever is of the school's personnel department and a teacher on the register.
async fn hr_themself(app: &TestApp, school: &str, person: &str) -> Client {
    let since = kernel::Day::parse("2015-01-01").unwrap();
    let account = app.accounts().open("hr-themself", Some(TeacherId::parse(person).unwrap())).await;
    let period = kernel::Period::new(since, None).unwrap();
    app.accounts().grant(account, Capacity::SchoolHr, Some(school), period).await;
    app.accounts().client(account).await
}

/// The organisation that runs a site.
fn body_of(site: &str) -> String {
    OrganisationId::of_site(SiteId::parse(site).unwrap()).to_string()
}

fn field_of(problem: &Value) -> &str {
    problem["errors"][0]["where"]["field"].as_str().unwrap_or_default()
}

/// A problem but for the id of its request.
fn plain(mut problem: Value) -> Value {
    problem["instance"] = Value::Null;
    problem
}

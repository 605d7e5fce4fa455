//! Roles: granted by two people, held for a while, never given by whoever could not hold more.

use kernel::vocabulary::Capacity;
use kernel::{AccountId, Day, Period};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client, Place, TestApp};

use super::browser::{Browser, account, open};
use super::{on_both, stage};

on_both!(
    a_role_is_granted_once_another_approves_exactly_what_was_proposed,
    nobody_approves_their_own_by_way_of_the_key_of_another_request,
    a_proposal_is_bound_to_what_it_changes_and_to_a_week,
    a_proposal_is_refused_by_others_and_taken_back_by_its_proposer,
    whoever_may_not_do_it_is_told_that_there_is_no_such_proposal,
    nobody_gives_or_ends_a_role_that_is_theirs_or_higher,
    a_role_is_held_from_its_first_to_its_last_day,
    an_auditor_or_operator_is_put_out_by_two,
    a_role_given_by_mistake_is_taken_back_the_same_day,
);

async fn a_role_is_granted_once_another_approves_exactly_what_was_proposed(place: Place) {
    let app = stage::all(place).await;
    let school = stage::school(&app, "4132010835", "320100").await;
    let password = open(&app, "hr-1").await;
    let (path, body) = (grants("hr-1"), grant("school_hr", Some(&school), "2026-11-01", None));
    let second = app.account("operator-2", Capacity::Operator, None).await;
    let proposal = app.write(&path, &body).await.expect(202).id();

    let path_of_list = format!("/api/v1/proposals?state=open&at_least={}", app.position());
    let listed = second.get(&path_of_list).await.expect(200).body;
    assert_eq!(
        (listed["items"][0]["proposal"].as_str(), listed["items"].as_array().unwrap().len()),
        (Some(&*proposal), 1)
    );
    let shown = second.get(&format!("/api/v1/proposals/{proposal}")).await.expect(200).body;
    assert_eq!((&shown["operation"], &shown["body"]), (&json!("accounts_grant"), &body));
    assert_eq!(
        (&shown["approve_by"]["path"], &shown["approve_by"]["headers"]["Approves"]),
        (&json!(path), &json!(proposal))
    );

    rejection(&app.client().approve(&proposal, &path, &body).await, 422, "same_person");
    let other = grant("school_hr", Some(&school), "2026-11-02", None);
    rejection(&second.approve(&proposal, &path, &other).await, 409, "digest_differs");
    assert_eq!(session(&app, &password).await["roles"], json!([]));
    second.approve(&proposal, &path, &body).await.expect(200);
    let roles = session(&app, &password).await["roles"].clone();
    assert_eq!(
        (&roles[0]["role"], &roles[0]["reach"]),
        (&json!("school_hr"), &json!(format!("organisation:{school}")))
    );
    assert_eq!(second.get("/api/v1/proposals?state=open").await.expect(200).body["items"], json!([]));

    // Nobody gives themself a role, and what is not there gets none.
    rejection(&second.write(&grants("operator-2"), &body).await, 422, "own_account");
    second.write(&grants("nobody-here"), &body).await.expect(404);
    app.stop().await;
}

async fn nobody_approves_their_own_by_way_of_the_key_of_another_request(place: Place) {
    let app = stage::all(place).await;
    let school = stage::school(&app, "4132010835", "320100").await;
    let password = open(&app, "hr-1").await;
    let path = grants("hr-1");
    let send = async |key: &str, approves: Option<&str>, from: &str| {
        let body = grant("school_hr", Some(&school), from, None);
        let request = app.client().request(Method::POST, &path).header("Idempotency-Key", key).json(&body);
        Answer::of(approves.into_iter().fold(request, |request, id| request.header("Approves", id))).await
    };
    // Keys as the product may make them for its own steps: each is a proposal's own key here.
    for (number, step) in ["#approve", "#execute", "/approve", "+approve"].into_iter().enumerate() {
        let (key, from) = (format!("aaaaaaa{number}"), format!("2026-11-0{}", number + 1));
        let proposal = send(&format!("{key}{step}"), None, &from).await.expect(202).id();
        rejection(&send(&key, Some(&proposal), &from).await, 422, "same_person");
        assert_eq!(send(&format!("{key}{step}"), Some(&proposal), &from).await.status, 422, "the key of the proposal");
    }
    // Nor does a space stand in a caller's key.
    assert_eq!(send("aaaaaaaa approve", None, "2026-11-09").await.status, 400);
    assert_eq!(session(&app, &password).await["roles"], json!([]));
    app.stop().await;
}

async fn a_proposal_is_bound_to_what_it_changes_and_to_a_week(place: Place) {
    let app = stage::all(place).await;
    let school = stage::school(&app, "4132010835", "320100").await;
    open(&app, "hr-1").await;
    let path = grants("hr-1");
    let second = app.account("operator-2", Capacity::Operator, None).await;
    let bodies = ["2026-11-01", "2027-01-01"].map(|from| grant("school_hr", Some(&school), from, Some("2027-12-31")));
    let auditor = grant("auditor", None, "2026-11-01", None);
    let first = app.write(&path, &bodies[0]).await.expect(202).id();
    let meanwhile = app.write(&path, &auditor).await.expect(202).id();
    second.approve(&meanwhile, &path, &auditor).await.expect(200);
    assert_eq!(second.approve(&first, &path, &bodies[0]).await.expect(412).body["code"], "wrong_version");

    let last = app.write(&path, &bodies[1]).await.expect(202).id();
    let clock = &app.registry.place().clock;
    clock.set("2026-11-29T16:00:00Z");
    rejection(&second.approve(&last, &path, &bodies[1]).await, 409, "too_late");
    let again = app.write(&path, &bodies[1]).await.expect(202).id();
    clock.set("2026-12-07T15:00:00Z");
    second.approve(&again, &path, &bodies[1]).await.expect(200);
    app.stop().await;
}

async fn a_proposal_is_refused_by_others_and_taken_back_by_its_proposer(place: Place) {
    let app = stage::all(place).await;
    let school = stage::school(&app, "4132010835", "320100").await;
    open(&app, "hr-1").await;
    let (path, body) = (grants("hr-1"), grant("school_hr", Some(&school), "2026-11-01", None));
    let second = app.account("operator-2", Capacity::Operator, None).await;
    let reason = json!({ "on": "2026-11-22", "reason": "nobody of that school" });
    let on = json!({ "on": "2026-11-22" });
    let at = |proposal: &str, what: &str| format!("/api/v1/proposals/{proposal}/{what}");

    let proposal = app.write(&path, &body).await.expect(202).id();
    rejection(&app.write(&at(&proposal, "rejection"), &reason).await, 422, "same_person");
    second.write(&at(&proposal, "rejection"), &reason).await.expect(200);
    rejection(&second.approve(&proposal, &path, &body).await, 409, "already_decided");
    let shown = app.get(&format!("/api/v1/proposals/{proposal}")).await.expect(200).body;
    assert_eq!((&shown["state"], &shown["approve_by"]), (&json!("rejected"), &Value::Null));

    let proposal = app.write(&path, &body).await.expect(202).id();
    rejection(&second.write(&at(&proposal, "withdrawal"), &on).await, 422, "not_the_proposer");
    app.write(&at(&proposal, "withdrawal"), &on).await.expect(200);
    rejection(&second.approve(&proposal, &path, &body).await, 409, "already_decided");
    for (state, expected) in [("rejected", 1), ("withdrawn", 1), ("open", 0), ("approved", 0)] {
        let listed = app.read(&format!("/api/v1/proposals?state={state}")).await;
        assert_eq!(listed["items"].as_array().unwrap().len(), expected, "{state}");
    }
    let page = app.read("/api/v1/proposals?limit=1").await;
    let rest = app.read(&format!("/api/v1/proposals?limit=1&after={}", page["next"].as_str().unwrap())).await;
    assert_ne!(page["items"][0]["proposal"], rest["items"][0]["proposal"]);
    assert!(rest["next"].is_null());
    app.stop().await;
}

async fn whoever_may_not_do_it_is_told_that_there_is_no_such_proposal(place: Place) {
    let app = stage::all(place).await;
    let (nanjing, suzhou) =
        (stage::school(&app, "4132010835", "320100").await, stage::school(&app, "4132010960", "320500").await);
    open(&app, "hr-1").await;
    let proposed = grant("school_hr", Some(&nanjing), "2026-11-01", None);
    let proposal = app.write(&grants("hr-1"), &proposed).await.expect(202).id();
    let unknown = "018f2b6e-0000-7000-8000-000000000000";
    let reason = json!({ "on": "2026-11-22", "reason": "not this one" });
    let elsewhere = app.account("suzhou", Capacity::CityAuthority, Some(&suzhou)).await;
    let clerk = app.account("hr-2", Capacity::SchoolHr, Some(&nanjing)).await;
    for client in [&elsewhere, &clerk] {
        let mut answers = Vec::new();
        for id in [&*proposal, unknown] {
            answers.push(client.get(&format!("/api/v1/proposals/{id}")).await);
            answers.push(client.write(&format!("/api/v1/proposals/{id}/rejection"), &reason).await);
            let on = json!({ "on": "2026-11-22" });
            answers.push(client.write(&format!("/api/v1/proposals/{id}/withdrawal"), &on).await);
        }
        assert!(answers.iter().all(|answer| plain(answer) == plain(&answers[0])), "{answers:?}");
        assert_eq!(answers[0].status, 404);
        assert_eq!(client.get("/api/v1/proposals").await.expect(200).body["items"], json!([]));
    }
    let here = app.account("nanjing", Capacity::CityAuthority, Some(&nanjing)).await;
    // A list shows what lies within the roles that the view knows of: it hears of this one a moment later.
    app.read("/api/v1/proposals").await;
    assert_eq!(here.get("/api/v1/proposals").await.expect(200).body["items"][0]["proposal"], proposal);
    here.write(&format!("/api/v1/proposals/{proposal}/rejection"), &reason).await.expect(200);
    app.stop().await;
}

async fn nobody_gives_or_ends_a_role_that_is_theirs_or_higher(place: Place) {
    let app = stage::all(place).await;
    let (nanjing, suzhou) =
        (stage::school(&app, "4132010835", "320100").await, stage::school(&app, "4132010960", "320500").await);
    let city = app.account("nanjing", Capacity::CityAuthority, Some(&nanjing)).await;
    let clerk = app.account("hr-1", Capacity::SchoolHr, Some(&nanjing)).await;
    open(&app, "new-1").await;
    let (path, from) = (grants("new-1"), "2026-11-01");
    for (role, organisation, status) in [
        ("city_authority", Some(&*nanjing), 403),
        ("provincial_authority", Some(&*nanjing), 403),
        ("operator", None, 403),
        ("school_hr", Some(&*suzhou), 403),
        ("school_hr", Some(&*nanjing), 202),
    ] {
        city.write(&path, &grant(role, organisation, from, None)).await.expect(status);
    }
    clerk.write(&path, &grant("base_clerk", Some(&nanjing), from, None)).await.expect(403);

    let first = Period::new(Day::parse("2020-01-01").unwrap(), None).unwrap();
    let province = app.accounts().open("province", None).await;
    let granted = app.accounts().grant(province, Capacity::ProvincialAuthority, Some(&nanjing), first).await.unwrap();
    let end = json!({ "last_day": "2026-11-22", "reason": "not theirs to end" });
    let path = format!("/api/v1/accounts/{province}/grants/{granted}/end");
    city.write(&path, &end).await.expect(403);
    let closure = json!({ "on": "2026-11-22", "reason": "not theirs to close" });
    city.write(&format!("/api/v1/accounts/{province}/closure"), &closure).await.expect(403);
    app.write(&path, &end).await.expect(200);

    let listed = city.get("/api/v1/accounts").await.expect(200).body;
    let agents: Vec<&str> =
        listed["items"].as_array().unwrap().iter().filter_map(|row| row["agent"].as_str()).collect();
    assert!(agents.contains(&"hr-1") && !agents.contains(&"operator"), "{agents:?}");
    city.get(&format!("/api/v1/accounts/{}", account("operator"))).await.expect(404);
    city.write(&grants("operator"), &grant("school_hr", Some(&nanjing), from, None)).await.expect(404);
    app.stop().await;
}

async fn a_role_is_held_from_its_first_to_its_last_day(place: Place) {
    let app = stage::all(place).await;
    let school = stage::school(&app, "4132010835", "320100").await;
    let day = |text| Day::parse(text).unwrap();
    let id: AccountId = app.accounts().open("hr-1", None).await;
    let client = app.accounts().client(id).await;
    let past = Period::new(day("2026-01-01"), Some(day("2026-11-21"))).unwrap();
    let coming = Period::new(day("2026-11-23"), None).unwrap();
    app.accounts().grant(id, Capacity::SchoolHr, Some(&school), past).await;
    let coming = app.accounts().grant(id, Capacity::SchoolHr, Some(&school), coming).await.unwrap();
    settled(&app).await;
    assert_eq!(roles(&client).await, 0);
    let clock = &app.registry.place().clock;
    clock.set("2026-11-22T16:00:00Z");
    assert_eq!(roles(&client).await, 1);
    let end = json!({ "last_day": "2026-11-24", "reason": "the term ends" });
    app.write(&format!("/api/v1/accounts/{id}/grants/{coming}/end"), &end).await.expect(200);
    settled(&app).await;
    assert_eq!(roles(&client).await, 1);
    clock.set("2026-11-24T16:00:00Z");
    assert_eq!(roles(&client).await, 0);
    app.stop().await;
}

async fn an_auditor_or_operator_is_put_out_by_two(place: Place) {
    let app = stage::all(place).await;
    let second = app.account("operator-2", Capacity::Operator, None).await;
    let from = Period::new(Day::parse("2020-01-01").unwrap(), None).unwrap();
    let auditor = app.accounts().open("auditor-1", None).await;
    let granted = app.accounts().grant(auditor, Capacity::Auditor, None, from).await.unwrap();
    let watching = app.accounts().client(auditor).await;
    let end = json!({ "last_day": "2026-11-21", "reason": "watches no longer" });
    let closure = json!({ "on": "2026-11-22", "reason": "watches no longer" });
    for (path, body) in [
        (format!("/api/v1/accounts/{auditor}/grants/{granted}/end"), &end),
        (format!("/api/v1/accounts/{}/closure", account("operator-2")), &closure),
        (format!("/api/v1/accounts/{auditor}/closure"), &closure),
    ] {
        let proposal = app.write(&path, body).await.expect(202).id();
        settled(&app).await;
        assert_eq!(roles(&watching).await, 1, "{path}");
        assert_eq!(roles(&second).await, 1, "{path}");
        let listed = second.get("/api/v1/proposals?state=open").await.expect(200).body;
        assert_eq!(listed["items"][0]["proposal"], proposal, "{path}");
        rejection(&app.client().approve(&proposal, &path, body).await, 422, "same_person");
        app.write(&format!("/api/v1/proposals/{proposal}/withdrawal"), &json!({ "on": "2026-11-22" })).await;
    }
    let closing = format!("/api/v1/accounts/{auditor}/closure");
    let proposal = app.write(&closing, &closure).await.expect(202).id();
    second.approve(&proposal, &closing, &closure).await.expect(200);
    watching.get("/api/v1/session").await.expect(401);
    // Anybody else is put out by one.
    open(&app, "clerk-7").await;
    app.write(&format!("/api/v1/accounts/{}/closure", account("clerk-7")), &closure).await.expect(200);
    app.stop().await;
}

async fn a_role_given_by_mistake_is_taken_back_the_same_day(place: Place) {
    let app = stage::all(place).await;
    let school = stage::school(&app, "4132010835", "320100").await;
    let id = app.accounts().open("hr-1", None).await;
    let client = app.accounts().client(id).await;
    let (today, coming) = (Day::parse("2026-11-22").unwrap(), Day::parse("2027-06-01").unwrap());
    for (first, before) in [(today, "2026-11-21"), (coming, "2027-05-31")] {
        let period = Period::new(first, None).unwrap();
        let granted = app.accounts().grant(id, Capacity::SchoolHr, Some(&school), period).await.unwrap();
        settled(&app).await;
        assert_eq!(roles(&client).await, usize::from(first == today));
        let path = format!("/api/v1/accounts/{id}/grants/{granted}/end");
        let too_early = json!({ "last_day": "2026-11-20", "reason": "the wrong account" });
        rejection(&app.write(&path, &too_early).await, 422, "outside_the_period");
        let end = json!({ "last_day": before, "reason": "the wrong account" });
        assert_eq!(app.write(&path, &end).await.expect(200).body["events"].as_array().unwrap().len(), 1);
        settled(&app).await;
        assert_eq!(roles(&client).await, 0);
        assert_eq!(app.read(&format!("/api/v1/accounts/{id}")).await["grants"], json!([]));
    }
    // Nor does what it was never to hold make the account lie anywhere.
    let city = app.account("nanjing", Capacity::CityAuthority, Some(&school)).await;
    settled(&app).await;
    city.get(&format!("/api/v1/accounts/{id}")).await.expect(404);
    app.stop().await;
}

/// Waits until rights are decided on everything recorded so far.
async fn settled(app: &TestApp) {
    app.read("/api/v1/accounts?limit=1").await;
}

async fn roles(client: &Client) -> usize {
    client.get("/api/v1/session").await.expect(200).body["roles"].as_array().unwrap().len()
}

async fn session(app: &TestApp, password: &str) -> Value {
    settled(app).await;
    Browser::signed_in(app, "hr-1", password).await.get("/api/v1/session").await.expect(200).body
}

fn grants(agent: &str) -> String {
    format!("/api/v1/accounts/{}/grants", account(agent))
}

fn grant(role: &str, organisation: Option<&str>, from: &str, to: Option<&str>) -> Value {
    let mut body = json!({ "on": "2026-11-22", "role": role, "period": { "from": from } });
    if let Some(organisation) = organisation {
        body["organisation"] = json!(organisation);
    }
    if let Some(to) = to {
        body["period"]["to"] = json!(to);
    }
    body
}

/// What an answer says, but for the id of the request.
fn plain(answer: &Answer) -> (u16, Value) {
    let mut body = answer.body.clone();
    body["instance"] = Value::Null;
    (answer.status, body)
}

#[track_caller]
fn rejection(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.body["rejection"].as_str()), (status, Some(code)), "{}", answer.text);
}

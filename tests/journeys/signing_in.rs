//! Signing in and out with a password, and what keeps others from doing it.

use kernel::vocabulary::Capacity;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Place, Registry, TestApp};

use super::browser::{Browser, Seen, account, open, with_password};
use super::{on_both, stage};

on_both!(
    somebody_signs_in_is_known_and_signs_out,
    a_wrong_password_and_an_unknown_account_are_answered_alike,
    five_failures_lock_an_account_for_a_while_whoever_asks,
    fifty_failures_lock_an_address_whatever_headers_say_about_it,
    a_page_of_another_site_makes_nobody_s_browser_do_anything,
    signing_out_everywhere_ends_every_session_and_no_token,
    a_changed_password_ends_the_other_sessions,
    a_session_that_is_not_used_ends,
    an_account_that_is_opened_again_keeps_its_password,
    a_closed_account_opens_nothing,
    a_name_that_is_taken_is_opened_for_nobody_else,
    nobody_gets_the_password_of_an_account_that_acts_as_somebody_else,
    behind_a_proxy_one_stranger_locks_nobody_else_out,
    an_identity_elsewhere_belongs_to_one_account_by_two_people,
);

async fn somebody_signs_in_is_known_and_signs_out(place: Place) {
    let app = stage::all(place).await;
    let password = open(&app, "clerk-7").await;
    let mut browser = Browser::of(&app);
    browser.get("/api/v1/session").await.expect(401);
    let seen = browser.sign_in("clerk-7", &password).await.expect(200);
    assert_eq!(
        (seen.body["agent"].as_str(), seen.body["account"].as_str()),
        (Some("clerk-7"), Some(&*account("clerk-7")))
    );
    let cookie = seen.cookie().unwrap();
    assert!(
        cookie.starts_with("shuangshi=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    assert!(cookie.contains("Path=/") && !cookie.contains("Domain"), "{cookie}");
    assert_eq!(seen.headers["cache-control"], "no-store");
    let session = browser.get("/api/v1/session").await.expect(200).body;
    assert_eq!((session["agent"].as_str(), session["token"].as_bool()), (Some("clerk-7"), Some(false)));
    assert_eq!(session["roles"], json!([]));
    // The session that the browser had ends with the next one.
    let former = browser.cookie.clone();
    browser.sign_in("clerk-7", &password).await.expect(200);
    assert_ne!(former, browser.cookie);
    let gone = browser.delete("/api/v1/session").await.expect(204);
    assert!(gone.cookie().unwrap().contains("Max-Age=0"));
    for cookie in [former, browser.cookie.clone()] {
        Browser::with(&app, &cookie).get("/api/v1/session").await.expect(401);
    }
    app.stop().await;
}

async fn a_wrong_password_and_an_unknown_account_are_answered_alike(place: Place) {
    let app = stage::all(place).await;
    open(&app, "clerk-7").await;
    let mut answers = Vec::new();
    for agent in ["clerk-7", "nobody-here", "no agent at all"] {
        let mut seen = Browser::of(&app).sign_in(agent, "not the password").await.expect(401);
        assert!(seen.cookie().is_none());
        seen.body["instance"] = Value::Null;
        answers.push(seen.body);
    }
    assert_eq!(answers[0]["code"], "not_signed_in");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    // What a proxy might say about who it is, nobody believes.
    let request = app.stranger().request(Method::GET, "/api/v1/session");
    let claimed = request.header("X-Forwarded-User", "operator").header("X-Remote-User", "operator");
    assert_eq!(Answer::of(claimed).await.status, 401);
    app.stop().await;
}

async fn five_failures_lock_an_account_for_a_while_whoever_asks(place: Place) {
    let app = stage::all(place).await;
    let password = open(&app, "clerk-7").await;
    for _ in 0..5 {
        Browser::of(&app).sign_in("clerk-7", "not the password").await.expect(401);
    }
    let locked = Browser::of(&app).sign_in("clerk-7", &password).await.expect(429);
    assert_eq!(locked.body["code"], "locked_out");
    let seconds: u64 = locked.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=30).contains(&seconds), "{seconds}");
    app.registry.place().clock.set("2026-11-22T08:00:40Z");
    Browser::of(&app).sign_in("clerk-7", &password).await.expect(200);
    app.stop().await;
}

async fn fifty_failures_lock_an_address_whatever_headers_say_about_it(place: Place) {
    let app = stage::all(place).await;
    let password = open(&app, "clerk-7").await;
    let attempt = |number: u32| {
        let body = json!({ "agent": format!("guess-{number}"), "password": "not the password" });
        let address = format!("203.0.113.{number}");
        let request = app.stranger().request(Method::POST, "/api/v1/sign-in").header("X-Forwarded-For", &address);
        request.header("Forwarded", format!("for={address}")).json(&body)
    };
    for number in 0..50 {
        assert_eq!(Seen::of(attempt(number)).await.status, 401, "{number}");
    }
    assert_eq!(Seen::of(attempt(50)).await.status, 429);
    Browser::of(&app).sign_in("clerk-7", &password).await.expect(429);
    app.stop().await;
}

async fn behind_a_proxy_one_stranger_locks_nobody_else_out(place: Place) {
    let behind = |config: &mut host::Config| config.public_url = Some("https://register.example".parse().unwrap());
    let app = Registry::new(place).start_with(shuangshi::services(), behind).await;
    let password = open(&app, "clerk-7").await;
    for number in 0..51 {
        Browser::of(&app).sign_in(&format!("guess-{number}"), "not the password").await.expect(401);
    }
    Browser::of(&app).sign_in("clerk-7", &password).await.expect(200);
    for _ in 0..5 {
        Browser::of(&app).sign_in("clerk-7", "not the password").await.expect(401);
    }
    Browser::of(&app).sign_in("clerk-7", &password).await.expect(429);
    app.stop().await;
}

async fn a_page_of_another_site_makes_nobody_s_browser_do_anything(place: Place) {
    let app = stage::all(place).await;
    let password = open(&app, "clerk-7").await;
    let browser = Browser::signed_in(&app, "clerk-7", &password).await;
    let token = json!({ "name": "export", "scopes": ["*:read"], "last_day": "2027-01-31" });
    let post = || browser.bare(Method::POST, "/api/v1/tokens").json(&token);
    let own = app.running().url();
    let refused = [
        post().header("Origin", "https://elsewhere.example"),
        post().header("Origin", "null"),
        post().header("Sec-Fetch-Site", "cross-site").header("Origin", own.as_str()),
        post().header("Sec-Fetch-Site", "same-site"),
        post(),
    ];
    for request in refused {
        let seen = Seen::of(request).await.expect(403);
        assert_eq!(seen.body["code"], "cross_site");
    }
    Seen::of(post().header("Sec-Fetch-Site", "same-origin")).await.expect(201);
    Seen::of(post().header("Origin", own.as_str())).await.expect(201);
    // Following a link from elsewhere only reads.
    Seen::of(browser.bare(Method::GET, "/api/v1/session").header("Sec-Fetch-Site", "cross-site")).await.expect(200);
    // Nor does another site sign somebody in as somebody else.
    let body = json!({ "agent": "clerk-7", "password": password });
    let sign_in = || app.stranger().request(Method::POST, "/api/v1/sign-in").json(&body);
    Seen::of(sign_in().header("Sec-Fetch-Site", "cross-site")).await.expect(403);
    Seen::of(sign_in().header("Origin", "https://elsewhere.example")).await.expect(403);
    Seen::of(sign_in()).await.expect(200);
    app.stop().await;
}

async fn signing_out_everywhere_ends_every_session_and_no_token(place: Place) {
    let app = stage::all(place).await;
    let password = open(&app, "clerk-7").await;
    let here = Browser::signed_in(&app, "clerk-7", &password).await;
    let there = Browser::signed_in(&app, "clerk-7", &password).await;
    let program = app.accounts().client(kernel::AccountId::parse(&account("clerk-7")).unwrap()).await;
    assert_eq!(there.delete("/api/v1/sessions").await.expect(200).body["ended"], 2);
    here.get("/api/v1/session").await.expect(401);
    there.get("/api/v1/session").await.expect(401);
    assert_eq!(program.get("/api/v1/session").await.expect(200).body["token"], true);
    app.stop().await;
}

async fn a_changed_password_ends_the_other_sessions(place: Place) {
    let app = stage::all(place).await;
    let password = open(&app, "clerk-7").await;
    let here = Browser::signed_in(&app, "clerk-7", &password).await;
    let there = Browser::signed_in(&app, "clerk-7", &password).await;
    let new = "correct horse battery";
    let change = |old: &str, new: &str| json!({ "old": old, "new": new });
    let wrong = here.post("/api/v1/session/password", &change("not the password", new)).await.expect(422);
    assert_eq!(
        (wrong.body["rejection"].as_str(), &wrong.body["errors"][0]["where"]["field"]),
        (Some("wrong_password"), &json!("old"))
    );
    for weak in ["short", "password123456"] {
        let weak = here.post("/api/v1/session/password", &change(&password, weak)).await.expect(422);
        assert_eq!(weak.body["rejection"], "bad_password");
    }
    let changed = here.post("/api/v1/session/password", &change(&password, new)).await.expect(200);
    let cookie = changed.cookie().unwrap().split(';').next().unwrap().to_owned();
    here.get("/api/v1/session").await.expect(401);
    there.get("/api/v1/session").await.expect(401);
    Browser::with(&app, &cookie).get("/api/v1/session").await.expect(200);
    Browser::of(&app).sign_in("clerk-7", &password).await.expect(401);
    Browser::of(&app).sign_in("clerk-7", new).await.expect(200);
    app.stop().await;
}

async fn a_session_that_is_not_used_ends(place: Place) {
    let app = stage::all(place).await;
    let password = open(&app, "clerk-7").await;
    let browser = Browser::signed_in(&app, "clerk-7", &password).await;
    let clock = &app.registry.place().clock;
    clock.set("2026-11-22T08:29:00Z");
    browser.get("/api/v1/session").await.expect(200);
    clock.set("2026-11-22T08:58:00Z");
    browser.get("/api/v1/session").await.expect(200);
    clock.set("2026-11-22T09:29:00Z");
    browser.get("/api/v1/session").await.expect(401);
    app.stop().await;
}

async fn an_account_that_is_opened_again_keeps_its_password(place: Place) {
    let app = stage::all(place).await;
    let operator = Browser::signed_in(&app, "operator", &with_password(&app, "operator").await).await;
    let body = json!({ "on": "2024-01-01", "agent": "clerk-7", "kind": "person" });
    let opened = operator.write("/api/v1/accounts", "opening-0001", &body).await.expect(201);
    assert_eq!(opened.body["account"], account("clerk-7"));
    let first = opened.body["initial_password"].as_str().unwrap();
    let again = operator.write("/api/v1/accounts", "opening-0001", &body).await.expect(201);
    assert_eq!((&again.body["initial_password"], &again.body["replayed"]), (&Value::Null, &json!(true)));
    Browser::of(&app).sign_in("clerk-7", first).await.expect(200);
    let other = json!({ "on": "2024-01-01", "agent": "clerk-7", "kind": "service" });
    assert_eq!(app.write("/api/v1/accounts", &other).await.expect(409).body["rejection"], "opened_otherwise");
    let machine = json!({ "on": "2024-01-01", "agent": "exporter", "kind": "service" });
    assert!(app.write("/api/v1/accounts", &machine).await.expect(201).body["initial_password"].is_null());
    app.stop().await;
}

async fn a_name_that_is_taken_is_opened_for_nobody_else(place: Place) {
    let app = stage::all(place).await;
    let school = stage::school(&app, "4132010835", "320100").await;
    app.account("hr-1", Capacity::SchoolHr, Some(&school)).await;
    let clerk = Browser::signed_in(&app, "hr-1", &with_password(&app, "hr-1").await).await;
    let body = json!({ "on": "2024-01-01", "agent": "nanjing-city-1", "kind": "person" });
    // Nobody's account is there to get roles: a school opens none, with or without a password.
    for password in [true, false] {
        let mut body = body.clone();
        body["password"] = json!(password);
        let refused = clerk.write("/api/v1/accounts", &format!("occupying-{password}"), &body).await.expect(403);
        assert_eq!(refused.body["code"], "forbidden");
    }
    let city = app.account("city-1", Capacity::CityAuthority, Some(&school)).await;
    settled(&app).await;
    let mut by_token = body.clone();
    assert_eq!(city.write("/api/v1/accounts", &by_token).await.expect(403).body["code"], "forbidden");
    app.get(&format!("/api/v1/accounts/{}", account("nanjing-city-1"))).await.expect(404);
    by_token["password"] = json!(false);
    city.write("/api/v1/accounts", &by_token).await.expect(201);
    // Whoever opens it later is told, whatever they have asked for.
    let operator = Browser::signed_in(&app, "operator", &with_password(&app, "operator").await).await;
    for (key, body) in [("opening-0001", &body), ("opening-0001", &body), ("opening-0002", &by_token)] {
        let taken = operator.write("/api/v1/accounts", key, body).await.expect(409);
        assert_eq!((&taken.body["code"], &taken.body["rejection"]), (&json!("conflict"), &json!("account_exists")));
    }
    app.stop().await;
}

async fn nobody_gets_the_password_of_an_account_that_acts_as_somebody_else(place: Place) {
    let app = stage::all(place).await;
    let school = stage::school(&app, "4132010835", "320100").await;
    let teacher = stage::teacher(&app, 1).await;
    stage::post(&app, &teacher, &school, "000000901").await;
    app.account("hr-1", Capacity::SchoolHr, Some(&school)).await;
    let clerk = Browser::signed_in(&app, "hr-1", &with_password(&app, "hr-1").await).await;
    let opening = |agent: &str| json!({ "on": "2024-01-01", "agent": agent, "kind": "person", "person": teacher });
    let mut wanting = opening("teacher-1");
    wanting["password"] = json!(true);
    let refused = clerk.write("/api/v1/accounts", "opening-0001", &wanting).await.expect(422);
    assert_eq!(refused.body["rejection"], "no_password_for_another");
    app.get(&format!("/api/v1/accounts/{}", account("teacher-1"))).await.expect(404);
    let opened = clerk.write("/api/v1/accounts", "opening-0002", &opening("teacher-1")).await.expect(201);
    assert!(opened.body["initial_password"].is_null());
    clerk.write("/api/v1/accounts", "opening-0002", &opening("teacher-1")).await.expect(201);
    // By another account somebody else could act as them.
    let second = clerk.write("/api/v1/accounts", "opening-0003", &opening("teacher-2")).await.expect(409);
    assert_eq!(second.body["rejection"], "person_has_an_account");
    // The machine's operator hands a password out.
    let password = with_password(&app, "teacher-1").await;
    let oneself = Browser::signed_in(&app, "teacher-1", &password).await;
    assert_eq!(oneself.get("/api/v1/session").await.expect(200).body["person"], teacher);
    // Once it is closed, the person may get another one.
    let closure = json!({ "on": "2026-11-22", "reason": "opened under a wrong name" });
    app.write(&format!("/api/v1/accounts/{}/closure", account("teacher-1")), &closure).await.expect(200);
    clerk.write("/api/v1/accounts", "opening-0004", &opening("teacher-2")).await.expect(201);
    app.stop().await;
}

async fn a_closed_account_opens_nothing(place: Place) {
    let app = stage::all(place).await;
    let password = open(&app, "clerk-7").await;
    let browser = Browser::signed_in(&app, "clerk-7", &password).await;
    let program = app.accounts().client(kernel::AccountId::parse(&account("clerk-7")).unwrap()).await;
    let body = json!({ "on": "2026-11-22", "reason": "left the school" });
    let path = format!("/api/v1/accounts/{}/closure", account("clerk-7"));
    app.write(&path, &body).await.expect(200);
    browser.get("/api/v1/session").await.expect(401);
    program.get("/api/v1/session").await.expect(401);
    Browser::of(&app).sign_in("clerk-7", &password).await.expect(401);
    assert_eq!(app.read(&format!("/api/v1/accounts/{}", account("clerk-7"))).await["closed"], true);
    assert_eq!(app.write(&path, &body).await.expect(200).body["events"], json!([]));
    app.stop().await;
}

async fn an_identity_elsewhere_belongs_to_one_account_by_two_people(place: Place) {
    let app = stage::all(place).await;
    let password = open(&app, "clerk-7").await;
    open(&app, "clerk-8").await;
    let second = app.account("operator-2", Capacity::Operator, None).await;
    settled(&app).await;
    let named = |subject: &str| json!({ "on": "2026-11-22", "issuer": "https://id.example", "subject": subject });
    let path = |agent: &str| format!("/api/v1/accounts/{}/links", account(agent));
    let proposal = app.write(&path("clerk-7"), &named("4711")).await.expect(202).id();
    let alone = app.client().approve(&proposal, &path("clerk-7"), &named("4711")).await.expect(422);
    assert_eq!(alone.body["rejection"], "same_person");
    // Nothing has come of it yet: the identity is still free for somebody else.
    let linked = app.write_seconded(&path("clerk-8"), &named("4712")).await.expect(200);
    assert_eq!(linked.body["events"].as_array().unwrap().len(), 1);
    let recorded = second.approve(&proposal, &path("clerk-7"), &named("4711")).await.expect(200);
    assert_eq!(recorded.body["events"].as_array().unwrap().len(), 1);
    assert_eq!(app.write(&path("clerk-7"), &named("4711")).await.expect(200).body["events"], json!([]));
    assert_eq!(app.write(&path("clerk-8"), &named("4711")).await.expect(409).body["rejection"], "linked_elsewhere");
    // Nobody says who they are themself.
    let own = app.write(&path("operator"), &named("4713")).await.expect(403);
    assert_eq!(own.body["code"], "forbidden");
    let browser = Browser::signed_in(&app, "clerk-7", &password).await;
    let refused = browser.write(&path("clerk-7"), "linking-0001", &named("4714")).await;
    assert!(matches!(refused.status, 403 | 404), "{}", refused.status);
    // No provider is configured here, so that nobody can be sent to one.
    app.stranger().get("/api/v1/sign-in/provider").await.expect(404);
    app.stranger().get("/api/v1/sign-in/provider/callback?code=x&state=y").await.expect(404);
    let closure = json!({ "on": "2026-11-22", "reason": "left the school" });
    app.write(&format!("/api/v1/accounts/{}/closure", account("clerk-8")), &closure).await.expect(200);
    let closed = app.write(&path("clerk-8"), &named("4715")).await.expect(409);
    assert_eq!(closed.body["rejection"], "account_is_closed");
    app.stop().await;
}

/// Waits until rights are decided on everything recorded so far.
async fn settled(app: &TestApp) {
    app.read("/api/v1/accounts?limit=1").await;
}

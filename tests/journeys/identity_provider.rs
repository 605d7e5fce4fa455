//! Signing in at a certified OpenID Connect provider: what is taken from it, and all that is refused.

mod keys;
mod provider;
mod tokens;
mod visitor;

use reqwest::Url;
use serde_json::json;
use testkit::{Place, TestApp};

use super::browser::{Browser, account, open};
use super::on_both;
use provider::{Provider, encoded, link};
use visitor::Visitor;

on_both!(somebody_signs_in_at_the_provider_as_the_account_they_are_linked_to,);

async fn somebody_signs_in_at_the_provider_as_the_account_they_are_linked_to(place: Place) {
    let (provider, app) = linked(place).await;
    let mut visitor = Visitor::of(&app);
    let callback = visitor.back_from_the_provider("wang", "/teachers?page=2").await;
    assert!(callback.starts_with(&format!("{}/api/v1/sign-in/provider/callback?code=", app.running().url())));
    let mut before = visitor.clone();
    let back = visitor.go(&callback).await;
    assert_eq!((back.status, &*back.location), (302, "/teachers?page=2"), "{}", back.text);
    let session = visitor.session().await.unwrap();
    assert_eq!((session["agent"].as_str(), session["token"].as_bool()), (Some("clerk-7"), Some(false)));
    // The same way back leads nowhere again: neither in this browser, nor with the cookie that it had before.
    for visitor in [&mut before, &mut visitor] {
        assert_eq!(visitor.go(&callback).await.status, 401);
    }
    assert_eq!(before.agent().await, None);
    assert_eq!(visitor.agent().await.as_deref(), Some("clerk-7"));
    // Somebody else may sign in on the same browser: the session is theirs then.
    let again = visitor.back_from_the_provider("wang", "/").await;
    assert_eq!(visitor.go(&again).await.status, 302);
    assert_eq!(provider.keys_asked().await, 1);
    app.stop().await;
}

/// A registry in which `wang` at the provider is clerk-7, and `li` is clerk-8.
async fn linked(place: Place) -> (Provider, TestApp) {
    let provider = Provider::start().await;
    let app = provider.registry(place).await;
    for (subject, agent) in [("wang", "clerk-7"), ("li", "clerk-8")] {
        open(&app, agent).await;
        link(&app, &provider.issuer, subject, agent).await;
    }
    (provider, app)
}

/// The way back with one parameter taken from another way back.
fn with(callback: &str, name: &str, other: &str) -> String {
    let (mut url, other): (Url, Url) = (callback.parse().unwrap(), other.parse().unwrap());
    let theirs = other.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let pairs = pairs.into_iter().map(|(key, value)| if key == name { (key, theirs.clone()) } else { (key, value) });
    let pairs: Vec<_> = pairs.collect();
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_browser_does_not_finish_what_another_began() {
    let (_provider, app) = linked(Place::sqlite()).await;
    let (mut wang, mut li) = (Visitor::of(&app), Visitor::of(&app));
    let of_wang = wang.back_from_the_provider("wang", "/").await;
    let of_li = li.back_from_the_provider("li", "/").await;
    for (visitor, callback) in [(&mut wang, &of_li), (&mut li, &of_wang)] {
        assert_eq!(visitor.go(callback).await.status, 401);
        assert_eq!(visitor.agent().await, None);
    }
    // A stranger's link has not ended what the browser was about.
    assert_eq!(wang.go(&of_wang).await.status, 302);
    assert_eq!(wang.agent().await.as_deref(), Some("clerk-7"));
    // Who slips a code of their own into another's way back does not make them somebody else: the provider sees that
    // it was not this browser that began.
    let mut victim = Visitor::of(&app);
    let of_victim = victim.back_from_the_provider("wang", "/").await;
    assert_eq!(victim.go(&with(&of_victim, "code", &of_li)).await.status, 401);
    assert_eq!(victim.agent().await, None);
    // Now it is over, also with the right code.
    assert_eq!(victim.go(&of_victim).await.status, 401);
    assert_eq!(victim.agent().await, None);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_takes_ten_minutes_at_most() {
    let (provider, app) = linked(Place::sqlite()).await;
    let mut slow = Visitor::of(&app);
    let callback = slow.back_from_the_provider("wang", "/").await;
    provider.later(&app, 601);
    assert_eq!(slow.go(&callback).await.status, 401);
    assert_eq!(slow.agent().await, None);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_linked_to_no_open_account_does_not_get_in() {
    let (provider, app) = linked(Place::sqlite()).await;
    let mut stranger = Visitor::of(&app);
    let callback = stranger.back_from_the_provider("nobody-linked-me", "/").await;
    assert_eq!(stranger.go(&callback).await.status, 403);
    assert_eq!(stranger.agent().await, None);
    // The same name at another provider is somebody else.
    link(&app, "https://id.example", "zhao", "clerk-7").await;
    let mut namesake = Visitor::of(&app);
    let callback = namesake.back_from_the_provider("zhao", "/").await;
    assert_eq!(namesake.go(&callback).await.status, 403);
    let closure = format!("/api/v1/accounts/{}/closure", account("clerk-8"));
    let today = &provider.began.to_string()[..10];
    app.write(&closure, &json!({ "on": today, "reason": "left the school" })).await.expect(200);
    let mut left = Visitor::of(&app);
    let callback = left.back_from_the_provider("li", "/").await;
    assert_eq!(left.go(&callback).await.status, 403);
    assert_eq!(left.agent().await, None);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_says_no_at_the_provider_is_not_signed_in() {
    let (_provider, app) = linked(Place::sqlite()).await;
    let mut visitor = Visitor::of(&app);
    let refused = visitor.turned_back_at_the_provider("/").await;
    assert!(refused.contains("error=access_denied") && !refused.contains("code="), "{refused}");
    assert_eq!(visitor.go(&refused).await.status, 401);
    assert_eq!(visitor.agent().await, None);
    // A page of another site does not send anybody's browser there, either.
    let begin = app.stranger().request(reqwest::Method::GET, "/api/v1/sign-in/provider");
    let begun = testkit::Answer::of(begin.header("Sec-Fetch-Site", "cross-site")).await;
    assert_eq!(begun.expect(403).body["code"], "cross_site");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_led_elsewhere_afterwards() {
    let (_provider, app) = linked(Place::sqlite()).await;
    let mut visitor = Visitor::of(&app);
    let elsewhere = [
        "https://elsewhere.example.test/",
        "//elsewhere.example.test",
        "/\\elsewhere.example.test",
        "/\t/elsewhere.example.test",
        "\\\\elsewhere.example.test",
        "javascript:alert(1)",
        " /teachers",
        "/teachers\r\nSet-Cookie: shuangshi=x",
        "",
    ];
    for return_to in elsewhere {
        let callback = visitor.back_from_the_provider("wang", return_to).await;
        let back = visitor.go(&callback).await;
        assert_eq!((back.status, &*back.location), (302, "/"), "{return_to}");
    }
    let callback = visitor.back_from_the_provider("wang", "/teachers?name=王#top").await;
    let back = visitor.go(&callback).await;
    assert_eq!((back.status, &*back.location), (302, "/teachers?name=%E7%8E%8B#top"), "{}", back.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_with_a_secret_signs_people_in_and_one_with_a_wrong_secret_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start().await;
    for (secret, status) in [(provider.secret(), 302), ("another secret", 401)] {
        let file = folder.path().join("secret");
        std::fs::write(&file, format!("{secret}\n")).unwrap();
        let app = provider.registry_with(Place::sqlite(), |config| {
            config.oidc.oidc_client_id = Some("portal-with-secret".to_owned());
            config.oidc.oidc_client_secret_file = Some(file);
        });
        let app = app.await;
        open(&app, "clerk-7").await;
        link(&app, &provider.issuer, "wang", "clerk-7").await;
        let mut visitor = Visitor::of(&app);
        let callback = visitor.back_from_the_provider("wang", "/").await;
        let back = visitor.go(&callback).await;
        assert_eq!(back.status, status, "{}", back.text);
        assert_eq!(visitor.agent().await.is_some(), status == 302);
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_provider_is_away_nobody_gets_in_by_it_and_everybody_else_does() {
    let (provider, app) = linked(Place::sqlite()).await;
    let token = provider.token("machine-es256", &provider.ours).await;
    link(&app, &provider.issuer, "machine-es256", "clerk-8").await;
    let password = open(&app, "clerk-9").await;
    provider.tell(json!({ "do": "down" })).await;
    let begin = format!("{}/api/v1/sign-in/provider?{}", app.running().url(), encoded(&[("return_to", "/")]));
    for _ in 0..3 {
        let refused = provider::called(&app, &token).await.expect(503);
        assert_eq!(refused.body["code"], "unavailable");
        assert_eq!(Visitor::of(&app).go(&begin).await.status, 503);
    }
    let here = Browser::signed_in(&app, "clerk-9", &password).await;
    here.get("/api/v1/session").await.expect(200);
    app.get("/api/v1/session").await.expect(200);
    // It comes back, and is asked again in a moment.
    provider.tell(json!({ "do": "up" })).await;
    provider.later(&app, 6);
    assert_eq!(provider::called(&app, &token).await.expect(200).body["agent"], "clerk-8");
    // What it said is believed for an hour and no longer.
    provider.tell(json!({ "do": "down" })).await;
    provider.later(&app, 3_600);
    provider::called(&app, &token).await.expect(200);
    provider.later(&app, 3_607);
    provider::called(&app, &token).await.expect(503);
    app.stop().await;
}

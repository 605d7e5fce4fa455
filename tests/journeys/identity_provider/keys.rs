//! A provider that takes other keys into use while the registry runs.

use std::collections::BTreeSet;

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::json;
use testkit::{Place, TestApp};

use super::provider::{Provider, called, link};
use crate::journeys::browser::open;

/// A registry in which a program is clerk-7, and a token of it that is good for two hours.
async fn running() -> (Provider, TestApp, String) {
    let provider = Provider::start().await;
    let app = provider.registry(Place::sqlite()).await;
    open(&app, "clerk-7").await;
    link(&app, &provider.issuer, "machine-es256", "clerk-7").await;
    let token = provider.token("machine-es256", &provider.ours).await;
    called(&app, &token).await.expect(200);
    (provider, app, token)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_key_is_taken_up_and_the_old_one_serves_while_it_is_published() {
    let (provider, app, old) = running().await;
    assert_eq!(provider.keys_asked().await, 1);
    provider.tell(json!({ "do": "rotate", "keep": true })).await;
    let new = provider.token("machine-es256", &provider.ours).await;
    assert_ne!(new.split('.').next(), old.split('.').next());
    // The provider was asked a moment ago: it is not asked again within half a minute.
    called(&app, &new).await.expect(401);
    provider.later(&app, 31);
    for token in [&new, &old, &new] {
        called(&app, token).await.expect(200);
    }
    assert_eq!(provider.keys_asked().await, 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_was_taken_back_serves_no_longer_than_an_hour() {
    let (provider, app, old) = running().await;
    provider.tell(json!({ "do": "rotate", "keep": false })).await;
    provider.later(&app, 3_590);
    called(&app, &old).await.expect(200);
    provider.later(&app, 3_601);
    called(&app, &old).await.expect(401);
    // It is the key: the token itself would be good for two hours.
    assert!(provider.claim(&old, "exp").await - provider.claim(&old, "iat").await == 7_200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_was_taken_back_is_forgotten_as_soon_as_a_new_one_is_seen() {
    let (provider, app, old) = running().await;
    provider.tell(json!({ "do": "rotate", "keep": false })).await;
    let new = provider.token("machine-es256", &provider.ours).await;
    provider.later(&app, 31);
    called(&app, &old).await.expect(200);
    called(&app, &new).await.expect(200);
    called(&app, &old).await.expect(401);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_forged_key_names_is_no_storm_at_the_provider() {
    let (provider, app, token) = running().await;
    provider.later(&app, 31);
    let before = provider.keys_asked().await;
    let mut forged = Vec::new();
    for number in 0..200 {
        forged.push(provider.forged(&token, json!({ "kid": format!("forged-{number}") }), json!({}), "before").await);
    }
    // So many at once as a process lets in however busy the machine is: more might be told to come again.
    let answers = stream::iter(&forged).map(|token| called(&app, token)).buffer_unordered(8);
    let statuses: BTreeSet<u16> = answers.map(|answer| answer.status).collect().await;
    assert_eq!(statuses, BTreeSet::from([401]));
    let asked = provider.keys_asked().await - before;
    assert_eq!(asked, 1, "{asked}");
    // Nobody else is kept out by it.
    called(&app, &token).await.expect(200);
    app.stop().await;
}

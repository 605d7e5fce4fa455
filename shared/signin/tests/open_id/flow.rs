//! Signing in with a browser.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use signin::{Begun, Finished, OidcError, TokenFault};

use super::{CLIENT, Portal, but};

/// What the browser carries to the provider.
fn query(begun: &Begun) -> HashMap<String, String> {
    let (_, query) = begun.url.split_once('?').unwrap();
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The claims of a good ID token for this sign-in.
fn id_claims(portal: &Portal, begun: &Begun) -> Value {
    let claims = but(&portal.claims(), "aud", CLIENT);
    but(&claims, "nonce", query(begun)["nonce"].as_str())
}

/// The provider gives an ID token with these claims for the code.
fn gives(portal: &Portal, claims: &Value) {
    let token = portal.key.signs(&but(&portal.key.head(), "typ", "JWT"), claims);
    portal.provider.answers("/token", 200, &json!({ "id_token": token, "access_token": "x", "token_type": "Bearer" }));
}

async fn finish(portal: &Portal, begun: &Begun) -> Result<Finished, OidcError> {
    portal.open_id.finish(&begun.flow_cookie_value, &query(begun)["state"], "a code").await
}

#[tokio::test]
async fn somebody_goes_to_the_provider_and_comes_back_as_who_they_are() {
    let portal = Portal::open().await;
    let begun = portal.open_id.begin("/teachers?page=2").await.unwrap();
    assert!(begun.url.starts_with(&format!("{}/authorize?tenant=1&response_type=code&", portal.provider.issuer)));
    let sent = query(&begun);
    for (name, value) in [
        ("tenant", "1"),
        ("client_id", CLIENT),
        ("redirect_uri", "https://registry.example.test/sign-in/back"),
        ("scope", "openid"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(sent[name], value);
    }
    gives(&portal, &id_claims(&portal, &begun));

    let finished = finish(&portal, &begun).await.unwrap();

    let issuer = portal.provider.issuer.clone();
    assert_eq!(finished, Finished { issuer, subject: "s-1".to_owned(), return_to: "/teachers?page=2".to_owned() });
    let (form, authorization) = portal.provider.redeemed();
    assert_eq!((form["grant_type"].as_str(), form["code"].as_str()), ("authorization_code", "a code"));
    assert_eq!((form["client_id"].as_str(), form["redirect_uri"].as_str()), (CLIENT, sent["redirect_uri"].as_str()));
    assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes())), sent["code_challenge"]);
    assert_eq!(authorization, None);
}

#[tokio::test]
async fn a_client_with_a_secret_names_itself_by_it_and_nowhere_else() {
    let portal = Portal::with(|settings| settings.client_secret = Some("an invented:secret".to_owned())).await;
    let begun = portal.open_id.begin("/").await.unwrap();
    gives(&portal, &id_claims(&portal, &begun));
    finish(&portal, &begun).await.unwrap();
    let (form, authorization) = portal.provider.redeemed();
    let basic = STANDARD.encode("portal:an+invented%3Asecret");
    assert_eq!(authorization, Some(format!("Basic {basic}")));
    assert!(!form.contains_key("client_id") && !form.contains_key("client_secret"));
}

#[tokio::test]
async fn a_sign_in_is_finished_once_in_its_own_browser_and_in_time() {
    let portal = Portal::open().await;
    let begun = portal.open_id.begin("/").await.unwrap();
    let other = portal.open_id.begin("/").await.unwrap();
    gives(&portal, &id_claims(&portal, &begun));
    let state = &query(&begun)["state"];
    for (cookie, state) in
        [(&other.flow_cookie_value, state.as_str()), (&begun.flow_cookie_value, ""), (&String::new(), state)]
    {
        let refused = portal.open_id.finish(cookie, state, "a code").await;
        assert!(matches!(refused, Err(OidcError::NoFlow)), "{refused:?}");
    }
    finish(&portal, &begun).await.unwrap();
    assert!(matches!(finish(&portal, &begun).await, Err(OidcError::NoFlow)));
    assert_eq!(portal.provider.asked("/token"), 1);

    portal.wait(600);
    assert!(matches!(finish(&portal, &other).await, Err(OidcError::NoFlow)));
    assert_eq!(portal.provider.asked("/token"), 1);
}

#[tokio::test]
async fn an_id_token_of_another_sign_in_or_for_another_client_is_refused() {
    let portal = Portal::open().await;
    let other = portal.open_id.begin("/").await.unwrap();
    let nonce = query(&other)["nonce"].clone();
    let now = portal.seconds();
    let changes: [(&str, Value, TokenFault); 9] = [
        ("nonce", json!(nonce), TokenFault::Nonce),
        ("nonce", json!(null), TokenFault::Nonce),
        ("aud", json!("other"), TokenFault::Audience),
        ("aud", json!([CLIENT, "other"]), TokenFault::AuthorizedParty),
        ("azp", json!("other"), TokenFault::AuthorizedParty),
        ("sub", json!(""), TokenFault::NoSubject),
        ("exp", json!(now), TokenFault::Expired),
        ("iat", json!(now + 61), TokenFault::NotYet),
        ("iss", json!("https://id.example.test"), TokenFault::Issuer),
    ];
    for (claim, value, fault) in changes {
        let begun = portal.open_id.begin("/").await.unwrap();
        gives(&portal, &but(&id_claims(&portal, &begun), claim, value));
        let refused = finish(&portal, &begun).await;
        assert!(matches!(refused, Err(OidcError::Token(found)) if found == fault), "{claim}: {refused:?}");
    }
    let begun = portal.open_id.begin("/").await.unwrap();
    let several = but(&id_claims(&portal, &begun), "aud", json!([CLIENT, "other"]));
    gives(&portal, &but(&several, "azp", CLIENT));
    finish(&portal, &begun).await.unwrap();
}

#[tokio::test]
async fn an_access_token_is_no_id_token() {
    let portal = Portal::open().await;
    let begun = portal.open_id.begin("/").await.unwrap();
    let token = portal.key.signs(&portal.key.head(), &id_claims(&portal, &begun));
    portal.provider.answers("/token", 200, &json!({ "id_token": token }));
    assert!(matches!(finish(&portal, &begun).await, Err(OidcError::Token(TokenFault::WrongType))));
}

#[tokio::test]
async fn a_code_that_the_provider_refuses_signs_nobody_in() {
    let portal = Portal::open().await;
    for (status, body) in [(400, json!({ "error": "invalid_grant" })), (401, json!({}))] {
        let begun = portal.open_id.begin("/").await.unwrap();
        portal.provider.answers("/token", status, &body);
        assert!(matches!(finish(&portal, &begun).await, Err(OidcError::CodeRefused)));
    }
    let begun = portal.open_id.begin("/").await.unwrap();
    portal.provider.answers("/token", 500, &json!({}));
    assert!(matches!(finish(&portal, &begun).await, Err(OidcError::Unreachable(_))));
    let begun = portal.open_id.begin("/").await.unwrap();
    portal.provider.answers("/token", 200, &json!({ "access_token": "x" }));
    assert!(matches!(finish(&portal, &begun).await, Err(OidcError::Discovery(_))));
}

#[tokio::test]
async fn who_reads_the_store_cannot_finish_somebodys_sign_in() {
    let portal = Portal::open().await;
    let begun = portal.open_id.begin("/where-to-find-it").await.unwrap();
    gives(&portal, &id_claims(&portal, &begun));
    let read = || -> Vec<u8> {
        let files = std::fs::read_dir(portal.folder.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    };
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    let stored = read();
    assert!(holds(&stored, "/where-to-find-it"));
    let sent = query(&begun);
    finish(&portal, &begun).await.unwrap();
    let verifier = portal.provider.redeemed().0["code_verifier"].clone();
    for secret in [&begun.flow_cookie_value, &sent["state"], &sent["nonce"], &verifier] {
        assert!(!holds(&stored, secret));
    }
    assert!(!format!("{begun:?}").contains(&begun.flow_cookie_value));
}

#[tokio::test]
async fn who_comes_back_can_be_made_an_account() {
    let portal = Portal::open().await;
    let begun = portal.open_id.begin("//evil.example.test").await.unwrap();
    gives(&portal, &id_claims(&portal, &begun));
    let finished = finish(&portal, &begun).await.unwrap();
    assert_eq!(finished.return_to, "/");
    let account = kernel::AccountId::new(uuid::Uuid::from_u128(1));
    portal.sign_in.link(&finished.issuer, &finished.subject, account).await.unwrap();
    assert_eq!(portal.sign_in.linked(&finished.issuer, &finished.subject).await.unwrap(), Some(account));
}

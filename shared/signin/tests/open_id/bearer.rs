//! Access tokens.

use ring::hmac;
use serde_json::{Value, json};
use signin::{OidcError, Subject, TokenFault};

use super::provider::{Key, encoded};
use super::{AUDIENCE, CLIENT, Portal, but};

const DISCOVERY: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn a_good_token_says_who_calls_and_the_provider_is_asked_once() {
    let portal = Portal::open().await;
    let jwt = portal.key.signs(&portal.key.head(), &portal.claims());
    for _ in 0..3 {
        let who = portal.open_id.bearer(&jwt).await.unwrap();
        assert_eq!(who, Subject { issuer: portal.provider.issuer.clone(), subject: "s-1".to_owned() });
    }
    assert_eq!((portal.provider.asked(DISCOVERY), portal.provider.asked("/keys")), (1, 1));
}

#[tokio::test]
async fn an_edwards_key_serves_too() {
    let portal = Portal::open().await;
    let key = Key::ed25519("edwards");
    portal.provider.publishes(&[portal.key.jwk(), key.jwk()]);
    assert_eq!(portal.fault_of(&key.signs(&key.head(), &portal.claims())).await, None);
    assert_eq!(portal.fault(&portal.key.head(), &portal.claims()).await, None);
}

#[tokio::test]
async fn a_token_signed_by_somebody_else_or_changed_is_refused() {
    let portal = Portal::open().await;
    let forger = Key::p256("first");
    let forged = forger.signs(&portal.key.head(), &portal.claims());
    assert_eq!(portal.fault_of(&forged).await, Some(TokenFault::Signature));

    let good = portal.key.signs(&portal.key.head(), &portal.claims());
    let parts: Vec<&str> = good.split('.').collect();
    let other = encoded(but(&portal.claims(), "sub", "s-2").to_string().as_bytes());
    let changed = format!("{}.{other}.{}", parts[0], parts[2]);
    assert_eq!(portal.fault_of(&changed).await, Some(TokenFault::Signature));
    assert_eq!(portal.fault_of(&format!("{}.{}.", parts[0], parts[1])).await, Some(TokenFault::Signature));
    assert_eq!(portal.fault_of(&good).await, None);
}

#[tokio::test]
async fn a_token_that_is_not_signed_is_refused() {
    let portal = Portal::open().await;
    let claims = encoded(portal.claims().to_string().as_bytes());
    for none in ["none", "None", "NONE", ""] {
        let head = encoded(but(&portal.key.head(), "alg", none).to_string().as_bytes());
        assert_eq!(portal.fault_of(&format!("{head}.{claims}.")).await, Some(TokenFault::Malformed), "{none}");
    }
    for text in ["", ".", "..", "a.b.c", "a.b.c.d.e", &"x".repeat(20_000)] {
        assert_eq!(portal.fault_of(text).await, Some(TokenFault::Malformed));
    }
    assert_eq!(portal.provider.asked(DISCOVERY), 0);
}

#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let portal = Portal::open().await;
    let head = but(&portal.key.head(), "alg", "HS256");
    let message =
        format!("{}.{}", encoded(head.to_string().as_bytes()), encoded(portal.claims().to_string().as_bytes()));
    for secret in [portal.key.public(), portal.key.jwk().to_string().as_bytes(), b""] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
        let forged = format!("{message}.{}", encoded(tag.as_ref()));
        assert_eq!(portal.fault_of(&forged).await, Some(TokenFault::Algorithm));
    }
}

#[tokio::test]
async fn a_key_that_the_token_brings_along_is_not_used() {
    let portal = Portal::open().await;
    let forger = Key::p256("first");
    let head = but(&portal.key.head(), "jwk", forger.jwk());
    assert_eq!(portal.fault_of(&forger.signs(&head, &portal.claims())).await, Some(TokenFault::Signature));
    let extended = but(&portal.key.head(), "crit", json!(["b64"]));
    assert_eq!(portal.fault(&extended, &portal.claims()).await, Some(TokenFault::Malformed));
}

#[tokio::test]
async fn a_key_is_used_only_as_its_owner_meant() {
    let portal = Portal::open().await;
    let meant: [(&str, Value); 5] = [
        ("alg", json!("ES384")),
        ("alg", json!("RS256")),
        ("use", json!("enc")),
        ("crv", json!("P-384")),
        ("key_ops", json!(["encrypt"])),
    ];
    for (member, value) in meant {
        let portal = Portal::open().await;
        portal.provider.publishes(&[but(&portal.key.jwk(), member, value)]);
        assert_eq!(portal.fault(&portal.key.head(), &portal.claims()).await, Some(TokenFault::UnknownKey), "{member}");
    }
    let edwards = but(&portal.key.head(), "alg", "EdDSA");
    assert_eq!(portal.fault(&edwards, &portal.claims()).await, Some(TokenFault::UnknownKey));
    let rsa = but(&portal.key.head(), "alg", "RS256");
    assert_eq!(portal.fault(&rsa, &portal.claims()).await, Some(TokenFault::UnknownKey));
    let weak = but(&portal.key.head(), "alg", "ES384");
    assert_eq!(portal.fault(&weak, &portal.claims()).await, Some(TokenFault::Algorithm));
}

#[tokio::test]
async fn keys_of_an_unknown_kind_do_not_hide_the_others() {
    let portal = Portal::open().await;
    let strange = json!({ "kty": "SM2", "kid": "strange", "x": 7 });
    portal.provider.publishes(&[strange, json!(7), portal.key.jwk()]);
    assert_eq!(portal.fault(&portal.key.head(), &portal.claims()).await, None);
}

#[tokio::test]
async fn a_token_for_or_from_somebody_else_is_refused() {
    let portal = Portal::open().await;
    let (head, claims) = (portal.key.head(), portal.claims());
    for audience in [json!(null), json!("other"), json!(["other", CLIENT]), json!([])] {
        assert_eq!(portal.fault(&head, &but(&claims, "aud", audience)).await, Some(TokenFault::Audience));
    }
    assert_eq!(portal.fault(&head, &but(&claims, "aud", json!(["other", AUDIENCE]))).await, None);
    let slash = format!("{}/", portal.provider.issuer);
    for issuer in [json!(null), json!("https://id.example.test"), json!(slash)] {
        assert_eq!(portal.fault(&head, &but(&claims, "iss", issuer)).await, Some(TokenFault::Issuer));
    }
    for subject in [json!(null), json!("")] {
        assert_eq!(portal.fault(&head, &but(&claims, "sub", subject)).await, Some(TokenFault::NoSubject));
    }
}

#[tokio::test]
async fn a_token_is_good_from_its_beginning_to_its_end() {
    let portal = Portal::open().await;
    let (head, claims, now) = (portal.key.head(), portal.claims(), portal.seconds());
    for end in [json!(null), json!(now), json!(now - 1), json!(-1)] {
        assert_eq!(portal.fault(&head, &but(&claims, "exp", end)).await, Some(TokenFault::Expired));
    }
    assert_eq!(portal.fault(&head, &but(&claims, "exp", now + 1)).await, None);
    for begin in ["nbf", "iat"] {
        assert_eq!(portal.fault(&head, &but(&claims, begin, now + 60)).await, None);
        assert_eq!(portal.fault(&head, &but(&claims, begin, now + 61)).await, Some(TokenFault::NotYet));
    }
    let jwt = portal.key.signs(&head, &claims);
    portal.wait(299);
    assert_eq!(portal.fault_of(&jwt).await, None);
    portal.wait(1);
    assert_eq!(portal.fault_of(&jwt).await, Some(TokenFault::Expired));
}

#[tokio::test]
async fn only_an_access_token_is_an_access_token() {
    let portal = Portal::open().await;
    for typ in [json!(null), json!("JWT"), json!("logout+jwt"), json!("")] {
        let head = but(&portal.key.head(), "typ", typ);
        assert_eq!(portal.fault(&head, &portal.claims()).await, Some(TokenFault::WrongType));
    }
    let long = but(&portal.key.head(), "typ", "application/AT+jwt");
    assert_eq!(portal.fault(&long, &portal.claims()).await, None);

    let lax = Portal::with(|settings| settings.accept_plain_jwt = true).await;
    assert_eq!(lax.fault(&but(&lax.key.head(), "typ", "JWT"), &lax.claims()).await, None);
    let other = but(&lax.key.head(), "typ", "logout+jwt");
    assert_eq!(lax.fault(&other, &lax.claims()).await, Some(TokenFault::WrongType));
}

#[tokio::test]
async fn forged_key_names_do_not_make_us_hammer_the_provider() {
    let portal = Portal::open().await;
    assert_eq!(portal.fault(&portal.key.head(), &portal.claims()).await, None);
    let nameless = but(&portal.key.head(), "kid", json!(null));
    assert_eq!(portal.fault(&nameless, &portal.claims()).await, Some(TokenFault::NoKeyId));
    for kid in ["a", "b", "c"] {
        let head = but(&portal.key.head(), "kid", kid);
        assert_eq!(portal.fault(&head, &portal.claims()).await, Some(TokenFault::UnknownKey));
    }
    assert_eq!(portal.provider.asked("/keys"), 1);
    portal.wait(30);
    for kid in ["a", "b", "c"] {
        let head = but(&portal.key.head(), "kid", kid);
        assert_eq!(portal.fault(&head, &portal.claims()).await, Some(TokenFault::UnknownKey));
    }
    assert_eq!(portal.provider.asked("/keys"), 2);
}

#[tokio::test]
async fn a_new_key_is_found_and_one_taken_back_is_forgotten_within_the_hour() {
    let portal = Portal::open().await;
    let old = portal.key.signs(&portal.key.head(), &but(&portal.claims(), "exp", portal.seconds() + 90_000));
    assert_eq!(portal.fault_of(&old).await, None);
    let next = Key::ed25519("next");
    portal.provider.publishes(&[next.jwk()]);
    portal.wait(30);
    assert_eq!(portal.fault_of(&next.signs(&next.head(), &portal.claims())).await, None);
    assert_eq!(portal.fault_of(&old).await, Some(TokenFault::UnknownKey));

    portal.provider.publishes(&[portal.key.jwk()]);
    let new = next.signs(&next.head(), &but(&portal.claims(), "exp", portal.seconds() + 90_000));
    portal.wait(3_599);
    assert_eq!(portal.fault_of(&new).await, None);
    portal.wait(1);
    assert_eq!(portal.fault_of(&new).await, Some(TokenFault::UnknownKey));
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_again_in_a_moment_and_known_keys_serve_meanwhile() {
    let portal = Portal::open().await;
    let jwt = portal.key.signs(&portal.key.head(), &but(&portal.claims(), "exp", portal.seconds() + 90_000));
    portal.provider.answers(DISCOVERY, 503, &json!({}));
    for _ in 0..3 {
        assert!(matches!(portal.open_id.bearer(&jwt).await, Err(OidcError::Unreachable(_))));
    }
    assert_eq!(portal.provider.asked(DISCOVERY), 1);
    portal.provider.answers(DISCOVERY, 200, &portal.provider.document());
    portal.wait(5);
    assert_eq!(portal.fault_of(&jwt).await, None);

    portal.provider.answers(DISCOVERY, 503, &json!({}));
    portal.wait(60);
    assert_eq!(
        portal.fault(&but(&portal.key.head(), "kid", "new"), &portal.claims()).await,
        Some(TokenFault::UnknownKey)
    );
    assert_eq!(portal.fault_of(&jwt).await, None);
    portal.wait(3_600);
    assert!(matches!(portal.open_id.bearer(&jwt).await, Err(OidcError::Unreachable(_))));
}

#[tokio::test]
async fn a_provider_that_is_not_who_it_should_be_is_not_believed() {
    let elsewhere = "http://id.example.test/keys";
    let changes: [(&str, Value); 5] = [
        ("issuer", json!("https://id.example.test")),
        ("jwks_uri", json!(elsewhere)),
        ("token_endpoint", json!(elsewhere)),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("jwks_uri", json!(null)),
    ];
    for (member, value) in changes {
        let portal = Portal::open().await;
        portal.provider.answers(DISCOVERY, 200, &but(&portal.provider.document(), member, value));
        let refused = portal.open_id.bearer(&portal.key.signs(&portal.key.head(), &portal.claims())).await;
        assert!(matches!(refused, Err(OidcError::Discovery(_))), "{member}: {refused:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_an_endless_answer_is_none() {
    let portal = Portal::open().await;
    let jwt = portal.key.signs(&portal.key.head(), &portal.claims());
    portal.provider.answers(DISCOVERY, 302, &json!({}));
    assert!(matches!(portal.open_id.bearer(&jwt).await, Err(OidcError::Unreachable(_))));
    assert_eq!(portal.provider.asked("/keys"), 0);

    portal.wait(5);
    let long = but(&portal.provider.document(), "more", "x".repeat(256 * 1024));
    portal.provider.answers(DISCOVERY, 200, &long);
    assert!(matches!(portal.open_id.bearer(&jwt).await, Err(OidcError::Unreachable(_))));

    portal.wait(5);
    let fits = but(&portal.provider.document(), "more", "x".repeat(200 * 1024));
    portal.provider.answers(DISCOVERY, 200, &fits);
    assert_eq!(portal.fault_of(&jwt).await, None);
}

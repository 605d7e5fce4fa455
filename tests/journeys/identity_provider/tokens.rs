//! Calls with access tokens of the provider.

use kernel::vocabulary::Capacity;
use serde_json::json;
use testkit::Place;

use super::provider::{Provider, called, calling, encoded, link};
use super::visitor::Visitor;
use crate::journeys::browser::open;

/// A verifier and its challenge, from RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "http://127.0.0.1:9/back";

/// What the provider gives for somebody who has signed in: an access token for us, and an ID token.
async fn tokens_of_person(provider: &Provider, visitor: &mut Visitor, person: &str) -> (String, String) {
    provider.tell(json!({ "do": "redirects", "to": [BACK] })).await;
    let query = encoded(&[
        ("response_type", "code"),
        ("client_id", "portal"),
        ("redirect_uri", BACK),
        ("scope", "openid api"),
        ("resource", &provider.ours),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let back = visitor.through_the_provider(&format!("{}/auth?{query}", provider.issuer), person, BACK).await;
    let back: reqwest::Url = back.parse().unwrap();
    let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let form = encoded(&[
        ("grant_type", "authorization_code"),
        ("client_id", "portal"),
        ("code", &code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ]);
    let request = reqwest::Client::new().post(format!("{}/token", provider.issuer));
    let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(form);
    let body = testkit::Answer::of(request).await.expect(200).body;
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (text("access_token"), text("id_token"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_access_token_for_us_is_taken_whatever_it_is_signed_with() {
    let provider = Provider::start().await;
    let app = provider.registry(Place::sqlite()).await;
    open(&app, "clerk-7").await;
    assert_eq!(provider.machines.len(), 4);
    for machine in &provider.machines {
        let token = provider.token(machine, &provider.ours).await;
        // Good as it is, it is nobody's until somebody says whose.
        called(&app, &token).await.expect(401);
        link(&app, &provider.issuer, machine, "clerk-7").await;
        let session = called(&app, &token).await.expect(200).body;
        assert_eq!((session["agent"].as_str(), session["token"].as_bool()), (Some("clerk-7"), Some(true)), "{machine}");
    }
    let (of_person, _) = tokens_of_person(&provider, &mut Visitor::of(&app), "wang").await;
    link(&app, &provider.issuer, "wang", "clerk-7").await;
    assert_eq!(called(&app, &of_person).await.expect(200).body["agent"], "clerk-7");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_with_an_access_token_may_do_what_its_account_may() {
    let provider = Provider::start().await;
    let app = provider.registry(Place::sqlite()).await;
    // Who signs in elsewhere as an operator, two others say.
    app.account("operator-2", Capacity::Operator, None).await;
    link(&app, &provider.issuer, "machine-es256", "operator-2").await;
    open(&app, "clerk-7").await;
    link(&app, &provider.issuer, "machine-eddsa", "clerk-7").await;
    let operator = provider.token("machine-es256", &provider.ours).await;
    let profile = json!({
        "kind": "school", "name": "学校4132010835", "school_code": "4132010835", "education_level": "higher",
        "division": "320100",
    });
    let school = json!({ "on": "2010-09-01", "profile": profile });
    let mine = calling(&app, &operator).with_purpose("operations");
    mine.write("/api/v1/organisations", &school).await.expect(201);
    let clerk = provider.token("machine-eddsa", &provider.ours).await;
    calling(&app, &clerk).write("/api/v1/organisations", &school).await.expect(403);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_for_or_from_somebody_else_or_of_another_kind_is_refused() {
    let (provider, other) = (Provider::start().await, Provider::start().await);
    for plain in [false, true] {
        let app = provider.registry_with(Place::sqlite(), |config| config.oidc.oidc_accept_plain_jwt = plain).await;
        open(&app, "clerk-7").await;
        // None is refused because nobody is linked.
        for issuer in [&provider.issuer, &provider.tenant, &other.issuer] {
            for subject in ["machine-rs256", "wang"] {
                link(&app, issuer, subject, "clerk-7").await;
            }
        }
        let (access, id) = tokens_of_person(&provider, &mut Visitor::of(&app), "wang").await;
        let refused = [
            ("for another audience", provider.token("machine-rs256", &provider.foreign).await),
            ("to look up", provider.token_of(&provider.issuer, "machine-rs256", None).await),
            ("an ID token", id),
            // Signed by the very same key.
            ("of another tenant", provider.token_of(&provider.tenant, "machine-rs256", Some(&provider.ours)).await),
            // Signed by another key of the same name.
            ("of another provider", other.token("machine-rs256", &provider.ours).await),
        ];
        for (what, token) in refused {
            assert_eq!(called(&app, &token).await.status, 401, "{what}, plain tokens taken: {plain}");
        }
        called(&app, &access).await.expect(200);
        called(&app, &provider.token("machine-rs256", &provider.ours).await).await.expect(200);
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_good_for_its_time_and_clocks_may_differ_by_a_minute() {
    let provider = Provider::start().await;
    let app = provider.registry(Place::sqlite()).await;
    open(&app, "clerk-7").await;
    link(&app, &provider.issuer, "machine-es256", "clerk-7").await;
    let token = provider.token("machine-es256", &provider.ours).await;
    let (from, until) = (provider.claim(&token, "iat").await, provider.claim(&token, "exp").await);
    let clock = &app.registry.place().clock;
    // Each time is tried twice, so that what was answered once is not what decides.
    let tried = [(from, 200), (from - 59, 200), (from - 61, 401), (until - 1, 200), (until, 401), (until + 3_600, 401)];
    for (second, status) in tried.into_iter().chain(tried) {
        clock.set(&kernel::Instant::from_micros(second * 1_000_000).to_string());
        assert_eq!(called(&app, &token).await.status, status, "{}", second - from);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_token_is_refused() {
    let provider = Provider::start().await;
    let app = provider.registry(Place::sqlite()).await;
    open(&app, "clerk-7").await;
    for subject in ["machine-rs256", "operator"] {
        link(&app, &provider.issuer, subject, "clerk-7").await;
    }
    let token = provider.token("machine-rs256", &provider.ours).await;
    let nothing = json!({});
    // Taken apart and put together again it is the same: what is refused below is refused for what was changed.
    let same = provider.forged(&token, nothing.clone(), nothing.clone(), "before").await;
    assert_eq!(same, token);
    called(&app, &same).await.expect(200);
    let forgeries = [
        (json!({ "alg": "none" }), nothing.clone(), "nothing"),
        (json!({ "alg": "nOnE" }), nothing.clone(), "nothing"),
        (nothing.clone(), nothing.clone(), "nothing"),
        (json!({ "alg": "HS256" }), nothing.clone(), "pem"),
        (json!({ "alg": "HS256" }), nothing.clone(), "modulus"),
        (json!({ "alg": "RS256" }), nothing.clone(), "pem"),
        (json!({ "alg": "PS256" }), nothing.clone(), "before"),
        (json!({ "kid": "ec-1" }), nothing.clone(), "before"),
        (json!({ "kid": "nobody's" }), nothing.clone(), "before"),
        (json!({ "kid": "../../jwks" }), nothing.clone(), "before"),
        (json!({ "typ": "JWT" }), nothing.clone(), "before"),
        (nothing.clone(), json!({ "sub": "operator" }), "before"),
        (nothing, json!({ "exp": 4_000_000_000_u64 }), "before"),
    ];
    for (header, claims, by) in forgeries {
        let forged = provider.forged(&token, header.clone(), claims.clone(), by).await;
        assert_eq!(called(&app, &forged).await.status, 401, "{header} {claims} {by}");
    }
    app.stop().await;
}

//! A browser of somebody who signs in: it keeps the cookie, and says which site is behind a request.

use reqwest::header::{HeaderMap, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use testkit::{Answer, Client, TestApp};

/// A browser.
pub struct Browser {
    client: Client,
    /// The cookie, as it is sent back; empty when there is none.
    pub cookie: String,
}

/// An answer with its headers.
pub struct Seen {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Browser {
    /// A browser in which nobody has signed in.
    pub fn of(app: &TestApp) -> Self {
        Self { client: app.stranger(), cookie: String::new() }
    }

    /// A browser in which this account has signed in.
    pub async fn signed_in(app: &TestApp, agent: &str, password: &str) -> Self {
        let mut browser = Self::of(app);
        let seen = browser.sign_in(agent, password).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        browser
    }

    /// A browser with this cookie.
    pub fn with(app: &TestApp, cookie: &str) -> Self {
        Self { cookie: cookie.to_owned(), ..Self::of(app) }
    }

    /// Signs in, and keeps the cookie that comes.
    pub async fn sign_in(&mut self, agent: &str, password: &str) -> Seen {
        let body = json!({ "agent": agent, "password": password });
        let seen = Seen::of(self.request(Method::POST, "/api/v1/sign-in").json(&body)).await;
        if let Some(cookie) = seen.cookie() {
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
        seen
    }

    /// A request of a page of ours.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).header("Sec-Fetch-Site", "same-origin")
    }

    /// A request that does not say which site is behind it.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, path);
        if self.cookie.is_empty() { request } else { request.header("Cookie", &self.cookie) }
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// Deletes.
    pub async fn delete(&self, path: &str) -> Seen {
        Seen::of(self.request(Method::DELETE, path)).await
    }

    /// Posts under a key.
    pub async fn write(&self, path: &str, key: &str, body: &Value) -> Seen {
        Seen::of(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
    }

    /// Posts what needs no key.
    pub async fn post(&self, path: &str, body: &Value) -> Seen {
        Seen::of(self.request(Method::POST, path).json(body)).await
    }
}

impl Seen {
    /// Sends a request and keeps what comes.
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null);
        Self { status, headers, body }
    }

    /// The cookie that it sets.
    pub fn cookie(&self) -> Option<&str> {
        self.headers.get(SET_COOKIE).map(|cookie| cookie.to_str().unwrap())
    }

    /// The same, which has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}

/// Opens an account of a person; gives a password that the machine's operator hands out.
pub async fn open(app: &TestApp, agent: &str) -> String {
    let body = json!({ "on": "2024-01-01", "agent": agent, "kind": "person", "password": false });
    let opened = app.write("/api/v1/accounts", &body).await.expect(201);
    assert!(opened.body["initial_password"].is_null());
    with_password(app, agent).await
}

/// Gives an account a password as the machine's operator does.
pub async fn with_password(app: &TestApp, agent: &str) -> String {
    app.accounts().password(kernel::AccountId::parse(&account(agent)).unwrap()).await
}

/// The id of an account.
pub fn account(agent: &str) -> String {
    kernel::AccountId::of_agent(&kernel::Agent::parse(agent).unwrap()).to_string()
}

//! A browser that goes where it is sent: it keeps each site's cookies and fills in the provider's forms.

use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, Url, redirect};
use serde_json::Value;
use testkit::TestApp;

use super::provider::encoded;

/// A browser.
#[derive(Clone)]
pub struct Visitor {
    http: Client,
    registry: String,
    /// Ports share them: a host's cookies go to all its ports.
    cookies: Vec<Cookie>,
}

#[derive(Clone)]
struct Cookie {
    name: String,
    value: String,
    path: String,
}

/// Where a browser has come to.
pub struct Page {
    /// The status.
    pub status: u16,
    /// Where it is sent on to; empty when it is not.
    pub location: String,
    /// What there is to see.
    pub text: String,
    at: Url,
}

impl Visitor {
    /// A browser that has been nowhere.
    pub fn of(app: &TestApp) -> Self {
        let http = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { http, registry: app.running().url(), cookies: Vec::new() }
    }

    /// Begins to sign in at the provider and does all that it asks for, as this person; gives the address at which the
    /// browser comes back, and does not go there.
    pub async fn back_from_the_provider(&mut self, person: &str, return_to: &str) -> String {
        let begin = self.begin(return_to);
        let callback = format!("{}/", self.registry);
        self.through_the_provider(&begin, person, &callback).await
    }

    /// Begins to sign in at the provider, and there thinks better of it; gives the address at which the browser comes
    /// back.
    pub async fn turned_back_at_the_provider(&mut self, return_to: &str) -> String {
        let mut page = self.go(&self.begin(return_to)).await;
        while !page.location.is_empty() {
            page = self.go(&page.location).await;
        }
        let (before, _) = page.text.split_once("/abort\"").expect(&page.text);
        let (_, cancel) = before.rsplit_once("href=\"").unwrap();
        page = self.go(page.at.join(&format!("{cancel}/abort")).unwrap().as_str()).await;
        while !page.location.starts_with(&self.registry) {
            page = self.go(&page.location).await;
        }
        page.location
    }

    fn begin(&self, return_to: &str) -> String {
        format!("{}/api/v1/sign-in/provider?{}", self.registry, encoded(&[("return_to", return_to)]))
    }

    /// Goes to an address and does all that the provider asks for, until it is sent to where this begins.
    pub async fn through_the_provider(&mut self, from: &str, person: &str, until: &str) -> String {
        let mut page = self.go(from).await;
        for _ in 0..20 {
            if page.location.starts_with(until) {
                return page.location;
            }
            page = if page.location.is_empty() {
                self.fill_in(&page, person).await
            } else {
                self.go(&page.location).await
            };
        }
        unreachable!("the provider never sent the browser back");
    }

    /// Goes to an address, and no further.
    pub async fn go(&mut self, to: &str) -> Page {
        let at: Url = to.parse().unwrap();
        let request = self.http.get(at.clone()).header("Sec-Fetch-Site", "none").header("Sec-Fetch-Mode", "navigate");
        self.ask(request, at).await
    }

    /// Fills in the form on this page.
    pub async fn fill_in(&mut self, page: &Page, person: &str) -> Page {
        assert_eq!(page.status, 200, "{}", page.text);
        let at = page.at.join(&between(&page.text, "action=\"", "\"")).unwrap();
        let prompt = between(&page.text, "name=\"prompt\" value=\"", "\"");
        let form = encoded(&[("prompt", &prompt), ("login", person), ("password", "invented")]);
        let request = self.http.post(at.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        self.ask(request, at).await
    }

    /// Who is signed in here.
    pub async fn session(&mut self) -> Option<Value> {
        let page = self.go(&format!("{}/api/v1/session", self.registry)).await;
        assert!(matches!(page.status, 200 | 401), "{}", page.text);
        (page.status == 200).then(|| serde_json::from_str(&page.text).unwrap())
    }

    /// The account that is signed in here.
    pub async fn agent(&mut self) -> Option<String> {
        self.session().await.map(|session| session["agent"].as_str().unwrap().to_owned())
    }

    async fn ask(&mut self, request: RequestBuilder, at: Url) -> Page {
        let sent = self.cookies.iter().filter(|cookie| at.path().starts_with(&cookie.path));
        let sent: Vec<_> = sent.map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        let response = request.header(COOKIE, sent.join("; ")).send().await.unwrap();
        self.keep(&response);
        let location = response.headers().get(LOCATION).map(|to| to.to_str().unwrap());
        // Of a path of ours it is told as it was sent.
        let ours = at.as_str().starts_with(&self.registry);
        let location = location.map(|to| if ours { to.to_owned() } else { at.join(to).unwrap().to_string() });
        let (status, location) = (response.status().as_u16(), location.unwrap_or_default());
        Page { status, location, text: response.text().await.unwrap(), at }
    }

    fn keep(&mut self, response: &Response) {
        for line in response.headers().get_all(SET_COOKIE) {
            let mut parts = line.to_str().unwrap().split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
            let path = line.to_str().unwrap().split("; ").find(|part| part.to_ascii_lowercase().starts_with("path="));
            let path = path.map_or("/", |path| &path[5..]).to_owned();
            self.cookies.retain(|kept| (&*kept.name, &kept.path) != (name, &path));
            let gone = |part: &String| part == "max-age=0" || (part.starts_with("expires=") && part.contains(" 1970 "));
            if !attributes.iter().any(gone) {
                self.cookies.push(Cookie { name: name.to_owned(), value: value.to_owned(), path });
            }
        }
    }
}

fn between(text: &str, begin: &str, end: &str) -> String {
    let (_, rest) = text.split_once(begin).expect(text);
    rest.split_once(end).unwrap().0.to_owned()
}

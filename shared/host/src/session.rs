//! The cookie of a session: scripts cannot read it, other sites' pages do not send it with what they make a browser
//! post.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::app::App;

/// Behind TLS the name promises that no other host and no unprotected page has set it.
pub(crate) const PROTECTED: &str = "__Host-shuangshi";
const PLAIN: &str = "shuangshi";

/// The cookie that keeps somebody signed in on this browser.
pub fn cookie(app: &App, token: String) -> Cookie<'static> {
    made(app, "", token, SameSite::Lax)
}

/// The cookie that takes it away again.
pub fn removal(app: &App) -> Cookie<'static> {
    gone(cookie(app, String::new()))
}

/// The cookie that binds a browser to the sign-in it has begun at the identity provider.
pub fn flow_cookie(app: &App, value: String) -> Cookie<'static> {
    // The provider's page leads back here: a strict cookie would not come along.
    made(app, "-flow", value, SameSite::Lax)
}

/// The cookie that takes that away again.
pub fn flow_removal(app: &App) -> Cookie<'static> {
    gone(flow_cookie(app, String::new()))
}

/// The token of the session that a request belongs to.
pub fn token(request: &HttpRequest) -> Option<String> {
    named(request, "")
}

/// The value of the sign-in that a browser has begun.
pub fn flow(request: &HttpRequest) -> Option<String> {
    named(request, "-flow")
}

fn named(request: &HttpRequest, suffix: &str) -> Option<String> {
    // Behind TLS only the protected name counts: a neighbouring host could set the other one.
    let app = request.app_data::<actix_web::web::Data<App>>()?;
    let cookie = request.cookie(&name(app, suffix))?;
    Some(cookie.value().to_owned()).filter(|value| !value.is_empty())
}

fn name(app: &App, suffix: &str) -> String {
    format!("{}{suffix}", if app.is_behind_tls() { PROTECTED } else { PLAIN })
}

fn made(app: &App, suffix: &str, value: String, same_site: SameSite) -> Cookie<'static> {
    let cookie = Cookie::build(name(app, suffix), value).path("/").http_only(true).same_site(same_site);
    cookie.secure(app.is_behind_tls()).finish()
}

fn gone(mut cookie: Cookie<'static>) -> Cookie<'static> {
    cookie.set_max_age(Duration::ZERO);
    cookie
}

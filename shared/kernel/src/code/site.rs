//! Codes of sites and of the sessions held there.

use crate::Malformed;
use crate::parse::text_value;

text_value! {
    /// The code under which a base or station was approved.
    SiteCode, example = "B-JS-01"
}

text_value! {
    /// The code a base gives to a session 期次; unique within the base.
    SessionCode, example = "T001"
}

impl SiteCode {
    /// Reads 2 to 32 capital letters, digits or hyphens.
    ///
    /// # Errors
    /// When it is too short, too long or has another character.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        plain("site code", text).map(Self)
    }
}

impl SessionCode {
    /// Reads 2 to 32 capital letters, digits or hyphens.
    ///
    /// # Errors
    /// When it is too short, too long or has another character.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        plain("session code", text).map(Self)
    }
}

fn plain(what: &'static str, text: &str) -> Result<String, Malformed> {
    let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    if !(2..=32).contains(&text.len()) || !text.chars().all(allowed) {
        return Err(Malformed::new(what, "write 2 to 32 capital letters, digits or hyphens"));
    }
    Ok(text.to_owned())
}

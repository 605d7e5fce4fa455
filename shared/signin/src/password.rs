//! A password that may be set.

use kernel::Chance;

/// A password of 12 to 200 characters that is not among the most common ones. It is never printed.
#[derive(Clone)]
pub struct Password(String);

/// Why a text may not be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// It has fewer than 12 characters.
    #[error("a password has at least 12 characters")]
    TooShort,
    /// It has more than 200 characters.
    #[error("a password has at most 200 characters")]
    TooLong,
    /// It has control characters.
    #[error("a password has no control characters")]
    Control,
    /// It is among the first that are tried.
    #[error("this password is among the first that are tried")]
    Common,
}

/// What is tried first, in lower case and without what is not a letter or digit, so that decoration does not help. Only
/// texts that decoration or doubling can bring to 12 characters are here.
const COMMON: [&str; 40] = [
    "password",
    "passw0rd",
    "iloveyou",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "zxcvbnm",
    "1q2w3e4r",
    "1qaz2wsx",
    "qazwsx",
    "letmein",
    "welcome",
    "admin",
    "administrator",
    "root",
    "test",
    "guest",
    "changeme",
    "secret",
    "default",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "woaini",
    "woaini1314",
    "5201314",
    "1314520",
    "a123456",
    "aa123456",
    "abc123",
    "abcd1234",
    "qq123456",
    "zhongguo",
    "beijing",
    "shuangshi",
    "jiaoshi",
    "laoshi",
    "xuexiao",
];

/// Letters and digits that are not mistaken for one another.
const PLAIN: [u8; 32] = *b"abcdefghijkmnpqrstuvwxyz23456789";

impl Password {
    /// The fewest characters.
    pub const MIN_CHARS: usize = 12;
    /// The most characters.
    pub const MAX_CHARS: usize = 200;

    /// Reads a password. There is no rule about kinds of characters (NIST SP 800-63B, 5.1.1.2): length and being
    /// uncommon is what helps.
    ///
    /// # Errors
    /// When it is too short or long, has control characters, or is among the first that are tried.
    pub fn parse(text: &str) -> Result<Self, BadPassword> {
        let chars = text.chars().count();
        if chars < Self::MIN_CHARS {
            return Err(BadPassword::TooShort);
        }
        if chars > Self::MAX_CHARS {
            return Err(BadPassword::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(BadPassword::Control);
        }
        if is_common(text) {
            return Err(BadPassword::Common);
        }
        Ok(Self(text.to_owned()))
    }

    /// A password that nobody has thought of: five groups of four characters that are not mistaken for one another, about
    /// a hundred bits.
    pub fn made(chance: &Chance) -> Self {
        let bytes: [u8; 20] = chance.bytes();
        let groups = bytes.chunks(4).map(|group| {
            let letter = |byte: &u8| char::from(PLAIN[usize::from(*byte) % PLAIN.len()]);
            group.iter().map(letter).collect::<String>()
        });
        Self(groups.collect::<Vec<_>>().join("-"))
    }

    /// The password, to be shown once to whom it is for.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// A common password, with digits around it or several times over; a run such as 123456789012; or hardly a few
/// different characters.
fn is_common(text: &str) -> bool {
    let plain: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let bare = plain.trim_matches(|c: char| c.is_ascii_digit());
    let few = text.chars().collect::<std::collections::BTreeSet<_>>().len() < 5;
    let listed = |text: &str| COMMON.contains(&text) || COMMON.iter().any(|common| repeats(text, common));
    few || is_run(&plain) || listed(&plain) || listed(bare)
}

fn repeats(text: &str, part: &str) -> bool {
    text.len() > part.len() && text.len().is_multiple_of(part.len()) && text.replace(part, "").is_empty()
}

/// Whether most characters are the neighbour of the one before: 1234…, 9876…, abcd….
fn is_run(text: &str) -> bool {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let neighbours = codes.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) <= 1).count();
    codes.len() < 2 || neighbours * 4 >= (codes.len() - 1) * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_uncommon_passwords_are_taken_as_they_are() {
        for text in ["correct horse battery", "青山依旧在几度夕阳红浪花淘尽", "x7 Lw!pq0Zt9", &"ab3 dEf9".repeat(25)]
        {
            assert!(Password::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn short_long_and_control_characters_are_refused() {
        assert_eq!(Password::parse("x7 Lw!pq0Zt").err(), Some(BadPassword::TooShort));
        assert_eq!(Password::parse(&"ab3 dEf9x".repeat(23)).err(), Some(BadPassword::TooLong));
        assert_eq!(Password::parse("x7 Lw!pq0Zt9\u{0}").err(), Some(BadPassword::Control));
    }

    #[test]
    fn what_is_tried_first_is_refused_with_its_decorations() {
        for text in [
            "Password1234",
            "PASSWORD!!!!!!",
            "passwordpassword",
            "123456789012",
            "0987654321098",
            "abcdefghijkl",
            "aaaaaaaaaaaaa",
            "Woaini1314520",
            "qwertyuiop12",
            "2026admin2026",
        ] {
            assert_eq!(Password::parse(text).err(), Some(BadPassword::Common), "{text}");
        }
    }

    #[test]
    fn a_password_is_not_printed() {
        let password = Password::parse("x7 Lw!pq0Zt9").unwrap();
        assert_eq!(format!("{password:?}"), "Password");
    }
}

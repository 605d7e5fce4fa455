//! Where browsers reach a process.

use kernel::Malformed;

/// Where browsers reach a process: a scheme and a host, and always by TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Reads `https://` with a host and, maybe, a port; nothing follows.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let refuse = || Malformed::new("public URL", "write https:// and a host, without a path");
        let host = text.trim().trim_end_matches('/').strip_prefix("https://").ok_or_else(refuse)?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
        if host.is_empty() || !host.chars().all(allowed) {
            return Err(refuse());
        }
        Ok(Self(format!("https://{}", host.to_ascii_lowercase())))
    }

    /// The origin, as browsers send it.
    pub fn origin(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for PublicUrl {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_protected_origin_is_one() {
        assert_eq!(PublicUrl::parse("https://Register.example/").unwrap().origin(), "https://register.example");
        assert_eq!(PublicUrl::parse("https://[::1]:8443").unwrap().origin(), "https://[::1]:8443");
        for text in ["http://register.example", "https://", "https://a/b", "https://a b", "register.example"] {
            assert!(PublicUrl::parse(text).is_err(), "{text}");
        }
    }
}

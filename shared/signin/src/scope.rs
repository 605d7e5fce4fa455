//! What a token is good for, as its holder asked for it.

/// Which operations a token is good for: those of one service or of all, reading only or recording too. Written
/// `training:read`, `training:write`, `*:read` or `*:write`; who may write may read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenScope {
    service: Option<String>,
    writes: bool,
}

impl TokenScope {
    /// Reads `<service>:read` or `<service>:write`, where the service is 1 to 30 lower-case letters, or `*` for all.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn parse(text: &str) -> Result<Self, kernel::Malformed> {
        let fault = || kernel::Malformed::new("scope", "write it as training:read, training:write, *:read or *:write");
        let (service, right) = text.split_once(':').ok_or_else(fault)?;
        let writes = match right {
            "read" => false,
            "write" => true,
            _ => return Err(fault()),
        };
        let named = (1..=30).contains(&service.len()) && service.bytes().all(|byte| byte.is_ascii_lowercase());
        match service {
            "*" => Ok(Self { service: None, writes }),
            _ if named => Ok(Self { service: Some(service.to_owned()), writes }),
            _ => Err(fault()),
        }
    }

    /// The service; none for all.
    pub fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }

    /// Whether it is good for recording too.
    pub fn writes(&self) -> bool {
        self.writes
    }
}

impl std::fmt::Display for TokenScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.service().unwrap_or("*"), if self.writes { "write" } else { "read" })
    }
}

impl std::str::FromStr for TokenScope {
    type Err = kernel::Malformed;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for TokenScope {
    type Error = kernel::Malformed;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<TokenScope> for String {
    fn from(scope: TokenScope) -> Self {
        scope.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_reads_what_it_writes_and_nothing_else() {
        for text in ["training:read", "training:write", "*:read", "*:write"] {
            assert_eq!(TokenScope::parse(text).map(String::from), Ok(text.to_owned()));
        }
        for text in
            ["", "training", "training:", ":read", "Training:read", "training:admin", "*:*", "a b:read", "a:b:read"]
        {
            assert!(TokenScope::parse(text).is_err(), "{text}");
        }
    }
}

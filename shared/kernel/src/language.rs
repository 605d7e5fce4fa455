//! The languages in which the registry speaks.

/// A language that a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Simplified Chinese, the language of the register.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language an `Accept-Language` header asks for first; Chinese when it asks for neither.
    pub fn of_header(header: &str) -> Self {
        header.split(',').find_map(|range| Self::of_range(range.split(';').next()?.trim())).unwrap_or_default()
    }

    fn of_range(range: &str) -> Option<Self> {
        let primary = range.split('-').next()?.to_ascii_lowercase();
        match primary.as_str() {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The tag for `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_we_speak_wins_and_chinese_is_the_rest() {
        assert_eq!(Language::of_header("fr, en-GB;q=0.8, zh;q=0.5"), Language::English);
        assert_eq!(Language::of_header("zh-CN,en"), Language::Chinese);
        assert_eq!(Language::of_header("fr"), Language::Chinese);
        assert_eq!(Language::of_header(""), Language::Chinese);
    }
}

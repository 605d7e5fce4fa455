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
    /// The language that an `Accept-Language` header gives the greatest weight (RFC 9110, 12.5.4), the first of several; Chinese when
    /// it asks for neither.
    pub fn of_header(header: &str) -> Self {
        let mut most = None;
        for (language, weight) in header.split(',').filter_map(Self::of_range) {
            if weight > 0.0 && most.is_none_or(|(_, before)| weight > before) {
                most = Some((language, weight));
            }
        }
        most.map(|(language, _)| language).unwrap_or_default()
    }

    /// A language that we speak, and its weight: 1 where none is given, 0 where it cannot be read.
    fn of_range(range: &str) -> Option<(Self, f32)> {
        let mut parts = range.split(';').map(|part| part.trim().to_ascii_lowercase());
        let language = Self::of_tag(&parts.next()?)?;
        let weight = parts.find_map(|part| Some(part.strip_prefix("q=")?.parse().unwrap_or(0.0)));
        Some((language, weight.unwrap_or(1.0)))
    }

    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next()?;
        match primary {
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
    fn the_language_we_speak_that_is_wanted_most_wins_and_chinese_is_the_rest() {
        assert_eq!(Language::of_header("fr, en-GB;q=0.8, zh;q=0.5"), Language::English);
        assert_eq!(Language::of_header("zh-CN,en"), Language::Chinese);
        assert_eq!(Language::of_header("zh;q=0.5, EN ; Q=0.8"), Language::English);
        assert_eq!(Language::of_header("en;q=0, zh;q=0.1"), Language::Chinese);
        assert_eq!(Language::of_header("en;q=0"), Language::Chinese);
        assert_eq!(Language::of_header("en;q=much, zh;q=0.001"), Language::Chinese);
        assert_eq!(Language::of_header("fr"), Language::Chinese);
        assert_eq!(Language::of_header(""), Language::Chinese);
    }
}

//! The case or ticket that a reading belongs to.

use kernel::Malformed;
use kernel::code::CitizenId;

/// The length of a citizen id number.
const ID_NUMBER: usize = 18;

/// The number of the case or ticket that a reading belongs to, as the reader states it: 1 to 40 letters, digits, `.`,
/// `_`, `/` or `-`, such as `HR-2026/118`. The log keeps it in clear and for good, so there is no citizen id number in
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference(String);

impl Reference {
    /// Reads a reference.
    ///
    /// # Errors
    /// When it is empty, too long, has another character, or a citizen id number is in it.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
        if text.is_empty() || text.len() > 40 || !text.chars().all(allowed) {
            return Err(Malformed::new("reference", "write 1 to 40 letters, digits, . _ / or -"));
        }
        let parts = text.len().saturating_sub(ID_NUMBER);
        let parts = (0..=parts).filter_map(|start| text.get(start..start + ID_NUMBER));
        if parts.map(CitizenId::parse).any(|number| number.is_ok()) {
            return Err(Malformed::new("reference", "write the number of a case, not a person's id number"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Reference {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Reference {
    type Error = Malformed;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_the_number_of_a_case() {
        let longest = "x".repeat(40);
        for text in ["HR-7", "2026/118_b.2", "x", longest.as_str()] {
            assert_eq!(Reference::parse(text).map(String::from), Ok(text.to_owned()));
        }
        for text in ["", "HR 7", "案件7", "a\nb", "x@y", &"x".repeat(41)] {
            assert!(Reference::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_id_number_is_no_reference_wherever_it_stands() {
        for text in ["11010519491231002X", "11010519491231002x", "HR-11010519491231002X/2", "011010519491231002X"] {
            let refused = Reference::parse(text).unwrap_err();
            assert!(!refused.to_string().contains("1949"), "the refusal does not repeat it");
        }
        assert!(Reference::parse("HR-110105194912310021").is_ok(), "control: its check digit is wrong");
    }

    #[test]
    fn serde_goes_through_the_one_way_in() {
        assert!(serde_json::from_str::<Reference>("\"HR-7\"").is_ok());
        assert!(serde_json::from_str::<Reference>("\"HR 7\"").is_err());
    }
}

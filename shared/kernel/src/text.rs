//! Free text that a person wrote, bounded.

use crate::Malformed;
use crate::parse::text_value;

text_value! {
    /// The name of a person, an organisation, a programme or a place.
    Name, example = "江苏智能制造教师培训基地"
}

text_value! {
    /// Why something is corrected, voided, refused or lifted. It must not hold personal data.
    Reason, example = "entered twice"
}

text_value! {
    /// The number or title of an official document.
    Document, example = "教师厅〔2022〕2号"
}

impl Name {
    /// Reads a name of 1 to 120 characters on one line.
    ///
    /// # Errors
    /// When it is empty, too long, or has control characters.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        bounded("name", text, 120).map(Self)
    }
}

impl Reason {
    /// Reads a reason of 1 to 500 characters on one line.
    ///
    /// # Errors
    /// When it is empty, too long, or has control characters.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        bounded("reason", text, 500).map(Self)
    }
}

impl Document {
    /// Reads a document number of 1 to 120 characters on one line.
    ///
    /// # Errors
    /// When it is empty, too long, or has control characters.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        bounded("document", text, 120).map(Self)
    }
}

fn bounded(what: &'static str, text: &str, most: usize) -> Result<String, Malformed> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Malformed::new(what, "it is empty"));
    }
    if text.chars().count() > most {
        return Err(Malformed::new(what, format!("it has more than {most} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Malformed::new(what, "it has control characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_characters_are_names_and_control_characters_are_not() {
        assert_eq!(Name::parse(" 张㛃 ").map(String::from), Ok("张㛃".to_owned()));
        assert!(Name::parse("\u{0}").is_err());
        assert!(Name::parse("  ").is_err());
        assert!(Reason::parse(&"长".repeat(501)).is_err());
    }
}

//! Teacher certificate numbers 教师资格证号码.

use crate::Malformed;
use crate::parse::text_value;

text_value! {
    /// The number of a teacher certificate: 17 digits, or 15 on older ones. The sex digit is not checked: sources
    /// contradict each other for the time before 2009.
    TeacherCertificateNumber, example = "20223210051000123"
}

impl TeacherCertificateNumber {
    /// Reads 17 digits that begin with a year from 1996 on, or 15 digits.
    ///
    /// # Errors
    /// When the length or the year is wrong.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let refuse = |why: &str| Malformed::new("teacher certificate number", why);
        if super::digits(text, 15) {
            return Ok(Self(text.to_owned()));
        }
        if !super::digits(text, 17) {
            return Err(refuse("it must have 17 digits, or 15 on an older certificate"));
        }
        if !("1996".."2200").contains(&&text[0..4]) {
            return Err(refuse("its first four digits are not a year from 1996 on"));
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_new_lengths_are_read() {
        assert!(TeacherCertificateNumber::parse("20223210051000123").is_ok());
        assert!(TeacherCertificateNumber::parse("983201001512345").is_ok());
        for text in ["2022321005100012", "19953210051000123", "2022321005100012X"] {
            assert!(TeacherCertificateNumber::parse(text).is_err(), "{text}");
        }
    }
}

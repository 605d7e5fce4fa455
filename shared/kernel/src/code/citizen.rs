//! Citizen id numbers 公民身份号码.

use crate::code::Province;
use crate::parse::text_value;
use crate::{Day, Malformed};

text_value! {
    /// A citizen id number (GB 11643-1999): area of first registration, birth date, serial and check digit.
    ///
    /// The area need not be a current division, so only its province is checked. Never written to a log or an error.
    CitizenId, example = "11010519491231002X"
}

/// Weights and check characters of GB 11643-1999 (ISO 7064, MOD 11-2).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

impl CitizenId {
    /// Reads 17 digits and a check character; a lower-case `x` is accepted.
    ///
    /// # Errors
    /// When the length, province, birth date or check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let refuse = |why: &str| Malformed::new("citizen id number", why);
        let text = text.trim().to_ascii_uppercase();
        let (body, check) = text.split_at_checked(17).ok_or_else(|| refuse("it must have 18 characters"))?;
        if check.len() != 1 || !super::digits(body, 17) {
            return Err(refuse("it must have 17 digits and a check digit"));
        }
        Province::parse(&body[0..2]).map_err(|_| refuse("its first two digits are not a province"))?;
        let birth = format!("{}-{}-{}", &body[6..10], &body[10..12], &body[12..14]);
        Day::parse(&birth).map_err(|_| refuse("its birth date does not exist"))?;
        let sum: u32 = body.bytes().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
        if check.as_bytes()[0] != CHECKS[(sum % 11) as usize] {
            return Err(refuse("its check digit is wrong"));
        }
        Ok(Self(text))
    }

    /// The number with all but the province and the last two characters hidden.
    pub fn masked(&self) -> String {
        format!("{}**************{}", &self.0[0..2], &self.0[16..18])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_own_examples_are_read() {
        assert!(CitizenId::parse("11010519491231002X").is_ok());
        assert!(CitizenId::parse("11010519491231002x").is_ok());
        assert!(CitizenId::parse("440524188001010014").is_err(), "born before 1900: outside this registry");
    }

    #[test]
    fn every_other_check_digit_is_refused() {
        for check in "0123456789".chars() {
            assert!(CitizenId::parse(&format!("11010519491231002{check}")).is_err());
        }
    }

    #[test]
    fn a_refusal_never_repeats_the_number() {
        let refusal = CitizenId::parse("110105194912310021").unwrap_err().to_string();
        assert!(!refusal.contains("1949"), "{refusal}");
        assert!(CitizenId::parse("11010519491331002X").is_err());
        assert!(CitizenId::parse("１1010519491231002X").is_err());
        assert!(CitizenId::parse("").is_err());
    }
}

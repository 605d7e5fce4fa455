//! School codes 学校（机构）标识码 and staff numbers 教职工号.

use crate::Malformed;
use crate::code::Province;
use crate::parse::text_value;

text_value! {
    /// The 10-digit identification code of a school or other educational institution: 2 type, 2 province, 6 serial.
    /// A change of name keeps it; a dead code is never used again.
    SchoolCode, example = "4132010835"
}

text_value! {
    /// The number under which a school employs a person; unique within the school.
    StaffNumber, example = "083500000"
}

/// What kind of institution a school code names. Types 91 and 92 and any other are *other institutions*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchoolType {
    /// 36: secondary vocational school.
    SecondaryVocational,
    /// 41: regular higher education institution.
    RegularHigher,
    /// 42: adult higher education institution.
    AdultHigher,
    /// 93: secondary vocational training body.
    SecondaryTraining,
    /// Any other type.
    Other,
}

impl SchoolCode {
    /// Reads 10 digits with a province in the third and fourth.
    ///
    /// # Errors
    /// When it is not 10 digits, or names no province.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if !super::digits(text, 10) {
            return Err(Malformed::new("school code", "it must have 10 digits"));
        }
        Province::parse(&text[2..4])
            .map_err(|_| Malformed::new("school code", "its third and fourth digit are not a province"))?;
        Ok(Self(text.to_owned()))
    }

    /// The province that issued it.
    pub fn province(&self) -> Province {
        Province::containing(&self.0[2..4])
    }

    /// The kind of institution.
    pub fn school_type(&self) -> SchoolType {
        match &self.0[0..2] {
            "36" => SchoolType::SecondaryVocational,
            "41" => SchoolType::RegularHigher,
            "42" => SchoolType::AdultHigher,
            "93" => SchoolType::SecondaryTraining,
            _ => SchoolType::Other,
        }
    }
}

impl StaffNumber {
    /// Reads 1 to 20 letters, digits or hyphens.
    ///
    /// # Errors
    /// When it is empty, too long or has another character.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if text.is_empty() || text.len() > 20 || !text.chars().all(allowed) {
            return Err(Malformed::new("staff number", "write 1 to 20 letters, digits or hyphens"));
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_code_names_type_and_province() {
        let code = SchoolCode::parse("3635010012").unwrap();
        assert_eq!(code.school_type(), SchoolType::SecondaryVocational);
        assert_eq!(code.province().chinese(), "福建");
        for text in ["36350100123", "363501001", "3699010012", "36350100a2"] {
            assert!(SchoolCode::parse(text).is_err(), "{text}");
        }
    }
}

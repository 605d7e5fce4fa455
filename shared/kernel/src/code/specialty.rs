//! The catalogue of specialties 职业教育专业目录（2021年）: 19 major categories, 97 classes, 1,349 specialties.

use crate::Malformed;
use crate::parse::{text_schema, text_value};

text_value! {
    /// A specialty of 6 digits: 2 major category, 2 class, 2 specialty. The list grows yearly, so only the major
    /// category is checked.
    SpecialtyCode, example = "460103"
}

/// One of the 19 major categories 专业大类, the same at the three levels (61–79 secondary, 41–59 diploma, 21–39
/// bachelor).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MajorCategory(u8);

const CATEGORIES: [(&str, &str); 19] = [
    ("农林牧渔", "agriculture, forestry, husbandry and fishery"),
    ("资源环境与安全", "resources, environment and safety"),
    ("能源动力与材料", "energy, power and materials"),
    ("土木建筑", "civil engineering and construction"),
    ("水利", "water resources"),
    ("装备制造", "equipment manufacturing"),
    ("生物与化工", "biology and chemical engineering"),
    ("轻工纺织", "light industry and textiles"),
    ("食品药品与粮食", "food, medicine and grain"),
    ("交通运输", "transport"),
    ("电子与信息", "electronics and information"),
    ("医药卫生", "medicine and health"),
    ("财经商贸", "finance, economics and trade"),
    ("旅游", "tourism"),
    ("文化艺术", "culture and arts"),
    ("新闻传播", "news and communication"),
    ("教育与体育", "education and sports"),
    ("公安与司法", "public security and justice"),
    ("公共管理与服务", "public administration and services"),
];

impl SpecialtyCode {
    /// Reads 6 digits whose first two are a major category at one of the three levels.
    ///
    /// # Errors
    /// When it is not 6 digits, or names no major category.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if !super::digits(text, 6) {
            return Err(Malformed::new("specialty code", "it must have 6 digits"));
        }
        if category_of(text).is_none() {
            return Err(Malformed::new("specialty code", "its first two digits are not a major category"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The major category it belongs to.
    pub fn category(&self) -> MajorCategory {
        // One way in: `parse` admits only codes of a category.
        MajorCategory(category_of(&self.0).unwrap_or(0))
    }
}

fn category_of(code: &str) -> Option<u8> {
    let two: u8 = code.get(0..2)?.parse().ok()?;
    match two {
        21..=39 => Some(two - 21),
        41..=59 => Some(two - 41),
        61..=79 => Some(two - 61),
        _ => None,
    }
}

impl MajorCategory {
    /// Reads a number from 1 to 19.
    ///
    /// # Errors
    /// When there is no such category.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        match text.parse() {
            Ok(number @ 1..=19u8) => Ok(Self(number - 1)),
            _ => Err(Malformed::new("major category", "write a number from 1 to 19")),
        }
    }

    /// All of them, in the catalogue's order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..19).map(Self)
    }

    /// The Chinese name.
    pub fn chinese(self) -> &'static str {
        CATEGORIES[usize::from(self.0)].0
    }

    /// The English name.
    pub fn english(self) -> &'static str {
        CATEGORIES[usize::from(self.0)].1
    }
}

impl std::fmt::Display for MajorCategory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (self.0 + 1).fmt(f)
    }
}

impl TryFrom<String> for MajorCategory {
    type Error = Malformed;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<MajorCategory> for String {
    fn from(category: MajorCategory) -> Self {
        category.to_string()
    }
}

text_schema!(MajorCategory, example = "6");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_category_at_three_levels() {
        for code in ["260103", "460103", "660103"] {
            assert_eq!(SpecialtyCode::parse(code).unwrap().category().chinese(), "装备制造");
        }
        for text in ["400101", "600101", "800101", "46010", "46010x"] {
            assert!(SpecialtyCode::parse(text).is_err(), "{text}");
        }
    }
}

//! Administrative divisions 行政区划 (GB/T 2260).

use crate::Malformed;
use crate::parse::{text_schema, text_value};

text_value! {
    /// A division of 6 digits: 2 province, 2 prefecture, 2 county. `320000` is a province, `320100` a city.
    Division, example = "320100"
}

impl Division {
    /// Reads 6 digits that begin with a province.
    ///
    /// # Errors
    /// When it is not 6 digits, or begins with no province.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if !super::digits(text, 6) {
            return Err(Malformed::new("division", "it must have 6 digits"));
        }
        Province::parse(&text[0..2])?;
        if text[2..4] == *"00" && text[4..6] != *"00" {
            return Err(Malformed::new("division", "it has a county without a prefecture"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The province it lies in.
    pub fn province(&self) -> Province {
        Province::containing(&self.0)
    }

    /// The prefecture-level city it lies in; the division itself where it is a province.
    pub fn city(&self) -> Self {
        Self(format!("{}00", &self.0[0..4]))
    }
}

/// A provincial reporting unit: 34 of GB/T 2260 and the XPCC 兵团, which reports on its own and has no GB code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Province(u8);

/// The XPCC has no code of its own in GB/T 2260; 66 is free there.
const XPCC: u8 = 66;

const PROVINCES: [(u8, &str, &str); 35] = [
    (11, "北京", "Beijing"),
    (12, "天津", "Tianjin"),
    (13, "河北", "Hebei"),
    (14, "山西", "Shanxi"),
    (15, "内蒙古", "Inner Mongolia"),
    (21, "辽宁", "Liaoning"),
    (22, "吉林", "Jilin"),
    (23, "黑龙江", "Heilongjiang"),
    (31, "上海", "Shanghai"),
    (32, "江苏", "Jiangsu"),
    (33, "浙江", "Zhejiang"),
    (34, "安徽", "Anhui"),
    (35, "福建", "Fujian"),
    (36, "江西", "Jiangxi"),
    (37, "山东", "Shandong"),
    (41, "河南", "Henan"),
    (42, "湖北", "Hubei"),
    (43, "湖南", "Hunan"),
    (44, "广东", "Guangdong"),
    (45, "广西", "Guangxi"),
    (46, "海南", "Hainan"),
    (50, "重庆", "Chongqing"),
    (51, "四川", "Sichuan"),
    (52, "贵州", "Guizhou"),
    (53, "云南", "Yunnan"),
    (54, "西藏", "Tibet"),
    (61, "陕西", "Shaanxi"),
    (62, "甘肃", "Gansu"),
    (63, "青海", "Qinghai"),
    (64, "宁夏", "Ningxia"),
    (65, "新疆", "Xinjiang"),
    (XPCC, "兵团", "XPCC"),
    (71, "台湾", "Taiwan"),
    (81, "香港", "Hong Kong"),
    (82, "澳门", "Macao"),
];

impl Province {
    /// Reads the two digits, or the usual Chinese short name.
    ///
    /// # Errors
    /// When there is no such province.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let text = text.trim();
        PROVINCES
            .iter()
            .find(|(code, chinese, _)| code.to_string() == text || *chinese == text)
            .map(|(code, ..)| Self(*code))
            .ok_or_else(|| Malformed::new("province", "there is no province of this code or name"))
    }

    /// Every provincial reporting unit, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        PROVINCES.iter().map(|(code, ..)| Self(*code))
    }

    /// The usual Chinese short name.
    pub fn chinese(self) -> &'static str {
        self.row().1
    }

    /// The English name.
    pub fn english(self) -> &'static str {
        self.row().2
    }

    /// The province of a code that has already been checked to begin with one.
    pub(crate) fn containing(code: &str) -> Self {
        Self(code.bytes().take(2).fold(0, |sum, byte| sum * 10 + (byte - b'0')))
    }

    fn row(self) -> &'static (u8, &'static str, &'static str) {
        // One way in: `parse` admits only codes of the table.
        PROVINCES.iter().find(|(code, ..)| *code == self.0).unwrap_or(&PROVINCES[0])
    }
}

impl std::fmt::Display for Province {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Province {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Province {
    type Error = Malformed;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Province> for String {
    fn from(province: Province) -> Self {
        province.to_string()
    }
}

text_schema!(Province, example = "32");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_county_lies_in_its_city_and_province() {
        let county = Division::parse("320102").unwrap();
        assert_eq!(county.city().as_str(), "320100");
        assert_eq!(county.province().chinese(), "江苏");
    }

    #[test]
    fn unknown_provinces_are_refused() {
        for text in ["990000", "32010", "32010a", "320001", "160000"] {
            assert!(Division::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_xpcc_is_a_reporting_unit_of_its_own() {
        assert_eq!(Province::parse("兵团").unwrap().english(), "XPCC");
        assert_eq!(Province::all().count(), 35);
    }
}

//! The provincial units that report: 31 provinces and the XPCC.

/// A provincial unit.
#[derive(Debug)]
pub(crate) struct Unit {
    /// The two digits that its codes begin with: the XPCC's schools have the codes of Xinjiang.
    pub(crate) digits: &'static str,
    /// The unit that it reports as, where that is another.
    pub(crate) reports_as: Option<&'static str>,
    /// Its usual short name.
    pub(crate) name: &'static str,
    /// Its share of the nation's teachers, in tenths of a percent or so: roughly its share of the people, for the
    /// published figures are national.
    pub(crate) weight: u32,
    /// The divisions of its cities.
    pub(crate) cities: u32,
}

macro_rules! units {
    ($($digits:literal $name:literal $weight:literal $cities:literal),+ $(,)?) => {
        [$(Unit { digits: $digits, reports_as: None, name: $name, weight: $weight, cities: $cities }),+]
    };
}

const PROVINCES: [Unit; 31] = units![
    "11" "北京" 12 1, "12" "天津" 11 1, "13" "河北" 55 11, "14" "山西" 27 11, "15" "内蒙古" 18 9,
    "21" "辽宁" 28 14, "22" "吉林" 17 8, "23" "黑龙江" 21 12, "31" "上海" 14 1, "32" "江苏" 62 13,
    "33" "浙江" 48 11, "34" "安徽" 44 16, "35" "福建" 29 9, "36" "江西" 34 11, "37" "山东" 73 16,
    "41" "河南" 78 17, "42" "湖北" 42 12, "43" "湖南" 48 13, "44" "广东" 86 21, "45" "广西" 37 14,
    "46" "海南" 8 3, "50" "重庆" 24 1, "51" "四川" 62 18, "52" "贵州" 29 6, "53" "云南" 35 8,
    "54" "西藏" 2 6, "61" "陕西" 29 10, "62" "甘肃" 19 12, "63" "青海" 4 2, "64" "宁夏" 6 5, "65" "新疆" 18 4,
];

const XPCC: Unit = Unit { digits: "65", reports_as: Some("66"), name: "兵团", weight: 3, cities: 1 };

/// How many units there are.
pub(crate) const UNITS: usize = 32;

/// A unit by its number, in the order of the codes, the XPCC last.
pub(crate) fn unit(number: usize) -> &'static Unit {
    PROVINCES.get(number).unwrap_or(&XPCC)
}

impl Unit {
    /// The division of one of its cities.
    pub(crate) fn city(&self, number: u32) -> String {
        match self.reports_as {
            // What lies in no prefecture: the cities of the XPCC.
            Some(_) => format!("{}9001", self.digits),
            None => format!("{}{:02}00", self.digits, 1 + number % self.cities),
        }
    }
}

/// So many things shared out by weight, to the last one: who would get the largest part of another gets it.
pub(crate) fn apportion(total: u32, weights: &[u32], at_least: u32) -> Vec<u32> {
    let floor = at_least.saturating_mul(u32::try_from(weights.len()).unwrap_or(u32::MAX));
    let spare = u64::from(total.saturating_sub(floor));
    let sum = weights.iter().map(|weight| u64::from(*weight)).sum::<u64>().max(1);
    let mut parts: Vec<(u64, u64, usize)> = Vec::with_capacity(weights.len());
    for (place, weight) in weights.iter().enumerate() {
        let exact = spare * u64::from(*weight);
        parts.push((exact % sum, exact / sum, place));
    }
    let mut missing = spare - parts.iter().map(|(_, whole, _)| whole).sum::<u64>();
    parts.sort_by(|one, other| other.0.cmp(&one.0).then(one.2.cmp(&other.2)));
    for part in &mut parts {
        if missing == 0 {
            break;
        }
        part.1 += 1;
        missing -= 1;
    }
    parts.sort_by_key(|part| part.2);
    parts.into_iter().map(|(_, whole, _)| at_least + u32::try_from(whole).unwrap_or(u32::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_out_adds_up_and_everybody_gets_the_least() {
        let parts = apportion(100, &[1, 1, 1], 2);
        assert_eq!(parts, [34, 33, 33]);
        assert_eq!(apportion(10, &[0, 5, 95], 1).iter().sum::<u32>(), 10);
        assert_eq!(apportion(10, &[0, 5, 95], 1)[0], 1);
    }

    #[test]
    fn the_units_are_the_registers_own() {
        for number in 0..UNITS {
            let unit = unit(number);
            let province = kernel::code::Province::parse(unit.reports_as.unwrap_or(unit.digits)).unwrap();
            assert_eq!(province.chinese(), unit.name);
            assert!(kernel::code::Division::parse(&unit.city(7)).is_ok(), "{}", unit.city(7));
        }
    }
}

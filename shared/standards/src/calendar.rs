//! Calendar arithmetic on plain day numbers: the same answers as [`kernel::Day`], which the tests compare, at a
//! fraction of the cost. Timelines are computed for a whole country at once, and each asks for hundreds of these.
//!
//! A day number is [`kernel::Day::ordinal`]: days since 1900-01-01.

/// Day 0 counted from 0000-03-01, where the algorithm's years begin.
const OFFSET: i32 = 693_901;

/// The same date so many years earlier; 29 February counts as 28 where there is none. Negative before 1900.
pub fn years_earlier(day: i32, years: u8) -> i32 {
    years_later(day, -i32::from(years))
}

/// The same date so many years later (earlier when negative); 29 February counts as 28 where there is none.
pub fn years_later(day: i32, years: i32) -> i32 {
    let (year, month, date) = civil(day);
    let year = year + years;
    let date = if month == 2 && date == 29 && !is_leap(year) { 28 } else { date };
    ordinal(year, month, date)
}

/// The year of a day.
pub fn year(day: i32) -> i32 {
    civil(day).0
}

/// The first later day that is a 29 February or a 1 March. In between, every date keeps its distance to the same date
/// of another year.
pub fn end_of_february_era(day: i32) -> i32 {
    let (year, month, date) = civil(day);
    if month == 2 && date == 29 {
        return day + 1;
    }
    let year = if month > 2 { year + 1 } else { year };
    if is_leap(year) { ordinal(year, 2, 29) } else { ordinal(year, 3, 1) }
}

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Howard Hinnant's `civil_from_days`, for days that are not before the year 0.
fn civil(day: i32) -> (i32, i32, i32) {
    let day = day + OFFSET;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i32::from(month <= 2), month, date)
}

/// Howard Hinnant's `days_from_civil`.
fn ordinal(year: i32, month: i32, date: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted_month + 2) / 5 + date - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - OFFSET
}

#[cfg(test)]
mod tests {
    use kernel::Day;

    use super::*;

    #[test]
    fn every_day_agrees_with_the_kernel() {
        let last = Day::MAX.ordinal();
        for ordinal in 0..=last {
            let day = Day::from_ordinal(ordinal);
            assert_eq!(year(ordinal), i32::from(day.year()), "{day}");
            for years in [1, 4, 5, 7] {
                assert_eq!(years_earlier(ordinal, years).max(0), day.minus_years(years).ordinal(), "{day}");
                assert_eq!(years_later(ordinal, i32::from(years)).min(last), day.plus_years(years).ordinal(), "{day}");
            }
        }
    }

    #[test]
    fn within_an_era_every_day_keeps_its_distance() {
        let (mut at, last) = (0, Day::MAX.ordinal());
        while at < last {
            let end = end_of_february_era(at).min(last);
            assert!(end > at);
            let distance = at - years_earlier(at, 5);
            for day in at..end {
                assert_eq!(day - years_earlier(day, 5), distance, "{}", Day::from_ordinal(day));
            }
            at = end;
        }
    }
}

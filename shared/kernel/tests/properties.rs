//! Properties of the values, against deliberately naive counterparts.

#![expect(clippy::unwrap_used, reason = "a test's way to fail is to panic")]

use std::collections::BTreeSet;

use kernel::code::CitizenId;
use kernel::{Day, DayRange, DaySet, Hours, Instant};
use proptest::prelude::*;

/// A day within forty years, as its number.
fn ordinal() -> impl Strategy<Value = i32> {
    36_500..51_000
}

fn range() -> impl Strategy<Value = DayRange> {
    (ordinal(), 0..400).prop_map(|(from, days)| {
        let from = Day::from_ordinal(from);
        DayRange::new(from, from.plus_days(days)).unwrap()
    })
}

fn naive(ranges: &[DayRange]) -> BTreeSet<i32> {
    ranges.iter().flat_map(|range| range.from().ordinal()..=range.to().ordinal()).collect()
}

/// Seventeen digits that could begin an id number: an invented person's.
fn body() -> impl Strategy<Value = String> {
    let province = prop::sample::select(vec!["11", "32", "35", "62", "65"]);
    (province, 0..10_000u32, 1950..2000u32, 1..13u32, 1..29u32, 0..1_000u32).prop_map(
        |(province, area, year, month, day, serial)| format!("{province}{area:04}{year}{month:02}{day:02}{serial:03}"),
    )
}

proptest! {
    #[test]
    fn a_union_of_stretches_has_the_days_of_each_once(ranges in prop::collection::vec(range(), 0..12)) {
        let set = DaySet::union_of(ranges.clone());
        let days = naive(&ranges);
        prop_assert_eq!(usize::try_from(set.len()).unwrap(), days.len());
        for day in days.iter().step_by(37) {
            prop_assert!(set.contains(Day::from_ordinal(*day)));
        }
    }

    #[test]
    fn an_intersection_has_the_days_of_both(
        left in prop::collection::vec(range(), 0..8),
        right in prop::collection::vec(range(), 0..8),
    ) {
        let common = DaySet::union_of(left.clone()).intersection(&DaySet::union_of(right.clone()));
        let expected = naive(&left).intersection(&naive(&right)).count();
        prop_assert_eq!(usize::try_from(common.len()).unwrap(), expected);
    }

    #[test]
    fn a_window_counts_what_lies_after_its_edge_up_to_its_end(
        ranges in prop::collection::vec(range(), 0..8),
        until in ordinal(),
    ) {
        let until = Day::from_ordinal(until);
        let after = until.minus_years(5);
        let inside = naive(&ranges).into_iter().filter(|day| after.ordinal() < *day && *day <= until.ordinal()).count();
        let counted = DaySet::union_of(ranges).count_within(after, until);
        prop_assert_eq!(usize::try_from(counted).unwrap(), inside);
    }

    #[test]
    fn a_day_reads_what_it_writes_and_keeps_its_number(ordinal in ordinal()) {
        let day = Day::from_ordinal(ordinal);
        prop_assert_eq!(Day::parse(&day.to_string()), Ok(day));
        prop_assert_eq!(day.ordinal(), ordinal);
        prop_assert_eq!(day.next().previous(), day);
    }

    #[test]
    fn years_back_and_forth_lead_home_but_from_the_29th_of_february(ordinal in ordinal()) {
        let day = Day::from_ordinal(ordinal);
        let there_and_back = day.minus_years(5).plus_years(5);
        let leap = day.to_string().ends_with("-02-29");
        prop_assert!(there_and_back == day || (leap && there_and_back == day.previous()));
    }

    #[test]
    fn one_wrong_digit_never_passes_the_check(body in body(), at in 0usize..17, shift in 1u8..10) {
        let valid = (0..=10u8).map(|check| {
            let check = if check == 10 { 'X' } else { char::from(b'0' + check) };
            format!("{body}{check}")
        }).find(|number| CitizenId::parse(number).is_ok()).expect("one of the eleven check characters fits");
        let mut bytes = valid.into_bytes();
        bytes[at] = b'0' + (bytes[at] - b'0' + shift) % 10;
        prop_assert!(CitizenId::parse(&String::from_utf8(bytes).unwrap()).is_err());
    }

    #[test]
    fn parsing_never_panics(text in "\\PC{0,30}") {
        let _ = (Day::parse(&text), CitizenId::parse(&text), Hours::parse(&text), Instant::parse(&text));
        let _ = (kernel::code::SchoolCode::parse(&text), kernel::code::Division::parse(&text));
        let _ = (kernel::code::SpecialtyCode::parse(&text), kernel::code::TeacherCertificateNumber::parse(&text));
    }

    #[test]
    fn an_instant_reads_what_it_writes(micros in 0i64..4_000_000_000_000_000) {
        let instant = Instant::from_micros(micros);
        prop_assert_eq!(Instant::parse(&instant.to_string()), Ok(instant));
    }
}

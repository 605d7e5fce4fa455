use kernel::vocabulary::Level;
use kernel::{CommandId, Day};
use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert_eq, proptest};
use proptest::sample::select;

use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn recognition() -> RecognitionId {
    RecognitionId::new(CommandId::derived("a recognition").uuid())
}

fn id(number: usize) -> EventId {
    EventId::of(CommandId::derived("entries"), number)
}

fn recorded<'a>(entries: impl IntoIterator<Item = (usize, &'a Entry)>) -> Recognitions {
    let mut recognitions = Recognitions::default();
    entries.into_iter().for_each(|(number, entry)| recognitions.enter(id(number), entry));
    recognitions
}

/// Level, first day, last day unless reviewed and day of the end of every stretch.
fn stretches(entries: &[Entry]) -> Vec<(Level, String, String, Option<String>)> {
    let stretch = |one: Recognition| {
        let ended = one.revoked_on.map(|ended| ended.to_string());
        (one.level, one.granted_on.to_string(), one.review_due.to_string(), ended)
    };
    recorded(entries.iter().enumerate()).facts().map(stretch).collect()
}

fn stretch(level: Level, from: &str, due: &str, ended: Option<&str>) -> (Level, String, String, Option<String>) {
    (level, from.to_owned(), due.to_owned(), ended.map(str::to_owned))
}

fn granted(level: Level, on: &str, due: &str) -> Entry {
    let (on, review_due) = (day(on), day(due));
    Entry::Granted { recognition: recognition(), level, on, review_due, evidence: vec![id(100)], by_own_hand: false }
}

fn reviewed(on: &str, due: &str) -> Entry {
    Entry::Reviewed { recognition: recognition(), on: day(on), review_due: day(due) }
}

fn lowered(level: Level, on: &str, due: &str) -> Entry {
    Entry::Continued { recognition: recognition(), on: day(on), level: Some(level), review_due: Some(day(due)) }
}

fn revoked(on: &str) -> Entry {
    Entry::Revoked { recognition: recognition(), on: day(on) }
}

fn reinstated(on: &str) -> Entry {
    Entry::Continued { recognition: recognition(), on: day(on), level: None, review_due: None }
}

fn intermediate() -> Entry {
    granted(Level::Intermediate, "2023-07-01", "2028-06-30")
}

#[test]
fn a_reinstated_recognition_stands_but_for_the_days_between() {
    let stands = stretches(&[intermediate(), revoked("2024-03-01"), reinstated("2024-06-01")]);
    assert_eq!(
        stands,
        [
            stretch(Level::Intermediate, "2023-07-01", "2028-06-30", Some("2024-03-01")),
            stretch(Level::Intermediate, "2024-06-01", "2028-06-30", None),
        ]
    );
}

#[test]
fn what_is_revoked_again_from_before_it_was_reinstated_stays_revoked() {
    let again = [intermediate(), revoked("2024-03-01"), reinstated("2024-06-01"), revoked("2024-05-01")];
    let whole = [stretch(Level::Intermediate, "2023-07-01", "2028-06-30", Some("2024-03-01"))];
    assert_eq!(stretches(&again), whole);
}

#[test]
fn a_review_of_a_day_on_which_it_was_revoked_puts_nothing_in_force_before_the_reinstatement() {
    let review = lowered(Level::Junior, "2024-04-01", "2029-03-31");
    let stands = stretches(&[intermediate(), revoked("2024-03-01"), reinstated("2024-06-01"), review]);
    assert_eq!(
        stands,
        [
            stretch(Level::Intermediate, "2023-07-01", "2028-06-30", Some("2024-03-01")),
            stretch(Level::Junior, "2024-06-01", "2029-03-31", None),
        ]
    );
}

#[test]
fn a_review_in_time_extends_and_a_late_one_leaves_the_days_between_lapsed() {
    let in_time = stretches(&[intermediate(), reviewed("2028-06-30", "2033-06-29")]);
    assert_eq!(in_time, [stretch(Level::Intermediate, "2023-07-01", "2033-06-29", None)]);
    let late = stretches(&[intermediate(), reviewed("2028-09-01", "2033-08-31")]);
    assert_eq!(
        late,
        [
            stretch(Level::Intermediate, "2023-07-01", "2028-06-30", Some("2028-09-01")),
            stretch(Level::Intermediate, "2028-09-01", "2033-08-31", None),
        ]
    );
}

#[test]
fn a_review_in_time_that_is_recorded_after_a_late_one_closes_the_gap_and_shortens_nothing() {
    let given = granted(Level::Senior, "2020-01-01", "2024-12-31");
    let (late, in_time) = (reviewed("2025-06-01", "2030-05-31"), reviewed("2024-11-01", "2029-10-31"));
    let whole = [stretch(Level::Senior, "2020-01-01", "2030-05-31", None)];
    assert_eq!(stretches(&[given, late, in_time]), whole);
}

#[test]
fn a_recognition_is_lowered_from_the_day_of_the_review_and_a_later_day_does_not_raise_it() {
    let given = granted(Level::Senior, "2023-01-01", "2027-12-31");
    let later = lowered(Level::Intermediate, "2025-01-01", "2029-12-31");
    let back_dated = lowered(Level::Junior, "2024-01-01", "2028-12-31");
    assert_eq!(
        stretches(&[given, later, back_dated]),
        [
            stretch(Level::Senior, "2023-01-01", "2027-12-31", Some("2024-01-01")),
            stretch(Level::Junior, "2024-01-01", "2029-12-31", None),
        ]
    );
}

#[test]
fn what_is_lowered_from_before_a_late_review_is_at_the_lower_level_after_it() {
    let given = granted(Level::Senior, "2020-01-01", "2024-12-31");
    let late = reviewed("2025-06-01", "2030-05-31");
    let back_dated = lowered(Level::Junior, "2023-01-01", "2024-12-31");
    assert_eq!(
        stretches(&[given, late, back_dated]),
        [
            stretch(Level::Senior, "2020-01-01", "2024-12-31", Some("2023-01-01")),
            stretch(Level::Junior, "2023-01-01", "2024-12-31", Some("2025-06-01")),
            stretch(Level::Junior, "2025-06-01", "2030-05-31", None),
        ]
    );
}

#[test]
fn what_is_revoked_from_before_it_was_lowered_is_revoked_whole() {
    let lowered = lowered(Level::Junior, "2025-01-01", "2028-06-30");
    let stands = stretches(&[intermediate(), lowered.clone()]);
    assert_eq!(
        stands,
        [
            stretch(Level::Intermediate, "2023-07-01", "2028-06-30", Some("2025-01-01")),
            stretch(Level::Junior, "2025-01-01", "2028-06-30", None),
        ]
    );
    let stands = stretches(&[intermediate(), lowered, revoked("2024-01-01")]);
    assert!(stands.iter().all(|(.., ended)| ended.as_deref() == Some("2024-01-01")), "{stands:?}");
}

#[test]
fn a_review_clears_what_is_flagged_on_its_day() {
    let flags_after = |review: &str| {
        let mut recognitions = recorded([(0, &intermediate())]);
        recognitions.flag(Flag { fact: id(100), by: id(101), from: None });
        recognitions.flag(Flag { fact: id(100), by: id(102), from: Some(day("2025-06-01")) });
        recognitions.enter(id(1), &reviewed(review, "2029-12-31"));
        recognitions.facts().flat_map(|one| one.flags).map(|flag| flag.by).collect::<Vec<_>>()
    };
    assert_eq!(flags_after("2025-06-01"), []);
    assert_eq!(flags_after("2025-05-31"), [id(102)]);
}

const FIRST: &str = "2020-01-01";

fn on(offset: i32) -> Day {
    day(FIRST).plus_days(offset)
}

/// A review: what it lowers to, if it does, and for how many days it is valid.
type Review = (Option<Level>, i32);

/// Reviews by their day, in the order in which they are put on record.
fn reviews() -> impl Strategy<Value = Vec<(i32, Review)>> {
    let levels = select(&[Level::Junior, Level::Intermediate, Level::Senior][..]);
    let review = (option::weighted(0.4, levels), 1..400i32);
    let by_day = btree_map(1..1_500i32, review, 0..7);
    by_day.prop_flat_map(|by_day| Just(by_day.into_iter().collect::<Vec<_>>()).prop_shuffle())
}

fn entry(on_day: i32, (level, valid): Review) -> Entry {
    let (recognition, on, review_due) = (recognition(), on(on_day), on(on_day + valid));
    match level {
        Some(_) => Entry::Continued { recognition, on, level, review_due: Some(review_due) },
        None => Entry::Reviewed { recognition, on, review_due },
    }
}

/// The level of a day, by the days alone: that of the last review up to it, where that is valid for so long.
fn naive(reviews: &[(i32, Review)], on_day: i32) -> Option<Level> {
    let held = || reviews.iter().filter(|(day, _)| *day <= on_day);
    let due = held().max_by_key(|(day, _)| *day).map_or(200, |(day, (_, valid))| day + valid);
    let level = held().filter_map(|(_, (level, _))| *level).min().unwrap_or(Level::Senior);
    (on_day <= due).then_some(level)
}

/// The level of a day by the stretches, each of which speaks for days of its own.
fn levels_on(stretches: &[Recognition], on_day: Day) -> Vec<Level> {
    let holds = |one: &&Recognition| {
        let ended = one.revoked_on.is_some_and(|ended| ended <= on_day);
        one.granted_on <= on_day && on_day <= one.review_due && !ended
    };
    stretches.iter().filter(holds).map(|one| one.level).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_stretches_follow_from_the_days_of_the_reviews_and_not_from_the_order_of_the_log(reviews in reviews()) {
        let given = granted(Level::Senior, FIRST, &on(200).to_string());
        let built = |reviews: &[(i32, Review)]| {
            // An event has its id whenever it is recorded.
            let entries: Vec<_> = reviews.iter().map(|(day, review)| (*day as usize, entry(*day, *review))).collect();
            let all = [(0, &given)].into_iter().chain(entries.iter().map(|(number, entry)| (*number, entry)));
            recorded(all).facts().collect::<Vec<_>>()
        };
        let stretches = built(&reviews);
        let mut in_order = reviews.clone();
        in_order.sort_unstable();
        prop_assert_eq!(&stretches, &built(&in_order));
        for on_day in 0..2_000 {
            let naive: Vec<Level> = naive(&reviews, on_day).into_iter().collect();
            prop_assert_eq!(levels_on(&stretches, on(on_day)), naive, "{}", on_day);
        }
    }
}

//! What cannot all be true of one person is found, whatever the order in which it arrived.

use std::collections::{BTreeMap, BTreeSet};

use kernel::vocabulary::ContradictionKind::{self, HoursOverDay, HoursOverPolicy, OwnHand, SiteNotApproved, TwoPlaces};
use kernel::vocabulary::Level;
use kernel::{Day, EventId, Hours, SessionId};
use proptest::prelude::*;
use standards::{Attendance, Contradiction, Facts, Placement, contradictions};

use crate::dossier::{approved, attendance, complete, fact, placement, range, recognition, site};
use crate::random::{a_day, a_dossier};

fn found(facts: &Facts) -> Vec<(ContradictionKind, Vec<EventId>)> {
    let of = |one: Contradiction| (one.kind, one.facts.iter().map(|one| one.fact).collect());
    contradictions(facts, &approved()).into_iter().map(of).collect()
}

fn at(number: u32, placement: Placement) -> Placement {
    Placement { site: site(number), ..placement }
}

fn hours(hours: u16, attendance: &Attendance) -> Attendance {
    Attendance { hours: Hours::whole(hours), ..attendance.clone() }
}

#[test]
fn a_clean_record_has_none() {
    assert!(contradictions(&complete(), &approved()).is_empty());
}

#[test]
fn nobody_is_at_two_sites_on_one_day() {
    let one = placement(4, "2023-03-01", "2023-05-31");
    let other = at(2, placement(5, "2023-05-31", "2023-06-30"));
    let mut facts = Facts { placements: vec![other.clone(), one.clone()], ..Facts::default() };
    assert_eq!(found(&facts), [(TwoPlaces, vec![fact(4), fact(5)])]);
    let only = contradictions(&facts, &approved()).into_iter().next().unwrap();
    let sites: Vec<_> = only.facts.iter().filter_map(|one| one.site).collect();
    assert_eq!((only.days, sites), (range("2023-05-31", "2023-05-31"), vec![site(1), site(2)]));
    facts.placements = vec![one.clone(), at(2, placement(5, "2023-06-01", "2023-06-30"))];
    assert!(found(&facts).is_empty());
    facts.placements = vec![one, Placement { voided: Some(fact(9)), ..other }];
    assert!(found(&facts).is_empty());
}

#[test]
fn who_attends_online_is_not_at_the_base() {
    let away = at(2, placement(5, "2022-02-01", "2022-06-30"));
    let session = attendance(6, "2022-03-01", "2022-03-05");
    let with = |on_site| Facts {
        placements: vec![away.clone()],
        attendances: vec![Attendance { on_site, ..session.clone() }],
        ..Facts::default()
    };
    assert_eq!(found(&with(true)), [(TwoPlaces, vec![fact(5), fact(6)])]);
    assert!(found(&with(false)).is_empty());
}

#[test]
fn hours_of_a_day_add_up_over_sessions() {
    let of = |attendances| found(&Facts { attendances, ..Facts::default() });
    let four_days = |number, all| hours(all, &attendance(number, "2022-03-01", "2022-03-04"));
    assert!(of(vec![four_days(6, 32)]).is_empty());
    assert_eq!(of(vec![four_days(6, 33)]), [(HoursOverPolicy, vec![fact(6)])]);
    assert_eq!(of(vec![four_days(6, 20), four_days(7, 16)]), [(HoursOverPolicy, vec![fact(6), fact(7)])]);
    let impossible = of(vec![four_days(6, 50), four_days(7, 50)]);
    assert_eq!(impossible.iter().map(|one| one.0).collect::<Vec<_>>(), [HoursOverPolicy, HoursOverDay]);
}

#[test]
fn logged_hours_of_a_placement_count_with_those_of_sessions() {
    let logged = |number, hours_a_day| standards::LoggedDays {
        fact: fact(number),
        days: range("2022-03-02", "2022-03-10"),
        hours_a_day: Hours::whole(hours_a_day),
    };
    let stay =
        |hours_a_day| Placement { logged: vec![logged(40, hours_a_day)], ..placement(4, "2022-03-01", "2022-06-30") };
    assert!(found(&Facts { placements: vec![stay(8)], ..Facts::default() }).is_empty());
    assert_eq!(found(&Facts { placements: vec![stay(9)], ..Facts::default() }), [(HoursOverPolicy, vec![fact(40)])]);
    let session = hours(12, &attendance(6, "2022-03-01", "2022-03-03"));
    let both = Facts { placements: vec![stay(5)], attendances: vec![session], ..Facts::default() };
    assert_eq!(found(&both), [(HoursOverPolicy, vec![fact(6), fact(40)])]);
    let only = contradictions(&both, &approved()).into_iter().next().unwrap();
    assert_eq!(only.days, range("2022-03-02", "2022-03-03"));
}

#[test]
fn a_session_at_a_base_that_was_not_approved_is_one() {
    let early = attendance(6, "1999-12-31", "2000-01-02");
    let facts = Facts { attendances: vec![early], ..Facts::default() };
    assert_eq!(found(&facts), [(SiteNotApproved, vec![fact(6)])]);
}

#[test]
fn nobody_recognises_themself() {
    let mut own = recognition(8, Level::Junior, "2022-01-15", "2027-01-14");
    own.by_own_hand = true;
    assert_eq!(found(&Facts { recognitions: vec![own], ..Facts::default() }), [(OwnHand, vec![fact(8)])]);
}

/// What somebody spent hours at on a day, and how many thousandths of half an hour, as anybody would count them.
fn spent_on(facts: &Facts, day: Day) -> (BTreeSet<EventId>, u64) {
    let held = |one: &&Attendance| one.voided.is_none() && one.range.contains(day);
    let mut sessions: BTreeMap<SessionId, &Attendance> = BTreeMap::new();
    for one in facts.attendances.iter().filter(|one| one.voided.is_none()) {
        let known = sessions.entry(one.session).or_insert(one);
        *known = if known.hours < one.hours { one } else { known };
    }
    let thousandths = |hours: Hours| u64::from(hours.halves()) * 1000;
    let attended = sessions.into_values().filter(held);
    let attended = attended.map(|one| (one.fact, thousandths(one.hours) / one.range.days().unsigned_abs() as u64));
    let placements = facts.placements.iter().filter(|one| one.voided.is_none());
    let logged = placements.flat_map(|one| &one.logged).filter(|one| one.days.contains(day));
    let logged = logged.map(|one| (one.fact, thousandths(one.hours_a_day)));
    let all: Vec<_> = attended.chain(logged).collect();
    (all.iter().map(|one| one.0).collect(), all.iter().map(|one| one.1).sum())
}

proptest! {
    /// On every day with too many hours, what was spent on it contradicts itself; on others nothing does.
    #[test]
    fn hours_are_those_of_each_day(facts in a_dossier(), day in a_day()) {
        let found = contradictions(&facts, &approved());
        for (kind, most) in [(HoursOverPolicy, 8), (HoursOverDay, 24)] {
            let of_kind: Vec<_> = found.iter().filter(|one| one.kind == kind).collect();
            let named = |one: &Contradiction| one.facts.iter().map(|one| one.fact).collect::<BTreeSet<_>>();
            let (on_it, hours) = spent_on(&facts, day);
            let is_named = of_kind.iter().any(|one| one.days.contains(day) && named(one) == on_it);
            prop_assert!(is_named || hours <= most * 2000, "{kind:?} on {day}: {of_kind:?}");
            for one in of_kind {
                for end in [one.days.from(), one.days.to()] {
                    let (on_it, hours) = spent_on(&facts, end);
                    prop_assert!(hours > most * 2000 && on_it == named(one), "{kind:?} on {end}: {one:?}");
                }
            }
        }
    }
}

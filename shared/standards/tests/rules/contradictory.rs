//! What cannot all be true of one person is found, whatever the order in which it arrived.

use kernel::vocabulary::ContradictionKind::{self, HoursOverDay, HoursOverPolicy, OwnHand, SiteNotApproved, TwoPlaces};
use kernel::vocabulary::Level;
use kernel::{EventId, Hours};
use standards::{Attendance, Contradiction, Facts, Placement, contradictions};

use crate::dossier::{approved, attendance, complete, fact, placement, range, recognition, site};

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

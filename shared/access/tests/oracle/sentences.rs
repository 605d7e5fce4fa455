//! The main sentences of the domain, decided by hand.

use access::{
    Decision, Held, Operation, Place, Principal, TokenScope, decide, is_of_own_organisation, may_grant, scope,
};
use kernel::code::{Division, Province};
use kernel::vocabulary::{Capacity, Term};
use kernel::{AccountId, Agent, EventId, Location, OrganisationId, Reach, Scope, TeacherId};
use uuid::Uuid;

fn person(number: u128) -> TeacherId {
    TeacherId::new(Uuid::from_u128(number))
}

fn school(name: &str, city: &str, province: &str) -> Location {
    Location {
        organisation: OrganisationId::of_name(name),
        city: Division::parse(city).unwrap(),
        province: Province::parse(province).unwrap(),
    }
}

fn nanjing() -> Location {
    school("one", "320100", "32")
}

fn wuxi() -> Location {
    school("two", "320200", "32")
}

/// Person 1, with posts at these schools.
fn teacher(at: &[Location]) -> Place {
    Place { shown_by: Operation::ShowTeacher, groups: vec![at.to_vec()], subject: Some(person(1)), is_closed: false }
}

fn somebody(roles: &[(Capacity, Reach)]) -> Principal {
    let held = |(number, (role, reach)): (usize, &(Capacity, Reach))| Held {
        grant: EventId::new(Uuid::from_u128(number as u128)),
        role: *role,
        organisation: None,
        reach: reach.clone(),
    };
    Principal {
        account: AccountId::new(Uuid::from_u128(1)),
        agent: Agent::parse("somebody").unwrap(),
        person: None,
        roles: roles.iter().enumerate().map(held).collect(),
        token: None,
    }
}

fn hr(of: &Location) -> Principal {
    somebody(&[(Capacity::SchoolHr, Reach::Organisation(of.organisation))])
}

fn city(of: &Location) -> Principal {
    somebody(&[(Capacity::CityAuthority, Reach::City(of.province, of.city.clone()))])
}

fn nation(role: Capacity) -> Principal {
    somebody(&[(role, Reach::Nation)])
}

fn may(decision: &Decision) -> bool {
    matches!(decision, Decision::May(_))
}

#[test]
fn a_school_keeps_the_records_of_its_own_teachers_and_sees_no_others() {
    let own = teacher(&[nanjing()]);
    assert!(may(&decide(&hr(&nanjing()), Operation::RecordCredential, Some(&own))));
    assert_eq!(decide(&hr(&wuxi()), Operation::RecordCredential, Some(&own)), Decision::Absent);
    assert_eq!(decide(&hr(&wuxi()), Operation::ShowTeacher, Some(&own)), Decision::Absent);
    let shared = teacher(&[nanjing(), wuxi()]);
    assert!(may(&decide(&hr(&wuxi()), Operation::RecordCredential, Some(&shared))));
}

#[test]
fn a_city_sees_its_teachers_and_changes_nothing_that_a_school_recorded() {
    let theirs = teacher(&[nanjing()]);
    assert!(may(&decide(&city(&nanjing()), Operation::ShowTeacher, Some(&theirs))));
    assert_eq!(decide(&city(&nanjing()), Operation::RecordCredential, Some(&theirs)), Decision::Forbidden);
    assert_eq!(decide(&city(&wuxi()), Operation::RecordCredential, Some(&theirs)), Decision::Absent);
}

#[test]
fn the_ministry_and_the_auditor_see_no_person() {
    for role in [Capacity::Ministry, Capacity::Auditor] {
        assert_eq!(decide(&nation(role), Operation::ShowTeacher, Some(&teacher(&[nanjing()]))), Decision::Absent);
        assert!(scope(&nation(role), Operation::ListTeachers).is_nothing());
        assert!(scope(&nation(role), Operation::ShowCoverage).is_everything());
    }
}

#[test]
fn teachers_see_their_own_record_and_say_what_is_wrong_in_it_but_do_not_write_it() {
    let oneself = Principal { person: Some(person(1)), ..somebody(&[]) };
    let own = teacher(&[]);
    assert_eq!(decide(&oneself, Operation::ShowTeacher, Some(&own)), Decision::May(None));
    assert_eq!(decide(&oneself, Operation::DisputeFact, Some(&own)), Decision::May(None));
    assert_eq!(decide(&oneself, Operation::RecordCredential, Some(&own)), Decision::Forbidden);
    let other = Place { subject: Some(person(2)), ..teacher(&[]) };
    assert_eq!(decide(&oneself, Operation::ShowTeacher, Some(&other)), Decision::Absent);
    assert!(scope(&oneself, Operation::ShowTeacher).names(person(1)));
    assert!(scope(&oneself, Operation::ListTeachers).is_nothing());
    assert_eq!(decide(&nation(Capacity::Operator), Operation::DisputeFact, Some(&own)), Decision::Forbidden);
}

#[test]
fn who_is_restricted_is_seen_by_the_operator_and_themself_only() {
    let closed = Place { is_closed: true, ..teacher(&[nanjing()]) };
    assert_eq!(decide(&hr(&nanjing()), Operation::ShowTeacher, Some(&closed)), Decision::Absent);
    assert!(may(&decide(&nation(Capacity::Operator), Operation::ShowTeacher, Some(&closed))));
    let oneself = Principal { person: Some(person(1)), ..somebody(&[]) };
    assert!(may(&decide(&oneself, Operation::ShowTeacher, Some(&closed))));
}

#[test]
fn what_is_not_there_is_answered_as_what_is_out_of_reach() {
    let far = decide(&hr(&wuxi()), Operation::ShowTeacher, Some(&teacher(&[nanjing()])));
    assert_eq!(decide(&hr(&wuxi()), Operation::ShowTeacher, None), far);
    assert_eq!(decide(&nation(Capacity::Operator), Operation::ShowTeacher, None), Decision::Absent);
}

#[test]
fn two_people_are_within_reach_only_if_both_are() {
    let both = Place { groups: vec![vec![nanjing()], vec![wuxi()]], subject: None, ..teacher(&[]) };
    assert_eq!(decide(&city(&nanjing()), Operation::MergeTeachers, Some(&both)), Decision::Absent);
    let province = somebody(&[(Capacity::ProvincialAuthority, Reach::Province(nanjing().province))]);
    assert!(may(&decide(&province, Operation::MergeTeachers, Some(&both))));
}

#[test]
fn one_acts_in_the_closest_role_and_states_no_purpose_in_it() {
    let roles = [
        (Capacity::CityAuthority, Reach::City(nanjing().province, nanjing().city)),
        (Capacity::SchoolHr, Reach::Organisation(nanjing().organisation)),
    ];
    let Decision::May(held) = decide(&somebody(&roles), Operation::ShowTeacher, Some(&teacher(&[nanjing()]))) else {
        panic!("they may");
    };
    assert_eq!(held.as_ref().map(|held| held.role), Some(Capacity::SchoolHr));
    assert!(is_of_own_organisation(held.as_ref()));
    let Decision::May(held) = decide(&city(&nanjing()), Operation::ShowTeacher, Some(&teacher(&[nanjing()]))) else {
        panic!("they may");
    };
    assert!(!is_of_own_organisation(held.as_ref()));
}

#[test]
fn a_token_is_good_for_its_services_and_never_for_signing_in() {
    let read = TokenScope { service: Some("teachers".to_owned()), writes: false };
    let with = |scope: &TokenScope| Principal { token: Some(vec![scope.clone()]), ..hr(&nanjing()) };
    let own = teacher(&[nanjing()]);
    assert!(may(&decide(&with(&read), Operation::ShowTeacher, Some(&own))));
    assert_eq!(decide(&with(&read), Operation::RecordCredential, Some(&own)), Decision::Forbidden);
    assert_eq!(decide(&with(&read), Operation::ShowStatus, Some(&own)), Decision::Forbidden);
    assert_eq!(scope(&with(&read), Operation::ListTeachers), Scope::nothing());
    let everything = TokenScope { service: None, writes: true };
    assert!(may(&decide(&with(&everything), Operation::RecordCredential, Some(&own))));
    let anywhere = Place::anywhere();
    assert_eq!(decide(&with(&everything), Operation::IssueOwnToken, Some(&anywhere)), Decision::Forbidden);
    let none = Principal { token: Some(vec![]), ..hr(&nanjing()) };
    assert_eq!(decide(&none, Operation::ShowTeacher, Some(&own)), Decision::Forbidden);
}

#[test]
fn nobody_gives_what_is_theirs_or_higher_but_the_operator() {
    for giver in Capacity::all() {
        for role in Capacity::all() {
            let expected = match giver {
                Capacity::Operator => *role != Capacity::Teacher,
                Capacity::ProvincialAuthority => {
                    [Capacity::CityAuthority, Capacity::SchoolHr, Capacity::BaseClerk].contains(role)
                }
                Capacity::CityAuthority => [Capacity::SchoolHr, Capacity::BaseClerk].contains(role),
                _ => false,
            };
            assert_eq!(may_grant(*giver, *role), expected, "{giver} gives {role}");
        }
    }
}

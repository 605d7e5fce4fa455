use decider::{decide_given, fact};

use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn days(from: &str, to: Option<&str>) -> Period {
    Period::new(day(from), to.map(day)).unwrap()
}

fn school(name: &str) -> Option<OrganisationId> {
    Some(OrganisationId::of_name(name))
}

fn somebody() -> Option<TeacherId> {
    Some(TeacherId::new(uuid::Uuid::from_u128(7)))
}

fn open(kind: AccountKind, person: Option<TeacherId>) -> Command {
    Command::Open { on: day("2026-09-01"), agent: Agent::parse("hr-1").unwrap(), kind, person }
}

fn grant(role: Capacity, organisation: Option<OrganisationId>, period: Period) -> Command {
    Command::Grant { on: day("2026-09-01"), role, organisation, period }
}

fn end(grant: EventId, last_day: &str) -> Command {
    Command::EndGrant { grant, last_day: day(last_day), reason: Reason::parse("left the office").unwrap() }
}

fn close() -> Command {
    Command::Close { on: day("2027-01-01"), reason: Reason::parse("left the office").unwrap() }
}

/// The events that these commands lead to, one after the other.
fn after(commands: &[Command]) -> Vec<AccountEvent> {
    let mut events = Vec::new();
    for command in commands {
        events.extend(decide_given::<Account>(&events, command).unwrap());
    }
    events
}

fn opened() -> Command {
    open(AccountKind::Person, somebody())
}

fn a_year() -> Period {
    days("2026-09-01", Some("2027-08-31"))
}

fn decide(given: &[Command], when: &Command) -> Result<Vec<AccountEvent>, Rejection> {
    decide_given::<Account>(&after(given), when)
}

#[test]
fn no_account_acts_under_a_name_of_the_machines_own() {
    for name in [Agent::LOCAL, Agent::SIMULATION] {
        let agent = Agent::parse(name).unwrap();
        let open = Command::Open { on: day("2026-09-01"), agent, kind: AccountKind::Service, person: None };
        assert_eq!(decide(&[], &open), Err(Rejection::ReservedName));
    }
}

#[test]
fn an_account_is_opened_once() {
    assert_eq!(decide(&[], &opened()).map(|events| events.len()), Ok(1));
    assert_eq!(decide(&[opened()], &opened()), Ok(vec![]));
    let otherwise = open(AccountKind::Person, None);
    assert_eq!(decide(&[opened()], &otherwise), Err(Rejection::OpenedOtherwise));
}

#[test]
fn a_machine_is_nobody() {
    assert_eq!(decide(&[], &open(AccountKind::Service, somebody())), Err(Rejection::MachineIsNobody));
    assert!(decide(&[], &open(AccountKind::Service, None)).is_ok());
}

#[test]
fn an_account_that_was_never_opened_takes_nothing() {
    for command in [grant(Capacity::SchoolHr, school("one"), a_year()), end(fact(1), "2026-12-31"), close()] {
        assert_eq!(decide(&[], &command), Err(Rejection::NotOpened));
    }
}

#[test]
fn a_closed_account_takes_nothing_and_is_closed_once() {
    let given = [opened(), grant(Capacity::SchoolHr, school("one"), a_year()), close()];
    for command in [opened(), grant(Capacity::SchoolHr, school("two"), a_year()), end(fact(1), "2026-12-31")] {
        assert_eq!(decide(&given, &command), Err(Rejection::AccountIsClosed));
    }
    assert_eq!(decide(&given, &close()), Ok(vec![]));
}

#[test]
fn a_role_at_an_organisation_needs_one_and_a_role_of_the_nation_has_none() {
    for role in [Capacity::BaseClerk, Capacity::SchoolHr, Capacity::CityAuthority, Capacity::ProvincialAuthority] {
        assert_eq!(decide(&[opened()], &grant(role, None, a_year())), Err(Rejection::NeedsAnOrganisation));
        assert!(decide(&[opened()], &grant(role, school("one"), a_year())).is_ok());
    }
    for role in [Capacity::Ministry, Capacity::Auditor, Capacity::Operator] {
        assert_eq!(decide(&[opened()], &grant(role, school("one"), a_year())), Err(Rejection::RoleOfTheNation));
        assert!(decide(&[opened()], &grant(role, None, a_year())).is_ok());
    }
}

#[test]
fn what_a_teacher_may_do_is_never_granted() {
    for organisation in [None, school("one")] {
        let wanted = grant(Capacity::Teacher, organisation, a_year());
        assert_eq!(decide(&[opened()], &wanted), Err(Rejection::TeacherIsNotGranted));
    }
}

#[test]
fn a_role_is_held_once_at_an_organisation_on_a_day() {
    let held = grant(Capacity::SchoolHr, school("one"), a_year());
    let given = [opened(), held.clone()];
    assert_eq!(decide(&given, &held), Ok(vec![]), "it is on record already");
    let overlapping = grant(Capacity::SchoolHr, school("one"), days("2027-08-31", None));
    assert_eq!(decide(&given, &overlapping), Err(Rejection::HeldAlready));
    for other in [
        grant(Capacity::SchoolHr, school("one"), days("2027-09-01", None)),
        grant(Capacity::SchoolHr, school("two"), a_year()),
        grant(Capacity::BaseClerk, school("one"), a_year()),
    ] {
        assert_eq!(decide(&given, &other).map(|events| events.len()), Ok(1));
    }
}

#[test]
fn a_role_ends_within_its_days_and_may_be_granted_again_afterwards() {
    let given = [opened(), grant(Capacity::SchoolHr, school("one"), a_year())];
    assert_eq!(decide(&given, &end(fact(9), "2026-12-31")), Err(Rejection::NotGranted));
    for outside in ["2026-08-30", "2027-09-01"] {
        assert_eq!(decide(&given, &end(fact(1), outside)), Err(Rejection::OutsideThePeriod));
    }
    assert_eq!(decide(&given, &end(fact(1), "2027-08-31")), Ok(vec![]), "it ends then anyway");
    let ended = [given.to_vec(), vec![end(fact(1), "2026-12-31")]].concat();
    assert_eq!(decide(&ended, &end(fact(1), "2026-12-31")), Ok(vec![]));
    assert_eq!(decide(&ended, &end(fact(1), "2027-01-01")), Err(Rejection::OutsideThePeriod), "it is not taken back");
    assert_eq!(decide(&ended, &end(fact(1), "2026-10-31")).map(|events| events.len()), Ok(1), "it ends even earlier");
    let again = grant(Capacity::SchoolHr, school("one"), days("2027-01-01", None));
    assert_eq!(decide(&ended, &again).map(|events| events.len()), Ok(1));
}

#[test]
fn a_role_that_ends_the_day_before_its_first_one_was_never_held() {
    let held = grant(Capacity::SchoolHr, school("one"), a_year());
    let given = [opened(), held.clone(), end(fact(1), "2026-08-31")];
    let events = after(&given);
    assert_eq!(events.len(), 3);
    let mut state = State::default();
    for (index, event) in events.iter().enumerate() {
        Account::evolve(&mut state, event, fact(index));
    }
    let State::Open(account) = state else { panic!("it is open") };
    assert_eq!(account.grants().count(), 0);
    assert_eq!(decide(&given, &end(fact(1), "2026-08-31")), Ok(vec![]), "it is on record already");
    assert_eq!(decide(&given, &end(fact(1), "2026-12-31")), Err(Rejection::OutsideThePeriod), "it is not taken back");
    assert_eq!(decide(&given, &held).map(|events| events.len()), Ok(1), "it may be granted again");
}

#[test]
fn who_an_account_is_elsewhere_is_recorded_once_while_it_is_open() {
    let link = |identity: &str| Command::Link { on: day("2026-09-02"), identity: identity.to_owned() };
    let linked = AccountEvent::IdentityLinked { on: day("2026-09-02"), identity: "one".to_owned() };
    assert_eq!(decide(&[opened()], &link("one")), Ok(vec![linked]));
    assert_eq!(decide(&[opened(), link("one")], &link("one")), Ok(vec![]));
    assert_eq!(decide(&[opened(), link("one")], &link("two")).map(|events| events.len()), Ok(1));
    assert_eq!(decide(&[], &link("one")), Err(Rejection::NotOpened));
    assert_eq!(decide(&[opened(), close()], &link("one")), Err(Rejection::AccountIsClosed));
}

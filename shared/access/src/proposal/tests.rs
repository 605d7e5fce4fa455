use decider::decide_given;
use events::Content;

use super::*;

const DIGEST: &str = "ab";

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn account(number: u128) -> AccountId {
    AccountId::new(uuid::Uuid::from_u128(number))
}

fn person(number: u128) -> Option<TeacherId> {
    Some(TeacherId::new(uuid::Uuid::from_u128(number)))
}

/// Account 1 of person 1 proposes something about person 3.
fn proposed() -> Proposed {
    Proposed {
        on: day("2026-09-01"),
        by: account(1),
        person: person(1),
        operation: Operation::GrantRecognition.code().to_owned(),
        path: "/api/v1/recognitions/x/grant".to_owned(),
        subject: person(3),
        organisation: None,
        content: Content::Clear("{}".to_owned()),
        digest: DIGEST.to_owned(),
        version: 1,
        last_day: day("2026-09-01").plus_days(LAST_DAYS),
    }
}

fn open() -> Vec<ProposalEvent> {
    decide_given::<Proposal>(&[], &Command::Propose(proposed())).unwrap()
}

fn approve(by: u128, of: Option<TeacherId>, digest: &str, on: &str) -> Command {
    Command::Approve { on: day(on), digest: digest.to_owned(), approver: account(by), approver_person: of }
}

fn reject(by: u128, of: Option<TeacherId>) -> Command {
    let reason = Reason::parse("the decision is missing").unwrap();
    Command::Reject { on: day("2026-09-02"), reason, by: account(by), by_person: of }
}

fn withdraw(by: u128) -> Command {
    Command::Withdraw { on: day("2026-09-02"), by: account(by) }
}

fn good() -> Command {
    approve(2, person(2), DIGEST, "2026-09-02")
}

fn given(commands: &[Command]) -> Vec<ProposalEvent> {
    let mut events = open();
    for command in commands {
        events.extend(decide_given::<Proposal>(&events, command).unwrap());
    }
    events
}

#[test]
fn a_second_person_approves_exactly_what_was_shown() {
    let approved = decide_given::<Proposal>(&open(), &good()).unwrap();
    let expected = ProposalEvent::Approved { on: day("2026-09-02"), by: account(2), digest: DIGEST.to_owned() };
    assert_eq!(approved, vec![expected]);
    let other = approve(2, person(2), "ac", "2026-09-02");
    assert_eq!(decide_given::<Proposal>(&open(), &other), Err(Rejection::DigestDiffers));
}

#[test]
fn nobody_decides_on_what_they_proposed_themselves() {
    for command in [
        approve(1, person(1), DIGEST, "2026-09-02"),
        approve(1, None, DIGEST, "2026-09-02"),
        approve(9, person(1), DIGEST, "2026-09-02"),
        reject(1, person(1)),
        reject(9, person(1)),
    ] {
        assert_eq!(decide_given::<Proposal>(&open(), &command), Err(Rejection::SamePerson));
    }
}

#[test]
fn accounts_without_a_person_are_told_apart_by_account() {
    let open = decide_given::<Proposal>(&[], &Command::Propose(Proposed { person: None, subject: None, ..proposed() }));
    let open = open.unwrap();
    let same = approve(1, None, DIGEST, "2026-09-02");
    assert_eq!(decide_given::<Proposal>(&open, &same), Err(Rejection::SamePerson));
    assert!(decide_given::<Proposal>(&open, &approve(2, None, DIGEST, "2026-09-02")).is_ok());
}

#[test]
fn whoever_it_is_about_neither_proposes_nor_decides() {
    for command in [approve(4, person(3), DIGEST, "2026-09-02"), reject(4, person(3))] {
        assert_eq!(decide_given::<Proposal>(&open(), &command), Err(Rejection::ApproverIsTheSubject));
    }
    let own = Command::Propose(Proposed { person: person(3), ..proposed() });
    assert_eq!(decide_given::<Proposal>(&[], &own), Err(Rejection::ProposerIsTheSubject));
}

#[test]
fn it_may_be_approved_up_to_its_last_day() {
    assert!(decide_given::<Proposal>(&open(), &approve(2, person(2), DIGEST, "2026-09-08")).is_ok());
    let late = approve(2, person(2), DIGEST, "2026-09-09");
    assert_eq!(decide_given::<Proposal>(&open(), &late), Err(Rejection::TooLate));
    for last_day in ["2026-08-31", "2026-09-09"] {
        let out_of_range = Command::Propose(Proposed { last_day: day(last_day), ..proposed() });
        assert_eq!(decide_given::<Proposal>(&[], &out_of_range), Err(Rejection::LastDayOutOfRange));
    }
}

#[test]
fn a_retry_of_an_approval_goes_on_and_anything_else_comes_too_late() {
    let approved = given(&[good()]);
    assert_eq!(decide_given::<Proposal>(&approved, &good()), Ok(vec![]));
    let long_after = approve(2, person(2), DIGEST, "2027-01-01");
    assert_eq!(decide_given::<Proposal>(&approved, &long_after), Ok(vec![]));
    for command in [
        approve(5, person(5), DIGEST, "2026-09-02"),
        approve(2, person(2), "ac", "2026-09-02"),
        reject(2, person(2)),
        withdraw(1),
    ] {
        assert_eq!(decide_given::<Proposal>(&approved, &command), Err(Rejection::AlreadyDecided));
    }
}

#[test]
fn what_was_rejected_or_withdrawn_stays_so() {
    let rejected = given(&[reject(2, person(2))]);
    assert_eq!(decide_given::<Proposal>(&rejected, &reject(5, person(5))), Ok(vec![]));
    assert_eq!(decide_given::<Proposal>(&rejected, &good()), Err(Rejection::AlreadyDecided));
    assert_eq!(decide_given::<Proposal>(&open(), &withdraw(2)), Err(Rejection::NotTheProposer));
    let withdrawn = given(&[withdraw(1)]);
    assert_eq!(decide_given::<Proposal>(&withdrawn, &withdraw(1)), Ok(vec![]));
    assert_eq!(decide_given::<Proposal>(&withdrawn, &good()), Err(Rejection::AlreadyDecided));
}

#[test]
fn what_was_proposed_is_proposed_once_whatever_its_ciphertext() {
    let again = Command::Propose(Proposed { content: Content::Clear("sealed anew".to_owned()), ..proposed() });
    assert_eq!(decide_given::<Proposal>(&open(), &again), Ok(vec![]));
    let other = Command::Propose(Proposed { digest: "ac".to_owned(), ..proposed() });
    assert_eq!(decide_given::<Proposal>(&open(), &other), Err(Rejection::ProposedOtherwise));
    assert_eq!(decide_given::<Proposal>(&[], &good()), Err(Rejection::NotProposed));
}

#[test]
fn a_digest_changes_with_every_part_and_parts_do_not_run_into_each_other() {
    let grant = Operation::GrantRecognition;
    let one = digest(grant, "/a", b"bc", 1);
    assert_eq!(one.len(), 64);
    assert_eq!(one, digest(grant, "/a", b"bc", 1));
    for other in [
        digest(Operation::RefuseRecognition, "/a", b"bc", 1),
        digest(grant, "/ab", b"c", 1),
        digest(grant, "/a", b"bd", 1),
        digest(grant, "/a", b"bc", 2),
    ] {
        assert_ne!(one, other);
    }
}

//! The rules of a recognition's record.

use decider::decide_given;
use kernel::vocabulary::Level;
use kernel::{Document, Name, OrganisationId, PackId, Reason};

use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn authority() -> OrganisationId {
    OrganisationId::of_name("an invented department")
}

fn application() -> Application {
    Application {
        on: day("2024-03-01"),
        teacher: TeacherId::new(uuid::Uuid::from_u128(1)),
        level: Level::Intermediate,
        pack: PackId::of_version("national-basic", 1),
        evidence: vec![],
    }
}

fn grant() -> Grant {
    Grant {
        on: day("2024-04-01"),
        level: Level::Intermediate,
        authority: authority(),
        review_due: day("2029-04-01"),
        evidence_position: "v1.0:42".to_owned(),
        cut_off: Some(day("2024-03-31")),
        document: None,
    }
}

fn legacy() -> Legacy {
    Legacy {
        on: day("2016-09-01"),
        teacher: TeacherId::new(uuid::Uuid::from_u128(1)),
        level: Level::Intermediate,
        authority: authority(),
        review_due: day("2024-08-31"),
        rule: Name::parse("示例省双师素质教师认定办法（2016年）").unwrap(),
        document: Document::parse("示例〔2016〕8号").ok(),
    }
}

fn refuse() -> Command {
    Command::Refuse { on: day("2024-04-01"), authority: authority(), reason: reason() }
}

fn revoke(on: &str) -> Command {
    Command::Revoke { on: day(on), reason: reason() }
}

fn appeal() -> Command {
    Command::LodgeAppeal { on: day("2025-01-10"), reason: reason() }
}

fn resolve(upheld: bool) -> Command {
    Command::ResolveAppeal { on: day("2025-02-10"), upheld, reason: reason() }
}

fn reinstate(on: &str) -> Command {
    Command::Reinstate { on: day(on), authority: authority(), reason: reason() }
}

fn review(on: &str, review_due: &str, level: Option<Level>, reason: Option<Reason>) -> Command {
    Command::Review(Review { on: day(on), review_due: day(review_due), level, reason })
}

fn reason() -> Reason {
    Reason::parse("invented").unwrap()
}

fn after(commands: &[Command]) -> Vec<RecognitionEvent> {
    let mut events = Vec::new();
    for command in commands {
        let more = decide_given::<Recognition>(&events, command).unwrap();
        events.extend(more);
    }
    events
}

fn granted() -> [Command; 2] {
    [Command::Apply(application()), Command::Grant(grant())]
}

#[track_caller]
fn refused(given: &[Command], command: &Command, rejection: Rejection) {
    assert_eq!(decide_given::<Recognition>(&after(given), command), Err(rejection));
}

#[track_caller]
fn recorded(given: &[Command], command: &Command) {
    assert_eq!(decide_given::<Recognition>(&after(given), command).map(|events| events.len()), Ok(1));
}

#[test]
fn a_recognition_is_reviewed_within_five_years() {
    let applied = [Command::Apply(application())];
    let late = Grant { review_due: day("2029-04-02"), ..grant() };
    refused(&applied, &Command::Grant(late), Rejection::ReviewOutOfRange);
    recorded(&applied, &Command::Grant(grant()));
}

#[test]
fn nobody_is_granted_more_than_applied_for() {
    let higher = Grant { level: Level::Senior, ..grant() };
    refused(&[Command::Apply(application())], &Command::Grant(higher), Rejection::AboveApplication);
    recorded(&[Command::Apply(application())], &Command::Grant(Grant { level: Level::Junior, ..grant() }));
}

#[test]
fn no_evidence_is_looked_at_that_came_after_the_decision() {
    let late = Grant { cut_off: Some(day("2024-04-02")), ..grant() };
    refused(&[Command::Apply(application())], &Command::Grant(late), Rejection::CutOffAfterDecision);
    recorded(&[Command::Apply(application())], &Command::Grant(Grant { cut_off: Some(grant().on), ..grant() }));
}

#[test]
fn a_decision_is_made_once_and_said_again_is_no_other() {
    let given = after(&granted());
    // The log has grown since: that is not another decision.
    let again = Grant { evidence_position: "v1.0:99".to_owned(), ..grant() };
    assert_eq!(decide_given::<Recognition>(&given, &Command::Grant(again)), Ok(vec![]));
    let other = Grant { level: Level::Junior, ..grant() };
    assert_eq!(decide_given::<Recognition>(&given, &Command::Grant(other)), Err(Rejection::DecidedAlready));
    assert_eq!(decide_given::<Recognition>(&given, &refuse()), Err(Rejection::DecidedAlready));
    let given = after(&[Command::Apply(application()), refuse()]);
    assert_eq!(decide_given::<Recognition>(&given, &refuse()), Ok(vec![]));
}

#[test]
fn an_upheld_appeal_opens_the_application_again() {
    let mut given = vec![Command::Apply(application()), refuse(), appeal(), resolve(true)];
    let later = Grant { on: day("2025-03-01"), review_due: day("2030-02-28"), ..grant() };
    recorded(&given, &Command::Grant(later));
    given.pop();
    given.push(resolve(false));
    refused(&given, &Command::Grant(grant()), Rejection::DecidedAlready);
}

#[test]
fn what_is_revoked_is_no_longer_reviewed() {
    let given = [granted().as_slice(), &[revoke("2025-01-01")]].concat();
    refused(&given, &review("2025-02-01", "2026-02-01", None, None), Rejection::NotInForce);
    refused(&granted(), &revoke("2024-03-31"), Rejection::BeforeTheGrant);
}

#[test]
fn a_revocation_is_taken_back_by_a_decision_once_an_appeal_was_upheld() {
    let given = |upheld| [granted().as_slice(), &[revoke("2025-01-01"), appeal(), resolve(upheld)]].concat();
    refused(&given(false), &reinstate("2025-01-01"), Rejection::NothingToReinstate);
    refused(&given(true)[..4], &reinstate("2025-01-01"), Rejection::NothingToReinstate);
    refused(&given(true), &reinstate("2024-12-31"), Rejection::BeforeTheRevocation);
    recorded(&given(true), &reinstate("2025-01-01"));
    let back = [given(true), vec![reinstate("2025-01-01")]].concat();
    assert_eq!(decide_given::<Recognition>(&after(&back), &reinstate("2025-01-01")), Ok(vec![]));
    recorded(&back, &review("2025-02-01", "2030-01-31", None, None));
    recorded(&back, &revoke("2026-01-01"));
}

#[test]
fn a_review_may_lower_the_level_with_a_reason_and_never_raises_it() {
    let at = |level, reason| review("2028-05-15", "2033-05-14", level, reason);
    refused(&granted(), &at(Some(Level::Senior), Some(reason())), Rejection::AboveStanding);
    refused(&granted(), &at(Some(Level::Junior), None), Rejection::ReasonMissing);
    let lowered = decide_given::<Recognition>(&after(&granted()), &at(Some(Level::Junior), Some(reason()))).unwrap();
    assert!(matches!(lowered[..], [RecognitionEvent::Lowered { level: Level::Junior, .. }]));
    let same = decide_given::<Recognition>(&after(&granted()), &at(Some(Level::Intermediate), None)).unwrap();
    assert!(matches!(same[..], [RecognitionEvent::Reviewed { .. }]));
    let given = [granted().as_slice(), &[at(Some(Level::Junior), Some(reason()))]].concat();
    let again = decide_given::<Recognition>(&after(&given), &at(Some(Level::Junior), Some(reason())));
    assert_eq!(again, Ok(vec![]), "the same review");
    refused(&given, &review("2029-01-01", "2033-12-31", Some(Level::Intermediate), None), Rejection::AboveStanding);
}

#[test]
fn a_recognition_under_older_rules_is_reviewed_revoked_and_appealed_like_any_other() {
    let given = [Command::RecordLegacy(legacy())];
    recorded(&given, &review("2024-06-01", "2029-05-31", None, None));
    recorded(&given, &revoke("2020-01-01"));
    recorded(&[given[0].clone(), revoke("2020-01-01")], &appeal());
    refused(&given, &Command::Grant(grant()), Rejection::DecidedAlready);
    refused(&given, &appeal(), Rejection::NothingToAppeal);
}

#[test]
fn a_recognition_under_older_rules_stands_once_and_not_for_ever() {
    let known = after(&[Command::RecordLegacy(legacy())]);
    assert_eq!(decide_given::<Recognition>(&known, &Command::RecordLegacy(legacy())), Ok(vec![]));
    let other = Command::RecordLegacy(Legacy { level: Level::Senior, ..legacy() });
    assert_eq!(decide_given::<Recognition>(&known, &other), Err(Rejection::RecordedOtherwise));
    for (review_due, fits) in [("2027-10-25", true), ("2027-10-26", false), ("2016-09-01", false)] {
        let legacy = Command::RecordLegacy(Legacy { review_due: day(review_due), ..legacy() });
        let decided = decide_given::<Recognition>(&[], &legacy);
        assert_eq!(decided.is_ok(), fits, "{review_due}");
        assert!(fits || decided == Err(Rejection::LegacyOutOfRange));
    }
}

#[test]
fn the_record_shows_whoever_decides_next_what_it_rests_on() {
    let mut state = State::default();
    let given = [granted().as_slice(), &[revoke("2025-01-01"), appeal()]].concat();
    for (index, event) in after(&given).iter().enumerate() {
        Recognition::evolve(&mut state, event, decider::fact(index));
    }
    let record = state.record().unwrap();
    assert_eq!(record.basis, Basis::Application(application()), "a revocation forgets nothing");
    assert_eq!(record.grant, Some(grant()));
    assert!(record.is_appealed());
    assert_eq!(record.history.len(), 4);
}

#[test]
fn a_review_that_is_recorded_late_leaves_what_a_later_one_said() {
    let mut events = decide_given::<Recognition>(&[], &Command::Apply(application())).unwrap();
    events.extend(decide_given::<Recognition>(&events, &Command::Grant(grant())).unwrap());
    for (on, due, level) in [("2028-05-01", "2033-04-30", None), ("2026-05-01", "2031-04-30", Some(Level::Junior))] {
        let reason = level.map(|_| reason());
        let review = Review { on: day(on), review_due: day(due), level, reason };
        events.extend(decide_given::<Recognition>(&events, &Command::Review(review)).unwrap());
    }
    let mut state = State::default();
    for (index, event) in events.iter().enumerate() {
        Recognition::evolve(&mut state, event, decider::fact(index));
    }
    let standing = state.record().unwrap().standing.unwrap();
    assert_eq!((standing.level, standing.review_due), (Level::Junior, day("2033-04-30")));
}

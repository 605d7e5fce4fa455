//! The rules of a person's record.

use decider::{decide_given, fact};
use events::Sealed;
use kernel::vocabulary::{SkillGrade, TitleRank};

use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn reason() -> Reason {
    Reason::parse("entered twice").unwrap()
}

fn registered() -> TeacherEvent {
    let sealed = Sealed { suite: 1, blob: "bm9uc2Vuc2U".to_owned() };
    TeacherEvent::Registered { on: day("2024-01-01"), identity: SealedIdentity { name: sealed, citizen_id: None } }
}

fn post(from: &str, to: Option<&str>) -> Post {
    Post {
        school: OrganisationId::of_name("an invented school"),
        staff_number: StaffNumber::parse("001").unwrap(),
        employment: Employment::FullTime,
        role: Role::Specialised,
        specialty: Some(SpecialtyCode::parse("460103").unwrap()),
        education_level: Some(EducationLevel::Higher),
        period: Period::new(day(from), to.map(day)).unwrap(),
    }
}

fn started(post: &Post) -> TeacherEvent {
    decide_given::<Teacher>(&[registered()], &Command::RecordPost(post.clone())).unwrap().remove(0)
}

fn skill_grade(grade: Option<u8>) -> Credential {
    Credential {
        kind: CredentialKind::SkillGrade,
        obtained_on: day("2015-03-13"),
        grade: grade.map(|grade| SkillGrade::try_from(grade).unwrap()),
        rank: None,
        number: None,
    }
}

#[test]
fn nothing_is_recorded_of_somebody_who_is_not_on_the_register() {
    let refused = decide_given::<Teacher>(&[], &Command::RecordCredential(skill_grade(Some(3))));
    assert_eq!(refused, Err(Rejection::NotRegistered));
}

#[test]
fn the_same_credential_handed_in_twice_stands_once() {
    let once = decide_given::<Teacher>(&[registered()], &Command::RecordCredential(skill_grade(Some(3)))).unwrap();
    let given = [registered(), once[0].clone()];
    assert_eq!(decide_given::<Teacher>(&given, &Command::RecordCredential(skill_grade(Some(3)))), Ok(vec![]));
    assert_eq!(decide_given::<Teacher>(&given, &Command::RecordCredential(skill_grade(Some(2)))).unwrap().len(), 1);
}

#[test]
fn a_voided_credential_can_be_recorded_again() {
    let recorded = TeacherEvent::CredentialRecorded(skill_grade(Some(3)));
    let voided = TeacherEvent::FactVoided { on: day("2024-02-01"), fact: fact(1), reason: reason() };
    let given = [registered(), recorded, voided];
    assert_eq!(decide_given::<Teacher>(&given, &Command::RecordCredential(skill_grade(Some(3)))).unwrap().len(), 1);
    let again = Command::VoidFact { fact: fact(1), on: day("2024-02-02"), reason: reason() };
    assert_eq!(decide_given::<Teacher>(&given, &again), Ok(vec![]), "voiding twice is the same as once");
}

#[test]
fn a_skill_grade_needs_its_grade_and_a_title_its_rank() {
    let given = [registered()];
    assert_eq!(
        decide_given::<Teacher>(&given, &Command::RecordCredential(skill_grade(None))),
        Err(Rejection::GradeMissing)
    );
    let title = Credential { kind: CredentialKind::TechnicalTitle, ..skill_grade(None) };
    assert_eq!(decide_given::<Teacher>(&given, &Command::RecordCredential(title.clone())), Err(Rejection::RankMissing));
    let ranked = Credential { rank: Some(TitleRank::Assistant), ..title };
    assert!(decide_given::<Teacher>(&given, &Command::RecordCredential(ranked)).is_ok());
}

#[test]
fn a_post_handed_in_again_with_its_last_day_is_ended_not_doubled() {
    let open = post("2014-05-01", None);
    let given = [registered(), started(&open)];
    assert_eq!(decide_given::<Teacher>(&given, &Command::RecordPost(open)), Ok(vec![]));
    let ended = decide_given::<Teacher>(&given, &Command::RecordPost(post("2014-05-01", Some("2023-08-29"))));
    assert_eq!(ended, Ok(vec![TeacherEvent::PostEnded { last_day: day("2023-08-29"), post: fact(1) }]));
}

#[test]
fn two_posts_at_one_school_may_not_overlap_but_at_two_schools_they_may() {
    let given = [registered(), started(&post("2014-05-01", None))];
    let second = Post { staff_number: StaffNumber::parse("002").unwrap(), ..post("2020-01-01", None) };
    assert_eq!(decide_given::<Teacher>(&given, &Command::RecordPost(second.clone())), Err(Rejection::PostOverlaps));
    let elsewhere = Post { school: OrganisationId::of_name("another invented school"), ..second };
    assert_eq!(decide_given::<Teacher>(&given, &Command::RecordPost(elsewhere)).unwrap().len(), 1);
}

#[test]
fn a_specialised_teacher_needs_a_specialty() {
    let bare = Post { specialty: None, ..post("2014-05-01", None) };
    assert_eq!(decide_given::<Teacher>(&[registered()], &Command::RecordPost(bare)), Err(Rejection::SpecialtyMissing));
}

#[test]
fn a_role_lies_within_its_post() {
    let given = [registered(), started(&post("2014-05-01", None))];
    let role = |on: &str| Command::AssignRole {
        post: fact(1),
        on: day(on),
        role: Role::HeadTeacher,
        specialty: None,
        education_level: None,
    };
    assert_eq!(decide_given::<Teacher>(&given, &role("2014-04-30")), Err(Rejection::OutsidePost));
    assert_eq!(decide_given::<Teacher>(&given, &role("2014-05-01")).unwrap().len(), 1);
}

#[test]
fn a_breach_is_lifted_once() {
    let breach = TeacherEvent::BreachConfirmed { on: day("2022-09-29"), document: None };
    let lift = |on: &str| Command::LiftBreach { breach: fact(1), on: day(on) };
    let given = [registered(), breach];
    assert_eq!(decide_given::<Teacher>(&given, &lift("2022-09-28")), Err(Rejection::EndsBeforeItBegins));
    let lifted = decide_given::<Teacher>(&given, &lift("2024-09-28")).unwrap();
    let given = [given[0].clone(), given[1].clone(), lifted[0].clone()];
    assert_eq!(decide_given::<Teacher>(&given, &lift("2024-09-28")), Ok(vec![]));
    assert_eq!(decide_given::<Teacher>(&given, &lift("2024-10-01")), Err(Rejection::BreachLiftedOtherwise));
}

#[test]
fn a_restricted_record_takes_nothing_but_the_lifting() {
    let given = [registered(), TeacherEvent::ProcessingRestricted { on: day("2024-03-01"), reason: reason() }];
    assert_eq!(
        decide_given::<Teacher>(&given, &Command::RecordCredential(skill_grade(Some(3)))),
        Err(Rejection::Restricted)
    );
    let lift = Command::LiftRestriction { on: day("2024-04-01"), reason: reason() };
    assert_eq!(decide_given::<Teacher>(&given, &lift).unwrap().len(), 1);
}

#[test]
fn a_school_verifies_only_its_own() {
    let given =
        [registered(), started(&post("2014-05-01", None)), TeacherEvent::CredentialRecorded(skill_grade(Some(3)))];
    let verify = |school| Command::VerifyFact { fact: fact(2), on: day("2024-03-01"), school };
    let stranger = OrganisationId::of_name("another invented school");
    assert_eq!(decide_given::<Teacher>(&given, &verify(stranger)), Err(Rejection::NotInPostThere));
    assert!(decide_given::<Teacher>(&given, &verify(OrganisationId::of_name("an invented school"))).is_ok());
}

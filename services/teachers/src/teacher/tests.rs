//! The rules of a person's record.

use decider::{decide_given, fact};
use events::{Sealed, SealedIdentity};
use kernel::code::{SpecialtyCode, StaffNumber};
use kernel::vocabulary::{EducationLevel, Employment, Role, SkillGrade, TitleRank};
use kernel::{CommandId, OrganisationId, Period, TeacherId};

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
        sealed_number: None,
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

#[test]
fn what_was_confirmed_stays_so_whatever_is_said_since_and_a_role_is_of_the_school_of_its_post() {
    let role = TeacherEvent::RoleAssigned {
        on: day("2015-01-01"),
        post: fact(1),
        role: Role::HeadTeacher,
        specialty: None,
        education_level: None,
    };
    let events = [
        registered(),
        started(&post("2014-05-01", None)),
        role,
        TeacherEvent::CredentialRecorded(skill_grade(Some(3))),
        TeacherEvent::FactConfirmed { on: day("2024-03-01"), fact: fact(1) },
        TeacherEvent::FactDisputed { on: day("2024-03-02"), fact: fact(1), reason: reason() },
        TeacherEvent::FactVoided { on: day("2024-03-03"), fact: fact(1), reason: reason() },
    ];
    let mut state = State::default();
    (0..).zip(&events).for_each(|(number, event)| Teacher::evolve(&mut state, event, fact(number)));
    assert!(state.was_confirmed(fact(1)) && !state.was_confirmed(fact(2)));
    let school = Some(OrganisationId::of_name("an invented school"));
    assert_eq!((state.school_of(fact(1)), state.school_of(fact(2)), state.school_of(fact(3))), (school, school, None));
}

fn sealed(blob: &str) -> Sealed {
    Sealed { suite: 1, blob: blob.to_owned() }
}

fn other() -> TeacherId {
    TeacherId::new(CommandId::derived("another entry").uuid())
}

fn merge(obstacle: Option<Obstacle>) -> Command {
    Command::Merge { other: other(), obstacle, on: day("2024-05-01"), reason: reason() }
}

#[test]
fn a_credential_sealed_again_is_the_same_one() {
    let numbered = |blob: &str| Credential { sealed_number: Some(sealed(blob)), ..skill_grade(Some(3)) };
    let given = [registered(), TeacherEvent::CredentialRecorded(numbered("bm9uY2Ux"))];
    assert_eq!(decide_given::<Teacher>(&given, &Command::RecordCredential(numbered("bm9uY2Uy"))), Ok(vec![]));
    assert_eq!(decide_given::<Teacher>(&given, &Command::RecordCredential(skill_grade(Some(3)))), Ok(vec![]));
    let later = Credential { obtained_on: day("2016-03-13"), ..numbered("bm9uY2Ux") };
    assert_eq!(decide_given::<Teacher>(&given, &Command::RecordCredential(later)).unwrap().len(), 1);
}

#[test]
fn an_erased_person_takes_nothing_and_is_erased_once_even_while_restricted() {
    let erase = Command::Erase { on: day("2024-05-01"), reason: reason() };
    let restricted = [registered(), TeacherEvent::ProcessingRestricted { on: day("2024-03-01"), reason: reason() }];
    let erased = decide_given::<Teacher>(&restricted, &erase).unwrap();
    assert_eq!(erased.len(), 1);
    let given = [registered(), erased[0].clone()];
    assert_eq!(decide_given::<Teacher>(&given, &erase), Ok(vec![]));
    let credential = Command::RecordCredential(skill_grade(Some(3)));
    assert_eq!(decide_given::<Teacher>(&given, &credential), Err(Rejection::Erased));
    assert_eq!(decide_given::<Teacher>(&given, &merge(None)), Err(Rejection::Erased));
    assert_eq!(decide_given::<Teacher>(&[], &erase), Err(Rejection::NotRegistered));
}

#[test]
fn one_request_about_a_fact_is_open_at_a_time() {
    let ask = |fact| Command::RequestCorrection { on: day("2024-05-01"), fact, wish: sealed("d2lzaA") };
    let given = [registered(), TeacherEvent::CredentialRecorded(skill_grade(Some(3)))];
    let asked = decide_given::<Teacher>(&given, &ask(Some(fact(1)))).unwrap();
    let given = [given[0].clone(), given[1].clone(), asked[0].clone()];
    assert_eq!(decide_given::<Teacher>(&given, &ask(Some(fact(1)))), Err(Rejection::RequestOpen));
    assert_eq!(decide_given::<Teacher>(&given, &ask(None)).unwrap().len(), 1, "about the record as a whole");
    assert_eq!(decide_given::<Teacher>(&given, &ask(Some(fact(9)))), Err(Rejection::NoSuchFact));
    let answer =
        |upheld, request| Command::AnswerCorrection { request, on: day("2024-06-01"), upheld, reason: reason() };
    assert_eq!(decide_given::<Teacher>(&given, &answer(true, fact(1))), Err(Rejection::NoSuchRequest));
    let answered = decide_given::<Teacher>(&given, &answer(true, fact(2))).unwrap();
    let given = [given[0].clone(), given[1].clone(), given[2].clone(), answered[0].clone()];
    assert_eq!(decide_given::<Teacher>(&given, &answer(true, fact(2))), Ok(vec![]));
    assert_eq!(decide_given::<Teacher>(&given, &answer(false, fact(2))), Err(Rejection::AnsweredOtherwise));
    assert_eq!(decide_given::<Teacher>(&given, &ask(Some(fact(1)))).unwrap().len(), 1, "it was answered");
}

#[test]
fn a_merge_stands_once_and_can_be_undone_once() {
    let merged = decide_given::<Teacher>(&[registered()], &merge(None)).unwrap();
    let given = [registered(), merged[0].clone()];
    assert_eq!(decide_given::<Teacher>(&given, &merge(Some(Obstacle::OtherMerged))), Ok(vec![]), "into this very one");
    let undo = |merge| Command::Unmerge { merge, on: day("2024-06-01"), reason: reason() };
    assert_eq!(decide_given::<Teacher>(&given, &undo(fact(0))), Err(Rejection::NoSuchMerge));
    let undone = decide_given::<Teacher>(&given, &undo(fact(1))).unwrap();
    let given = [given[0].clone(), given[1].clone(), undone[0].clone()];
    assert_eq!(decide_given::<Teacher>(&given, &undo(fact(1))), Ok(vec![]));
    assert_eq!(decide_given::<Teacher>(&given, &merge(None)).unwrap().len(), 1, "it may be merged again");
}

#[test]
fn what_stands_in_the_way_of_a_merge_refuses_it() {
    for (obstacle, rejection) in [
        (Obstacle::Itself, Rejection::Itself),
        (Obstacle::OtherAbsent, Rejection::OtherNotRegistered),
        (Obstacle::OtherErased, Rejection::OtherErased),
        (Obstacle::OtherRestricted, Rejection::OtherRestricted),
        (Obstacle::OtherMerged, Rejection::AlreadyMerged),
        (Obstacle::KeeperMerged, Rejection::KeeperMerged),
    ] {
        assert_eq!(decide_given::<Teacher>(&[registered()], &merge(Some(obstacle))), Err(rejection));
    }
}

#[test]
fn the_last_word_of_the_teacher_counts() {
    let mut state = State::default();
    let said = [
        registered(),
        TeacherEvent::CredentialRecorded(skill_grade(Some(3))),
        TeacherEvent::FactConfirmed { on: day("2024-02-01"), fact: fact(1) },
    ];
    for (index, event) in said.iter().enumerate() {
        Teacher::evolve(&mut state, event, fact(index));
    }
    assert_eq!(state.statement(fact(1)), Some(&Statement::Confirmed));
    let disputed = TeacherEvent::FactDisputed { on: day("2024-03-01"), fact: fact(1), reason: reason() };
    Teacher::evolve(&mut state, &disputed, fact(3));
    assert_eq!(state.statement(fact(1)), Some(&Statement::Disputed(reason())));
}

#[test]
fn a_panel_s_judgement_stands_once_and_no_school_is_a_panel() {
    let judgement = events::AbilityJudgement {
        on: day("2024-05-20"),
        level: kernel::vocabulary::Level::Intermediate,
        panel: OrganisationId::of_name("an invented panel"),
        document: None,
    };
    let judge = |panel| Command::JudgeAbility { judgement: judgement.clone(), panel: Some(panel) };
    let once = decide_given::<Teacher>(&[registered()], &judge(OrganisationKind::ExpertBody)).unwrap();
    let given = [registered(), once[0].clone()];
    assert_eq!(decide_given::<Teacher>(&given, &judge(OrganisationKind::ExpertBody)), Ok(vec![]));
    let by_school = decide_given::<Teacher>(&[registered()], &judge(OrganisationKind::School));
    assert_eq!(by_school, Err(Rejection::NotAPanel));
    let void = Command::VoidFact { fact: fact(1), on: day("2024-06-01"), reason: reason() };
    let voided = decide_given::<Teacher>(&given, &void).unwrap();
    let given = [given[0].clone(), given[1].clone(), voided[0].clone()];
    assert_eq!(decide_given::<Teacher>(&given, &judge(OrganisationKind::ExpertBody)).unwrap().len(), 1);
}

//! Properties of the write model: whatever is asked, in whatever order.

#![expect(clippy::unwrap_used, reason = "a test's way to fail is to panic")]

use decider::Decider;
use events::{Credential, Sealed, SealedIdentity, TeacherEvent};
use kernel::code::{SpecialtyCode, StaffNumber};
use kernel::vocabulary::{CredentialKind, Employment, Role, SkillGrade};
use kernel::{CommandId, Day, EventId, OrganisationId, Period, Reason, TeacherId};
use proptest::prelude::*;
use teachers::teacher::{Command, Post, Rejection, State, Teacher};

fn day() -> impl Strategy<Value = Day> {
    (43_000..43_400i32).prop_map(Day::from_ordinal)
}

fn fact() -> impl Strategy<Value = EventId> {
    (0usize..12).prop_map(id)
}

fn id(number: usize) -> EventId {
    EventId::of(CommandId::derived("property"), number)
}

fn reason() -> Reason {
    Reason::parse("invented").unwrap()
}

fn post() -> impl Strategy<Value = Post> {
    (0..2u8, 0..3u8, day(), prop::option::of(0..200i32)).prop_map(|(school, number, from, days)| Post {
        school: OrganisationId::of_name(&format!("invented school {school}")),
        staff_number: StaffNumber::parse(&format!("00{number}")).unwrap(),
        employment: Employment::FullTime,
        role: Role::Specialised,
        specialty: SpecialtyCode::parse("460103").ok(),
        education_level: None,
        period: Period::new(from, days.map(|days| from.plus_days(days))).unwrap(),
    })
}

fn credential() -> impl Strategy<Value = Credential> {
    (day(), 1..6u8).prop_map(|(obtained_on, grade)| Credential {
        kind: CredentialKind::SkillGrade,
        obtained_on,
        grade: SkillGrade::try_from(grade).ok(),
        rank: None,
        number: None,
        // Sealed twice, a number is not the same twice.
        sealed_number: Some(Sealed { suite: 1, blob: obtained_on.to_string() }),
    })
}

fn other(number: u8) -> TeacherId {
    TeacherId::new(CommandId::derived(&format!("entry {number}")).uuid())
}

fn command() -> impl Strategy<Value = Command> {
    let sealed = || Sealed { suite: 1, blob: String::new() };
    prop_oneof![
        1 => day().prop_map(move |on| Command::Register {
            on,
            identity: SealedIdentity { name: sealed(), citizen_id: None },
        }),
        4 => post().prop_map(Command::RecordPost),
        2 => (fact(), day()).prop_map(|(post, last_day)| Command::EndPost { post, last_day }),
        4 => credential().prop_map(Command::RecordCredential),
        2 => (fact(), day()).prop_map(|(credential, on)| Command::WithdrawCredential { credential, on, reason: reason() }),
        2 => day().prop_map(|on| Command::ConfirmBreach { on, document: None }),
        2 => (fact(), day()).prop_map(|(breach, on)| Command::LiftBreach { breach, on }),
        2 => (fact(), day()).prop_map(|(fact, on)| Command::VoidFact { fact, on, reason: reason() }),
        1 => day().prop_map(|on| Command::Restrict { on, reason: reason() }),
        1 => (0..100u8, day()).prop_map(|(often, on)| match often {
            0..5 => Command::Erase { on, reason: reason() },
            _ => Command::Merge { other: other(often % 3), obstacle: None, on, reason: reason() },
        }),
        2 => (fact(), day()).prop_map(|(merge, on)| Command::Unmerge { merge, on, reason: reason() }),
        2 => (fact(), day()).prop_map(move |(fact, on)| Command::RequestCorrection {
            on,
            fact: Some(fact),
            wish: sealed(),
        }),
        2 => (fact(), day(), any::<bool>()).prop_map(|(request, on, upheld)| Command::AnswerCorrection {
            request,
            on,
            upheld,
            reason: reason(),
        }),
        2 => day().prop_map(|on| Command::LiftRestriction { on, reason: reason() }),
    ]
}

/// Carries commands out one after the other; what is rejected changes nothing.
fn carry_out(commands: &[Command], mut seen: impl FnMut(&State, &Command, &Result<Vec<TeacherEvent>, Rejection>)) {
    let (mut state, mut number) = (State::default(), 0);
    for command in commands {
        let decision = Teacher::decide(&state, command);
        for event in decision.iter().flatten() {
            Teacher::evolve(&mut state, event, id(number));
            number += 1;
        }
        seen(&state, command, &decision);
    }
}

proptest! {
    #[test]
    fn what_was_accepted_is_no_event_when_asked_again(commands in prop::collection::vec(command(), 1..40)) {
        carry_out(&commands, |after, command, decision| {
            let repeats = matches!(command, Command::VoidFact { .. } | Command::Register { .. } | Command::RecordPost(_)
                | Command::RecordCredential(_) | Command::ConfirmBreach { .. } | Command::LiftBreach { .. }
                | Command::EndPost { .. } | Command::WithdrawCredential { .. } | Command::LiftRestriction { .. } | Command::Restrict { .. }
                | Command::Erase { .. } | Command::Merge { .. } | Command::Unmerge { .. }
                | Command::AnswerCorrection { .. });
            if repeats && decision.is_ok() {
                assert_eq!(Teacher::decide(after, command), Ok(vec![]), "{command:?}");
            }
        });
    }

    #[test]
    fn no_two_standing_posts_at_one_school_overlap(commands in prop::collection::vec(command(), 1..60)) {
        carry_out(&commands, |state, _, _| {
            let posts: Vec<&Post> = state.facts().filter_map(|(_, fact)| match fact {
                teachers::teacher::Fact::Post { post, .. } => Some(post),
                _ => None,
            }).collect();
            for (index, one) in posts.iter().enumerate() {
                let clash = posts[index + 1..].iter().any(|other| {
                    one.school == other.school && one.period.overlaps(other.period)
                });
                assert!(!clash, "{posts:?}");
            }
        });
    }

    #[test]
    fn no_fact_has_two_open_requests(commands in prop::collection::vec(command(), 1..60)) {
        carry_out(&commands, |state, _, _| {
            let mut facts: Vec<_> = state.open_requests().map(|(_, request)| request.fact).collect();
            let all = facts.len();
            facts.sort_unstable();
            facts.dedup();
            assert_eq!(facts.len(), all);
        });
    }

    #[test]
    fn nothing_is_recorded_after_an_erasure(commands in prop::collection::vec(command(), 1..60)) {
        let mut was_erased = false;
        carry_out(&commands, |state, command, decision| {
            if was_erased {
                assert!(decision.as_ref().is_ok_and(Vec::is_empty) || *decision == Err(Rejection::Erased), "{command:?}");
            }
            was_erased = state.is_erased();
        });
    }

    #[test]
    fn nothing_is_decided_before_registration(command in command()) {
        let decision = Teacher::decide(&State::default(), &command);
        let registers = matches!(command, Command::Register { .. });
        prop_assert_eq!(decision.is_ok(), registers);
    }
}

//! What is shown of the register is what lies within the scope.

use kernel::{Reach, Scope, TeacherId};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::book::{Book, day, everybody, post, registered, teacher};
use crate::naive::{SCHOOLS, a_register, a_scope, on};

const REGISTERS: usize = 40;
const SCOPES: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_has_exactly_those_whom_some_reach_covers_or_names() {
    let mut runner = TestRunner::deterministic();
    let mut shown = (0, 0);
    for _ in 0..REGISTERS {
        let mut book = Book::open(1_000).await;
        for (code, division, reports_to) in &SCHOOLS[..4] {
            book.school(code, division, *reports_to).await;
        }
        let register = a_register().new_tree(&mut runner).unwrap().current();
        for (number, person) in (1..).zip(&register) {
            person.record(number, &mut book).await;
        }
        for _ in 0..SCOPES {
            let (scope, offset, limit) = (a_scope(), -5..90i32, 1..5u32).new_tree(&mut runner).unwrap().current();
            let today = on(offset);
            let dossiers = book.dossiers(scope.clone(), &today.to_string()).await;
            let listed: Vec<TeacherId> = everybody(&dossiers, limit).await.iter().map(|one| one.teacher).collect();
            let is_due =
                |(number, person): &(u128, &crate::naive::Person)| person.is_within(teacher(*number), &scope, today);
            let numbered = || (1u128..).zip(&register);
            let due: Vec<TeacherId> = numbered().filter(is_due).map(|(number, _)| teacher(number)).collect();
            assert_eq!(listed, due, "{scope:?} on {today} of {register:#?}");
            for (number, _) in numbered() {
                let known = dossiers.dossier(teacher(number), u64::MAX).await.unwrap();
                assert_eq!(known.is_ok(), due.contains(&teacher(number)));
            }
            let namesakes = dossiers.by_staff_number("007").await.unwrap();
            let employed = numbered().filter(|one| is_due(one) && !one.1.posts.is_empty());
            assert_eq!(namesakes, employed.map(|(number, _)| teacher(number)).collect::<Vec<_>>());
            shown = (shown.0 + usize::from(!due.is_empty()), shown.1 + usize::from(due.len() < register.len()));
        }
        book.views.stop().await;
    }
    // The questions tell something: neither everything nor nothing is the usual answer.
    assert!(shown.0 > 300 && shown.1 > 300, "{shown:?}");
}

#[tokio::test]
async fn somebody_is_present_up_to_the_last_day_of_the_last_post_and_from_before_the_first() {
    let mut book = Book::open(1_000).await;
    let school = book.school("4132010835", "320100", None).await;
    let last_day = Some(day("2026-11-22"));
    book.about(teacher(1), &[registered(1), post(school, "2020-01-01", last_day)]).await;
    book.about(teacher(2), &[registered(2), post(school, "2027-02-01", None)]).await;
    let scope = Scope::of([Reach::Organisation(school)]);
    let seen = async |today| {
        let dossiers = book.dossiers(scope.clone(), today).await;
        everybody(&dossiers, 9).await.iter().map(|one| one.teacher).collect::<Vec<_>>()
    };
    assert_eq!(seen("2026-11-22").await, [teacher(1), teacher(2)]);
    assert_eq!(seen("2026-11-23").await, [teacher(2)]);
}

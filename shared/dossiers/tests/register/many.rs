//! Many dossiers at once are the dossiers one by one.

use dossiers::Dossiers;
use events::TeacherEvent;
use kernel::{Scope, TeacherId};
use proptest::prelude::any;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::book::{Book, base, base_approved, day, post, reason, registered, teacher};
use crate::naive::{SCHOOLS, a_register, a_scope};

async fn one_by_one(dossiers: &Dossiers, teachers: &[TeacherId], known: u64) -> Vec<(TeacherId, String)> {
    let mut found = Vec::new();
    for teacher in teachers {
        if let Ok(dossier) = dossiers.dossier(*teacher, known).await.unwrap() {
            found.push((*teacher, format!("{dossier:?}")));
        }
    }
    found
}

async fn at_once(dossiers: &Dossiers, teachers: &[TeacherId], known: u64) -> Vec<(TeacherId, String)> {
    let found = dossiers.dossiers(teachers, known).await.unwrap();
    found.iter().map(|(teacher, dossier)| (*teacher, format!("{dossier:?}"))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_are_the_same_as_one_by_one_in_every_scope_and_at_every_position() {
    let mut runner = TestRunner::deterministic();
    let (mut merged, mut shown) = (0, 0);
    for _ in 0..12 {
        let (register, keeper, other) =
            (a_register(), any::<usize>(), any::<usize>()).new_tree(&mut runner).unwrap().current();
        if register.is_empty() {
            continue;
        }
        let mut book = Book::open(1_000).await;
        book.pack().await;
        for (code, division, reports_to) in &SCHOOLS[..4] {
            book.school(code, division, *reports_to).await;
        }
        for (number, person) in (1..).zip(&register) {
            person.record(number, &mut book).await;
        }
        let everybody: Vec<TeacherId> = (1..=register.len() as u128 + 1).map(teacher).collect();
        let roster: Vec<_> = everybody[..register.len()].iter().map(|teacher| (*teacher, 8)).collect();
        book.session("S1", &roster).await;
        let pick = |index: usize| teacher((index % register.len()) as u128 + 1);
        let into = TeacherEvent::IdentitiesMerged { on: day("2026-01-01"), other: pick(other), reason: reason() };
        let merge = book.identify("m", pick(keeper), into).await;
        book.write(base().uuid(), None, &[base_approved("2024-01-01")]).await;
        let while_merged = book.known();
        let apart = TeacherEvent::IdentitiesUnmerged { on: day("2026-02-01"), merge, reason: reason() };
        book.identify("u", pick(keeper), apart).await;
        let mut scopes = vec![Scope::everything(), Scope::nothing()];
        scopes.extend((0..6).map(|_| a_scope().new_tree(&mut runner).unwrap().current()));
        for scope in scopes {
            let dossiers = book.dossiers(scope, "2020-01-20").await;
            for known in (1..=book.known()).step_by(3).chain([while_merged, book.known()]) {
                let expected = one_by_one(&dossiers, &everybody, known).await;
                assert_eq!(at_once(&dossiers, &everybody, known).await, expected);
                shown += expected.len();
                merged += expected.iter().filter(|(id, said)| !said.contains(&format!("teacher: {id:?}"))).count();
            }
        }
        book.views.stop().await;
    }
    assert!(merged > 20 && shown > 500, "{merged} {shown}");
}

#[tokio::test]
async fn everybody_comes_once_page_by_page_and_of_an_area_whoever_is_in_post_there() {
    let mut book = Book::open(1_000).await;
    book.pack().await;
    let first = book.school(SCHOOLS[0].0, SCHOOLS[0].1, None).await;
    let second = book.school(SCHOOLS[2].0, SCHOOLS[2].1, None).await;
    for number in 1..=7 {
        let school = if number % 2 == 0 { first } else { second };
        book.about(teacher(number), &[registered(number), post(school, "2020-01-01", None)]).await;
    }
    let dossiers = book.all().await;
    let pages = async |area: &'static str, limit: u32| {
        let mut all: Vec<TeacherId> = Vec::new();
        loop {
            let page = dossiers.everybody(area, all.last().copied(), limit).await.unwrap();
            let is_last = page.len() < limit as usize;
            all.extend(page);
            if is_last {
                return all;
            }
        }
    };
    assert_eq!(pages("", 3).await, (1..=7).map(teacher).collect::<Vec<_>>());
    assert_eq!(pages("32", 2).await, [2, 4, 6].map(teacher));
    assert_eq!(pages("650100", 2).await, [1, 3, 5, 7].map(teacher));
}
